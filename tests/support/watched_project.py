"""A project in git with a real space, as both alarms see it: that of `status` and that of `plan`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from support.faulty_service import Front
from support.git_repository import Repository
from support.plan_scenarios import there
from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import HttpResponse

FILE = "templates/a.yaml"


class Watched(Front):
    """A project in git, and what both alarms say of it."""

    def says(self, body: Mapping[str, Any], file: str = FILE) -> None:
        self.puts(file, to_yaml(body))

    def puts(self, file: str, text: str) -> None:
        self.put(file, text)
        if not (self.root / ".git").exists():
            Repository.new(self.root)
        Repository(self.root).commit()

    def has(self, body: Mapping[str, Any], **more: Any) -> None:
        self.live(**there({**body}) | more)

    def alarmed(self) -> tuple[int, int]:
        """The exit codes of `status` and `plan`."""
        return self.cli("status", "--fail-on", "drift").code, self.cli("plan", "--fail-on", "drift").code

    def conditions(self, *options: str) -> dict[str, list[str]]:
        (space,) = json.loads(self.cli("status", "--format", "json", *options).out)["spaces"]
        return {row["key"]: row["conditions"] for row in space["resources"]}

    def told(self, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """The service tells something else of a template."""

        def rewrite(operation: str, response: HttpResponse) -> HttpResponse:
            answer = json.loads(response.body) if operation == "GetChatappTemplateDetail" else {}
            if answer.get("Data", {}).get("Name") != name:
                return response
            body = json.dumps(change(answer)).encode()
            return replace(response, body=body, headers={**response.headers, "content-length": str(len(body))})

        self.emulator.rewrite = rewrite
