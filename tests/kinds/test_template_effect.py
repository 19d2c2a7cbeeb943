"""What has no effect: what rules say of it, what is sent, and what is compared are one and the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from support.emulated_project import World, ends

from templatesync.kinds.template.canonical import canonical, pair
from templatesync.kinds.template.effect import PLACES, effective, idle
from templatesync.kinds.template.rules import RULES
from templatesync.kinds.template.spelling import BUTTON_TYPES, CATEGORIES, COMPONENT_ORDER
from templatesync.kinds.template.view import view
from templatesync.model.resource import Key, Resource
from templatesync.service.api import api

TELLING = frozenset(
    "addsecret-place allow-category-change-gone allow-send auth-no-example btn-phone-field btn-quick-optout "
    "caption-header-media codeexp-place coupon-label-fixed field-place filename-document flow-exchange-no-screen "
    "hasexp-place product-set var-example-extra viber-fields-on-wa".split()
)
"""The rules that say of something that it has no effect. `auth-no-text` is the schema's."""
VALUES: dict[str, Any] = {
    "AddSecretRecommendation": True,
    "HasExpiration": True,
    "IsOptOut": True,
    "CodeExpirationMinutes": 7,
    "Duration": 30,
    "FlowAction": "DATA_EXCHANGE",
    "Format": "TEXT",
    "UrlType": "dynamic",
    "Buttons": [{"Type": "QUICK_REPLY", "Text": "Yes"}],
    "Cards": [{"CardComponents": [{"Type": "BODY", "Text": "A lamp."}]}],
    "SupportedApps": [{"PackageName": "com.example.shop", "SignatureHash": "K8a+AINcGX7"}],
}
FORMATS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT")


def told(body: dict[str, Any]) -> set[tuple[Any, ...]]:
    """The paths at which rules say that something has no effect."""
    template = view(Resource(Key("template", "a", "en"), body))
    return {hit.path for rule in RULES if rule.id in TELLING and rule.check for hit in rule.check(template)}


def parts() -> Iterator[dict[str, Any]]:
    """Each kind of component and button, with a field that may have an effect in it or not."""
    for kind, field in product((*COMPONENT_ORDER, *BUTTON_TYPES), PLACES):
        forms = FORMATS if kind == "HEADER" and field != "Format" else ("",)
        for form in forms:
            yield {"Type": kind, field: VALUES.get(field, "x1")} | ({"Format": form} if form else {})


def body_with(part: dict[str, Any], category: str) -> tuple[dict[str, Any], tuple[Any, ...]]:
    if part["Type"] in COMPONENT_ORDER:
        return {"Name": "a", "Category": category, "Components": [part]}, ("Components", 0)
    buttons = {"Type": "BUTTONS", "Buttons": [part]}
    return {"Name": "a", "Category": category, "Components": [buttons]}, ("Components", 0, "Buttons", 0)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_what_a_rule_calls_without_effect_is_neither_sent_nor_compared_and_nothing_else(category: str) -> None:
    seen = set()
    for part in parts():
        body, place = body_with(part, category)
        nothing = {name for name in part if name in idle(part, category)}
        of_schema = {"Text"} if category == "AUTHENTICATION" and part["Type"] in ("BODY", "FOOTER") else set()
        assert told(body) == {(*place, name) for name in nothing - of_schema}, part
        sent = effective(body)
        for step in place:
            sent = sent[step]
        assert part.keys() - sent.keys() == nothing, part
        without = {name: value for name, value in part.items() if name not in nothing}
        assert canonical(body) == canonical(body_with(without, category)[0]), part
        seen |= nothing
    assert seen == PLACES.keys(), "every field of the table is idle somewhere"


@pytest.mark.parametrize("category", sorted(CATEGORIES))
@pytest.mark.parametrize("kind", ["QUICK_REPLY", "CATALOG", "MPM"])
def test_the_same_outside_components(category: str, kind: str) -> None:
    body = {
        "Name": "a",
        "Category": category,
        "Components": [{"Type": "BODY", "Text": "Hi $(name)."}, {"Type": "BUTTONS", "Buttons": [{"Type": kind}]}],
        "Example": {"name": "Ann", "other": "x"},
        "AllowSend": False,
        "AllowCategoryChange": True,
        "ProductSetId": "9",
        "CategoryChangePaused": True,
        "MessageSendTtlSeconds": 60,
    }
    sent = effective(body)
    gone = {(name,) for name in body.keys() - sent.keys()}
    gone |= {("Example", name) for name in body["Example"] if "Example" in sent and name not in sent["Example"]}
    assert told(body) == gone
    assert canonical(body) == canonical(sent)
    assert effective(sent) == sent


def test_every_field_of_the_api_that_is_not_in_the_table_counts_everywhere() -> None:
    fields = {field.name: field for field in api().operations["CreateChatappTemplate"].request}
    parts = {field.name: field for field in fields["Components"].fields}
    buttons = {field.name for field in parts["Buttons"].fields}
    apart = {"Type", "ExtendAttrs"}
    assert parts.keys() | buttons <= PLACES.keys() | apart


def test_a_switch_says_nothing_of_a_template_that_is_not_marketing() -> None:
    body = {"Category": "MARKETING", "AllowSend": False, "Components": [{"Type": "BODY", "Text": "Hello there."}]}
    wanted, live = pair(body, {**body, "Category": "UTILITY", "AllowSend": True})
    assert wanted == live
    wanted, live = pair(body, {**body, "AllowSend": True})
    assert wanted != live


def test_a_kind_of_button_that_is_new_is_given_the_benefit_of_the_doubt() -> None:
    button = {"Type": "NEW", "Text": "Go", "Url": "https://example.com", "PhoneNumber": "+1", "FlowId": "3"}
    body, _ = body_with({"Type": "BUTTONS", "Buttons": [button]}, "MARKETING")
    assert effective(body) == body
    assert not told(body)


def test_what_is_sent_has_an_effect(world: World) -> None:
    text = "Hello dear friend,\n\nyour parcel has left our studio today."
    world.want(
        {
            "Name": "hello",
            "Category": "UTILITY",
            "Language": "en",
            "AllowSend": False,
            "AllowCategoryChange": True,
            "Components": [
                {"Type": "BODY", "Text": f" {text} \n", "Format": "TEXT", "Caption": "A list"},
                {"Type": "FOOTER", "Text": "The studio", "CodeExpirationMinutes": 5, "ThumbUrl": "https://a.io/t.png"},
            ],
            "Example": {"name": "Ann"},
        }
    )
    assert ends(world.apply()) == {"template/hello@en": "done"}
    (sent,) = world.writes()
    assert sent["operation"] == "CreateChatappTemplate"
    parts = [{"Type": "BODY", "Text": text}, {"Type": "FOOTER", "Text": "The studio"}]
    assert json.loads(sent["parameters"]["Components"]) == parts
    assert not {"Example", "AllowSend", "AllowCategoryChange"} & sent["parameters"].keys()
    assert {row["action"] for row in world.document()["spaces"][0]["changes"]} == {"no_op"}
