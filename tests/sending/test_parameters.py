"""Every parameter of a send is asked for by the contract, or named as none of the template's business."""

from __future__ import annotations

import dataclasses

import pytest
from support.api_paths import leaves

from templatesync.sending.breaking import breaking
from templatesync.sending.check import check
from templatesync.sending.contract import Card, Contract, Flow, Place, Products, Room, Variable
from templatesync.sending.parameters import ASKED, CHOOSES, NOT_THE_TEMPLATES
from templatesync.sending.request import requests
from templatesync.service.api import api

MASS = "SenderList."
"""What one customer of many is sent has the same names, one level deeper."""


PARAMETERS = {
    path.removeprefix(MASS): operation for operation, each in api().sends.items() for path in leaves(each.request)
}


def test_both_operations_that_send_are_walked() -> None:
    """The mass one adds no parameter of its own, and a single one is a part of it."""
    single, mass = (
        {path.removeprefix(MASS) for path in leaves(api().sends[name].request)}
        for name in ("SendChatappMessage", "SendChatappMassMessage")
    )
    assert mass < single
    assert {"FlowAction.FlowToken", "ProductAction.Sections.ProductItems.ProductRetailerId"} <= mass


@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_somebody_has_thought_about_each_parameter(path: str) -> None:
    places = [path in table for table in (ASKED, CHOOSES, NOT_THE_TEMPLATES)]
    assert sum(places) == 1, f"{path} of {PARAMETERS[path]}: say in sending/parameters.py what it is to a template"


def test_the_tables_name_no_parameter_that_is_not_there() -> None:
    assert ASKED.keys() | CHOOSES.keys() | NOT_THE_TEMPLATES.keys() == PARAMETERS.keys()


FIELDS = {field.name for field in dataclasses.fields(Contract)}
ASKED_FIELDS = {name for names in ASKED.values() for name in names}
NOT_ASKED = {
    "language": "chooses the contract",
    "media_variable": "names one of the variables",
    "coupon": "names one of the variables, or a code that nobody gives",
    "category": "for people",
    "allow_send": "for people",
    "text": "for people",
}


def test_every_field_of_the_contract_is_asked_for_by_a_parameter_or_none() -> None:
    """A field that no parameter carries is one that nobody could give."""
    assert ASKED_FIELDS | NOT_ASKED.keys() == FIELDS
    assert not ASKED_FIELDS & NOT_ASKED.keys()


NAME = (Variable("name", (Place("body"),)),)
ANN = {"TemplateParams": {"name": "Ann"}}
DIFFERENT = {
    "variables": (Contract(), Contract(variables=NAME), ANN),
    "rooms": (Contract(variables=NAME), Contract(variables=NAME, rooms=(Room("body", 2, ("name",)),)), ANN),
    "media": (Contract(), Contract(media="IMAGE"), {"TemplateParams": {"header": "https://www.example.com/a.png"}}),
    "expires": (Contract(), Contract(expires=True), {"TemplateParams": {}}),
    "code": (Contract(), Contract(code=True), {"TemplateParams": {"code": "123456"}}),
    "replies": (Contract(), Contract(replies=("Yes",)), {"Payload": ["Yes"]}),
    "cards": (Contract(), Contract(cards=(Card(("Keep",)), Card(("Keep",)))), {"Payload": ["Keep", "Keep"]}),
    "flow": (Contract(), Contract(flow=Flow("DAY")), {"FlowAction": {"FlowToken": "t"}}),
    "products": (
        Contract(),
        Contract(products=Products.CATALOG),
        {"ProductAction": {"ThumbnailProductRetailerId": "cup"}},
    ),
}
"""For each field that is asked for: two contracts that differ in nothing else, and a request that is right for one."""


@pytest.mark.parametrize("name", sorted(ASKED_FIELDS))
def test_each_of_these_fields_changes_what_is_wrong_with_a_request(name: str) -> None:
    one, other, said = DIFFERENT[name]
    assert dataclasses.replace(one, **{name: getattr(other, name)}) == other
    (request,) = requests({"ChannelType": "whatsapp", "Type": "template", "From": "1", "To": "2", **said})
    problems = check(one, request), check(other, request)
    assert problems[0] != problems[1]
    assert () in problems, "right for one of the two, so that what is wrong with the other is this field"


@pytest.mark.parametrize("name", sorted(ASKED_FIELDS - {"rooms"}))
def test_each_of_these_fields_is_in_the_digest(name: str) -> None:
    """Room is wording: a program that fits it by chance is refused for one value, not for good."""
    one, other, _ = DIFFERENT[name]
    assert one.digest != other.digest
    assert breaking(one, other) or breaking(other, one)
