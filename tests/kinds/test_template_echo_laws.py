"""A template told back otherwise than it was sent: what is no difference, what nobody sees, and what is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.emulated_project import World
from support.template_strategies import Body, families

from templatesync.emulator.operations import responses
from templatesync.emulator.platform.review import ReviewStatus
from templatesync.emulator.quirks import QUIRKS
from templatesync.emulator.store.templates import TemplateRow
from templatesync.kinds import KINDS
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.diff import explain

CONTENT, UNPARSE = KINDS["template"].content, KINDS["template"].file.unparse
ECHOES = {quirk.name: quirk for quirk in QUIRKS.values() if "GetChatappTemplateDetail" in quirk.answers}
# What a service may do to a content without a difference; with what nobody sees, after the stroke.
EQUAL = [
    "text-ends=trimmed", "text-ends=added", "line-ends=crlf", "order=components-reversed", "url-type=upper",
    "url-type=capitalized", "format=lower", "format=capitalized", "type=lower", "type=capitalized", "text-format=told",
    "defaults=switches", "defaults=lifetime", "defaults=expiry", "defaults=flow-action", "defaults=texts",
    "unknown-fields=filled", "unknown-fields=null", "allow-send=false", "allow-send=true", "allow-send=null",
    "category=lower", "category=unknown", "category=empty", "category=null", "category=missing",
]  # fmt: skip
UNSEEN = [
    "text-ends=trimmed-lines", "characters=nfc", "characters=nfd", "characters=no-variation", "urls=slash",
    "urls=lower-host", "dropped-field=UrlType", "dropped-field=Example", "dropped-field=FileType",
    "dropped-field=ThumbUrl",
]  # fmt: skip
SEEN = {
    "line-ends=escaped": "Components[BODY].Text",
    "line-ends=folded": "Components[BODY].Text",
    "blanks=collapsed": "Components[BODY].Text",
    "blanks=no-empty-lines": "Components[BODY].Text",
    "characters=nfkc": "Components[BODY].Text",
    "characters=html": "Components[BODY].Text",
    "variables=numbered": "Components[BODY].Text",
    "urls=encoded": "Components[BUTTONS].Buttons[1].Url",
    "urls=numbered": "Components[BUTTONS].Buttons[1].Url",
    "order=buttons-reversed": "Components[BUTTONS].Buttons",
    "dropped-field=Text": "Components[BODY].Text",
    "dropped-field=Buttons": "Components[BUTTONS]",
    "dropped-field=PhoneNumber": "Components[BUTTONS].Buttons[2].PhoneNumber",
    "dropped-field=IsOptOut": "Components[BUTTONS].Buttons[3].IsOptOut",
    "dropped-field=Caption": "Components[HEADER].Caption",
    "dropped-field=Format": "Components[HEADER].Format",
    "dropped-field=AllowSend": "AllowSend",
    "dropped-field=CategoryChangePaused": "CategoryChangePaused",
    "dropped-field=MessageSendTtlSeconds": "MessageSendTtlSeconds",
}
"""What a customer would see, or a sender owe: by the quirk, a place that the difference names."""

ODD = " Cafe\u0301 & caf\u00e9  for $(name) \nsee \u2764\ufe0f, \uff21 \n\nand come again. \n"
EVERYTHING: Body = {
    "Name": "everything",
    "Category": "MARKETING",
    "Language": "en",
    "MessageSendTtlSeconds": 86_400,
    "AllowSend": False,
    "CategoryChangePaused": True,
    "Components": [
        {"Type": "BODY", "Text": ODD},
        {"Type": "HEADER", "Format": "DOCUMENT", "Url": "https://a.io/a.pdf", "Caption": "One", "FileName": "a"},
        {"Type": "FOOTER", "Text": " Bye "},
        {
            "Type": "BUTTONS",
            "Buttons": [
                {"Type": "URL", "Text": "See", "Url": "https://EXAMPLE.com", "UrlType": "static"},
                {"Type": "URL", "Text": "Ask", "Url": "https://example.com/$(order)", "UrlType": "dynamic"},
                {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+6581234567"},
                {"Type": "QUICK_REPLY", "Text": "Stop", "IsOptOut": True},
                {"Type": "QUICK_REPLY", "Text": "Go on"},
            ],
        },
    ],
    "Example": {"name": "Ann", "order": "1001"},
}  # fmt: skip

law = settings(max_examples=12, suppress_health_check=list(HealthCheck))


def detail(body: Body, quirk: str = "") -> dict[str, Any]:
    """What a service that got this body answers."""
    properties = ("AllowSend", "CategoryChangePaused", "MessageSendTtlSeconds", "ProductSetId")
    row = TemplateRow(
        id=1, space="one", type="WHATSAPP", name=body["Name"], language=body["Language"], code="c" * 32,
        category=body["Category"], status=ReviewStatus.PASS, reason="", held=False, created=1.0,
        submitted=1.0, updated=1.0, content={"Components": body["Components"], "Example": body.get("Example")},
        properties={name: body[name] for name in properties if name in body},
    )  # fmt: skip
    answer: Any = json.loads(json.dumps({"Data": responses.detail(row)}))
    if quirk:
        name, _, value = quirk.partition("=")
        tell = ECHOES[name].values[value].tell
        assert tell is not None
        answer = tell(None, answer)  # type: ignore[arg-type]  # an echo looks at the answer alone
    data = answer["Data"]
    assert isinstance(data, dict)
    return data


def compared(body: Body, quirk: str) -> tuple[Any, Any]:
    key = Key("template", body["Name"], body["Language"])
    made = CONTENT.pair(Resource(key, body), Live(key, "pass", body=detail(body, quirk)))
    return made.wanted, made.live


@pytest.mark.parametrize("quirk", EQUAL)
def test_what_is_no_difference(quirk: str) -> None:
    wanted, live = compared(EVERYTHING, quirk)
    assert wanted == live


@law
@given(families(), st.sampled_from(EQUAL))
def test_what_is_no_difference_in_any_template(family: list[Body], quirk: str) -> None:
    for body in family:
        wanted, live = compared(body, quirk)
        assert wanted == live


@pytest.mark.parametrize("quirk", UNSEEN)
def test_what_nobody_sees(quirk: str) -> None:
    wanted, live = compared(EVERYTHING, quirk)
    assert CONTENT.visible(wanted) == CONTENT.visible(live)


@law
@given(families(), st.sampled_from(UNSEEN))
def test_what_nobody_sees_in_any_template(family: list[Body], quirk: str) -> None:
    for body in family:
        wanted, live = compared(body, quirk)
        assert CONTENT.visible(wanted) == CONTENT.visible(live)


@pytest.mark.parametrize(("quirk", "path"), SEEN.items())
def test_what_a_customer_sees_is_a_difference_with_its_place(quirk: str, path: str) -> None:
    wanted, live = compared(EVERYTHING, quirk)
    assert CONTENT.visible(wanted) != CONTENT.visible(live)
    assert path in {difference.path for difference in explain(live, wanted)}


@law
@given(families(), families())
def test_other_templates_never_look_the_same(one: list[Body], other: list[Body]) -> None:
    """Contents that differ in a text, a kind or an order do so for customers too."""
    first, second = (CONTENT.canonical(Resource(Key("template", "a", "en"), body[0])) for body in (one, other))
    seen = [CONTENT.visible(content)["Components"] for content in (first, second)]
    texts = [sorted(_texts(content["Components"])) for content in (first, second)]
    assert texts[0] == texts[1] or seen[0] != seen[1]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["Text"]] if isinstance(value.get("Text"), str) else [])
        yield from (text for item in value.values() for text in _texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts(item))


# What a file says of a template that is told in any way


@law
@given(families(), st.sampled_from([*EQUAL, *UNSEEN, *SEEN]))
def test_a_file_made_of_what_is_live_equals_it(family: list[Body], quirk: str) -> None:
    for body in family:
        key = Key("template", body["Name"], body["Language"])
        live = Live(key, "pass", body=detail(body, quirk))
        unparsed = UNPARSE(live)
        if not unparsed.reason:
            made = CONTENT.pair(Resource(key, unparsed.body), live)
            assert made.wanted == made.live


@pytest.mark.parametrize("quirk", [*EQUAL, *UNSEEN, *SEEN])
def test_what_is_imported_is_valid_and_plans_to_nothing(world: World, quirk: str) -> None:
    name, _, value = quirk.partition("=")
    for category in ("MARKETING", "UTILITY"):
        world.live(
            name=category.lower(), language="en", category=category, status="pass",
            components=EVERYTHING["Components"], example=EVERYTHING["Example"],
        )  # fmt: skip
    world.settings(quirks={name: value})
    fresh = world.other(world.root / "fresh")
    result = fresh.import_()
    assert len(result.written) + len(result.skipped) == 2
    for skipped in result.skipped:
        assert name in ("category", "dropped-field"), skipped
    if result.written:
        assert {row["action"] for row in fresh.document()["spaces"][0]["changes"]} == {"no_op"}


# Any shape at all

NAMES = st.sampled_from(
    "Category Components Type Text Buttons Cards CardComponents Example Format Url UrlType SupportedApps PackageName "
    "HasExpiration hasExpiration AllowSend MessageSendTtlSeconds CodeExpirationMinutes PhoneNumber ProductSetId".split()
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 3), st.floats(), st.text(max_size=2),
    st.sampled_from(["", " ", "BODY", "header", "BUTTONS", "url", "AUTHENTICATION", "image", "$(a)", "60", "true"]),
)  # fmt: skip
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=15,
)


@settings(law, max_examples=100)
@given(st.dictionaries(NAMES, SHAPES, max_size=6), families())
def test_a_detail_of_any_shape_breaks_nothing(told: Body, family: list[Body]) -> None:
    key = Key("template", "a", "en")
    live = Live(key, "pass", body={**detail(family[0]), **told})
    made = CONTENT.pair(Resource(key, family[0]), live)
    CONTENT.visible(made.live)
    CONTENT.visible(told)
    explain(made.live, made.wanted)
    CONTENT.breaking(made.live, made.wanted)
    unparsed = UNPARSE(live)
    assert unparsed.reason or unparsed.body["Components"] is not None
