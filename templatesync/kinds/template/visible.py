"""Of a template's content: what a customer sees and what a sender owes. Pure; reads canonical contents only.

Contents that differ in nothing else are no reason for an edit, which costs a review and is rationed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from templatesync.kinds.template.spelling import READ, has_variable
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern

# Which of two looks an emoji has; services drop them, and so do phones.
_SELECTORS = lazy_pattern("[\ufe0e\ufe0f]")
_LINE_END = lazy_pattern(r"[^\S\n]+(?=\n)")
_NOT_DIALLED = lazy_pattern(r"[^0-9]")
# With a user or a variable in it, a host is none.
_WEB = lazy_pattern(r"(?is)(https?://)([^/?#$@\s]+)(.*)")
_UNSEEN = frozenset({"Category", "Example"})


def visible(content: Json) -> Json:
    """The content without samples and without what nobody can see; never raises, whatever it is."""
    if not isinstance(content, dict):
        return content
    return {name: _value(name, value) for name, value in content.items() if name not in _UNSEEN}


def gist(content: Json) -> Json:
    """The text of the BODY, by which templates of equal content are found; never raises, whatever it is."""
    parts = content.get("Components") if isinstance(content, dict) else None
    bodies = [part.get("Text") for part in parts or () if isinstance(part, dict) and part.get("Type") == "BODY"]
    return [_text(text) for text in bodies if isinstance(text, str)]


def _value(name: str, value: Json) -> Json:
    if isinstance(value, dict):
        return _part(value)
    if isinstance(value, list):
        return [_value("", item) for item in value]
    if not isinstance(value, str):
        return value
    if name in READ:
        return _text(value)
    if name == "Url":
        return _address(value)
    if name == "PhoneNumber":
        return _NOT_DIALLED.sub("", value) or value
    return value


def _part(part: Mapping[str, Json]) -> dict[str, Json]:
    # The address of media is a sample, but for one that a sender gives; whether one is dynamic, its variable says.
    hidden = "UrlType"
    if part.get("Type") == "HEADER":
        hidden = "" if has_variable(part.get("Url")) else "Url"
    return {name: _value(name, value) for name, value in part.items() if name != hidden}


def _text(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", _SELECTORS.sub("", text))
    return _LINE_END.sub("", text).strip()


def _address(url: str) -> str:
    """An address in which the host is in small letters, and a bare host has no slash behind it."""
    match = _WEB.fullmatch(url)
    return f"{match[1]}{match[2]}".lower() + ("" if match[3] == "/" else match[3]) if match else url
