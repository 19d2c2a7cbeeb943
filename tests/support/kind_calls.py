"""The calls of kinds, driven with the real client against an emulator that may be otherwise. Nothing is tried twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from support.emulator_caller import Caller, Clock
from support.flow_project import ASSET
from templatesync.emulator import Emulator, Settings
from templatesync.kinds.base import Scope
from templatesync.model.calls import Calls, Pause, resumed
from templatesync.model.request import Answer, AnswerClass, AnyRequest
from templatesync.model.resource import Key
from templatesync.service.client import Client
from templatesync.service.credentials import emulator_provider
from templatesync.service.transport import EmulatorTransport

T = TypeVar("T")
SPACE = "cams-one"


class Called:
    """A space of an emulator, and calls that are run in it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.emulator = Emulator(Settings(), clock=self.clock, sleep=self.clock.sleep)
        self.caller = Caller(self.emulator.handle, self.clock, space=SPACE)
        self.client = Client(
            endpoint="http://127.0.0.1",
            cust_space_id=SPACE,
            credentials=emulator_provider(),
            transport=EmulatorTransport(self.emulator.handle),
            account="",
            clock=self.clock,
        )
        self.sent: list[AnyRequest] = []
        self.lies: dict[str, Callable[[AnyRequest, Answer], Answer]] = {}

    def quirks(self, **quirks: str) -> None:
        """In place of those that there were; `_` stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in quirks.items()}
        self.caller.control("POST", "settings", {"quirks": named})

    def run(self, calls: Calls[T]) -> T:
        """To their end; the clock moves where they pause."""
        answers: list[Answer] | None = None
        while True:
            try:
                batch = resumed(calls, answers)
            except StopIteration as stop:
                value: T = stop.value
                return value
            if isinstance(batch, Pause):
                self.clock.sleep(batch.seconds)
                answers = []
            else:
                answers = [self._ask(request) for request in batch]

    def answering(self, operation: str, answer: Callable[[AnyRequest, Answer], Answer]) -> None:
        """From now on what that operation answers is changed so."""
        self.lies[operation] = answer

    def _ask(self, request: AnyRequest) -> Answer:
        self.sent.append(request)
        lie = self.lies.get(request.operation)
        return lie(request, self._true(request)) if lie else self._true(request)

    def _true(self, request: AnyRequest) -> Answer:
        return self.client.send(request)

    def asked(self) -> list[str]:
        """The operations that were called since this was asked last."""
        names = [request.operation for request in self.sent]
        self.sent.clear()
        return names

    def close(self) -> None:
        self.client.close()
        self.emulator.close()

    # What there is

    def flow(self, name: str, status: str = "DRAFT", content: Any = ASSET) -> str:
        """A flow that somebody made. Its id."""
        flow_id: str = self.caller.ok("CreateFlow", FlowName=name, Categories=["OTHER"])["Data"]["FlowId"]
        if content is not None:
            path = self.caller.upload(json.dumps(content).encode(), f"{flow_id}.json")
            self.caller.ok("UpdateFlowJSONAsset", FlowId=flow_id, FilePath=path)
        if status != "DRAFT":
            self.caller.control("POST", "flow", {"cust_space_id": SPACE, "flow_id": flow_id, "status": status})
        return flow_id

    def code(self, phone: str, message: str) -> str:
        """A QR code that somebody made. Its id."""
        params = {"PhoneNumber": phone, "PrefilledMessage": message, "GenerateQrImage": "PNG"}
        code: str = self.caller.ok("CreatePhoneMessageQrdl", **params)["Data"]["QrdlCode"]
        return code


def everything(*wanted: Key) -> Scope:
    """All there is, with its content."""
    return Scope(frozenset(wanted), lambda key: True, everything=True)


def only(*wanted: Key) -> Scope:
    """These, with their content."""
    return Scope(frozenset(wanted), frozenset(wanted).__contains__)


def answered(request: AnyRequest, data: Mapping[str, Any], **more: Any) -> Answer:
    """A successful answer, made by hand."""
    return Answer(request, AnswerClass.SUCCESS, "OK", data={"Code": "OK", **data}, **more)
