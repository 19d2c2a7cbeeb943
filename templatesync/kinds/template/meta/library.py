"""Meta's template library: its listing has texts in place of components. Pure: knows no CAMS."""

from __future__ import annotations

import json
from collections.abc import Mapping

from templatesync.kinds.template.meta.draft import Inexpressible, items, mapping
from templatesync.model.json_value import Json

FIELDS = frozenset({"header", "body", "body_params", "footer", "buttons"})


def components_of(entry: Mapping[str, Json]) -> tuple[Json, frozenset[str]]:
    """The components of an entry as a create request has them, and the other fields that went into them."""
    given = entry.get("components")
    if isinstance(given, str):
        return _as_json(given), frozenset()
    if given is not None:
        return given, frozenset()
    if entry.get("body") is None and isinstance(entry.get("library_template_name"), str):
        raise Inexpressible("made from the library: its text is not in this file; list the template from your account")
    if entry.get("body") is None:
        return None, frozenset()
    parts: list[Json] = []
    if entry.get("header"):
        parts.append(_text("HEADER", entry["header"]))
    parts.append({**_text("BODY", entry["body"]), "example": {"body_text": [list(items(entry.get("body_params")))]}})
    if entry.get("footer"):
        parts.append(_text("FOOTER", entry["footer"]))
    if entry.get("buttons"):
        parts.append({"type": "BUTTONS", "buttons": entry["buttons"]})
    return parts, FIELDS


def _text(kind: str, given: Json) -> dict[str, Json]:
    """A component of a text, or of an object that is one already but for its type."""
    if isinstance(given, Mapping):
        own = {key: value for key, value in mapping(given).items() if key != "type"}
        form = given.get("format", given.get("type")) if kind == "HEADER" else None
        return {"type": kind, **own, **({"format": form} if isinstance(form, str) and form != kind else {})}
    return {"type": kind, "text": given}


def _as_json(text: str) -> Json:
    """Components that a table keeps as text."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Inexpressible("its components are a text that is no JSON") from None
    if not isinstance(read, list):
        raise Inexpressible("its components are a text and no list")
    return read
