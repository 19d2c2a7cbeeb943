"""Contents told back otherwise than they were sent. Knows no row; what is kept stays as it was sent."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal

from templatesync.emulator.quirks.quirk import Asked, Behaviour, Body, Quirk
from templatesync.emulator.quirks.walk import BUTTON, COMPONENT, ROW, Change, changed, member
from templatesync.model.json_value import Json

_DETAIL = frozenset({"GetChatappTemplateDetail"})
_QR_CODES = frozenset({"ListPhoneMessageQrdl", "CreatePhoneMessageQrdl", "UpdatePhoneMessageQrdl"})
_TEXTS = ("Text", "Caption", "LocationName", "LocationAddress", "PrefilledMessage")
_CONTENT = COMPONENT | BUTTON | ROW


def _by(about: str, change: Change) -> Behaviour:
    return Behaviour(about=about, tell=lambda asked, body: changed(body, change))


def _text(about: str, spell: Callable[[str], str]) -> Behaviour:
    """Every text that people read, and the samples."""

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held not in _CONTENT:
            return value
        texts: dict[str, Json] = {name: spell(value[name]) for name in _TEXTS if isinstance(value.get(name), str)}
        sample = value.get("Example")
        if isinstance(sample, dict):
            texts["Example"] = {
                name: spell(inner) if isinstance(inner, str) else inner for name, inner in sample.items()
            }
        return value | texts

    return _by(about, one)


def _form(name: Literal["NFC", "NFD", "NFKC"], about: str) -> Behaviour:
    return _text(about, lambda text: unicodedata.normalize(name, text))


def _ends(text: str) -> str:
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))


def _numbered(text: str) -> str:
    numbers: dict[str, int] = {}
    return re.sub(r"\$\((.*?)\)", lambda found: f"{{{{{numbers.setdefault(found[1], len(numbers) + 1)}}}}}", text)


def _dropped(name: str) -> Behaviour:
    """Told as what was not sent is told."""

    def gone(value: Json) -> Json:
        return [] if isinstance(value, list) else None

    return _by(f"{name} is not told", member(name, gone, _CONTENT))


_FIELDS = (
    "AddSecretRecommendation",
    "AllowSend",
    "Buttons",
    "Caption",
    "Cards",
    "CategoryChangePaused",
    "CodeExpirationMinutes",
    "CouponCode",
    "Example",
    "FileName",
    "FileType",
    "FlowAction",
    "FlowId",
    "Format",
    "IsOptOut",
    "MessageSendTtlSeconds",
    "NavigateScreen",
    "PhoneNumber",
    "ProductSetId",
    "SupportedApps",
    "Text",
    "ThumbUrl",
    "Url",
    "UrlType",
    "hasExpiration",
)


def _filled(about: str, defaults: Mapping[str, Json], where: frozenset[str], kinds: frozenset[str]) -> Behaviour:
    """Members that were not sent, told with a value; in objects of some `Type`, or of any when none is named."""

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held not in where or (kinds and value.get("Type") not in kinds):
            return value
        return value | {name: default for name, default in defaults.items() if value.get(name) in (None, "", 0)}

    return _by(about, one)


def _added(members: Mapping[str, Json]) -> Change:
    return lambda held, value: {**value, **members} if held in _CONTENT else value


def _reversed(name: str) -> Change:
    return member(name, lambda listed: listed[::-1], COMPONENT | ROW)


def _sorted_by_text(name: str) -> Change:
    return member(name, lambda listed: sorted(listed, key=lambda one: str(one.get("Text"))), COMPONENT)


def _url(about: str, change: Callable[[str], str]) -> Behaviour:
    return _by(about, member("Url", change, BUTTON))


def _slash(url: str) -> str:
    return url + "/" if re.fullmatch(r"https?://[^/?#]+", url) else url


def _lower_host(url: str) -> str:
    return re.sub(r"^https?://[^/?#$]+", lambda found: found[0].lower(), url)


def _encoded(url: str) -> str:
    return url.replace("$(", "%24%28").replace(")", "%29")


def _allow_send(about: str, told: Json) -> Behaviour:
    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held not in ROW or value.get("Category") == "MARKETING":
            return value
        return value | {"AllowSend": told}

    return _by(about, one)


def _case(name: str, where: frozenset[str]) -> dict[str, Behaviour]:
    return {
        "upper": _by("in capitals", member(name, str.upper, where)),
        "lower": _by("in small letters", member(name, str.lower, where)),
        "capitalized": _by("with a capital at the beginning", member(name, str.capitalize, where)),
    }


def _image(about: str, change: Callable[[str], Json]) -> Behaviour:
    def tell(asked: Asked, body: Body) -> Body:
        return changed(body, member("GenerateQrImage", change, ROW))

    return Behaviour(about=about, tell=tell)


def _but(values: dict[str, Behaviour], name: str) -> dict[str, Behaviour]:
    return {key: value for key, value in values.items() if key != name}


_SWITCHES = {"AddSecretRecommendation": False, "IsOptOut": False, "hasExpiration": False, "UrlType": "static"}
_TEXT_PARTS = frozenset({"BODY", "FOOTER"})

QUIRKS = (
    Quirk(
        "text-ends",
        "blanks and line ends around texts",
        _DETAIL | _QR_CODES,
        {
            "trimmed": _text("left out", str.strip),
            "trimmed-lines": _text("left out at the end of every line", _ends),
            "added": _text("a line end is added", lambda text: text + "\n"),
        },
    ),
    Quirk(
        "line-ends",
        "line ends inside texts",
        _DETAIL | _QR_CODES,
        {
            "crlf": _text("carriage return and line feed", lambda text: re.sub(r"\r?\n", "\r\n", text)),
            "escaped": _text("a backslash and an n", lambda text: text.replace("\n", "\\n")),
            "folded": _text("a blank", lambda text: text.replace("\n", " ")),
        },
    ),
    Quirk(
        "blanks",
        "runs of blanks and empty lines inside texts",
        _DETAIL | _QR_CODES,
        {
            "collapsed": _text("several blanks as one", lambda text: re.sub(r" {2,}", " ", text)),
            "no-empty-lines": _text("several line ends as one", lambda text: re.sub(r"\n{2,}", "\n", text)),
        },
    ),
    Quirk(
        "characters",
        "characters that can be written in two ways",
        _DETAIL | _QR_CODES,
        {
            "nfc": _form("NFC", "composed, as Unicode's form NFC"),
            "nfd": _form("NFD", "decomposed, as NFD"),
            "nfkc": _form("NFKC", "composed and made plain, as NFKC"),
            "no-variation": _text("emoji without their variation selectors", lambda text: text.replace("\ufe0f", "")),
            "html": _text("& and < as in HTML", lambda text: html.escape(text, quote=False)),
        },
    ),
    Quirk(
        "variables",
        "how variables in texts are told",
        _DETAIL,
        {"numbered": _text("{{1}} for the first, and so on", _numbered)},
    ),
    Quirk("dropped-field", "a member that is taken and not told", _DETAIL, {name: _dropped(name) for name in _FIELDS}),
    Quirk(
        "defaults",
        "what is told of members that were not sent",
        _DETAIL,
        {
            "switches": _filled("no for switches, static for UrlType", _SWITCHES, COMPONENT | BUTTON, frozenset()),
            "lifetime": _filled("a lifetime of 12 hours", {"MessageSendTtlSeconds": 43_200}, ROW, frozenset()),
            "expiry": _filled("10 minutes of a code", {"CodeExpirationMinutes": 10}, COMPONENT, frozenset({"FOOTER"})),
            "flow-action": _filled("NAVIGATE of a flow", {"FlowAction": "NAVIGATE"}, BUTTON, frozenset({"FLOW"})),
            "texts": _filled("empty texts", {"Caption": "", "FileName": "", "Url": ""}, COMPONENT, frozenset()),
        },
    ),
    Quirk(
        "text-format",
        "Format of BODY and FOOTER",
        _DETAIL,
        {"told": _filled("TEXT, though it was not sent", {"Format": "TEXT"}, COMPONENT, _TEXT_PARTS)},
    ),
    Quirk(
        "order",
        "the order of lists in a template",
        _DETAIL,
        {
            "components-reversed": _by("components backwards", _reversed("Components")),
            "buttons-reversed": _by("buttons backwards", _reversed("Buttons")),
            "buttons-sorted": _by("buttons by their text", _sorted_by_text("Buttons")),
            "cards-reversed": _by("cards backwards", _reversed("Cards")),
        },
    ),
    Quirk("url-type", "how UrlType is told", _DETAIL, _but(_case("UrlType", BUTTON), "lower")),
    Quirk("format", "how Format is told", _DETAIL, _but(_case("Format", COMPONENT), "upper")),
    Quirk(
        "type", "how Type of components and buttons is told", _DETAIL, _but(_case("Type", COMPONENT | BUTTON), "upper")
    ),
    Quirk(
        "urls",
        "how addresses of buttons are told",
        _DETAIL,
        {
            "slash": _url("a bare host with a slash at the end", _slash),
            "lower-host": _url("the host in small letters", _lower_host),
            "encoded": _url("variables percent-encoded", _encoded),
            "numbered": _url("variables as {{1}}", _numbered),
        },
    ),
    Quirk(
        "unknown-fields",
        "members that are on no page",
        _DETAIL | _QR_CODES | {"ListChatappTemplate", "ListFlow", "GetFlow", "QueryChatappPhoneNumbers"},
        {
            "filled": _by("with values", _added({"TenantTag": "a1", "Weight": 3, "Inner": {"Kind": ["x"]}})),
            "null": _by("that are null", _added({"TenantTag": None, "Inner": None})),
        },
    ),
    Quirk(
        "allow-send",
        "AllowSend of templates that are not MARKETING",
        _DETAIL,
        {
            "false": _allow_send("false, whatever was sent", False),
            "true": _allow_send("true, whatever was sent", True),
            "null": _allow_send("null, whatever was sent", None),
        },
    ),
    Quirk(
        "qr-image",
        "how the kind of picture of a QR code is told",
        _QR_CODES,
        {
            "lower": _image("in small letters", str.lower),
            "null": _image("null", lambda kind: None),
            "png": _image("PNG, whatever was sent", lambda kind: "PNG"),
        },
    ),
)
