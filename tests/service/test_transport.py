"""The client over an emulator in this process, with no socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from templatesync.emulator.app import ConnectionDropped, Emulator
from templatesync.model.request import AnswerClass, Request
from templatesync.service.client import Client
from templatesync.service.credentials import emulator_provider
from templatesync.service.transport import EmulatorTransport

CREATE = Request(
    "CreateChatappTemplate",
    {
        "Name": "shop_order",
        "Language": "zh_CN",
        "Category": "UTILITY",
        "TemplateType": "WHATSAPP",
        "Components": [{"Type": "BODY", "Text": "您好 $(name)，您的订单已经发货，请注意查收。"}],
        "Example": {"name": "安"},
    },
)


def client(handle: Callable[[Any], Any]) -> Client:
    return Client(
        endpoint="http://localhost",
        cust_space_id="cams-local",
        credentials=emulator_provider(),
        transport=EmulatorTransport(handle),
        account="",
    )


def test_the_emulator_takes_our_signature_and_our_forms() -> None:
    emulator = Emulator()
    ours = client(emulator.handle)
    created = ours.send(CREATE)
    assert created.ok, created
    listed = ours.send(Request("ListChatappTemplate", {"Page": {"Index": 1, "Size": 10}}))
    assert [entry["TemplateName"] for entry in listed.data["ListTemplate"]] == ["shop_order"]
    detail = ours.send(Request("GetChatappTemplateDetail", {"TemplateName": "shop_order", "Language": "zh_CN"}))
    assert "您好 $(name)" in str(detail.data)
    assert ours.send(CREATE).klass is AnswerClass.EXISTS
    emulator.close()


@dataclass
class Raw:
    status: int = 200
    body: bytes = b'{"Code":"OK"}'
    headers: dict[str, str] = field(default_factory=dict)


def test_what_the_other_side_receives() -> None:
    seen: list[Any] = []

    def handle(request: Any) -> Raw:
        seen.append(request)
        return Raw()

    assert client(handle).send(Request("GetFlow", {"FlowId": "a b"})).ok
    assert (seen[0].method, seen[0].target, seen[0].body) == ("POST", "/?CustSpaceId=cams-local&FlowId=a%20b", b"")
    assert seen[0].headers["host"] == "localhost"
    assert all(name == name.lower() for name in seen[0].headers)


@pytest.mark.parametrize("after", [False, True])
def test_a_dropped_connection_never_tells_whether_the_call_was_carried_out(after: bool) -> None:
    def handle(request: Any) -> Raw:
        raise ConnectionDropped(after=after)

    assert client(handle).send(CREATE).klass is AnswerClass.LOST


def test_an_answer_that_is_cut_short() -> None:
    answer = client(lambda request: Raw(headers={"content-length": "99"})).send(CREATE)
    assert answer.klass is AnswerClass.LOST
    assert "before the whole answer" in answer.message


def test_a_defect_of_the_emulator_is_not_hidden() -> None:
    def handle(request: Any) -> Raw:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        client(handle).send(CREATE)


def test_it_is_a_transport_like_any_other() -> None:
    with httpx.Client(transport=EmulatorTransport(lambda request: Raw(status=404, body=b"no"))) as plain:
        assert plain.get("http://localhost/x").text == "no"
