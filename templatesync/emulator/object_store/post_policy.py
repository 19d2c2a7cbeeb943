"""What the policy of a form upload allows, as the object store reads it. Pure; knows no key and no object."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from templatesync.emulator.outcome import RefusedCall
from templatesync.model.json_value import Json


def check_policy(policy: str, values: Mapping[str, str], size: int, now: float) -> None:
    """Refuse an upload that its own policy does not allow. `values` are fields by lower-case name, the bucket too."""
    document = _document(policy)
    if _expiration(document) < now:
        raise _denied("policy expired")
    conditions = document.get("conditions")
    if not isinstance(conditions, list):
        raise _malformed("it needs a list of conditions")
    for condition in conditions:
        if isinstance(condition, dict):
            for name, wanted in condition.items():
                _check(["eq", f"${name}", wanted], values, size)
        elif isinstance(condition, list) and len(condition) == 3:
            _check(condition, values, size)
        else:
            raise _malformed("a condition is an object, or a list of three")


def _document(policy: str) -> Mapping[str, Json]:
    try:
        document = json.loads(base64.b64decode(policy, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _malformed("it is not JSON in base64") from None
    if not isinstance(document, dict):
        raise _malformed("it must be an object")
    return document


def _expiration(document: Mapping[str, Json]) -> float:
    text = document.get("expiration")
    try:
        # Ends with Z, which is UTC; without it the text says nothing about a zone.
        at = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise _malformed("expiration must be a text like 2026-01-31T12:00:00Z") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _check(condition: list[Json], values: Mapping[str, str], size: int) -> None:
    kind, name, wanted = condition
    if kind == "content-length-range":
        if type(name) is not int or type(wanted) is not int:
            raise _malformed("content-length-range takes two numbers")
        if size < name:
            raise RefusedCall("EntityTooSmall", "Your proposed upload is smaller than the minimum size.", status=400)
        if size > wanted:
            raise too_large()
        return
    if not isinstance(name, str) or not name.startswith("$"):
        raise _malformed("a condition names a field with $")
    value = values.get(name[1:].lower(), "")
    if kind in ("in", "not-in") and isinstance(wanted, list):
        fits = (value in wanted) == (kind == "in")
    elif kind in ("eq", "starts-with") and isinstance(wanted, str):
        fits = value == wanted if kind == "eq" else value.startswith(wanted)
    else:
        raise _malformed(f"there is no condition {str(kind)[:40]!r} of that kind")
    if not fits:
        raise _denied(f"condition failed: {json.dumps(condition)[:200]}")


def too_large() -> RefusedCall:
    """More bytes than the policy or the object store allows."""
    return RefusedCall("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.", status=400)


def _denied(detail: str) -> RefusedCall:
    return RefusedCall("AccessDenied", f"Invalid according to Policy: {detail}.", status=403)


def _malformed(detail: str) -> RefusedCall:
    return RefusedCall("InvalidPolicyDocument", f"Invalid Policy: {detail}.", status=400)
