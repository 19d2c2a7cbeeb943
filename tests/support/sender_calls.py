"""A template that asks for everything, a call for it, and what must then be on the wire; in each language alike."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from support.contract.recorder import Recorded
from support.senders import CODE, codes_of, sendable
from support.sending_shapes import Shape
from templatesync.sending.check import check
from templatesync.sending.contract import Contract, Variable
from templatesync.sending.request import requests

SHAPE = Shape(
    body=("name", "order"), header="IMAGE", replies=("Confirm", "Not now"), end="a", screen="DATE", products="MPM"
)
EVERYTHING = sendable("order_update", en=SHAPE.contract())
HEADER = "https://shop.example.com/other.jpg"
VALUES: dict[str, Any] = {
    "codes": codes_of(EVERYTHING),
    "language": "en",
    "name": "Ann & Bea = 好",
    "order": "1001",
    "a": "x%20y",
    "on_not_now": "no",
    "on_confirm": "yes",
    "flow_token": "token-1",
    "flow_data": {"page": 1, "rows": ["a"]},
    "product": "sku-1",
    "sections": {"Cups": ["sku-1", "sku-2"]},
    "more": {"picture": HEADER},
}


def is_on_the_wire(recorded: Recorded) -> None:
    """Asserts what came, field by field."""
    params = {name: value for name, value in recorded.params.items() if not name.startswith("Cust")}
    encoded = ("TemplateParams", "Payload", "FlowAction", "ProductAction")
    there = {name: json.loads(value) if name in encoded else value for name, value in params.items()}
    assert there == {
        "ChannelType": "whatsapp",
        "Type": "template",
        "TemplateCode": CODE,
        "Language": "en",
        "From": "8613800000000",
        "To": "6590000000",
        "TemplateParams": {"name": VALUES["name"], "order": "1001", "a": "x%20y", "picture": HEADER},
        "Payload": ["yes", "no"],
        "FlowAction": {"FlowToken": "token-1", "FlowActionData": VALUES["flow_data"]},
        "ProductAction": {
            "ThumbnailProductRetailerId": "sku-1",
            "Sections": [
                {"Title": "Cups", "ProductItems": [{"ProductRetailerId": "sku-1"}, {"ProductRetailerId": "sku-2"}]}
            ],
        },
    }
    (request,) = requests(dict(params))
    assert check(SHAPE.contract(), request) == ()


def right_values(contract: Contract) -> dict[str, Any]:
    """By parameter, what a right call gives; also what a template with such a parameter asks for."""
    values: dict[str, Any] = {each.name: _value(each) for each in contract.variables}
    values |= {"code": "4815"} if contract.code else {}
    values |= {"flow_token": "t"} if contract.flow else {}
    values |= {"product": "sku"} if contract.products else {}
    return values | ({"sections": {"Cups": ["sku"]}} if contract.products == "several" else {})


def _value(variable: Variable) -> str:
    roles = variable.roles
    return "https://a.example/b" if "address" in roles else "b%20c" if "suffix" in roles else "b c"


PIECES = ["", " ", "a", "b c", "\n", "\t", "     ", "%", "%2", "%20", "é", "\u2028", "\x85", "\x1f", "http://",
          "HTTPS://", "h.example", "@", ":", "[", "?", "1767225600000", "Yes", "No", "x" * 900, "481516", "😀",
          "1" * 8]  # fmt: skip


def any_values(contract: Contract, names: Sequence[str], dice: random.Random) -> dict[str, Any]:
    """A right call, in which some of the named parameters have any value."""
    values = right_values(contract)
    for name in dice.sample(names, min(len(names), dice.choice([0, 1, 1, 2]))):
        text = "".join(dice.choices(PIECES, k=dice.choice([1, 1, 2, 3])))
        odd: dict[str, Any] = {"more": {f"m_{text[:3]}": text, "y": "https://a.example"}, "flow_data": {"a": 1}}
        odd["sections"] = {
            "a": [text, *dice.choices(["sku", ""], k=dice.choice([0, 0, 1]))],
            "b": ["sku"] * dice.choice([1, 29, 30]),
        }
        values[name] = odd.get(name, text)
    return values
