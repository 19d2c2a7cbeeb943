"""What the emulator answers, against what the official SDK's models keep of it: a misspelt member would be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from support.contract.samples import EVERY, decide
from support.contract.sdk import Driver, Sdk

from templatesync.model.request import Request
from templatesync.service.client import Client
from templatesync.service.credentials.base import emulator_provider

# The service sends members that no model of the SDK has, such as the first. The emulator adds the others: a client
# must live with members that it has never heard of.
DROPPED = frozenset({"ExtendAttrs", "ServerTraceId"})
DROPPED_PATHS = frozenset({".Data.LastUpdateTime"})


def lost(raw: Any, kept: Any, path: str = "") -> Iterator[str]:
    """Paths of members that say something in `raw` and are not the same in `kept`."""
    if isinstance(raw, dict) and isinstance(kept, dict):
        for name, value in raw.items():
            if value is not None and name not in DROPPED:
                yield from lost(value, kept.get(name), f"{path}.{name}")
    elif isinstance(raw, list) and isinstance(kept, list) and len(raw) == len(kept):
        for index, (one, other) in enumerate(zip(raw, kept, strict=True)):
            yield from lost(one, other, f"{path}[{index}]")
    elif raw != kept:
        yield path


def calls(codes: dict[str, str], waba: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every read that answers with more than a code."""
    yield "QueryChatappBindWaba", {}
    yield "QueryWabaBusinessInfo", {"WabaId": waba}
    yield "QueryChatappPhoneNumbers", {}
    yield "GetWhatsappHealthStatus", {"NodeType": "WABA", "WabaId": waba}
    yield "GetChatappUploadAuthorization", {}
    yield "ListChatappTemplate", {"Page": {"Index": 1, "Size": 10}}
    for name, code in codes.items():
        yield "GetChatappTemplateDetail", {"TemplateCode": code, "Language": EVERY[name]["Language"]}
    day = {"Start": 1_767_225_600_000, "End": 1_767_312_000_000}
    yield "GetChatappTemplateMetric", {"TemplateCode": codes["utility"], "Language": "en", **day}


def test_the_sdk_knows_every_member(drivers: Callable[[str], Driver], serve: Callable[[], str]) -> None:
    sdk = Sdk(drivers("5.3.1"), "sync", serve())
    codes = {name: sdk.ok("CreateChatappTemplate", **sample)["Data"]["TemplateCode"] for name, sample in EVERY.items()}
    decide(sdk.endpoint, sdk.space, codes["carousel"], "en", "pass")
    decide(sdk.endpoint, sdk.space, codes["utility"], "en", "fail")
    client = Client(endpoint=sdk.endpoint, cust_space_id=sdk.space, credentials=emulator_provider(), proxy="")
    gone = {}
    for action, params in calls(codes, sdk.ok("QueryChatappBindWaba")["Data"]["Id"]):
        answer = client.send(Request(action, params))
        assert answer.ok, answer
        # Each answer has an id of its own, which is there in both.
        gone[f"{action} {params}"] = set(lost(answer.data, sdk.ok(action, **params))) - {".RequestId"} - DROPPED_PATHS
    client.close()
    assert {call: paths for call, paths in gone.items() if paths} == {}
