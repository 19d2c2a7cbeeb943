"""Fields that a send does not read: told with the name that was meant, and what everybody may give is not told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.senders import codes_of, module_of, template
from support.sending_shapes import Shape

from templatesync.model.finding import Severity
from templatesync.sending.check import Code, Problem, check, frame
from templatesync.sending.request import requests
from templatesync.service.api import api

HEAD = {"ChannelType": "whatsapp", "From": "6581234567", "TemplateName": "shop", "Language": "en"}
OWN = {"To": "6591234567", "TemplateParams": {"name": "Ann"}}
SINGLE: dict[str, Any] = {**HEAD, "Type": "template", **OWN}
MASS: dict[str, Any] = {**HEAD, "SenderList": [OWN]}


def strays(document: Any) -> list[Problem]:
    found = dict.fromkeys(each for request in requests(document) for each in frame(request))
    return [each for each in found if each.code is Code.FIELD]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("TemplateParam", "TemplateParams"),
        ("templateParam", "TemplateParams"),
        ("template_param", "TemplateParams"),
        ("Payloads", "Payload"),
        ("payloads", "Payload"),
        ("Payloads.1", "Payload"),
        ("FlowActoin", "FlowAction"),
        ("RecipentType", "RecipientType"),
        ("SenderLists", ""),
    ],
)
def test_a_misspelt_field_is_an_error_with_the_name_that_was_meant(misspelt: str, meant: str) -> None:
    (problem,) = strays({**SINGLE, misspelt: ["Yes"]})
    assert problem.pointer == f"/{misspelt}" and f"reads no field {misspelt}" in problem.message
    assert (problem.severity is Severity.ERROR) == problem.message.endswith(f"did you mean {meant}?") == bool(meant)


def test_misspelt_fields_are_found_in_objects_too() -> None:
    action = {"FlowToken": "t", "FlowActionDate": {}, "x": None}
    assert [each.pointer for each in strays({**SINGLE, "FlowAction": action})] == ["/FlowAction/FlowActionDate"]
    assert [each.pointer for each in strays({**SINGLE, "FlowAction": json.dumps(action)})] == ["/FlowAction"]
    (problem,) = strays({**SINGLE, "ProductAction": {"Section": []}})
    assert problem.message.endswith("did you mean Sections?")
    (problem,) = strays({**MASS, "SenderList": [{**OWN, "Payloads": []}]})
    assert problem.pointer == "/SenderList/0/Payloads" and problem.severity is Severity.ERROR


def test_a_field_in_another_place_is_told() -> None:
    (beside,) = strays({**MASS, "payload": ["Yes"]})
    assert beside.message.startswith("Payload belongs into each entry of SenderList")
    (within,) = strays({**MASS, "SenderList": [{**OWN, "Language": "en"}]})
    assert within.message.startswith("Language belongs beside SenderList")
    assert {beside.severity, within.severity} == {Severity.ERROR}


@pytest.mark.parametrize("operation", ["SendChatappMessage", "SendChatappMassMessage"])
def test_no_parameter_of_the_operation_or_of_every_call_is_told(operation: str) -> None:
    common = "Action Version Format RegionId Timestamp AccessKeyId SecurityToken Signature SignatureMethod "
    names = [*(field.name for field in api().sends[operation].request), *f"{common} SignatureVersion".split()]
    base = MASS if "SenderList" in names else SINGLE
    assert strays({**dict.fromkeys(names, "x"), **base}) == []


def test_another_field_is_a_warning() -> None:
    (problem,) = strays({**SINGLE, "comment": "a test"})
    assert (problem.severity, problem.pointer) == (Severity.WARNING, "/comment")


def test_a_key_that_may_be_a_number_of_a_customer_is_not_told() -> None:
    (problem,) = strays({**SINGLE, "+6591230001": {}})
    assert "6591230001" not in problem.message + problem.pointer


def test_many_such_fields_are_few_problems() -> None:
    found = strays({**SINGLE, **{f"x{number}": 1 for number in range(5_000)}})
    assert len(found) == 9 and found[-1].message == "4,992 more fields are not known"


def test_generated_code_gives_no_such_field() -> None:
    each = template(Shape(screen="DATE", products="MPM", replies=("Yes",)))
    sections = {"Cups": ["sku"]}
    sent = module_of(each).shop(
        codes=codes_of(each), language="en", flow_token="t", flow_data={"a": 1}, product="sku", sections=sections
    )
    assert strays({**SINGLE, **sent}) == []


@pytest.mark.parametrize("part", ["TemplateParams", "Payload", "SenderList", "FlowAction", "ProductAction"])
def test_json_in_a_text_has_an_end(part: str) -> None:
    """Checked before it is read: a text of one file may hold millions of empty lists."""
    bomb = "[" + "{}," * 500_000 + "{}]"
    (request,) = requests({**SINGLE, part: bomb})
    problems = [*frame(request), *check(Shape(body=("name",)).contract(), request)]
    assert [(each.code, each.pointer) for each in problems if "parts" in each.message] == [(Code.SHAPE, f"/{part}")]


def test_a_mass_is_checked_as_far_as_it_may_be_long() -> None:
    assert len([*requests({**MASS, "SenderList": [OWN] * 5_000})]) == 1_000
