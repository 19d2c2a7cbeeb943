"""Short ways to write entries in Meta's form, shared by the tests of `kinds.template.meta`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templatesync.kinds.template.meta import Converted, read

HELLO = {"type": "BODY", "text": "The parcel is here."}


def template(*components: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "parcel", "language": "en", "category": "UTILITY", "components": list(components), **fields}


def convert(*components: Any, **fields: Any) -> Converted:
    converted, refused = read(template(*components, **fields))
    assert refused == []
    (one,) = converted
    return one


def reason(*components: Any, **fields: Any) -> str:
    converted, (refused,) = read(template(*components, **fields))
    assert converted == []
    return refused.reason


def body(text: str, **fields: Any) -> dict[str, Any]:
    return {"type": "BODY", "text": text, **fields}


def named(**samples: str) -> list[dict[str, str]]:
    return [{"param_name": name, "example": sample} for name, sample in samples.items()]


def buttons(*entries: Any) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(entries)}


def button(entry: Mapping[str, Any], **fields: Any) -> tuple[dict[str, Any], Converted]:
    """The only button as CAMS has it, and the whole."""
    one = convert(HELLO, buttons(entry), **fields)
    return one.body["Components"][-1]["Buttons"][0], one
