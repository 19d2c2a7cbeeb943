"""Where our requests may differ from the official SDK's, and why: all of it is here, and nothing else is allowed.

The SDK is the judge of what a call means. These are differences in how the same meaning is written.
"""

from __future__ import annotations

import json
from typing import Any

from templatesync.service.api import Operation

# The SDK fills in an empty list where a component, a button or a card has no such member, and where products have none.
# The service reads both alike, and we keep what the file says.
EMPTY_LISTS = frozenset({"Buttons", "Cards", "CardComponents", "ProductItems", "Sections", "SupportedApps"})

# The Python SDK writes Python's `str(True)` at the top level. In JSON, and in other languages, it is lower case.
BOOLEANS = {"True": "true", "False": "false"}

# Create and modify go in the form body, as in every SDK up to 5.3.0: a large carousel outgrows what gateways take as
# a URL. 5.3.1 has put them into the query, the service takes both.
IN_FORM = frozenset({"CreateChatappTemplate", "ModifyChatappTemplate"})

# Members that came with 5.3.1: the older SDK cannot send them, so it is not asked about them.
UNKNOWN_TO = {"5.3.0": frozenset({"ProductSetId"}), "5.3.1": frozenset()}

# Signed by the SDK and not by us: proxies rewrite the first two, and the third only says which class of the SDK found
# the credentials. The service asks for host, content-type and those x-acs headers that are sent.
NOT_SIGNED = frozenset({"accept", "user-agent", "x-acs-credentials-provider"})

# What each side says of itself or its connection; part of no signature of ours.
FREE_HEADERS = frozenset({"user-agent", "accept-encoding", "connection", "keep-alive", "content-length"})


def decoded(operation: Operation, params: dict[str, str]) -> dict[str, Any]:
    """Parameters as they are meant: JSON read, and what is listed above made alike."""
    kinds = {field.name: field for field in operation.request}
    values: dict[str, Any] = {}
    for name, text in params.items():
        field = kinds[name]
        if field.json:
            values[name] = _without_empty_lists(json.loads(text))
        elif field.type == "boolean":
            values[name] = BOOLEANS.get(text, text)
        else:
            values[name] = text
    return values


def _without_empty_lists(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_empty_lists(member) for name, member in value.items()}
        return {name: member for name, member in kept.items() if not (name in EMPTY_LISTS and member == [])}
    if isinstance(value, list):
        return [_without_empty_lists(item) for item in value]
    return value
