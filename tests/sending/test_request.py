"""Requests in all forms in which programs hold them: what is read of them, where, and that nothing breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sending_shapes import Shape

from templatesync.sending.check import Code, Problem, check, frame, refused
from templatesync.sending.contract import Contract
from templatesync.sending.named import Catalogue, Offered
from templatesync.sending.request import SendRequest, requests

FULL = Shape(body=("name", "order"), replies=("Yes", "No"), screen="DATE", products="MPM").contract()
WIRE: dict[str, Any] = {
    "ChannelType": "whatsapp",
    "Type": "template",
    "From": "6581234567",
    "To": "6591234567",
    "TemplateName": "shop",
    "Language": "en",
    "TemplateParams": {"name": "Ann", "order": "1001"},
    "Payload": ["Yes", "No"],
    "FlowAction": {"FlowToken": "token", "FlowActionData": {"day": 1}},
    "ProductAction": {
        "ThumbnailProductRetailerId": "sku-1",
        "Sections": [{"Title": "All", "ProductItems": [{"ProductRetailerId": "sku-1"}]}],
    },
}
_OWN = ("To", "TemplateParams", "Payload", "FlowAction", "ProductAction")


def snake(name: str) -> str:
    return "from_" if name == "From" else "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def camel(name: str) -> str:
    return name[0].lower() + name[1:]


def respelt(value: Any, spell: Any) -> Any:
    """A request with its fields in another spelling; variables and data of a flow are nobody's fields."""
    if isinstance(value, dict):
        kept = ("TemplateParams", "FlowActionData")
        return {spell(name): each if name in kept else respelt(each, spell) for name, each in value.items()}
    return [respelt(each, spell) for each in value] if isinstance(value, list) else value


def in_texts(request: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(each) if isinstance(each, dict | list) else each for name, each in request.items()}


def flattened(request: dict[str, Any]) -> dict[str, Any]:
    found = {name: each for name, each in request.items() if name not in ("Payload", "TemplateParams")}
    payloads, params = request.get("Payload"), request.get("TemplateParams")
    if not isinstance(payloads, list) or not isinstance(params, dict) or not payloads:
        return request
    found |= {f"Payload.{number}": each for number, each in enumerate(payloads, 1)}
    return found | {f"TemplateParams.{name}": each for name, each in params.items()}


def mass(request: dict[str, Any]) -> dict[str, Any]:
    whole = {name: each for name, each in request.items() if name not in _OWN}
    return {**whole, "SenderList": [{name: request[name] for name in _OWN if name in request}]}


FORMS = {
    "snake": lambda request: respelt(request, snake),
    "camel": lambda request: respelt(request, camel),
    "nulls": lambda request: {**request, "Tag": None, "template_params": None, "SenderList": None},
    "shrink": lambda request: {f"{snake(name)}_shrink": each for name, each in in_texts(request).items()},
    "texts": in_texts,
    "flat": flattened,
    "mass": mass,
    "mass snake": lambda request: respelt(mass(request), snake),
    "mass in a text": lambda request: in_texts(mass(request)),
    "list": lambda request: [request],
}


def problems(document: Any, contract: Contract = FULL) -> list[Problem]:
    return [each for request in requests(document) for each in (*frame(request), *check(contract, request))]


def told(document: Any) -> list[tuple[Code, str]]:
    return sorted((each.code, each.message) for each in problems(document))


@pytest.mark.parametrize("form", FORMS)
def test_a_right_request_is_right_in_every_form(form: str) -> None:
    assert problems(WIRE) == problems(FORMS[form](WIRE)) == []


VALUES = st.sampled_from(["Ann", "", "a\nb", "x     y", "https://a.example/b", "1767225600000"])
WRONG = {
    "TemplateParams": st.dictionaries(st.sampled_from(["name", "order", "more"]), VALUES),
    "Payload": st.lists(st.sampled_from(["Yes", "No", "other"]), max_size=3),
    "To": st.sampled_from(["+65 91234567", "6591234567"]),
    "Language": st.just("id"),
    "FlowAction": st.sampled_from([{}, {"FlowToken": ""}, {"FlowToken": "t"}]),
    "ProductAction": st.sampled_from([{}, {"ThumbnailProductRetailerId": "s", "Sections": [{}]}]),
}


@settings(max_examples=60)
@given(st.sampled_from(sorted(WRONG)), st.data(), st.sampled_from(sorted(FORMS)), st.booleans())
def test_the_same_request_has_the_same_problems_in_every_form(
    part: str, data: st.DataObject, form: str, gone: bool
) -> None:
    request = {name: each for name, each in WIRE.items() if name != part}
    if not gone:
        request[part] = data.draw(WRONG[part])
    assert told(request) == told(FORMS[form](request))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("[1, {}"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*WIRE, "SenderList", "Sections", "from_", "Payload.1", "Payload.x.2", "TemplateParams.1"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=50)
@given(JSON)
def test_no_document_is_too_odd(document: Any) -> None:
    catalogue = Catalogue([Offered("shop", "shop", "shop", FULL)], {})
    for request in requests(document):
        judged = catalogue.judge(request)
        found = (*frame(request), *judged.names, *judged.problems)
        assert all(each.pointer == "" or each.pointer.startswith("/") for each in found)
        assert found, "a request that lacks so much is not right"


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"TemplateParams": {"name": "", "order": "1"}}, "/TemplateParams/name", Code.VALUE_EMPTY),
        ({"TemplateParams": '{"name": "", "order": "1"}'}, "/TemplateParams", Code.VALUE_EMPTY),
        ({"TemplateParams": {"name": 7, "order": "1"}}, "/TemplateParams/name", Code.SHAPE),
        (
            {"TemplateParams": {"name": "A", "order": "1", "a/b~c": "x"}},
            "/TemplateParams/a~1b~0c",
            Code.VARIABLE_UNKNOWN,
        ),
        ({"TemplateParams": '{"name": "A", "name": "B"}'}, "/TemplateParams", Code.SHAPE),
        ({"TemplateParams": '{"name": NaN}'}, "/TemplateParams", Code.SHAPE),
        ({"TemplateParams": "[" * 100_000}, "/TemplateParams", Code.SHAPE),
        ({"Payload": ["No", "Yes"]}, "/Payload/0", Code.PAYLOAD_ORDER),
        ({"Payload": "Yes"}, "/Payload", Code.SHAPE),
        ({"ProductAction": {"Sections": 5}}, "/ProductAction/Sections", Code.SHAPE),
        ({"FlowAction": {"FlowToken": 5}}, "/FlowAction/FlowToken", Code.SHAPE),
        ({"FlowAction": {"FlowToken": "t", "FlowActionData": 5}}, "/FlowAction/FlowActionData", Code.SHAPE),
        ({"To": 6591234567}, "/To", Code.SHAPE),
        ({"to": "6581111111"}, "/to", Code.SHAPE),
    ],
)
def test_a_pointer_leads_to_the_place(changed: dict[str, Any], pointer: str, code: Code) -> None:
    found = problems({**WIRE, **changed})
    assert (code, pointer) in [(each.code, each.pointer) for each in found]
    assert refused(tuple(found))


def test_pointers_into_lists_and_masses() -> None:
    entry = {"To": "6591234567", "TemplateParams": {"name": "A\t", "order": "1"}}
    document = [WIRE, {**mass(WIRE), "SenderList": [mass(WIRE)["SenderList"][0], entry, 5]}]
    pointers = {each.pointer for each in problems(document)}
    assert {"/1/SenderList/1/TemplateParams/name", "/1/SenderList/1", "/1/SenderList/2"} == pointers


def test_a_group_has_no_number() -> None:
    assert problems({**WIRE, "RecipientType": "group", "To": "group-id"}) == []
    assert [each.code for each in problems({**WIRE, "RecipientType": "individual", "To": "x"})] == [Code.NUMBER]


def test_a_mass_has_an_end() -> None:
    many = {**mass(WIRE), "SenderList": mass(WIRE)["SenderList"] * 1_001}
    assert "1,001 entries" in problems(many)[0].message
    assert problems({**many, "SenderList": many["SenderList"][:1_000]}) == []


def test_what_is_given_twice_is_told() -> None:
    (request,) = requests({**WIRE, "template_name": "other"})
    assert isinstance(request, SendRequest) and "template_name is given as TemplateName" in request.odd[0].message
    assert problems({**WIRE, "template_name": WIRE["TemplateName"]}) == []
