"""Which differences between a file and an answer are none, one by one, and which look alike and are some."""

from __future__ import annotations

from typing import Any

import pytest

from templatesync.kinds.template.canonical import canonical, current, pair, unknown_fields

Body = dict[str, Any]

TEXT = {"Type": "BODY", "Text": "Hello, and goodbye"}


def template(*components: Any, **more: Any) -> Body:
    return {"Category": "MARKETING", "Components": [TEXT, *components], **more}


def code(*components: Any, **more: Any) -> Body:
    return {"Category": "AUTHENTICATION", "Components": [{"Type": "BODY"}, *components], **more}


def buttons(*given: Any) -> Body:
    return {"Type": "BUTTONS", "Buttons": list(given)}


def carousel(*cards: Any) -> Body:
    return {"Type": "CAROUSEL", "Cards": [{"CardComponents": list(card)} for card in cards]}


def header(**more: Any) -> Body:
    return {"Type": "HEADER", "Format": "IMAGE", "Url": "https://a.io/a.png", **more}


LINK = {"Type": "URL", "Text": "See", "Url": "https://a.io/"}
REPLY = {"Type": "QUICK_REPLY", "Text": "Yes"}
COPY = {"Type": "COPY_CODE", "CouponCode": "C1"}
FLOW = {"Type": "FLOW", "Text": "Go", "FlowId": "1", "NavigateScreen": "A"}
TAP = {"Type": "ONE_TAP"}
APP, OTHER_APP = ({"PackageName": f"com.{name}", "SignatureHash": "K8a+AINcGX7"} for name in "ab")
EMPTY: Body = {"A": None, "B": "", "C": [], "D": {}}

SAME = {
    "nothing, said in words": (template(), template(header(Url="", Format=None), **EMPTY)),
    "empty parts": (template(), template({"Type": "FOOTER"}, {"Type": "FOOTER", "Text": ""}, None, "FOOTER")),
    "an empty list of buttons": (template(), template(buttons(), {"Type": "BUTTONS", "Buttons": [None, 1]})),
    "an empty list of cards": (template(), template(carousel(), {"Type": "CAROUSEL", "Cards": "none"})),
    "the order of components": (
        template({"Type": "FOOTER", "Text": "B"}, header()),
        template(header(), {"Type": "FOOTER", "Text": "B"}),
    ),
    "the order of what nobody knows": (
        template({"Type": "NEWER", "Text": "a"}, {"Type": "NEWEST", "Text": "b"}),
        template({"Type": "NEWEST", "Text": "b"}, {"Type": "NEWER", "Text": "a"}),
    ),
    "the order of a card's components": (template(carousel([TEXT, header()])), template(carousel([header(), TEXT]))),
    "what the service makes of an address that is a variable": (
        template(header(Url="$(photo)")),
        template(header(Url="https://media.io/1.png")),
    ),
    "the same in a card": (
        template(carousel([header(Url="https://a.io/$(photo)")], [header()])),
        template(carousel([header(Url="https://media.io/1.png")], [header(Url="https://media.io/2.png")])),
    ),
    "where a picture lies": (template(header()), template(header(Url="https://b.io/b.png"))),
    "where the picture of a card lies": (
        template(carousel([header()])),
        template(carousel([header(Url="https://b.io")])),
    ),
    "what an example says": (
        template({"Type": "FOOTER", "Text": "$(a)"}, Example={"a": "Ann"}),
        template({"Type": "FOOTER", "Text": "$(a)"}, Example={"a": "Bob"}),
    ),
    "examples that an answer leaves out": (
        template({"Type": "FOOTER", "Text": "$(a)"}, Example={"a": "Ann"}),
        template({"Type": "FOOTER", "Text": "$(a)"}),
    ),
    "an example of no variable": (template(Example={"a": "Ann"}), template(Example={"b": "Ann"})),
    "an example that is no map": (template(), template(Example="Ann")),
    "what only the service says": (template(), template(AuditStatus="pass", TemplateCode="1")),
    "what only the service says of a button": (template(buttons(REPLY)), template(buttons({**REPLY, "Id": 7}))),
    "a field that is newer than this program": (template(Newer=1), template(Newer=1)),
    "a newer field of a component": (
        template({"Type": "FOOTER", "Text": "B", "Newer": "x"}),
        template({"Type": "FOOTER", "Text": "B", "Newer": "x"}),
    ),
    "a category that drifted": (template(), template(Category="UTILITY")),
    "a category that nobody says": (template(), template(Category=None)),
    "a lifetime of thirty days": (template(MessageSendTtlSeconds=-1), template(MessageSendTtlSeconds=2_592_000)),
    "the lifetime of all": (template(MessageSendTtlSeconds=2_592_000), template()),
    "the lifetime of codes": (code(MessageSendTtlSeconds=600), code()),
    "a lifetime of nothing": (template(MessageSendTtlSeconds=0), template(MessageSendTtlSeconds=60)),
    "a lifetime that the file leaves open": (template(), template(MessageSendTtlSeconds=60)),
    "a switch as it comes": (template(AllowSend=True, CategoryChangePaused=False), template()),
    "a switch that the file leaves open": (template(), template(AllowSend=False, CategoryChangePaused=True)),
    "sending, where it says nothing": (template(AllowSend=False), template(Category="UTILITY", AllowSend=True)),
    "no opt-out": (template(buttons({**REPLY, "IsOptOut": False})), template(buttons(REPLY))),
    "the action of a flow": (template(buttons(FLOW)), template(buttons({**FLOW, "FlowAction": "NAVIGATE"}))),
    "the kind of a link": (template(buttons({**LINK, "UrlType": "static"})), template(buttons(LINK))),
    "the kind of a link with a variable": (
        template(buttons({**LINK, "Url": "https://a.io/$(a)"})),
        template(buttons({**LINK, "Url": "https://a.io/$(a)", "UrlType": "dynamic"})),
    ),
    "the label of a catalogue": (
        template(buttons({"Type": "CATALOG"})),
        template(buttons({"Type": "CATALOG", "Text": "View"})),
    ),
    "the label of products": (template(buttons({"Type": "MPM", "Text": "a"})), template(buttons({"Type": "MPM"}))),
    "a header with a text": (
        template({"Type": "HEADER", "Text": "A"}),
        template({"Type": "HEADER", "Format": "TEXT", "Text": "A"}),
    ),
    "whether a code ends, in other letters": (
        code({"Type": "FOOTER", "HasExpiration": True, "CodeExpirationMinutes": 5}),
        code({"Type": "FOOTER", "hasExpiration": True, "CodeExpirationMinutes": 5}),
    ),
    "a code that does not end": (
        code({"Type": "FOOTER", "CodeExpirationMinutes": 0}),
        code({"Type": "FOOTER", "hasExpiration": False}),
    ),
    "no advice": ({**code(), "Components": [{"Type": "BODY", "AddSecretRecommendation": False}]}, code()),
    "an app on the button": (code(buttons({**TAP, **APP})), code(buttons({**TAP, "SupportedApps": [APP]}))),
    "an app that is said twice": (
        code(buttons({**TAP, **APP, "SupportedApps": [APP]})),
        code(buttons({**TAP, "SupportedApps": [APP]})),
    ),
    "the order of apps": (
        code(buttons({**TAP, "SupportedApps": [APP, OTHER_APP]})),
        code(buttons({**TAP, **APP, "SupportedApps": [OTHER_APP, {}]})),
    ),
    "examples that the file leaves open": (
        template({"Type": "FOOTER", "Text": "$(a)"}),
        template({"Type": "FOOTER", "Text": "$(a)"}, Example={"a": "Ann"}),
    ),
    "one example that the file leaves open": (
        template({"Type": "FOOTER", "Text": "$(a) $(b)"}, Example={"a": "Ann"}),
        template({"Type": "FOOTER", "Text": "$(a) $(b)"}, Example={"a": "Ann", "b": "Bob"}),
    ),
    "the screen of a flow that the file leaves open": (
        template(buttons({"Type": "FLOW", "Text": "Go", "FlowId": "1"})),
        template(buttons(FLOW)),
    ),
    "an offer that ends, in other letters": (
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A", "HasExpiration": True}),
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A", "hasExpiration": True, "HasExpiration": None}),
    ),
    "an offer that ends, in the letters of the service": (
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A", "hasExpiration": True}),
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A", "HasExpiration": True}),
    ),
    "an offer that does not end": (
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A"}),
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A", "hasExpiration": False}),
    ),
    "the letters of a type": (
        template({"Type": "HEADER", "Text": "A", "Format": "TEXT"}),
        template({"Type": "header", "Text": "A"}),
    ),
    "blanks around an app": (
        code(buttons({**TAP, "SupportedApps": [APP]})),
        code(buttons({**TAP, "SupportedApps": [{**APP, "PackageName": " com.a "}]})),
    ),
    "an empty list of what is an app": (code(buttons(TAP)), code(buttons({**TAP, "SupportedApps": [None]}))),
    "an empty list of apps": (template(buttons(REPLY)), template(buttons({**REPLY, "SupportedApps": [None]}))),
}
OTHER = {
    "a text": (template({"Type": "FOOTER", "Text": "B"}), template({"Type": "FOOTER", "Text": "C"})),
    "a part more": (template(), template({"Type": "FOOTER", "Text": "C"})),
    "a body more": (code(), {"Category": "AUTHENTICATION", "Components": []}),
    "a part of a newer sort": (template({"Type": "NEWER", "Text": "a"}), template({"Type": "NEWEST", "Text": "a"})),
    "the order of buttons": (template(buttons(LINK, REPLY)), template(buttons(REPLY, LINK))),
    "the order of cards": (template(carousel([TEXT], [header()])), template(carousel([header()], [TEXT]))),
    "no picture": (template(header()), template(header(Url=None, Format="VIDEO"))),
    "a picture that is not there": (template(header()), template(header(Url=None))),
    "a lifetime of thirty days": (template(MessageSendTtlSeconds=-1), template(MessageSendTtlSeconds=60)),
    "a lifetime of codes without end": (code(MessageSendTtlSeconds=-1), code(MessageSendTtlSeconds=2_592_000)),
    "everything": ({"Category": "MARKETING", "Components": []}, template()),
    "everything, gone": (template(), {"Category": "MARKETING"}),
    "an offer that ends": (
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A", "HasExpiration": True}),
        template({"Type": "LIMITED_TIME_OFFER", "Text": "A"}),
    ),
    "a text in place of a document": (
        template({"Type": "HEADER", "Format": "DOCUMENT", "Text": "A"}),
        template({"Type": "HEADER", "Format": "TEXT", "Text": "A"}),
    ),
    "a header of which nothing is known but its address": (
        template({"Type": "HEADER", "Url": "https://a.io/a.png", "Text": "A"}),
        template({"Type": "HEADER", "Format": "TEXT", "Text": "A"}),
    ),
    "another sort of picture": (template(header()), template(header(Format="VIDEO"))),
    "a lifetime": (template(MessageSendTtlSeconds=60), template(MessageSendTtlSeconds=61)),
    "a lifetime that is not the default": (template(MessageSendTtlSeconds=600), template()),
    "a lifetime of codes that is not theirs": (code(MessageSendTtlSeconds=60), code()),
    "sending": (template(AllowSend=False), template()),
    "sending, said": (template(AllowSend=True), template(AllowSend=False)),
    "the pause of changes": (template(CategoryChangePaused=True), template()),
    "the pause of changes, drifted": (template(CategoryChangePaused=True), template(Category="UTILITY")),
    "an opt-out": (template(buttons({**REPLY, "IsOptOut": True})), template(buttons(REPLY))),
    "the action of a flow": (template(buttons({**FLOW, "FlowAction": "DATA_EXCHANGE"})), template(buttons(FLOW))),
    "the kind of a link": (template(buttons({**LINK, "UrlType": "dynamic"})), template(buttons(LINK))),
    "a label": (template(buttons(REPLY)), template(buttons({**REPLY, "Text": "No"}))),
    "an app": (code(buttons({**TAP, **APP})), code(buttons({**TAP, **OTHER_APP}))),
    "an app more": (code(buttons({**TAP, **APP, "SupportedApps": [OTHER_APP]})), code(buttons({**TAP, **APP}))),
    "when a code ends": (
        code({"Type": "FOOTER", "CodeExpirationMinutes": 5}),
        code({"Type": "FOOTER", "CodeExpirationMinutes": 6}),
    ),
    "a newer field": (template(Newer=1), template(Newer=2)),
    "a newer field that is not there": (template(Newer=1), template()),
    "which examples there are": (
        template({"Type": "FOOTER", "Text": "$(a) $(b)"}, Example={"a": "Ann", "b": "Bob"}),
        template({"Type": "FOOTER", "Text": "$(a) $(b)"}, Example={"a": "Ann"}),
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_no_difference(what: str) -> None:
    wanted, live = pair(*SAME[what])
    assert wanted == live


@pytest.mark.parametrize("what", OTHER)
def test_a_difference(what: str) -> None:
    wanted, live = pair(*OTHER[what])
    assert wanted != live


def everywhere(**more: Any) -> Body:
    """A template with this in each of its parts."""
    card = carousel([{**TEXT, **more}, buttons({**REPLY, **more})])
    card["Cards"][0].update(more)
    return template({**card, **more}, buttons({**TAP, "SupportedApps": [{**APP, **more}], **more}), **more)


def test_what_is_live_alone_has_only_what_a_file_can_hold() -> None:
    plain = current(everywhere())
    assert current(everywhere(Own=1)) == current(everywhere(Own=1), template()) == plain
    assert "Own" not in str(plain)
    assert current({**template(), "AuditStatus": "pass", "Id": 1, "Name": "a", "Language": "en"}) == template()


def test_what_is_newer_than_this_program_stays_where_the_file_has_it() -> None:
    kept = current(everywhere(New="x"), template(New="x"))
    assert str(kept).count("'New'") == 7


@pytest.mark.parametrize("wanted", [None, {}, {"Category": "authentication"}])
def test_the_words_of_codes_are_the_services_own(wanted: Body | None) -> None:
    told = {"Category": "Authentication", "Components": [{"Type": "BODY", "Text": "Your code"}]}
    assert current(told, wanted)["Components"] == [{"Type": "BODY"}]
    assert canonical(told) == code()


def test_what_is_generated_is_decided_by_the_category_that_is_wanted() -> None:
    told = {"Category": "UTILITY", "AllowSend": False, "Components": [{"Type": "BODY", "Text": "Your code"}]}
    assert current(told, code())["Components"] == [{"Type": "BODY"}]
    assert current(told, template())["Components"] == told["Components"]
    assert current(told, template())["AllowSend"] is False
    assert "AllowSend" not in current(told)


def test_components_are_in_the_order_of_their_display() -> None:
    parts = [{"Type": kind, "Text": "A"} for kind in ("NEWEST", "NEWER", "FOOTER", "BODY", "HEADER")]
    components: Any = canonical({"Components": parts})["Components"]
    assert [part["Type"] for part in components] == ["HEADER", "BODY", "FOOTER", "NEWER", "NEWEST"]


def test_of_a_file_nothing_is_dropped_that_nobody_knows() -> None:
    assert canonical({**template({"Type": "FOOTER", "Text": "B", "New": 1}), "Newer": 0}) == {
        **template({"Type": "FOOTER", "Text": "B", "New": 1}),
        "Newer": 0,
    }


def test_names_that_nobody_knows_are_found_everywhere_but_among_examples() -> None:
    body = template(carousel([buttons({**LINK, "Deep": [{"Deeper": 1}]})]), New={"Inner": 2}, Example={"a": "b"})
    assert unknown_fields(body) == {"Deep", "Deeper", "New", "Inner"}
