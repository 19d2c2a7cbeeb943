"""The calls that write QR codes, as generators of requests. Knows the API's names; no client, no clock, no plan."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import WriteResult
from templatesync.kinds.qr_code.identity import phone_of
from templatesync.kinds.text import text_of
from templatesync.model.calls import CallError, Calls
from templatesync.model.request import Answer, Request
from templatesync.model.resource import Live, Resource


def create(resource: Resource) -> Calls[WriteResult]:
    """Make a new code; it works at once. The id is what the answer says, which only a list confirms."""
    answer = yield from _write("CreatePhoneMessageQrdl", resource, {})
    data = answer.data.get("Data")
    code = text_of(data.get("QrdlCode")) if isinstance(data, Mapping) else ""
    return WriteResult(answer, {"qrdl_code": code} if code else {})


def update(resource: Resource, live: Live) -> Calls[WriteResult]:
    """Give a code another message."""
    answer = yield from _write("UpdatePhoneMessageQrdl", resource, {"QrdlCode": live.ids["qrdl_code"]})
    return WriteResult(answer, live.ids)


def delete(live: Live) -> Calls[WriteResult]:
    """Delete a code: whoever scans the printed picture reaches nothing.

    Raises CallError whatever the refusal says: only the list shows that the code is gone.
    """
    address = {"PhoneNumber": phone_of(live.key), "QrdlCode": live.ids["qrdl_code"]}
    (answer,) = yield (Request("DeletePhoneMessageQrdl", address),)
    if not answer.ok:
        raise CallError(answer)
    return WriteResult(answer, {})


def _write(operation: str, resource: Resource, address: Mapping[str, str]) -> Calls[Answer]:
    params = {name: value for name, value in resource.body.items() if name != "QrdlCode"}
    params.setdefault("GenerateQrImage", "PNG")
    (answer,) = yield (Request(operation, {**params, **address}),)
    if not answer.ok:
        raise CallError(answer)
    return answer
