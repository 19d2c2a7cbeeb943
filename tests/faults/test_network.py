"""Faults of the network: what it does to a request, and to an answer that was on its way."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.fault_cases import ACCOUNT, CREATE, DELETE, DETAIL, LIST, MODIFY, Loss, creation, lost, settle
from support.faulty_service import Front, speaking
from support.plan_scenarios import LATER, hello, many, there
from support.scripted_server import serving

from templatesync.emulator import HttpResponse
from templatesync.service.http import Timeouts

QUICK = Timeouts(connect=1.0, read=0.1, total=0.5)
READS = (ACCOUNT, LIST, DETAIL)


# Certainly not sent


def _no_name(front: Front) -> None:
    def resolve(*arguments: Any, **more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    front.patch("socket.getaddrinfo", resolve)
    front.endpoint = ""


def _no_listener(front: Front) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        front.endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"


def _no_tls(front: Front) -> None:
    port = front.exits.enter_context(speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    front.endpoint = f"https://127.0.0.1:{port}"


FAILURES = {"dns": _no_name, "refused": _no_listener, "tls": _no_tls}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_a_service_that_cannot_be_reached_is_told_within_seconds(front: Front, fail: Callable[[Front], None]) -> None:
    creation(front)
    front.over(timeouts=QUICK)
    fail(front)
    flags = ["--insecure-endpoint"] if front.endpoint.startswith("https") else []
    for command in (["plan"], ["apply", "--yes"]):
        ended = front.cli(*command, *flags)
        assert ended.code == 5
        assert "cannot be read: no connection" in ended.out
        assert "templatesync.Unreachable" in ended.out
    # Four tries, with up to 0.5, 1 and 2 seconds between them.
    assert 0 < front.took < 3.5
    assert front.calls() == []


def test_a_service_that_goes_away_before_the_first_write_is_no_failed_change(front: Front) -> None:
    front.want(*many(12))
    front.over(timeouts=QUICK)
    front.serve(timeouts=QUICK)
    front.once_read(front.exits.close)
    ended = front.carry_out()
    assert ended.code == 5
    assert set(ended.ends.values()) == {"not-started"}
    codes = Counter(row["code"] for row in ended.rows)
    # Of one creation that goes alone and of those after it, a few find out for the rest.
    assert codes == {"templatesync.Unreachable": 6, "templatesync.GivenUp": 6}
    assert front.effects(CREATE) == 0


# Certainly sent, and no answer


@pytest.mark.parametrize("loss", lost(CREATE, done=("drop_after",), not_done=("drop_before",)), ids=str)
def test_a_creation_whose_answer_is_lost_is_settled_by_reading_back(front: Front, loss: Loss) -> None:
    settle(front, loss)


def test_a_creation_whose_answer_takes_too_long_is_sent_once(front: Front) -> None:
    creation(front)
    held = threading.Event()

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == CREATE:
            held.wait(5)

    front.emulator.after = after
    front.serve(timeouts=QUICK)
    ended = front.carry_out()
    held.set()
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    assert len(front.calls(CREATE)) == 1


def test_a_creation_that_arrives_late_is_recognised(front: Front) -> None:
    """The second attempt meets what the first one made, and reading back tells that it is the same."""
    creation(front)
    front.fault("drop_before", CREATE)
    front.before_call(CREATE, 2, lambda: front.live(**there(hello(), "auditing")))
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    assert [call["code"] for call in front.calls(CREATE)] == ["", "InvalidParameter.TemplateNameExist"]
    assert front.changes() == 0


def test_something_else_under_the_key_is_never_taken_for_ours(front: Front) -> None:
    creation(front)
    front.fault("drop_before", CREATE)
    front.before_call(CREATE, 2, lambda: front.live(**there(hello(LATER), "auditing")))
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (10, {"hello": "failed"})
    assert "InvalidParameter.TemplateNameExist" in ended.out
    assert "something else has this key by now" in ended.out
    assert f"[request {ended.row('hello')['request_id']}]" in ended.out


@pytest.mark.parametrize("loss", lost(MODIFY, done=("drop_after",), not_done=("drop_before",)), ids=str)
def test_an_edit_whose_answer_is_lost_is_never_sent_again(front: Front, loss: Loss) -> None:
    settle(front, loss)


@pytest.mark.parametrize("loss", lost(DELETE, done=("drop_after",), not_done=("drop_before",)), ids=str)
def test_a_deletion_whose_answer_is_lost_is_settled_by_reading_back(front: Front, loss: Loss) -> None:
    settle(front, loss)


# Reads


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "500", "503", "html"])
def test_a_read_whose_answer_is_lost_is_tried_again(front: Front, operation: str, fault: str) -> None:
    creation(front)
    front.fault(fault, operation, times=3)
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (0, {"hello": "done"})
    # The list is asked before and after the creation, too.
    assert (len(front.calls(operation)), front.effects(CREATE)) == (6 if operation == LIST else 4, 1)


@pytest.mark.parametrize("operation", [ACCOUNT, LIST])
@pytest.mark.parametrize(
    ("fault", "word"),
    [("drop_after", "templatesync.LostAnswer"), ("500", "InternalError"), ("html", "HTTP 502, text/html, 93 bytes")],
)
def test_a_read_that_never_succeeds_ends_the_run_before_any_write(
    front: Front, operation: str, fault: str, word: str
) -> None:
    creation(front)
    front.fault(fault, operation, times=99)
    ended = front.carry_out()
    assert (ended.code, ended.rows) == (5, ())
    assert "cannot be read" in ended.out
    assert word in ended.out
    assert (len(front.calls(operation)), front.calls(CREATE)) == (4, [])


# An answer that is none

SPOILED = ("empty", "truncate", "garbage", "cut")


@pytest.mark.parametrize("operation", [CREATE, MODIFY, DELETE])
@pytest.mark.parametrize("fault", SPOILED)
def test_a_broken_answer_to_a_write_is_settled_by_reading_back(front: Front, operation: str, fault: str) -> None:
    settle(front, Loss(operation, fault, 1, "done", 1, 1))


@pytest.mark.parametrize("fault", SPOILED)
def test_a_broken_answer_to_a_read_is_tried_again_and_shown(front: Front, fault: str) -> None:
    creation(front)
    front.serve()
    front.fault(fault, LIST, times=2)
    assert front.carry_out().ends == {"hello": "done"}
    front.calm()
    front.fault(fault, LIST, times=99)
    ended = front.cli("plan")
    assert ended.code == 5
    shown = {"empty": "0 bytes", "garbage": "\\x00\\xff\\xfe not JSON", "cut": "connection broke"}
    assert shown.get(fault, "HTTP 200, application/json") in ended.out


def test_a_page_of_html_is_no_answer_to_a_creation(front: Front) -> None:
    settle(front, Loss(CREATE, "html", 1, "done", 2, 1))


# Redirects


@pytest.mark.parametrize("operation", [ACCOUNT, LIST])
def test_a_redirect_is_never_followed(temporary: Front, operation: str) -> None:
    front = temporary
    creation(front)
    with serving(lambda connection, request: None) as elsewhere:

        def redirect(called: str, response: HttpResponse) -> HttpResponse:
            if called != operation:
                return response
            return replace(response, headers={**response.headers, "location": elsewhere.url})

        front.emulator.rewrite = redirect
        front.serve()
        front.fault("redirect", operation, times=99)
        ended = front.carry_out()
        assert elsewhere.connections == 0
    assert (ended.code, ended.rows) == (5, ())
    assert "the endpoint redirects (HTTP 302) to 127.0.0.1; that is never followed" in ended.out
    assert len(front.calls(operation)) == 1


def test_a_redirected_write_has_failed(front: Front) -> None:
    front.want(*many(2))
    front.fault("redirect", CREATE, times=99)
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values())) == (5, {"failed"})
    assert "HTTP 302) to example.com" in ended.out
    assert (len(front.calls(CREATE)), front.effects(CREATE)) == (2, 0)


# Too much, or too slow


@pytest.mark.parametrize("fault", ["huge", "gzip_bomb"])
def test_an_answer_without_end_is_cut_off(front: Front, fault: str) -> None:
    settle(front, Loss(CREATE, fault, 1, "done", 1, 1))
    front.fault(fault, LIST, times=99)
    ended = front.cli("plan")
    assert ended.code == 5
    assert "the answer is larger than 20 MiB" in ended.out


def test_an_answer_that_drips_meets_a_deadline(front: Front) -> None:
    creation(front)
    front.serve(timeouts=Timeouts(connect=1.0, read=0.3, total=0.3))
    front.fault("drip", CREATE)
    ended = front.carry_out()
    assert (ended.code, ended.ends, len(front.calls(CREATE))) == (0, {"hello": "done"}, 1)
    front.fault("drip", ACCOUNT, times=99)
    ended = front.cli("plan")
    assert ended.code == 5
    assert "no whole answer within 0.3 s" in ended.out


# A connection that was kept


@pytest.mark.parametrize("times", [1, 999])
def test_a_write_on_a_kept_connection_that_was_closed_is_sent_once(
    front: Front, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is sent in the moment in which the other end closes may be lost. The disk takes longer than that moment.
    monkeypatch.setattr(os, "fsync", lambda _: time.sleep(0.01))
    front.want(*many(6))
    front.serve()
    front.fault("hang_up", times=times)
    ended = front.carry_out()
    assert (ended.code, set(ended.ends.values())) == (0, {"done"})
    assert front.effects(CREATE) == len(front.calls(CREATE)) == 6
    assert front.changes() == 0
