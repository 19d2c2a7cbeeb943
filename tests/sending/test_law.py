"""The law: what is right for one template is refused for another exactly when `breaking` says so.

What a request cannot show, and what nobody knows of the service, are the exceptions, each with an example.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.sending_shapes import Card, Shape, edits, pairs, right_request, shapes

from templatesync.model.finding import Severity
from templatesync.sending.breaking import BreakingRule, breaking
from templatesync.sending.check import Enforced, check, refused
from templatesync.sending.contract import Contract, Role

NOT_SHOWN = frozenset(
    {BreakingRule.MEDIA_KIND, BreakingRule.CARDS, BreakingRule.FLOW_SCREEN}
)  # which media a fixed header has, how many cards there are and where a flow begins, only the template says

ENFORCED = st.builds(Enforced, st.booleans(), st.booleans(), st.booleans())


def is_refused(old: Contract, new: Contract, enforced: Enforced = Enforced()) -> bool:
    return refused(check(new, right_request(old, time=enforced.offer_expiry), enforced))


def errors(old: Contract, new: Contract) -> set[BreakingRule]:
    return {BreakingRule(each.rule) for each in breaking(old, new) if each.severity is Severity.ERROR}


def shown(old: Contract, new: Contract, enforced: Enforced) -> set[BreakingRule]:
    """What breaks, without what a request for the old one cannot show of it."""
    found = errors(old, new) - NOT_SHOWN
    if not enforced.extra_payloads:
        found -= {BreakingRule.REPLY_REMOVED}
    if not enforced.payload_order:
        found -= {BreakingRule.REPLY_ORDER, BreakingRule.REPLY_REMOVED}
        found |= {BreakingRule.REPLY_REMOVED} if _too_many(old, new, enforced) else set()
    if not enforced.offer_expiry:
        found -= {BreakingRule.OFFER_EXPIRY}
    if new.code and not old.code and len(right_request(old, time=enforced.offer_expiry).params) == 1:
        found -= {BreakingRule.AUTHENTICATION, BreakingRule.VARIABLE_REMOVED, BreakingRule.URL_VARIABLE}
    gone = [each for each in old.variables if each.name not in new.names]
    if new.media and gone and all(Role.ADDRESS in each.roles for each in gone):
        found -= {BreakingRule.VARIABLE_REMOVED, *_url_without(old, new)}
    if _coupon_in_an_address(old, new):
        found -= {BreakingRule.URL_VARIABLE}
    return found


def _too_many(old: Contract, new: Contract, enforced: Enforced) -> bool:
    return enforced.extra_payloads and len(old.all_replies) > len(new.all_replies)


def _url_without(old: Contract, new: Contract) -> Iterable[BreakingRule]:
    """The rule about addresses, when only addresses that are gone break it."""
    before = {each.name: each.roles for each in old.variables}
    made = [each.roles - before.get(each.name, frozenset()) for each in new.variables]
    return () if any({Role.SUFFIX, Role.ADDRESS} & roles for roles in made) else (BreakingRule.URL_VARIABLE,)


def _coupon_in_an_address(old: Contract, new: Contract) -> bool:
    after = {each.name: each.roles for each in new.variables}
    return any(
        Role.COUPON in each.roles and not {Role.SUFFIX, Role.ADDRESS} & each.roles and Role.SUFFIX in after[each.name]
        for each in old.variables
        if each.name in after
    )


@settings(max_examples=150 * DEPTH)
@given(pairs(), ENFORCED)
def test_a_request_for_one_template_is_refused_for_another_exactly_when_that_breaks_it(
    pair: tuple[Shape, Shape], enforced: Enforced
) -> None:
    old, new = (each.contract() for each in pair)
    assert not is_refused(old, old, enforced)
    if is_refused(old, new, enforced):
        assert errors(old, new)
    else:
        assert not shown(old, new, enforced)


@settings(max_examples=50 * DEPTH)
@given(shapes(), st.data())
def test_whoever_has_the_same_digest_breaks_nothing(shape: Shape, data: st.DataObject) -> None:
    old = shape.contract()
    other = data.draw(edits(shape)).contract()
    assert breaking(old, old) == ()
    if old.digest == other.digest:
        assert breaking(old, other) == breaking(other, old) == ()


@settings(max_examples=50 * DEPTH)
@given(shapes(), st.data())
def test_harmless_edits_stay_harmless(shape: Shape, data: st.DataObject) -> None:
    if shape.code:
        return
    edit = data.draw(st.sampled_from([each for each in HARMLESS if each != "reply" or not shape.cards]))
    edited = shape._replace(**HARMLESS[edit](shape))
    assert breaking(shape.contract(), edited.contract()) == ()


HARMLESS = {
    "wording": lambda shape: {"words": "Guten Tag"},
    "moved": lambda shape: {"body": shape.body[::-1]},
    "reply": lambda shape: {"replies": (*shape.replies, "One more")},
    "flow gone": lambda shape: {"screen": None},
    "products gone": lambda shape: {"products": ""},
    "no end": lambda shape: {"expires": False},
}

TEXT, ONE = Shape(body=("name",)), Shape(address="name")
YES_NO, CARDS = Shape(replies=("Yes", "No")), (Card(("Yes",)), Card(("No",)))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param(Shape(header="IMAGE"), Shape(header="VIDEO"), BreakingRule.MEDIA_KIND, id="fixed media"),
        pytest.param(Shape(cards=CARDS), Shape(cards=(*CARDS, Card(("X",)))), BreakingRule.CARDS, id="another card"),
        pytest.param(Shape(screen="A"), Shape(screen="B"), BreakingRule.FLOW_SCREEN, id="first screen"),
        pytest.param(Shape(expires=False), Shape(expires=True), BreakingRule.OFFER_EXPIRY, id="time left out"),
        # Under which name a one-time code, or the media of a header, is given is on no page: any may be it.
        pytest.param(TEXT, Shape(code=True), BreakingRule.AUTHENTICATION, id="a value that passes for a code"),
        pytest.param(ONE, Shape(header="IMAGE"), BreakingRule.VARIABLE_REMOVED, id="an address that may be media"),
        pytest.param(Shape(coupon="$(c)"), Shape(coupon="$(c)", end="c"), BreakingRule.URL_VARIABLE, id="a coupon"),
    ],
)
def test_what_a_request_cannot_show(old: Shape, new: Shape, rule: BreakingRule) -> None:
    before, after = old.contract(), new.contract()
    assert rule in errors(before, after)
    assert not is_refused(before, after)


@pytest.mark.parametrize(
    ("old", "new", "switch", "rule"),
    [
        (YES_NO, Shape(replies=("Yes",)), "extra_payloads", BreakingRule.REPLY_REMOVED),
        (YES_NO, Shape(replies=("No", "Yes")), "payload_order", BreakingRule.REPLY_ORDER),
        (Shape(expires=False), Shape(expires=True), "offer_expiry", BreakingRule.OFFER_EXPIRY),
    ],
)
def test_what_nobody_knows_of_the_service_is_a_switch(old: Shape, new: Shape, switch: str, rule: BreakingRule) -> None:
    before, after = old.contract(), new.contract()
    assert errors(before, after) == {rule}
    assert [is_refused(before, after, Enforced()._replace(**{switch: on})) for on in (False, True)] == [False, True]


def test_a_new_label_is_told_and_refuses_nothing() -> None:
    before, after = YES_NO.contract(), Shape(replies=("Yes", "Nope")).contract()
    assert [each.rule for each in breaking(before, after)] == [BreakingRule.REPLY_RELABELLED]
    assert not is_refused(before, after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param((("Yes",), ("No",)), (("No",), ("Yes",)), id="cards change places"),
        pytest.param((("Buy",), ("Buy",)), (("Buy", "Info"), ("Buy", "Info")), id="a reply more on each card"),
    ],
)
def test_payloads_of_cards_are_one_list(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    before, after = (Shape(cards=tuple(map(Card, each))).contract() for each in (old, new))
    assert errors(before, after) == {BreakingRule.REPLY_ORDER}
    assert is_refused(before, after)


def test_the_same_label_on_each_card_is_nobody_elses() -> None:
    before, after = (Shape(cards=(Card(("Buy",)), Card((each,)))).contract() for each in ("Buy", "Get"))
    assert errors(before, after) == set()
    assert not is_refused(before, after)
