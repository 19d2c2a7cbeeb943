"""What is true of every look: it never fails, whatever the JSON, and nothing that a customer can read is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.compact_look import all_texts, strange
from support.template_strategies import bodies

from templatesync.kinds import KINDS
from templatesync.kinds.template.canonical import canonical
from templatesync.kinds.template.effect import effective
from templatesync.look.bubble import Bubble, Sample, Screens, Values

SAMPLES = {"name": "Ann", "order": "1001"}
TEMPLATE, FLOW = KINDS["template"].content.look, KINDS["flow"].content.look

WORDS = (
    "Type Text Format Url Components Buttons Cards CardComponents HEADER BODY FOOTER BUTTONS CAROUSEL "
    "LIMITED_TIME_OFFER URL PHONE_NUMBER QUICK_REPLY COPY_CODE ONE_TAP ZERO_TAP MPM CATALOG FLOW TEXT IMAGE "
    "LOCATION Category MARKETING AUTHENTICATION CodeExpirationMinutes HasExpiration FileName Caption "
    "AssetContent Asset screens id title layout children type If Switch then else cases condition Form "
    "Dropdown data-source data __example__ routing_model on-click-action navigate next PhoneNumber "
    "PrefilledMessage DeepLinkUrl $(name) ${data.x} `'a'${data.x}`"
).split()
TEXTS = st.sampled_from(WORDS) | st.text(max_size=6)
NUMBERS = st.integers() | st.floats()
_NO_SCREENS = "the JSON of this flow has no screens"
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
PARTS = st.lists(st.dictionaries(st.sampled_from(WORDS), JSON, max_size=4) | JSON, max_size=3)
TEMPLATES = st.sampled_from(["MARKETING", "UTILITY", "AUTHENTICATION"]).flatmap(lambda each: bodies("shop_a", each))
MESSAGES = st.fixed_dictionaries({"Components": PARTS}, optional={"Category": st.sampled_from(WORDS), "Example": JSON})
SCREENS = st.fixed_dictionaries(
    {"id": TEXTS, "layout": PARTS.map(lambda parts: {"children": parts})}, optional={"title": JSON, "data": JSON}
)
FLOWS = st.fixed_dictionaries({"screens": st.lists(SCREENS, max_size=2)}, optional={"routing_model": JSON}).map(
    lambda asset: {"AssetContent": asset}
)


@settings(max_examples=60)
@given(content=JSON | MESSAGES | FLOWS)
def test_it_never_fails_whatever_the_json(content: Any) -> None:
    for kind in KINDS.values():
        for values in Values:
            look = kind.content.look(content, "en", SAMPLES, values)
            assert [*strange(look)] == []


SHOWN = Values.SAMPLES
ODD = {"huge": 10**5000, "low": -(10**5000), "nan": float("nan"), "inf": float("-inf"), "half": "\ud800", "open": "$("}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_it_never_fails_for_a_value_that_cannot_be_written(value: Any) -> None:
    part = {"Type": "FOOTER", "Text": value, "Url": value, "CodeExpirationMinutes": value, "Buttons": [{"Text": value}]}
    content = {"Category": "AUTHENTICATION", "Components": [part, value, {"Type": value, "Format": value}]}
    assert isinstance(TEMPLATE(content, "en", {}, Values.LONGEST), Bubble)
    screen = {"id": "A", "title": "${data.x}", "data": {"x": {"__example__": value}}}
    assert isinstance(FLOW({"AssetContent": {"screens": [screen]}}, "", {}, Values.SAMPLES), Screens)


def test_a_sample_or_an_example_in_many_places_does_not_fill_the_memory() -> None:
    long, many = "Ann " * 50_000, 10_000
    look = TEMPLATE({"Components": [{"Type": "BODY", "Text": "$(a)" * many}]}, "en", {"a": long}, Values.SAMPLES)
    assert sum(map(len, all_texts(look))) < 500_000
    data = {"t": {"__example__": long}, "l": {"__example__": [{"title": long}] * many}}
    parts = [{"type": "Dropdown", "label": "${data.t}", "data-source": "${data.l}"}] * 100
    flow = FLOW(
        {"AssetContent": {"screens": [{"id": "A", "data": data, "layout": {"children": parts}}]}}, "", {}, SHOWN
    )
    assert sum(map(len, all_texts(flow))) < 1_000_000


@pytest.mark.parametrize("field", ["Components", "Cards", "CardComponents", "Buttons"])
def test_it_never_fails_however_deep(field: str) -> None:
    deep: Any = {"Type": "BODY", "Text": "here"}
    for _ in range(20_000):
        deep = {"Type": "CAROUSEL", field: [deep]}
    assert isinstance(TEMPLATE({"Components": [deep]}, "en", {}, Values.SAMPLES), Bubble)
    assert FLOW({"AssetContent": deep}, "", {}, Values.SAMPLES) == Screens(unread=_NO_SCREENS)


_FIELDS = ("Text", "AutofillText", "Caption", "FileName", "Url", "PhoneNumber", "CouponCode")


@settings(max_examples=40)
@given(body=TEMPLATES, form=st.sampled_from([canonical, effective]))
def test_nothing_that_a_customer_can_read_is_lost(body: Mapping[str, Any], form: Callable[[Any], Any]) -> None:
    content = form(body)
    look = TEMPLATE(content, "en", {}, Values.NAMES)
    shown = "\n".join(all_texts(look))
    assert isinstance(look, Bubble)
    assert [text for text in _readable(content) if text not in shown] == []


@settings(max_examples=40)
@given(body=TEMPLATES, values=st.sampled_from(Values))
def test_a_body_and_what_is_compared_of_it_look_alike(body: Mapping[str, Any], values: Values) -> None:
    looks = [TEMPLATE(each, "en", SAMPLES, values) for each in (body, canonical(body))]
    assert _without_sources(looks[0]) == _without_sources(looks[1])


def _without_sources(value: Any) -> Any:
    """Without the addresses of media, which are no content."""
    if isinstance(value, Sample):
        return value._replace(source="")
    return [_without_sources(each) for each in value] if isinstance(value, tuple) else value


def _readable(value: Any) -> Iterator[str]:
    """The texts of all parts; the address of media is a sample, of which a content says only that it is there."""
    if isinstance(value, list):
        for each in value:
            yield from _readable(each)
    if isinstance(value, dict):
        media = value.get("Type") == "HEADER"
        yield from (value[name] for name in _FIELDS if name in value and not (media and name == "Url"))
        for name in ("Components", "Buttons", "Cards", "CardComponents"):
            yield from _readable(value.get(name))


@given(kind=st.sampled_from(["SOON", "HEADER", "BODY", "FOOTER", "LIMITED_TIME_OFFER"]), times=st.integers(1, 3))
def test_a_part_that_nobody_knows_or_one_too_many_is_told(kind: str, times: int) -> None:
    parts = [{"Type": kind, "Text": f"words {number}", "More": {"a": ["deep"]}} for number in range(times)]
    shown = "\n".join(all_texts(TEMPLATE({"Components": parts}, "en", {}, Values.SAMPLES)))
    assert [number for number in range(times) if f"words {number}" not in shown] == []
    assert ("deep" in shown) == (kind == "SOON")


@settings(max_examples=40)
@given(body=TEMPLATES, values=st.sampled_from(Values))
def test_the_slots_of_a_text_are_where_its_values_are(body: Mapping[str, Any], values: Values) -> None:
    look = TEMPLATE(body, "en", SAMPLES, values)
    assert isinstance(look, Bubble)
    for text in (look.header, look.body, look.footer, *(button.target for button in look.buttons)):
        for slot in text.slots:
            shown = text.text[slot.start : slot.end]
            if values is Values.NAMES:
                assert shown == f"$({slot.name})"
            elif values is Values.SAMPLES and slot.name in SAMPLES:
                assert shown == SAMPLES[slot.name]
            else:
                assert shown
