"""QR codes of a service that says otherwise than its pages: what is read is right, or told as not known."""

from __future__ import annotations

import pytest
from support.kind_calls import SPACE, Called, answered, everything, only
from support.quirks_of import concerning

from templatesync.emulator.store.spaces import new_space
from templatesync.kinds import KINDS
from templatesync.kinds.qr_code.identity import by_code, by_message, digits
from templatesync.kinds.qr_code.listing import codes_of, understood
from templatesync.model.calls import CallError
from templatesync.model.json_value import Json
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.model.resource import NOT_UNDERSTOOD, Key, Listing, Resource

KIND = KINDS["qr_code"]
PHONE = digits(new_space(SPACE).numbers[0]["PhoneNumber"])
MESSAGES = ("Hello ", "Prices &  <list>\nplease", "Cafe\u0301 \u2764\ufe0f")
KEYS = [by_message(PHONE, message) for message in MESSAGES]
ABSENT = by_message(PHONE, "Nobody made this")
LIST = Request("ListPhoneMessageQrdl", {"PhoneNumber": PHONE})


@pytest.fixture
def filled(space: Called) -> Called:
    for message in MESSAGES:
        space.code(PHONE, message)
    space.clock.sleep(7200)
    return space


def body(message: str) -> dict[str, Json]:
    return {"PhoneNumber": PHONE, "PrefilledMessage": message}


def row(**fields: Json) -> dict[str, Json]:
    return {"PhoneNumber": PHONE, "PrefilledMessage": "Hi", "QrdlCode": "AAA", **fields}


# --- whatever the service believes ------------------------------------------------------------------------------------

QUIRKS = concerning("ListPhoneMessageQrdl", "QueryChatappPhoneNumbers")
# The others refuse all, or in an outer form that nobody can read.
ANSWERED = [(name, value) for name, value in QUIRKS if not name.startswith(("denied-qr", "success-code", "names"))]

every_quirk = pytest.mark.parametrize(("name", "value"), QUIRKS)


@every_quirk
def test_what_is_there_is_found_or_told_as_not_known(filled: Called, name: str, value: str) -> None:
    truth = {each.ids["qrdl_code"]: key for key, each in filled.run(KIND.remote.fetch(everything())).live.items()}
    filled.quirks(**{name: value})
    try:
        listing = filled.run(KIND.remote.fetch(everything(*KEYS)))
    except CallError as error:
        assert error.answer.code
        return
    assert listing.complete or listing.reason
    likenesses = [KIND.file.likeness(key, each.body) for key, each in listing.live.items()]
    for key, message in zip(KEYS, MESSAGES, strict=True):
        there = key in listing.live or key in listing.failed
        # Another spelling blocks: it is in the listing, and alike.
        assert there or not listing.complete or KIND.file.likeness(key, body(message)) in likenesses
    if listing.complete:
        assert {each.ids["qrdl_code"] for each in listing.live.values()} == set(truth)
    assert all(truth.get(each.ids["qrdl_code"]) == key for key, each in listing.live.items() if key in KEYS)


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
def test_a_number_without_codes(space: Called, name: str, value: str) -> None:
    space.quirks(**{name: value})
    assert space.run(KIND.remote.fetch(only(ABSENT))) == Listing({})
    assert space.run(KIND.remote.read(ABSENT, None)) is None


# --- a refusal where there may be none --------------------------------------------------------------------------------


def test_a_refusal_for_everything_is_not_a_number_without_codes(filled: Called) -> None:
    filled.answering(LIST.operation, lambda request, answer: REFUSALS["system"])
    listing = filled.run(KIND.remote.fetch(only(*KEYS)))
    assert (listing.complete, set(listing.failed)) == (False, set(KEYS))
    assert "ListPhoneMessageQrdl: System error [ERR-COMMON-001]" in listing.reason
    with pytest.raises(CallError) as raised:
        filled.run(KIND.remote.read(KEYS[0], None))
    assert raised.value.answer.code == "ERR-COMMON-001"


@pytest.mark.parametrize("value", ["gateway", "product", "words"])
def test_a_list_that_may_not_be_read_says_nothing(filled: Called, value: str) -> None:
    filled.quirks(denied_qr_codes=value)
    try:
        listing = filled.run(KIND.remote.fetch(only(*KEYS)))
    except CallError:
        return
    assert (listing.complete, set(listing.failed)) == (False, set(KEYS))


def test_a_number_of_somebody_else_blocks_its_codes_and_nothing_else(filled: Called) -> None:
    stranger = by_message("6599999999", "Hi")
    listing = filled.run(KIND.remote.fetch(only(stranger, KEYS[0])))
    assert (listing.complete, set(listing.failed), KEYS[0] in listing.live) == (True, {stranger}, True)


def test_who_may_not_see_the_numbers_does_not_know_whose_a_number_is(filled: Called) -> None:
    filled.quirks(denied_phone_numbers="gateway")
    stranger = by_message("6599999999", "Hi")
    listing = filled.run(KIND.remote.fetch(only(stranger, KEYS[0])))
    assert (listing.complete, set(listing.failed), KEYS[0] in listing.live) == (False, {stranger}, True)
    everything_ = filled.run(KIND.remote.fetch(everything(*KEYS)))
    assert (everything_.complete, set(everything_.live)) == (False, set(KEYS))
    assert everything_.reason.startswith("the numbers of the account are not told: QueryChatappPhoneNumbers: ")


REFUSALS = {
    "none": Answer(LIST, AnswerClass.INVALID, "InvalidParameter.NoData"),
    "nobody": Answer(LIST, AnswerClass.INVALID, "InvalidParameter.PhoneNumberError"),
    "system": Answer(LIST, AnswerClass.OTHER, "ERR-COMMON-001", "System error"),
    "denied": Answer(LIST, AnswerClass.DENIED, "NoPermission"),
    "broken": Answer(LIST, AnswerClass.UNAVAILABLE, "InternalError"),
    "rows": Answer(LIST, AnswerClass.OTHER, "200", data={"Code": "200", "Data": [row()]}),
    "empty": answered(LIST, {"Data": []}),
    "nothing": answered(LIST, {"Data": None}),
}
NUMBERS = answered(Request("QueryChatappPhoneNumbers"), {"PhoneNumbers": [{"PhoneNumber": f"+{PHONE}"}]})
OTHERS = answered(Request("QueryChatappPhoneNumbers"), {"PhoneNumbers": [{"PhoneNumber": "6599999999"}]})


@pytest.mark.parametrize(
    ("first", "again", "nobody", "numbers", "known"),
    [
        ("none", "none", "nobody", NUMBERS, True),
        ("none", "none", "none", NUMBERS, False),
        ("none", "none", "denied", NUMBERS, False),
        ("none", "none", "broken", NUMBERS, False),
        ("none", "none", "empty", NUMBERS, False),
        ("none", "nobody", "denied", NUMBERS, False),
        ("none", "broken", "nobody", NUMBERS, False),
        ("none", "none", "nobody", OTHERS, False),
        ("none", "none", "nobody", REFUSALS["denied"], False),
        ("nothing", "nothing", "nobody", REFUSALS["denied"], True),
        ("nothing", "none", "nobody", NUMBERS, False),
        ("nothing", "broken", "nobody", NUMBERS, False),
    ],
)
def test_what_shows_that_a_number_has_no_codes(
    first: str, again: str, nobody: str, numbers: Answer, known: bool
) -> None:
    calls = codes_of([PHONE], frozenset(), None)
    next(calls)
    with pytest.raises(StopIteration) as stop:
        asked = calls.send([REFUSALS[first]])
        assert [request.operation for request in asked] == [LIST.operation, LIST.operation, "QueryChatappPhoneNumbers"]
        assert asked[0] == LIST != asked[1]
        calls.send([REFUSALS[again], REFUSALS[nobody], numbers])
    codes = stop.value.value[PHONE]
    assert (codes.problem == "", codes.refusal is None) == (known, known)


def test_an_answer_with_rows_is_no_refusal_whatever_its_code_is() -> None:
    calls = codes_of([PHONE], frozenset(), None)
    next(calls)
    with pytest.raises(StopIteration) as stop:
        calls.send([REFUSALS["rows"]])
    codes = stop.value.value[PHONE]
    assert (codes.refusal, codes.live) == (REFUSALS["rows"], {})


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("odd", "said", "failed"),
    [
        ("text", "a row in the list of {phone} is no object", None),
        (None, "a row in the list of {phone} is no object", None),
        (row(QrdlCode=None), "a code of {phone} does not say its QrdlCode", by_message(PHONE, "Hi")),
        (
            row(PrefilledMessage=None),
            "the code AAA of {phone} does not say its PrefilledMessage",
            by_code(PHONE, "AAA"),
        ),
        (
            row(PrefilledMessage=["Hi"]),
            "the code AAA of {phone} does not say its PrefilledMessage",
            by_code(PHONE, "AAA"),
        ),
        (row(PhoneNumber=""), "the code AAA of {phone} does not say its PhoneNumber", by_code(PHONE, "AAA")),
        (row(PhoneNumber="6599999999"), "the list of {phone} has a code of 6599999999", by_code(PHONE, "AAA")),
    ],
)
def test_a_row_that_is_not_understood_is_not_dropped(odd: Json, said: str, failed: Key | None) -> None:
    answer = answered(LIST, {"Data": []})
    codes = understood(PHONE, answer, [odd, row(QrdlCode="BBB", PrefilledMessage="Other")], frozenset())
    assert codes.problem == said.format(phone=PHONE)
    assert {key: each.code for key, each in codes.failed.items()} == ({failed: NOT_UNDERSTOOD} if failed else {})
    assert codes.live[by_message(PHONE, "Other")].body is not None
    assert all(each.body is None for key, each in codes.live.items() if key in codes.failed)
    assert "None" not in "".join(map(str, codes.live))


def test_a_row_that_comes_twice_is_one_code_and_two_messages_are_none() -> None:
    answer = answered(LIST, {"Data": []})
    twice = understood(PHONE, answer, [row(), row()], frozenset())
    assert (list(twice.live), twice.problem) == ([by_message(PHONE, "Hi")], "")
    two = understood(PHONE, answer, [row(), row(PrefilledMessage="Ho")], frozenset())
    assert (list(two.failed), two.problem) == (
        [by_code(PHONE, "AAA")],
        f"the code AAA of {PHONE} comes with two messages",
    )


# --- spellings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hello", " Hello\r\n", True),
        ("a\nb", "a\\nb", True),
        ("a\n\nb", "a  b", True),
        ("Caf\u00e9", "Cafe\u0301", True),
        ("\u2764\ufe0f", "\u2764", True),
        ("R&D <x>", "R&amp;D &lt;x>", True),
        ("HELLO", "hello", True),
        ("Hello", "Hallo", False),
        ("1 + 1", "1 - 1", False),
    ],
)
def test_near_misses(one: str, other: str, same: bool) -> None:
    likeness = [KIND.file.likeness(by_message(PHONE, text), body(text)) for text in (one, other)]
    assert (likeness[0] == likeness[1]) is same
    elsewhere = by_message("6599999999", one)
    assert KIND.file.likeness(elsewhere, {**body(one), "PhoneNumber": "6599999999"}) != likeness[0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hello ", "Hello", True),
        ("a \r\nb", "a\nb", True),
        ("Cafe\u0301", "Caf\u00e9", True),
        ("a  b", "a b", False),
        ("a\nb", "a b", False),
        ("&", "&amp;", False),
    ],
)
def test_what_a_customer_sees(one: str, other: str, same: bool) -> None:
    assert (KIND.content.visible(body(one)) == KIND.content.visible(body(other))) is same


# --- writes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["other", "null", "missing"])
def test_the_id_of_a_new_code_is_what_the_answer_says_or_none(space: Called, value: str) -> None:
    space.quirks(created_id=value)
    written = space.run(KIND.remote.create(Resource(ABSENT, body("Nobody made this"))))
    there = space.run(KIND.remote.read(ABSENT, None))
    assert there is not None
    assert written.ids != there.ids
    assert written.ids.keys() == ({"qrdl_code"} if value == "other" else set())


@pytest.mark.parametrize("value", ["other-code", "system-error", "http-404", "http-400"])
def test_a_refused_deletion_is_for_the_list_to_settle(filled: Called, value: str) -> None:
    live = filled.run(KIND.remote.read(KEYS[0], None))
    assert live is not None
    filled.quirks(absent_deleted=value)
    assert filled.run(KIND.remote.delete(live)).ids == {}
    with pytest.raises(CallError):
        filled.run(KIND.remote.delete(live))
    assert filled.run(KIND.remote.read(KEYS[0], live)) is None
