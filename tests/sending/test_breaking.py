"""What breaks the programs that send: pairs of an edit and its rule, each with a twin that breaks nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from templatesync.kinds import KINDS
from templatesync.kinds.template.sending import contract
from templatesync.model.change import break_warnings, breaks
from templatesync.model.finding import Severity
from templatesync.model.resource import Key, Resource
from templatesync.sending.breaking import BreakingRule, breaking, removed
from templatesync.validation.registry import RULES

Body = dict[str, Any]


def message(*components: Any, text: str = "Hello $(name).", **fields: Any) -> Body:
    return {"Category": "MARKETING", "Components": [{"Type": "BODY", "Text": text}, *components], **fields}


def header(kind: str = "IMAGE", url: str = "https://a.example/a.png", **fields: Any) -> Body:
    return {"Type": "HEADER", "Format": kind, "Url": url, **fields}


def buttons(*each: Any) -> Body:
    return {"Type": "BUTTONS", "Buttons": list(each)}


def replies(*labels: str) -> Body:
    return buttons(*({"Type": "QUICK_REPLY", "Text": label} for label in labels))


def address(url: str) -> Body:
    return buttons({"Type": "URL", "Text": "See", "Url": url})


def flow(screen: str = "", **fields: Any) -> Body:
    screens = {"NavigateScreen": screen} if screen else {}
    return buttons({"Type": "FLOW", "Text": "Go", "FlowId": "1", **screens, **fields})


def products(*kinds: str) -> Body:
    return buttons(*({"Type": kind, "Text": "See"} for kind in kinds))


def offer(expires: bool, text: str = "Ends") -> Body:
    return {"Type": "LIMITED_TIME_OFFER", "Text": text, "HasExpiration": expires}


def coupon(code: str) -> Body:
    return buttons({"Type": "COPY_CODE", "CouponCode": code})


def card(*labels: str, media: str = "IMAGE", text: str = "", url: str = "") -> Body:
    parts = [header(media), replies(*labels)]
    if text:
        parts.append({"Type": "BODY", "Text": text})
    if url:
        parts[1]["Buttons"].append({"Type": "URL", "Text": "See", "Url": url})
    return {"CardComponents": parts}


def carousel(*cards: Body) -> Body:
    return message({"Type": "CAROUSEL", "Cards": list(cards)})


CODE = {"Category": "AUTHENTICATION", "Components": [{"Type": "BODY"}, buttons({"Type": "COPY_CODE", "Text": "Copy"})]}


class Pair(NamedTuple):
    """A content, an edit of it that breaks these rules in these words, and one that breaks nothing."""

    name: str
    before: Body
    bad: Body
    told: dict[BreakingRule, str]
    good: Body


R = BreakingRule
PAIRS = [
    Pair(
        "a variable goes",
        message(text="Hello $(name), $(order)."),
        message(text="Hello $(name)."),
        {R.VARIABLE_REMOVED: "variable order removed"},
        message(text="$(order) is yours, $(name)."),
    ),
    Pair(
        "a variable comes",
        message(),
        message(text="Hello $(name), $(order)."),
        {R.VARIABLE_ADDED: "variable order added"},
        message(text="Good morning $(name), $(name)!"),
    ),
    Pair(
        "a variable is renamed",
        message(),
        message(text="Hello $(customer)."),
        {R.VARIABLE_REMOVED: "variable name removed", R.VARIABLE_ADDED: "variable customer added"},
        message({"Type": "FOOTER", "Text": "Shop"}, text="Hi $(name)."),
    ),
    Pair(
        "a variable goes out of a card",
        carousel(card("Keep", text="One for $(who)."), card("Keep", text="Two.")),
        carousel(card("Keep", text="One."), card("Keep", text="Two.")),
        {R.VARIABLE_REMOVED: "variable who removed"},
        carousel(card("Keep", text="One."), card("Keep", text="Two for $(who).")),
    ),
    Pair(
        "a coupon's code becomes a variable",
        message(coupon("CUP10")),
        message(coupon("$(code)")),
        {R.VARIABLE_ADDED: "variable code added"},
        message(coupon("CUP20")),
    ),
    Pair(
        "two quick replies trade places",
        message(replies("Yes", "No")),
        message(replies("No", "Yes")),
        {R.REPLY_ORDER: 'quick replies changed their order from "Yes", "No" to "No", "Yes"'},
        message(
            buttons(
                *replies("Yes")["Buttons"],
                {"Type": "URL", "Text": "See", "Url": "https://a.example/"},
                *replies("No")["Buttons"],
            )
        ),
    ),
    Pair(
        "a quick reply comes in front",
        message(replies("Yes", "No")),
        message(replies("Later", "Yes", "No")),
        {R.REPLY_ORDER: 'quick replies changed their order from "Yes", "No" to "Later", "Yes", "No"'},
        message(replies("Yes", "No", "Later")),
    ),
    Pair(
        "a card's quick replies trade places",
        carousel(card("Keep", "More"), card("Keep", "More")),
        carousel(card("Keep", "More"), card("More", "Keep")),
        {R.REPLY_ORDER: 'card 2: quick replies changed their order from "Keep", "More" to "More", "Keep"'},
        carousel(card("Keep", "More", text="New."), card("Keep", "More", text="New.")),
    ),
    Pair(
        "a quick reply goes",
        message(replies("Yes", "No")),
        message(replies("Yes")),
        {R.REPLY_REMOVED: 'quick reply "No" removed'},
        message(replies("Yes", "No"), text="Dear $(name)."),
    ),
    Pair(
        "all quick replies go",
        message(replies("Yes")),
        message(address("https://a.example/")),
        {R.REPLY_REMOVED: 'quick reply "Yes" removed'},
        message(replies("Yes", "No")),
    ),
    Pair(
        "a quick reply says something else",
        message(replies("Yes", "No")),
        message(replies("Sure", "No")),
        {R.REPLY_RELABELLED: 'quick reply "Yes" is called "Sure" now'},
        message(replies("Yes", "No"), {"Type": "FOOTER", "Text": "Shop"}),
    ),
    Pair(
        "a FLOW button comes",
        message(),
        message(flow("DAY")),
        {R.FLOW_ADDED: "a FLOW button added, which needs a token with each message"},
        message(address("https://a.example/")),
    ),
    Pair(
        "a flow begins elsewhere",
        message(flow("DAY")),
        message(flow("ADDRESS")),
        {R.FLOW_SCREEN: "the flow begins with another screen: DAY became ADDRESS"},
        message(flow("DAY", FlowId="2", Text="Choose")),
    ),
    Pair(
        "a flow's own first screen",
        message(flow("DAY")),
        message(flow(FlowAction="DATA_EXCHANGE")),
        {R.FLOW_SCREEN: "the flow begins with another screen: DAY became the flow's own"},
        message(),
    ),
    Pair(
        "a CATALOG button comes",
        message(),
        message(products("CATALOG")),
        {R.PRODUCTS_ADDED: "products added: each message must name a product with its picture"},
        message(address("https://a.example/")),
    ),
    Pair(
        "a catalogue becomes sections of products",
        message(products("CATALOG")),
        message(products("MPM")),
        {R.PRODUCTS_ADDED: "products added: each message must name a product and sections of products"},
        message(),
    ),
    Pair(
        "a picture becomes a video",
        message(header()),
        message(header("VIDEO", "https://a.example/a.mp4")),
        {R.MEDIA_KIND: "header media changed from IMAGE to VIDEO"},
        message(header(url="https://a.example/b.png")),
    ),
    Pair(
        "a picture comes",
        message({"Type": "HEADER", "Format": "TEXT", "Text": "News"}),
        message(header()),
        {R.MEDIA_KIND: "header media changed from none to IMAGE"},
        message(),
    ),
    Pair(
        "a card's picture becomes a video",
        carousel(card("Keep"), card("Keep")),
        carousel(card("Keep"), card("Keep", media="VIDEO")),
        {R.MEDIA_KIND: "card 2: header media changed from IMAGE to VIDEO"},
        carousel(card("Keep", url="https://a.example/"), card("Keep")),
    ),
    Pair(
        "a picture's address becomes a variable",
        message(header()),
        message(header(url="$(photo)")),
        {
            R.VARIABLE_ADDED: "variable photo added",
            R.URL_VARIABLE: "header media: variable photo is a whole address now",
        },
        message(header(url="https://b.example/other.png")),
    ),
    Pair(
        "a card's picture takes no variable any more",
        carousel({"CardComponents": [header(url="$(photo)"), replies("Keep")]}),
        carousel(card("Keep")),
        {
            R.VARIABLE_REMOVED: "variable photo removed",
            R.URL_VARIABLE: "card 1 header media: the address takes no variable photo any more",
        },
        carousel({"CardComponents": [header(url="$(photo)"), replies("Keep"), {"Type": "BODY", "Text": "New."}]}),
    ),
    Pair(
        "a value becomes the end of an address",
        message(address("https://a.example/")),
        message(address("https://a.example/$(name)")),
        {R.URL_VARIABLE: "button 1: variable name is the end of an address now, and must be encoded"},
        message(address("https://b.example/c")),
    ),
    Pair(
        "a value becomes a whole address",
        message(address("https://a.example/$(link)")),
        message(address("$(link)")),
        {R.URL_VARIABLE: "button 1: variable link is a whole address now"},
        message(address("https://b.example/$(link)")),
    ),
    Pair(
        "an address takes no value any more",
        message(address("https://a.example/$(link)")),
        message(address("https://a.example/")),
        {
            R.VARIABLE_REMOVED: "variable link removed",
            R.URL_VARIABLE: "button 1: the address takes no variable link any more",
        },
        message(address("https://a.example/b/$(link)"), {"Type": "FOOTER", "Text": "Shop"}),
    ),
    Pair(
        "an address moves to another button of a card",
        carousel({"CardComponents": [header(), address("https://a.example/$(link)")]}),
        carousel({"CardComponents": [header(), address("$(link)")]}),
        {R.URL_VARIABLE: "card 1 button 1: variable link is a whole address now"},
        carousel(
            {
                "CardComponents": [
                    header(),
                    buttons(
                        {"Type": "URL", "Text": "All", "Url": "https://a.example/"},
                        {"Type": "URL", "Text": "See", "Url": "https://a.example/$(link)"},
                    ),
                ]
            }
        ),
    ),
    Pair(
        "a card comes",
        carousel(card("Keep"), card("Keep")),
        carousel(card("Keep"), card("Keep"), card("Keep")),
        {R.CARDS: "number of cards changed from 2 to 3"},
        carousel(card("Keep", text="One."), card("Keep", text="Two.")),
    ),
    Pair(
        "all cards go",
        carousel(card(), card()),
        message(),
        {R.CARDS: "number of cards changed from 2 to 0"},
        carousel(card(text="One."), card(text="Two.")),
    ),
    Pair(
        "an offer begins to expire",
        message(offer(False)),
        message(offer(True)),
        {R.OFFER_EXPIRY: "the offer expires now, at a time that each message must give"},
        message(offer(False, "Until Friday")),
    ),
    Pair(
        "an offer comes, and expires",
        message(),
        message(offer(True)),
        {R.OFFER_EXPIRY: "the offer expires now, at a time that each message must give"},
        message(offer(False)),
    ),
    Pair(
        "a code is asked for",
        message(text="Hello."),
        CODE,
        {R.AUTHENTICATION: "a one-time code is asked for now"},
        {**message(text="Hello there."), "Category": "UTILITY"},
    ),
    Pair(
        "a code is asked for no more",
        CODE,
        message(text="Hello."),
        {R.AUTHENTICATION: "it takes no one-time code any more"},
        {**CODE, "Components": [{"Type": "BODY", "AddSecretRecommendation": True}, CODE["Components"][1]]},
    ),
]
"""The rules that compare contents. Those of what is gone stand below."""


def found(before: Body, after: Body) -> dict[str, str]:
    """What a change breaks, by rule, as everybody asks it: through the kind, of canonical contents."""
    content = KINDS["template"].content
    old, new = (content.canonical(Resource(Key("template", "a", "en"), body)) for body in (before, after))
    told = content.breaking(old, new)
    assert len({each.rule for each in told}) == len(told), "once each, in these pairs"
    return {each.rule: each.text for each in told}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name.replace(" ", "-"))
def test_an_edit_breaks_its_rule_and_its_twin_none(pair: Pair) -> None:
    assert found(pair.before, pair.bad) == {rule.value: text for rule, text in pair.told.items()}
    assert pair.good != pair.before
    assert found(pair.before, pair.good) == {}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name.replace(" ", "-"))
def test_what_breaks_has_another_digest_and_nothing_breaks_itself(pair: Pair) -> None:
    before, bad = contract(pair.before), contract(pair.bad)
    assert before.digest != bad.digest
    assert breaking(before, before) == breaking(bad, bad) == ()


def test_every_rule_has_a_pair_that_breaks_it_alone() -> None:
    alone = {rule for pair in PAIRS if len(pair.told) == 1 for rule in pair.told}
    assert alone == set(R) - {R.LANGUAGE_REMOVED, R.REMOVED}


def test_a_language_and_a_resource_that_are_gone() -> None:
    assert removed("id") == (R.LANGUAGE_REMOVED, "language id removed", Severity.ERROR)
    assert removed("") == (R.REMOVED, "it is removed", Severity.ERROR)


def test_several_edits_are_told_each() -> None:
    """The six that went unnoticed once, in one change; the second reply is gone, and the first at another place."""
    before = message(replies("Yes", "No", "Later"), offer(False))
    after = message(
        buttons(
            *replies("Later", "Yes")["Buttons"],
            {"Type": "FLOW", "Text": "Go", "FlowId": "1", "NavigateScreen": "DAY"},
            {"Type": "CATALOG", "Text": "See"},
        ),
        offer(True),
    )
    assert found(before, after).keys() == {
        R.REPLY_REMOVED,
        R.REPLY_ORDER,
        R.FLOW_ADDED,
        R.PRODUCTS_ADDED,
        R.OFFER_EXPIRY,
    }


def test_warnings_are_told_apart_from_what_stands_in_the_way() -> None:
    told = breaking(contract(message(replies("Yes", "No"))), contract(message(replies("Sure", "No"), text="Hi.")))
    assert [note.code for note in breaks(told)] == [R.VARIABLE_REMOVED]
    assert [note.code for note in break_warnings(told)] == [R.REPLY_RELABELLED]


@pytest.mark.parametrize("rule", sorted(rule for rule in RULES if RULES[rule].of_change))
def test_every_rule_that_a_kind_tells_is_listed_under_its_id(rule: str) -> None:
    """What a program reads in `breaking_rules` is what `templatesync rules ID` explains."""
    kinds = {"breaking-printed-code": "qr_code", "breaking-entry-screen": "flow"}
    if rule in kinds:
        assert RULES[rule].kind == kinds[rule]
    else:
        assert rule == R(rule).value
        assert RULES[rule].severity is R(rule).severity
