"""What an answer is taken for, whatever it looks like: codes and words of all sorts, and thousands of broken ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.emulator_caller import Clock
from support.quirk_world import Made, ask, fill, one_of_each, open_emulator

from templatesync.emulator.quirks import QUIRKS
from templatesync.model.request import Answer, AnswerClass, Request
from templatesync.service.answers import Context, decode, from_reply
from templatesync.service.api import api, check
from templatesync.service.http import Reply
from templatesync.service.told import CUT, DEEPEST, depth

READ, WRITE, PLAIN = "ListChatappTemplate", "CreateChatappTemplate", "DeleteFlow"
ROWS = {"ListTemplate": [], "Total": 0}
C = AnswerClass


def answer(data: Any, operation: str = READ, status: int = 200, **headers: str) -> Answer:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return from_reply(Context(Request(operation), api().operations[operation]), Reply(status, headers, body))


@pytest.mark.parametrize("code", ["OK", "ok", "Ok", "200", 200, "SUCCESS", "success", " OK "])
@pytest.mark.parametrize("operation", [READ, WRITE, PLAIN])
def test_codes_of_success(code: Any, operation: str) -> None:
    assert answer({"Code": code, "RequestId": "R"}, operation).ok
    assert answer({"code": code, "request_id": "R"}, operation).ok


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"Code": 200}, 200),
        ({"code": "success", "msg": "fine"}, 200),
        ({"Code": 200, "RequestId": "R"}, 500),
        ({"Code": True, "RequestId": "R"}, 200),
        ({"Code": 0, "RequestId": "R"}, 200),
        ({"Code": ["OK"], "RequestId": "R"}, 200),
    ],
)
def test_what_only_looks_like_success(data: Any, status: int) -> None:
    for operation in (READ, WRITE):
        assert not answer(data, operation, status).ok


@pytest.mark.parametrize(
    ("data", "operation", "klass"),
    [
        ({"RequestId": "R", **ROWS}, READ, C.SUCCESS),
        ({"requestId": "R", "total": 0}, READ, C.SUCCESS),
        ({"RequestId": "R", "Message": "OK", "Total": 0}, READ, C.SUCCESS),
        ({"RequestId": "R"}, READ, C.UNAVAILABLE),
        (ROWS, READ, C.UNAVAILABLE),
        ({"RequestId": "R", "Success": False, **ROWS}, READ, C.UNAVAILABLE),
        ({"RequestId": "R", "Message": "System error", **ROWS}, READ, C.UNAVAILABLE),
        ({"RequestId": "R", "Data": {"TemplateCode": "7"}}, WRITE, C.SUCCESS),
        ({"RequestId": "R", "Success": "Y"}, WRITE, C.SUCCESS),
        ({"RequestId": "R", "Data": {}}, WRITE, C.LOST),
        ({"RequestId": "R", "Data": {"TemplateCode": ""}}, WRITE, C.LOST),
        ({"RequestId": "R", "Data": {"TemplateCode": "7"}, "Message": "System error"}, WRITE, C.LOST),
        ({"Data": {"TemplateCode": "7"}}, WRITE, C.LOST),
        ({"RequestId": "R"}, PLAIN, C.LOST),
    ],
)
def test_without_a_code_the_result_decides(data: Any, operation: str, klass: AnswerClass) -> None:
    assert answer(data, operation).klass is klass
    assert not answer(data, operation, status=503).ok


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (429, "TooManyRequests", "Too many requests."),
        (429, "Anything", ""),
        (503, "ServiceUnavailable", "Rejected by flow control."),
        (200, "isv.BUSINESS_LIMIT_CONTROL", "the rate limit was exceeded"),
        (400, "Throttling.Api", "Request was denied due to api flow control."),
        (400, "Flow.Limit", "QPS limit exceeded"),
        (200, "ERR-COMMON-007", "请求过于频繁，请稍后再试"),
    ],
)
def test_too_fast_in_other_words(status: int, code: str, words: str) -> None:
    data = {"Code": code, "Message": words, "RequestId": "R"}
    found = answer(data, READ, status)
    assert (found.klass, found.code, found.message, found.request_id) == (C.THROTTLED, code, words, "R")
    # After a write that the service broke on, words alone do not say that it was not done.
    broke = status == 503
    assert answer(data, WRITE, status).klass is (C.UNAVAILABLE if broke else C.THROTTLED)
    assert answer(data, WRITE, status, **{"x-acs-retry-after": "1500"}).retry_after == 1.5
    assert answer(data, WRITE, status, **{"retry-after": "2"}).retry_after == 2
    assert answer({**data, "Message": words + " (daily)"}, READ, status).klass is C.QUOTA


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "NoPermission", "You are not authorized to do this operation."),
        (200, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
        (200, "ERR-COMMON-002", "no permission for the action cams:ListChatappTemplate"),
        (200, "isp.RAM_PERMISSION_DENY", ""),
        (403, "What.Ever", "系统错误，请稍后重试"),
        (200, "ERR-COMMON-003", "没有权限"),
        (200, "ERR-COMMON-004", "You do not have the permission"),
    ],
)
def test_denied_in_other_words_names_the_action(status: int, code: str, words: str) -> None:
    found = answer({"Code": code, "Message": words, "RequestId": "R"}, READ, status)
    told = f"{code}: {words}" if words else code
    assert (found.klass, found.code) == (C.DENIED, code)
    hint = "`templatesync doctor --policy plan` prints what the role needs"
    assert found.message == f"cams:{READ} is not permitted ({told}); {hint}"


@pytest.mark.parametrize("code", ["Product.Unsubscript", "Unknown.ResourceOwnerId"])
def test_a_denial_that_no_policy_mends_sends_nobody_to_a_policy(code: str) -> None:
    found = answer({"Code": code, "Message": "no", "RequestId": "R"}, READ, 403)
    assert (found.klass, found.message) == (C.DENIED, f"cams:{READ} is not permitted ({code}: no)")


def test_a_wrong_signature_is_explained() -> None:
    found = answer({"Code": "SignatureDoesNotMatch", "Message": "Specified.", "RequestId": "R"}, READ, 400)
    assert found.klass is C.CREDENTIALS
    assert "(the secret does not belong to this access key, or the endpoint is another service)" in found.message


@pytest.mark.parametrize(
    ("code", "words", "klass"),
    [
        ("ERR-COMMON-001", "System error", C.OTHER),
        ("ERR-COMMON-001", "系统错误，请稍后重试", C.OTHER),
        ("InvalidParameter.MessageInvalid", "Variables are not allowed at the end.", C.INVALID),
        ("ERR-1", "A variable is not allowed at the end of the text.", C.OTHER),
        ("ERR-1", "The text has a forbidden word.", C.OTHER),
        ("ERR-1", "The text exceeds the limit of 1024 characters.", C.OTHER),
        ("ERR-1", "The number of buttons is limited to 10.", C.OTHER),
        ("InvalidParameter.X", "the name throttled is taken", C.INVALID),
        ("InvalidParameter.TemplateNameExist", "no permission", C.EXISTS),
        ("DetailError.TemplateNotExist", "", C.NOT_FOUND),
    ],
)
def test_other_refusals_are_neither(code: str, words: str, klass: AnswerClass) -> None:
    for status in (200, 400, 404):
        found = answer({"Code": code, "Message": words, "RequestId": "R"}, WRITE, status)
        assert (found.klass, found.code, found.message, found.request_id) == (klass, code, words, "R")


def test_what_does_not_fit_is_told_with_the_answer() -> None:
    found = answer({"Code": "OK", "ListTemplate": "none", "Total": "7"})
    assert found.ok
    assert found.problems == ("ListTemplate is text where array is documented",)
    assert found.data["Total"] == 7


# --- the emulator otherwise -------------------------------------------------------------------------------------------

SHAPES = ("success-code", "success", "rows-under", "nulls", "numbers", "booleans", "ids", "names", "lone", "lists",
          "objects")  # fmt: skip

RESULTLESS = {
    "PublishFlow",
    "DeprecateFlow",
    "DeleteFlow",
    "DeletePhoneMessageQrdl",
    "ModifyFlow",
    "UpdateFlowJSONAsset",
}


def told(quirk: str = "", value: str = "") -> Iterator[tuple[str, Answer]]:
    """One good answer of every operation, by a service with a quirk."""
    clock = Clock()
    emulator, caller = open_emulator(None, clock, {})
    made = fill(caller, many=2)
    made.coming = {"TemplateCode": made.codes["t0"], "FlowId": made.flows["draft"], "QrdlCode": made.qr_codes[0]}
    if quirk:
        caller.control("POST", "settings", {"quirks": {quirk: value}})
    for operation, step in sorted(one_of_each(made).items()):
        clock.sleep(5)
        status, _, body = ask(caller, step)
        yield operation, answer(body.encode(), operation, status)
    emulator.close()


def documented(operation: str, found: Answer) -> Any:
    """What an answer says where the pages have a field, without what is as good as not said."""
    return _only(api().operations[operation].response, {**found.data, "Code": "OK", "RequestId": "R", "Success": True})


def _only(fields: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_only(fields, item) for item in value]
    if not isinstance(value, dict) or not fields:
        return value
    named = {field.name: _only(field.fields, value[field.name]) for field in fields if field.name in value}
    return {name: inner for name, inner in named.items() if inner not in (None, "")}


@pytest.mark.parametrize("quirk", SHAPES)
def test_a_service_of_another_form_says_the_same(quirk: str) -> None:
    official = {operation: documented(operation, found) for operation, found in told()}
    for value in QUIRKS[quirk].values:
        found = dict(told(quirk, value))
        unsettled = {operation for operation, each in found.items() if each.klass is C.LOST}
        assert {operation: (each.klass, each.problems) for operation, each in found.items()} == {
            operation: (C.LOST if operation in unsettled else C.SUCCESS, ()) for operation in official
        }
        # Without a Code nothing tells that a write of no result went well.
        writes = {"PublishFlow", "DeprecateFlow", "DeleteFlow", "DeletePhoneMessageQrdl", "ModifyFlow"}
        assert unsettled <= (
            writes | {"UpdateFlowJSONAsset"} if (quirk, value) == ("success-code", "missing") else set()
        )
        for operation, each in found.items():
            if operation not in unsettled:
                assert documented(operation, each) == official[operation], (value, operation)


@pytest.mark.parametrize("value", QUIRKS["empty-templates"].values)
def test_a_list_that_is_not_told_is_not_made(value: str) -> None:
    emulator, caller = open_emulator(None, Clock(), {"empty-templates": value})
    response = caller.raw(READ, Page={"Index": 1, "Size": 10})
    found = answer(response.body, READ, response.status)
    emulator.close()
    if value == "list-text":
        assert found.data["ListTemplate"] == []
    else:
        assert found.data.get("ListTemplate") is None
    assert found.problems == ()


# --- broken answers ---------------------------------------------------------------------------------------------------

CHANGES: list[Callable[[random.Random, Any], Any]] = [
    lambda dice, value: None,
    lambda dice, value: [value],
    lambda dice, value: {"List": value},
    lambda dice, value: {dice.choice(["a", "Data", "Item"]): value},
    lambda dice, value: json.dumps(value),
    lambda dice, value: dice.choice(["", "null", "{}", "[]", "[[[", "OK", 0, -1, 1.5, 10**30, True, {}, [], [None]]),
    lambda dice, value: value[:-1] if isinstance(value, list | str) else value,
    lambda dice, value: (
        {str(name).lower(): inner for name, inner in value.items()} if isinstance(value, dict) else value
    ),
    lambda dice, value: (
        {name: inner for name, inner in value.items() if dice.random() < 0.7} if isinstance(value, dict) else value
    ),
]


def mutated(dice: random.Random, value: Any) -> Any:
    """The same with a change somewhere inside."""
    if isinstance(value, dict) and value and dice.random() < 0.7:
        name = dice.choice(sorted(value))
        return {**value, name: mutated(dice, value[name])}
    if isinstance(value, list) and value and dice.random() < 0.7:
        index = dice.randrange(len(value))
        return [*value[:index], mutated(dice, value[index]), *value[index + 1 :]]
    return dice.choice(CHANGES)(dice, value)


def folded(data: Any, wanted: str) -> list[Any]:
    return [value for name, value in data.items() if name.replace("_", "").lower() == wanted]


def lawful(found: Answer, data: Any, operation: str, status: int) -> None:
    """What holds for every answer: success only by a word for it or by a result, and all that fits is of its type."""
    assert isinstance(found.message + found.code + found.request_id, str)
    if not found.ok:
        return
    codes = [str(code).strip().lower() for code in folded(data, "code") if code not in (None, "")]
    if found.code:
        assert found.code.lower() in {"ok", "200", "success"}
        assert found.code.lower() in codes or data.get("Code") == 200.0
    else:
        assert status == 200
        assert found.request_id
        results = {name for name, value in found.data.items() if value is not None}
        assert results - {"Code", "Message", "RequestId", "AccessDeniedDetail"}
    if not found.problems:
        assert [each for each in check(api().operations[operation].response, found.data) if each.what == "type"] == []


@pytest.fixture(scope="module")
def real() -> list[tuple[str, Any]]:
    clock = Clock()
    emulator, caller = open_emulator(None, clock, {})
    made: Made = fill(caller, many=2)
    made.coming = {"TemplateCode": made.codes["t0"], "FlowId": made.flows["draft"], "QrdlCode": made.qr_codes[0]}
    steps = one_of_each(made)
    found = []
    for operation, step in sorted(steps.items()):
        clock.sleep(5)
        found.append((operation, json.loads(ask(caller, step)[2])))
    emulator.close()
    return found


def test_ten_thousand_broken_answers_are_read_or_told(real: list[tuple[str, Any]]) -> None:
    dice = random.Random(12)
    seen: dict[AnswerClass, int] = dict.fromkeys(AnswerClass, 0)
    for number in range(10_000):
        operation, data = real[number % len(real)]
        for _ in range(dice.randint(1, 3)):
            data = mutated(dice, data)
        status = dice.choice([200] * 8 + [400, 403, 404, 429, 500, 503])
        found = answer(data, operation, status)
        lawful(found, data if isinstance(data, dict) else {}, operation, status)
        assert found.klass is not C.THROTTLED or status == 429
        seen[found.klass] += 1
    assert min(seen[C.SUCCESS], seen[C.UNAVAILABLE], seen[C.LOST]) > 100, "each of them is met often"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["OK", "", "null", "200", "R", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Code", "code", "Data", "RequestId", "Success", "List", "Total"]), inner)
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(api().operations)), ANY, st.sampled_from([200, 204, 302, 400, 403, 429, 500]))
def test_any_json_is_an_answer(operation: str, data: Any, status: int) -> None:
    lawful(answer(data, operation, status), data if isinstance(data, dict) else {}, operation, status)


@given(st.binary(max_size=200), st.sampled_from([200, 302, 407, 429, 503]))
def test_any_bytes_are_an_answer(body: bytes, status: int) -> None:
    assert not answer(body, WRITE, status).ok


@pytest.mark.parametrize("levels", [DEEPEST - 2, DEEPEST, DEEPEST + 1, 600, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_deeper_than_is_read_is_cut_off_and_the_rest_counts(opening: str, closing: str, levels: int) -> None:
    body = f'{{"Code": "OK", "Deep": {opening * levels}"]}}"{closing * levels}, "Text": "[{{\\"["}}'
    found = decode(body.encode())
    assert (found["Code"], found["Text"]) == ("OK", '[{"[')
    assert depth(found) <= DEEPEST
    assert (CUT in json.dumps(found)) == (levels + 1 > DEEPEST)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"[" * 100 + b"}", b"]" * 100])
def test_brackets_that_nobody_closes_are_no_answer(body: bytes) -> None:
    assert decode(body) == {}
