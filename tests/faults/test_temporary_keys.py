"""Temporary keys: they run out in the middle, and whoever gives new ones has troubles of its own."""

from __future__ import annotations

import httpx
import pytest
from support.fault_cases import ACCOUNT, CREATE, DETAIL, creation
from support.faulty_service import KEY_SECRET, Front, TokenService, assumed_role
from support.plan_scenarios import many

EXPIRED = "InvalidSecurityToken.Expired"


@pytest.fixture
def role(temporary: Front) -> TokenService:
    return assumed_role(temporary)


# Refused because they have run out


@pytest.mark.parametrize("operation", [ACCOUNT, DETAIL, CREATE])
def test_a_token_that_runs_out_is_renewed_once(temporary: Front, role: TokenService, operation: str) -> None:
    front = temporary
    front.want(*many(5))
    # Keys that were fetched this moment are not fetched again, so time must pass.
    front.before_call(operation, 1, lambda: front.clock.sleep(60))
    front.fault("token_expired", operation)
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values())) == (0, {"done"})
    assert front.effects(CREATE) == 5
    assert len(role.asked) == 2


def test_a_token_that_cannot_be_renewed_stops_before_the_first_write(temporary: Front) -> None:
    front = temporary
    creation(front)
    front.fault("token_expired", ACCOUNT, times=99)
    ended = front.carry_out()
    assert (ended.code, ended.rows) == (4, ())
    assert f"[{EXPIRED}]" in ended.out
    assert front.calls(CREATE) == []


def test_a_token_that_cannot_be_renewed_stops_in_the_middle(temporary: Front) -> None:
    front = temporary
    front.want(*many(100))
    front.fault("token_expired", CREATE, nth=3, times=999)
    ended = front.carry_out()
    assert ended.code == 10
    rest = {row["code"] for row in ended.rows if row["outcome"] != "done"}
    assert rest == {EXPIRED}
    assert (front.effects(CREATE), list(ended.ends.values()).count("done")) == (2, 2)
    assert "not-started" in ended.ends.values()
    assert len(front.calls(CREATE)) <= 66


def test_a_token_that_cannot_be_renewed_is_a_missing_login_when_nothing_was_written(temporary: Front) -> None:
    front = temporary
    front.want(*many(2))
    front.fault("token_expired", CREATE, times=999)
    assert front.carry_out().code == 4


# The token service


def _hangs() -> httpx.Response:
    raise httpx.ReadTimeout("")


def _is_down() -> httpx.Response:
    return httpx.Response(503, json={"Code": "ServiceUnavailable", "Message": "later", "RequestId": "STS-1"})


def _refuses() -> httpx.Response:
    message = f"You are not authorized; the key was {KEY_SECRET}."
    return httpx.Response(403, json={"Code": "NoPermission", "Message": message, "RequestId": "STS-1"})


@pytest.mark.parametrize("reply", [_hangs, _is_down])
def test_a_token_service_that_does_not_answer_is_given_up(temporary: Front, role: TokenService, reply: object) -> None:
    creation(temporary)
    role.reply = reply  # type: ignore[assignment]
    ended = temporary.carry_out()
    assert (ended.code, ended.rows) == (5, ())
    assert "the token service" in ended.out
    assert len(role.asked) <= 4
    assert temporary.calls() == []


def test_a_token_service_that_refuses_is_asked_once(temporary: Front, role: TokenService) -> None:
    creation(temporary)
    role.reply = _refuses
    ended = temporary.carry_out()
    assert (ended.code, ended.rows) == (4, ())
    assert "does not give credentials of role acs:ram::1000000000000000:role/templates: NoPermission" in ended.out
    assert len(role.asked) == 1
    assert temporary.calls() == []


@pytest.mark.parametrize("reply", [_hangs, _is_down, _refuses])
def test_keys_that_are_still_valid_are_used_when_new_ones_cannot_be_had(
    temporary: Front, role: TokenService, reply: object
) -> None:
    """Five minutes before they run out the keys are renewed; when that fails, they serve until they have."""
    front = temporary
    front.want(*many(5))
    role.seconds = 900

    def near_the_end() -> None:
        front.clock.sleep(700)
        role.reply = reply  # type: ignore[assignment]

    front.once_read(near_the_end)
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values())) == (0, {"done"})
    assert front.effects(CREATE) == 5
    assert len(role.asked) == 2


def test_one_renewal_serves_all(temporary: Front, role: TokenService) -> None:
    front = temporary
    front.want(*many(20))
    role.seconds = 900
    front.once_read(lambda: front.clock.sleep(700))
    ended = front.carry_out()
    assert (ended.code, front.effects(CREATE)) == (0, 20)
    assert len(role.asked) == 2
