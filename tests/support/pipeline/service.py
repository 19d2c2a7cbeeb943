"""The service as RAM lets roles in: one that may only read, and one that may write, at one address. Knows no GitHub."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from support.emulator_caller import Caller, Clock
from templatesync.emulator import Emulator, HttpRequest, HttpResponse, Settings
from templatesync.service.api import api

READER, WRITER = "STS.emulatedreader", "STS.emulatedwriter"


class Service:
    """Two emulators on one database. A reader's write is refused, and kept in `refused`."""

    def __init__(self, db: Path, clock: Clock, **settings: Any) -> None:
        self.clock = clock
        self.refused: list[str] = []
        self._by_key = {
            key: Emulator(self._settings(key, settings), db=db, clock=clock, sleep=clock.sleep)
            for key in (READER, WRITER)
        }

    def _settings(self, key: str, settings: dict[str, Any]) -> Settings:
        return Settings(
            **settings, access_key_id=key, access_key_secret=self.secret(key), security_token=self.token(key)
        )

    def secret(self, key: str) -> str:
        return f"secret-of-{key}"

    def token(self, key: str) -> str:
        return f"token-of-{key}"

    def handle(self, request: HttpRequest) -> HttpResponse:
        signed = re.search(r"Credential=([^,\s]+)", request.headers.get("authorization", ""))
        key = signed[1] if signed and signed[1] in self._by_key else WRITER
        operation = api().operations.get(request.headers.get("x-acs-action", ""))
        if key == READER and operation is not None and operation.write:
            self.refused.append(operation.name)
            body = {"Code": "NoPermission", "Message": "You are not authorized to do this.", "RequestId": "DENIED"}
            data = json.dumps(body).encode()
            return HttpResponse(403, {"content-type": "application/json", "content-length": str(len(data))}, data)
        return self._by_key[key].handle(request)

    def caller(self, space: str) -> Caller:
        """Somebody who may write, besides the pipeline: the console, and the reviewers by `control`."""
        return Caller(
            self.handle, self.clock, space=space, key=WRITER, secret=self.secret(WRITER), token=self.token(WRITER)
        )

    def close(self) -> None:
        for emulator in self._by_key.values():
            emulator.close()
