"""A service that quotes secrets in every spelling: `Front.end` searches all that was shown and written."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from support.fault_cases import CREATE, LIST, creation
from support.faulty_service import KEY_SECRET, TOKEN, Front
from support.spellings import SPELLINGS

from templatesync.emulator import HttpResponse

Answer = Callable[[HttpResponse], HttpResponse]
QUOTED = " ".join(spell(secret) for secret in (TOKEN, KEY_SECRET) for spell in SPELLINGS.values())


def _refusal(response: HttpResponse) -> HttpResponse:
    told = dict.fromkeys(("Code", "Message", "RequestId", "Recommend"), QUOTED)
    return _with(response, 400, json.dumps({**told, "AccessDeniedDetail": {"AuthAction": QUOTED}}))


def _page(response: HttpResponse) -> HttpResponse:
    return _with(response, 502, f"<html>{QUOTED}</html>")


def _success(response: HttpResponse) -> HttpResponse:
    document = json.loads(response.body)
    return _with(response, 200, json.dumps({**document, "Message": QUOTED, "RequestId": QUOTED}))


def _with(response: HttpResponse, status: int, text: str) -> HttpResponse:
    body = text.encode()
    headers = {**response.headers, "content-length": str(len(body)), "x-acs-request-id": QUOTED.replace("\n", " ")}
    return HttpResponse(status, headers, body)


@pytest.mark.parametrize(
    ("operation", "answer", "code"),
    [(LIST, _refusal, 1), (LIST, _page, 5), (LIST, _success, 0), (CREATE, _refusal, 10), (CREATE, _page, 0)],
)
def test_what_the_service_quotes_is_nowhere(temporary: Front, operation: str, answer: Answer, code: int) -> None:
    creation(temporary)
    temporary.emulator.rewrite = lambda called, response: answer(response) if called == operation else response
    said = ""
    if operation == LIST:
        for command in (("plan", "-v"), ("plan", "--format", "json"), ("status",), ("doctor", "-v")):
            said += temporary.cli(*command).text
    ended = temporary.carry_out("-v")
    assert ended.code == code
    assert ("***" in said + ended.text) == (code != 0)
