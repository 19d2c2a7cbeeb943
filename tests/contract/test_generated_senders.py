"""A call of generated code through the official SDK: what it was given is on the wire, each part in its place."""

from __future__ import annotations

from support.contract.recorder import recording
from support.contract.sdk import Sdk
from support.sender_calls import EVERYTHING, VALUES, is_on_the_wire
from support.senders import python_of


def test_the_sdk_sends_what_a_generated_function_was_given(door: Sdk) -> None:
    with recording() as recorder:
        outcome = door.but(endpoint=recorder.url).driver.order(
            "call",
            endpoint=recorder.url.removeprefix("http://"),
            way=door.way,
            key=door.key,
            secret=door.secret,
            token="",
            action="SendChatappMessage",
            source=python_of(EVERYTHING),
            function="order_update",
            params=VALUES,
            more={"from_": "8613800000000", "to": "6590000000"},
        )
        assert outcome.get("status") == 200, outcome
        is_on_the_wire(recorder.take())
