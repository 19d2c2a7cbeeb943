"""Our client's requests, as they are on the wire, judged by the official SDK: the signature and the meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.contract.differences import FREE_HEADERS, IN_FORM, NOT_SIGNED, UNKNOWN_TO, decoded
from support.contract.parameters import variants
from support.contract.recorder import Recorded, Recorder, recording
from support.contract.samples import EVERY
from support.contract.sdk import Driver, Sdk

from templatesync.model.request import Request
from templatesync.service.api import api
from templatesync.service.client import Client
from templatesync.service.credentials.base import StaticProvider, make_credentials
from templatesync.service.secret import Secret

KEY, SECRET, TOKEN = "STS.Contract", "secret/+=&?", "CAIS/token+=="
SPACE, ISV = "cams-contract", "isv&code"

AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})")
OPERATIONS = tuple(api().operations)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


def by_client(recorder: Recorder, operation: str, params: dict[str, Any], token: str = "") -> Recorded:
    """What our client sends."""
    client = Client(
        endpoint=recorder.url,
        cust_space_id=SPACE,
        credentials=StaticProvider(make_credentials(KEY, SECRET, token, source="test"), "test"),
        isv_code=Secret(ISV),
        proxy="",
    )
    try:
        answer = client.send(Request(operation, params))
        assert answer.ok, answer
    finally:
        client.close()
    return recorder.take()


def by_sdk(recorder: Recorder, sdk: Sdk, operation: str, params: dict[str, Any]) -> Recorded:
    """What the SDK sends for the same call."""
    takes = api().operations[operation].takes
    own = {name: value for name, value in (("CustSpaceId", SPACE), ("IsvCode", ISV)) if takes(name)}
    outcome = sdk.driver.order(
        "call",
        endpoint=recorder.url.removeprefix("http://"),
        way=sdk.way,
        key=KEY,
        secret=SECRET,
        token=sdk.token,
        action=operation,
        params=own | params,
    )
    assert outcome.get("status") == 200, outcome
    return recorder.take()


def verify(judge: Driver, request: Recorded) -> set[str]:
    """Asserts that the SDK's own code arrives at the signature that came; gives the names of the signed headers."""
    found = AUTHORIZATION.fullmatch(request.headers["authorization"].strip())
    assert found
    key, signed, _ = found.groups()
    assert key == KEY
    names = signed.split(";")
    given = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": {name: request.headers[name] for name in names},
        "body": request.body.decode("ascii"),
        "key": KEY,
        "secret": SECRET,
    }
    (expected,) = judge.order("authorize", requests=[given])["signed"]
    assert request.headers["authorization"].strip() == expected["authorization"]
    assert request.headers["x-acs-content-sha256"].strip() == expected["payload"]
    return set(names)


def same_call(operation: str, ours: Recorded, theirs: Recorded) -> None:
    """Asserts that two requests say the same, but for the differences that are listed."""
    assert (ours.method, ours.path) == (theirs.method, theirs.path) == ("POST", "/")
    kinds = api().operations[operation]
    assert decoded(kinds, ours.params) == decoded(kinds, theirs.params)
    assert bool(ours.form) == (operation in IN_FORM)
    assert not (ours.form and ours.query)
    for name in ("x-acs-action", "x-acs-version", "host", "accept"):
        assert ours.headers[name].strip() == theirs.headers[name].strip()
    if ours.form and theirs.form:
        assert ours.headers["content-type"].strip() == theirs.headers["content-type"].strip()
    # No header of ours that the SDK would not send: another client could be told from it by less.
    ours_only = set(ours.headers) - set(theirs.headers) - FREE_HEADERS
    assert ours_only <= ({"content-type"} if ours.form else set())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call_is_signed_and_means_what_the_sdks_means(
    operation: str, recorder: Recorder, drivers: Callable[[str], Driver], judge: Driver
) -> None:
    for version in UNKNOWN_TO:
        sdk = Sdk(drivers(version), "sync", recorder.url)
        for label, given in variants(api().operations[operation]):
            params = {name: value for name, value in given.items() if name not in UNKNOWN_TO[version]}
            ours = by_client(recorder, operation, params)
            theirs = by_sdk(recorder, sdk, operation, params)
            signed = verify(judge, ours)
            same_call(operation, ours, theirs)
            assert verify(judge, theirs) - signed - ({"content-type"} if theirs.form else set()) <= NOT_SIGNED, label
            assert {name for name in ours.headers if name.startswith("x-acs-")} | {"host"} <= signed
            assert ("content-type" in signed) == bool(ours.body)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("operation", ["CreateChatappTemplate", "ModifyChatappTemplate"])
def test_real_templates(operation: str, name: str, recorder: Recorder, door: Sdk, judge: Driver) -> None:
    params = dict(EVERY[name])
    if operation == "ModifyChatappTemplate":
        params = {key: value for key, value in params.items() if key not in ("Name", "AllowCategoryChange")}
        params |= {"TemplateCode": "8726817", "TemplateName": EVERY[name]["Name"]}
    ours = by_client(recorder, operation, params)
    theirs = by_sdk(recorder, door, operation, params)
    verify(judge, ours)
    verify(judge, theirs)
    same_call(operation, ours, theirs)
    # And the meaning is what was asked for, not only what both made of it.
    assert json.loads(ours.form["Components"]) == params["Components"]


def test_temporary_credentials_travel_alike(recorder: Recorder, door: Sdk, judge: Driver) -> None:
    ours = by_client(recorder, "QueryChatappBindWaba", {}, token=TOKEN)
    theirs = by_sdk(recorder, door.but(token=TOKEN), "QueryChatappBindWaba", {})
    for request in (ours, theirs):
        assert {"x-acs-accesskey-id", "x-acs-security-token"} <= verify(judge, request)
        assert request.headers["x-acs-security-token"].strip() == TOKEN
        assert request.headers["x-acs-accesskey-id"].strip() == KEY
    same_call("QueryChatappBindWaba", ours, theirs)


def test_date_and_nonce_are_written_alike(recorder: Recorder, door: Sdk) -> None:
    ours = [by_client(recorder, "QueryChatappBindWaba", {}) for _ in range(2)]
    theirs = by_sdk(recorder, door, "QueryChatappBindWaba", {})
    for request in (*ours, theirs):
        date = datetime.strptime(request.headers["x-acs-date"].strip(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert abs(date - datetime.now(UTC)) < timedelta(minutes=1)
        assert re.fullmatch(r"[0-9a-f]{32}", request.headers["x-acs-signature-nonce"].strip())
    assert ours[0].headers["x-acs-signature-nonce"] != ours[1].headers["x-acs-signature-nonce"]
