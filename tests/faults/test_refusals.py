"""Refusals: the service is reached, understands, and says no."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from support.emulated_project import LOCAL
from support.fault_cases import ACCOUNT, CREATE, DELETE, LIST, MODIFY, SETUPS, Loss, creation, lost, settle
from support.faulty_service import KEY_ID, Front
from support.plan_scenarios import LATER, gone, hello, many, there

from templatesync.emulator import HttpResponse

WRITES = (CREATE, MODIFY, DELETE)
AT_ONCE = 64
"""How many changes are under way together; each of them may meet a refusal before the first one is heard of."""


# Throttled


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("times", [1, 5])
def test_the_time_that_throttling_names_is_waited(front: Front, operation: str, times: int) -> None:
    SETUPS[operation](front)
    front.fault("throttle", operation, times=times, retry_after=2000)
    ended = front.carry_out("--settle", "0")
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    assert (len(front.calls(operation)), front.effects(operation)) == (times + 1, 1)
    assert 2 * times <= front.took <= 3 * times + 1


def test_all_workers_wait_when_one_is_throttled(front: Front) -> None:
    front.want(*many(10))
    front.fault("throttle", CREATE, nth=3, retry_after=5000)
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values())) == (0, {"done"})
    times = [call["time"] for call in front.calls(CREATE)]
    assert times[3] - times[2] >= 5
    assert front.effects(CREATE) == 10


def test_throttling_for_good_is_given_up(front: Front) -> None:
    creation(front)
    front.fault("throttle", CREATE, times=99, retry_after=2000)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (5, {"hello": "failed"})
    assert "Throttling.User" in ended.out
    assert f"[request {ended.row('hello')['request_id']}]" in ended.out
    assert len(front.calls(CREATE)) == 6


@pytest.mark.parametrize("operation", [ACCOUNT, LIST, CREATE])
def test_throttling_that_names_no_time_is_tried_again_in_seconds(front: Front, operation: str) -> None:
    creation(front)
    front.fault("throttle", operation, times=3)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    # The list is asked before and after the creation, too.
    assert (len(front.calls(operation)), front.effects(CREATE)) == (6 if operation == LIST else 4, 1)
    assert 0 < front.took < 10


@pytest.mark.parametrize("text", ["The hourly quota is used up.", "Quota per day exceeded."])
def test_a_quota_of_hours_or_days_stops_the_operation(front: Front, text: str) -> None:
    front.want(*many(80))
    front.fault("throttle", CREATE, nth=3, times=99)
    front.emulator.rewrite = lambda operation, response: _said(response, text) if operation == CREATE else response
    ended = front.carry_out()
    assert (ended.code, Counter(ended.ends.values())) == (10, {"done": 2, "not-started": 78})
    assert {row["code"] for row in ended.rows if row["outcome"] == "not-started"} == {"quota"}
    assert "the service's quota is used up" in ended.out
    # Those that were under way together each meet it once.
    assert (len(front.calls(CREATE)) <= 2 + AT_ONCE, front.effects(CREATE)) == (True, 2)


def _said(response: HttpResponse, text: str) -> HttpResponse:
    answer = json.loads(response.body)
    if answer["Code"] != "OK":
        answer["Message"] = text
    body = json.dumps(answer).encode()
    return replace(response, body=body, headers={**response.headers, "content-length": str(len(body))})


# The service broke


@pytest.mark.parametrize(
    "loss",
    [loss for operation in WRITES for loss in lost(operation, done=("500_after",), not_done=("500", "503"))],
    ids=str,
)
def test_a_write_during_which_the_service_broke_is_settled_by_reading_back(front: Front, loss: Loss) -> None:
    settle(front, loss)


# What decides is the Code


def test_one_refusal_is_one_failure(front: Front) -> None:
    front.settings(limits=True)
    front.live(**there(hello(Name="hello_01")))
    front.want(gone("hello_01"))
    assert front.carry_out().code == 0
    front.want(*many(3))
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (10, {"hello_00": "done", "hello_01": "failed", "hello_02": "done"})
    row = ended.row("hello_01")
    assert (row["code"], row["file"], row["line"]) == ("InvalidParameter.CreateError", "templates/02.yaml", 1)
    assert "2388023" in row["message"]
    assert f"failed ({row['code']})" in ended.out
    assert f"[request {row['request_id']}]" in ended.out
    assert (len(front.calls(CREATE)), front.effects(CREATE)) == (3, 2)


@pytest.mark.parametrize("operation", WRITES)
def test_only_the_code_decides_whether_it_succeeded(front: Front, operation: str) -> None:
    SETUPS[operation](front)
    front.fault("odd_ok", times=99)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    assert front.changes() == 0
    assert front.effects(operation) == len(front.calls(operation)) == 1


# Not permitted


@pytest.mark.parametrize(("fault", "code"), [("denied", "NoPermission"), ("denied_text", "Ram.PermissionDeny")])
def test_a_missing_permission_to_write_is_named(front: Front, fault: str, code: str) -> None:
    front.want(*many(80))
    front.fault(fault, CREATE, times=99)
    ended = front.carry_out()
    assert ended.code == 4
    said = Counter(ended.ends.values())
    assert (set(said), said["failed"] <= AT_ONCE) == ({"failed", "not-started"}, True)
    assert len(front.calls(CREATE)) == said["failed"]
    assert f"failed ({code})" in ended.out
    assert f"cams:{CREATE} is not permitted" in ended.out
    assert "policy: AccountLevelIdentityBasedPolicy" in ended.out


@pytest.mark.parametrize("fault", ["denied", "denied_text"])
def test_a_missing_permission_to_read_is_named(front: Front, fault: str) -> None:
    creation(front)
    front.fault(fault, LIST, times=99)
    ended = front.carry_out()
    assert (ended.code, ended.rows) == (4, ())
    assert f"cams:{LIST} is not permitted" in ended.out
    assert "(request REQUEST-" in ended.out
    assert (len(front.calls(LIST)), front.calls(CREATE)) == (1, [])


def test_other_sorts_of_changes_go_on(front: Front) -> None:
    for body in many(2):
        front.live(**there(body, "fail"))
    front.want(*many(2, LATER), hello(Name="other"))
    front.fault("denied", MODIFY, times=99)
    ended = front.carry_out()
    assert ended.code == 10
    assert {row["outcome"] for row in ended.rows if row["action"] == "update"} <= {"failed", "not-started"}
    assert (ended.row("other")["outcome"], front.effects(MODIFY)) == ("done", 0)


@pytest.mark.parametrize("code", ["Authentication.NoAuth", "Unknown.ResourceOwnerId"])
def test_a_space_of_somebody_else_does_not_stop_ours(front: Front, code: str) -> None:
    front.project(spaces={"shop": {"cust_space_id": LOCAL}, "foreign": {"cust_space_id": "cams-foreign"}})
    front.want(*many(2))
    front.control("space", cust_space_id="cams-foreign", refuse=code)
    ended = front.carry_out("--all-spaces")
    assert (ended.code, set(ended.ends.values())) == (10, {"done"})
    assert f"[{code}]" in ended.out
    assert front.effects(CREATE) == 2
    alone = front.carry_out("--space", "foreign")
    assert (alone.code, alone.rows) == (4, ())


# Signatures


@pytest.mark.parametrize("ahead", [3600.0, -7200.0])
def test_a_clock_that_is_off_is_corrected_once(front: Front, ahead: float) -> None:
    front.want(*many(3))
    front.ahead = ahead
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values())) == (0, {"done"})
    assert (len(front.calls(CREATE)), front.effects(CREATE)) == (3, 3)
    assert [call["code"] for call in front.calls()].count("InvalidTimeStamp.Expired") == 1


@pytest.mark.parametrize("ahead", [3600.0, -7200.0])
def test_a_clock_that_is_set_during_the_run_is_corrected_again(front: Front, ahead: float) -> None:
    """Time runs apart twice: before the run, and once all is read."""
    front.want(*many(3))
    front.ahead = 1800.0

    def set_the_clock() -> None:
        front.ahead += ahead

    front.once_read(set_the_clock)
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values()), front.effects(CREATE)) == (0, {"done"}, 3)
    assert [call["code"] for call in front.calls()].count("InvalidTimeStamp.Expired") == 2


def test_a_clock_that_the_service_never_likes_is_told(front: Front) -> None:
    creation(front)
    front.ahead = 3600.0
    front.fault("clock", times=99)
    ended = front.carry_out()
    assert (ended.code, ended.rows) == (5, ())
    assert "InvalidTimeStamp.Expired" in ended.out
    assert "this machine's clock is 3600 s behind; set it with NTP" in ended.out
    assert len(front.calls()) == 2


@pytest.mark.parametrize("operation", WRITES)
def test_a_nonce_that_was_used_is_replaced(front: Front, operation: str) -> None:
    SETUPS[operation](front)
    front.fault("nonce", operation)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    assert (len(front.calls(operation)), front.effects(operation)) == (2, 1)


def test_a_nonce_is_replaced_once_and_no_more(front: Front) -> None:
    creation(front)
    front.fault("nonce", CREATE, times=99)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (5, {"hello": "failed"})
    assert "SignatureNonceUsed" in ended.out
    assert len(front.calls(CREATE)) == 2


def test_a_wrong_secret_is_tried_once_and_never_shown(front: Front) -> None:
    creation(front)
    front.keys(KEY_ID, "anotherSecretThanThatOfTheKey")
    ended = front.carry_out()
    assert (ended.code, ended.rows) == (4, ())
    assert "[SignatureDoesNotMatch]" in ended.out
    assert "(request REQUEST-1)" in ended.out
    assert "anotherSecret" not in ended.text
    assert [call["code"] for call in front.calls()] == ["SignatureDoesNotMatch"]


def test_a_key_that_does_not_exist_is_tried_once(front: Front) -> None:
    creation(front)
    front.keys("LTAI5tNOBODYSKEY00000009", "anotherSecretThanThatOfTheKey")
    ended = front.cli("plan")
    assert ended.code == 4
    assert "[InvalidAccessKeyId.NotFound]" in ended.out
    assert len(front.calls()) == 1
