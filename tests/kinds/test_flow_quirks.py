"""Flows of a service that says otherwise than its pages: what is read is right, or told as not known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.flow_space import (
    ABSENT,
    BOOK,
    KEYS,
    KIND,
    OLD,
    SIGN_UP,
)
from support.kind_calls import Called, answered, everything, only
from support.quirks_of import concerning

from templatesync.kinds.flow.policy import UNREAD
from templatesync.model.calls import CallError
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.model.resource import Key, Listing, Live

LIST = Request("ListFlow")


# --- whatever the service believes ------------------------------------------------------------------------------------


QUIRKS = concerning("ListFlow", "GetFlow", "GetFlowJSONAssest", "GET file")
# The others refuse all, or in an outer form that nobody can read.
ANSWERED = [(name, value) for name, value in QUIRKS if not name.startswith(("denied-flows", "success-code", "names"))]

every_quirk = pytest.mark.parametrize(("name", "value"), QUIRKS)


@every_quirk
def test_what_is_there_is_found_or_told_as_not_known(filled: Called, name: str, value: str) -> None:
    truth = {each.ids["flow_id"]: each for each in filled.run(KIND.remote.fetch(everything())).live.values()}
    filled.quirks(**{name: value})
    try:
        listing = filled.run(KIND.remote.fetch(everything(*KEYS, OLD)))
    except CallError as error:
        assert error.answer.code
        return
    assert listing.complete or listing.reason
    likenesses = [KIND.file.likeness(key, None) for key in listing.live]
    for key in KEYS:
        there = key in listing.live or key in listing.failed
        # Another spelling blocks: it is in the listing, and alike.
        assert there or not listing.complete or KIND.file.likeness(key, None) in likenesses
    ids = {each.ids["flow_id"] for each in listing.live.values()}
    assert ids >= set(truth) or not listing.complete
    for key in KEYS:
        one = listing.live.get(key)
        if one is not None and one.body is not None:
            true = truth[one.ids["flow_id"]]
            assert true.body is not None
            assert true.key == key
            content, said = true.body.get("AssetContent"), one.body.get("AssetContent")
            assert content == said or (said is None and UNREAD in one.facts)


@pytest.mark.parametrize(("name", "value"), ANSWERED)
def test_each_is_read_or_known_by_another_name(filled: Called, name: str, value: str) -> None:
    filled.quirks(**{name: value})
    found = [filled.run(KIND.remote.read(key, None)) for key in KEYS]
    missing = [key for key, one in zip(KEYS, found, strict=True) if one is None]
    assert missing == ([SIGN_UP] if (name, value) in (("flow-names", "collapsed"), ("flow-names", "lower")) else [])


@every_quirk
def test_absence_is_shown_or_nothing_is_said(filled: Called, name: str, value: str) -> None:
    filled.quirks(**{name: value})
    try:
        assert filled.run(KIND.remote.read(ABSENT, None)) is None
        listing = filled.run(KIND.remote.fetch(only(ABSENT)))
    except CallError as error:
        assert error.answer.code
        return
    assert ABSENT not in listing.live
    assert listing.complete


@pytest.mark.parametrize(("name", "value"), ANSWERED)
def test_an_account_without_flows(space: Called, name: str, value: str) -> None:
    space.quirks(**{name: value})
    assert space.run(KIND.remote.fetch(only(ABSENT))) == Listing({})
    assert space.run(KIND.remote.read(ABSENT, None)) is None


# --- details ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("klass", [AnswerClass.DENIED, AnswerClass.NOT_FOUND, AnswerClass.INVALID, AnswerClass.OTHER])
def test_a_refused_detail_is_the_failure_of_that_flow(filled: Called, klass: AnswerClass) -> None:
    filled.answering("GetFlow", lambda request, answer: Answer(LIST, klass, "InvalidParameter.FlowNotExist", "no"))
    listing = filled.run(KIND.remote.fetch(only(BOOK, ABSENT)))
    assert (set(listing.failed), listing.complete) == ({BOOK}, True)
    assert listing.live[BOOK].body is None
    assert SIGN_UP in listing.live
    with pytest.raises(CallError):
        filled.run(KIND.remote.read(BOOK, None))


def test_details_that_cannot_be_reached_are_those_of_the_whole(filled: Called) -> None:
    filled.answering(
        "GetFlow", lambda request, answer: Answer(LIST, AnswerClass.UNREACHABLE, "templatesync.Unreachable")
    )
    with pytest.raises(CallError):
        filled.run(KIND.remote.fetch(only(BOOK)))


def test_what_no_list_shows_and_no_detail_is_gone(filled: Called) -> None:
    there = filled.run(KIND.remote.read(BOOK, None))
    assert there is not None
    for name, value in concerning("DeleteFlow", "GetFlow"):
        if name == "absent-flow":
            filled.quirks(**{name: value})
            gone = replace(there, ids={"flow_id": "404"})
            assert filled.run(KIND.remote.read(ABSENT, gone)) is None
    filled.quirks(list_lag="120")
    new = filled.flow("new")
    made = filled.run(KIND.remote.read(Key("flow", "new"), Live(Key("flow", "new"), "DRAFT", {"flow_id": new})))
    assert made is not None


def test_a_name_that_list_and_detail_spell_in_two_ways_blocks_both(filled: Called) -> None:
    other = answered(LIST, {"Data": {"FlowName": "Book", "Status": "DRAFT"}})
    filled.answering("GetFlow", lambda request, answer: other)
    listing = filled.run(KIND.remote.fetch(only(BOOK, Key("flow", "Book"))))
    assert set(listing.failed) == {BOOK, Key("flow", "Book")}


def test_what_a_detail_lacks_the_list_has(filled: Called) -> None:
    filled.answering(
        "GetFlow", lambda request, answer: answered(LIST, {"Data": {"Status": "draft", "Categories": ["OTHER"]}})
    )
    one = filled.run(KIND.remote.fetch(only(BOOK))).live[BOOK]
    assert one.status == "DRAFT"
    assert KIND.outputs.values(one) == {"flow_id": one.ids["flow_id"]}
    assert KIND.content.current(one)["FlowName"] == "book"
