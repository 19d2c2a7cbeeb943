"""How a service spells what names things: languages, names, codes, numbers. Knows no content.

Whatever it spells otherwise it also understands when it is asked so, and in the official spelling too.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping

from templatesync.emulator.quirks.quirk import Asked, Behaviour, Quirk, Take, Tell
from templatesync.emulator.quirks.walk import ROW, changed, member, without
from templatesync.emulator.store import templates
from templatesync.emulator.store.spaces import digits
from templatesync.emulator.store.templates import Filter, TemplateRow
from templatesync.model.json_value import Json
from templatesync.service.languages import languages

Spell = Callable[[str], str]

_TEMPLATE_READS = frozenset({"ListChatappTemplate", "GetChatappTemplateDetail"})
_CODE_ANSWERS = _TEMPLATE_READS | {
    "CreateChatappTemplate",
    "ModifyChatappTemplate",
    "GetChatappTemplateMetric",
    "GetWhatsappHealthStatus",
}
_NOWHERE = "no-such-language"


def _told(names: tuple[str, ...], spell: Spell) -> Tell:
    """Spell some members of rows and details otherwise, where they are texts."""
    where = ROW | {"Entities"}

    def one(held: str, value: dict[str, Json]) -> dict[str, Json]:
        if held not in where:
            return value
        other = {name: spell(value[name]) for name in names if isinstance(value.get(name), str)}
        return value | other

    return lambda asked, body: changed(body, one)


def _language(about: str, spell: Spell, *, strict: bool = False) -> Behaviour:
    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        given = asked.params.get("Language")
        if not isinstance(given, str):
            return asked.params
        if strict and not asked.operation.write and spell(given) != given:
            return {**asked.params, "Language": _NOWHERE}
        known = {spell(code): code for code in languages()}
        return {**asked.params, "Language": known.get(given, given)}

    return Behaviour(about=about, take=take, everywhere=True, tell=_told(("Language",), spell))


def _hyphen(text: str) -> str:
    return text.replace("_", "-")


def _lower_hyphen(text: str) -> str:
    return _hyphen(text).lower()


def _known_by(attribute: Callable[[TemplateRow], str], spell: Spell, *params: str) -> Take:
    """Parameters that spell something of a template as answers do, taken for what they mean."""

    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        sent = {name: asked.params[name] for name in params if asked.params.get(name)}
        if not sent:
            return asked.params
        live = templates.find(db, asked.space, Filter())
        meant = {spell(attribute(one)): attribute(one) for one in live}
        return {**asked.params, **{name: meant.get(value, value) for name, value in sent.items()}}

    return take


def _name(about: str, spell: Spell) -> Behaviour:
    taken = _known_by(lambda one: one.name, spell, "Name", "TemplateName")

    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        return asked.params if asked.action == "CreateChatappTemplate" else taken(asked, db)

    return Behaviour(about=about, take=take, everywhere=True, tell=_told(("Name", "TemplateName"), spell))


def _code_as_digits(code: str) -> str:
    return digits(code, 19)


def _plus(text: str) -> str:
    return "+" + text.removeprefix("+")


def _spaced(text: str) -> str:
    bare = text.removeprefix("+")
    return " ".join(("+" + bare[:2], bare[2:5], bare[5:]))


def _number(about: str, spell: Spell) -> Behaviour:
    def take(asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        given = asked.params.get("PhoneNumber")
        return {**asked.params, "PhoneNumber": re.sub(r"[ +]", "", given)} if given else asked.params

    return Behaviour(about=about, take=take, everywhere=True, tell=_told(("PhoneNumber",), spell))


def _flow_name(about: str, spell: Spell) -> Behaviour:
    return Behaviour(about=about, tell=_told(("FlowName",), spell))


def _left_out(name: str) -> Behaviour:
    def tell(asked: Asked, body: dict[str, Json]) -> dict[str, Json]:
        return changed(body, without(name, ROW))

    return Behaviour(about=f"{name} is left out", tell=tell)


_FLOWS = frozenset({"ListFlow", "GetFlow", "CreateFlow", "ModifyFlow"})
_QR_CODES = frozenset({"ListPhoneMessageQrdl", "CreatePhoneMessageQrdl", "UpdatePhoneMessageQrdl"})

QUIRKS = (
    Quirk(
        "language-spelling",
        "how languages of templates are told",
        _TEMPLATE_READS | {"GetChatappTemplateMetric", "GetWhatsappHealthStatus"},
        {
            "hyphen": _language("zh-CN for zh_CN", _hyphen),
            "lower": _language("zh_cn for zh_CN", str.lower),
            "lower-hyphen": _language("zh-cn for zh_CN", _lower_hyphen),
            "hyphen-only": _language(
                "zh-CN for zh_CN, and a read that asks for zh_CN finds nothing", _hyphen, strict=True
            ),
        },
    ),
    Quirk(
        "name-spelling",
        "how names of templates are told",
        _TEMPLATE_READS | {"CreateChatappTemplate", "ModifyChatappTemplate"},
        {
            "upper": _name("in capitals", str.upper),
            "capitalized": _name("with a capital at the beginning", str.capitalize),
        },
    ),
    Quirk(
        "template-codes",
        "what TemplateCode looks like",
        _CODE_ANSWERS,
        {
            "digits": Behaviour(
                about="19 digits",
                take=_known_by(lambda one: one.code, _code_as_digits, "TemplateCode", "Code"),
                everywhere=True,
                tell=_told(("TemplateCode",), _code_as_digits),
            )
        },
    ),
    Quirk(
        "phone-numbers",
        "how phone numbers are told",
        _QR_CODES | {"QueryChatappPhoneNumbers", "GetWhatsappHealthStatus"},
        {
            "plus": _number("with a plus", _plus),
            "bare": _number("digits only", lambda text: text.removeprefix("+")),
            "spaced": _number("with a plus and blanks", _spaced),
        },
    ),
    Quirk(
        "flow-names",
        "how names of flows are told",
        _FLOWS,
        {
            "trimmed": _flow_name("without blanks at the ends", str.strip),
            "collapsed": _flow_name("runs of blanks as one", lambda text: re.sub(r"\s+", " ", text)),
            "lower": _flow_name("in small letters", str.lower),
        },
    ),
    Quirk(
        "row-identity",
        "what rows of the templates' listing lack",
        frozenset({"ListChatappTemplate"}),
        {name: _left_out(name) for name in ("TemplateCode", "TemplateName", "Language", "TemplateType")},
    ),
    Quirk(
        "detail-identity",
        "what a template's detail lacks",
        frozenset({"GetChatappTemplateDetail"}),
        {name: _left_out(name) for name in ("TemplateCode", "Name", "Language", "TemplateType")},
    ),
    Quirk(
        "template-type",
        "how TemplateType is told",
        _TEMPLATE_READS,
        {
            "lower": Behaviour(
                about="in small letters",
                tell=lambda asked, body: changed(body, member("TemplateType", str.lower, ROW)),
            )
        },
    ),
)
