"""One spelling for what can be written in several ways: words of the API, numbers and switches as text, ends of texts.

Pure; knows fields by name and no component. What can mean one thing only is spelt as the API's pages spell it, and
everything else is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json

SAMPLE = "sample"
"""What stands in a content for what only reviewers look at."""
CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
MEDIA = ("IMAGE", "VIDEO", "DOCUMENT")
FORMATS = frozenset({"TEXT", *MEDIA})
COMPONENT_ORDER = ("HEADER", "LIMITED_TIME_OFFER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL")
BUTTON_TYPES = tuple("PHONE_NUMBER URL QUICK_REPLY COPY_CODE ONE_TAP ZERO_TAP MPM CATALOG FLOW".split())

_WORDS: Mapping[str, frozenset[str]] = {
    "Category": CATEGORIES,
    "Type": frozenset((*COMPONENT_ORDER, *BUTTON_TYPES)),
    "Format": FORMATS,
    "UrlType": frozenset({"static", "dynamic"}),
    "FlowAction": frozenset({"NAVIGATE", "DATA_EXCHANGE"}),
}
_NUMBERS = frozenset({"CodeExpirationMinutes", "Duration", "MessageSendTtlSeconds"})
_SWITCHES = frozenset(
    {"AddSecretRecommendation", "AllowSend", "CategoryChangePaused", "HasExpiration", "IsOptOut", "hasExpiration"}
)
READ = frozenset({"Text", "Caption", "FileName", "AutofillText"})
"""Texts that customers read, in which lines may end."""
TEXTS = READ | {
    "CouponCode", "FileType", "FlowId", "NavigateScreen", "PackageName", "PhoneNumber", "ProductSetId",
    "SignatureHash", "ThumbUrl", "Url",
}  # fmt: skip
_OTHERS = _WORDS.keys() | _NUMBERS | _SWITCHES


def has_variable(value: Json) -> bool:
    """Whether a value is a text with a variable in it, which a sender fills."""
    return isinstance(value, str) and VARIABLE.search(value) is not None


def spelt(name: str, value: Json) -> Json:
    """The value of a field in the one spelling; the same object when it has it already. Never raises."""
    if value.__class__ is str and name in TEXTS:
        return trimmed(value)
    if name in _OTHERS:
        return _spelt_other(name, value)
    if name in TEXTS and isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**40 else value
    return value


def trimmed(text: str) -> str:
    """A text as it is sent: no white space at its ends, for services drop it, and lines that end in a line feed."""
    text = text.strip()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _spelt_other(name: str, value: Json) -> Json:
    if name in _WORDS:
        return _word(_WORDS[name], value) if isinstance(value, str) and value not in _WORDS[name] else value
    if name in _NUMBERS:
        return _number(value)
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


def _word(known: frozenset[str], value: str) -> str:
    folded = value.strip().replace("-", "_").replace(" ", "_").casefold()
    return next((word for word in known if word.casefold() == folded), value)


def _number(value: Json) -> Json:
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 40 else value
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
