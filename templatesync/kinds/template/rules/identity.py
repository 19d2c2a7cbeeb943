"""Rules about name, language, category and the switches of a template."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.effect import idle_outside
from templatesync.kinds.template.rules.base import (
    CAMS,
    CAMS_LANGUAGES,
    ERROR,
    INFO,
    META,
    META_TTL,
    OTHERS,
    OWN,
    WARNING,
    by_schema,
    rule,
)
from templatesync.kinds.template.view import Template
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.service.languages import languages, perhaps

REQUIRED_CREATE = by_schema("required-create", ERROR, CAMS, "A template has a Category and Components.")
NAME_CHARSET = by_schema(
    "name-charset", ERROR, META, "A template name has only lower-case letters, digits and underscores."
)
NAME_LENGTH = by_schema("name-length", ERROR, META, "A template name has 1 to 512 characters.")
CATEGORY_ENUM = by_schema("category-enum", ERROR, CAMS, "Category is UTILITY, MARKETING or AUTHENTICATION.")
TYPE_ENUM = by_schema("type-enum", ERROR, CAMS, "TemplateType is WHATSAPP.")
LANG_ONE_KEY = by_schema("lang-one-key", ERROR, OWN, "A template has either Language or Languages.")
TTL_INT = by_schema("ttl-int", ERROR, META_TTL, "MessageSendTtlSeconds is a whole number.")


@rule("lang-known", ERROR, CAMS_LANGUAGES, "The language is a code that WhatsApp knows.")
def lang_known(template: Template) -> Iterator[Hit]:
    """Neither list has the code."""
    code = template.language
    if not code or code in languages():
        return
    meant = perhaps(code)
    hint = f"did you mean {meant}?" if meant else "write a code such as en, pt_BR or zh_CN"
    yield Hit(("Language",), f"{code[:40]} is not a language code of WhatsApp", hint)


@rule(
    "lang-not-at-cams",
    WARNING,
    CAMS_LANGUAGES,
    "The language is one that Alibaba Cloud lists.",
)
def lang_not_at_cams(template: Template) -> Iterator[Hit]:
    """Only Meta's list has the code."""
    code = template.language
    if languages().get(code) is False:
        base = code.split("_")[0]
        hint = f"{base} is on both lists" if languages().get(base) else ""
        yield Hit(("Language",), f"{code} is a language of WhatsApp that Alibaba Cloud does not list", hint)


_VAGUE = lazy_pattern(r"(^|_)(tmp|asdf|untitled|final)[0-9]*$|^test[0-9_]*$|_test[0-9]+$|^template_?[0-9]*$|^[0-9_]+$")

_VAGUE_ENDS = ("tmp", "asdf", "untitled", "final", "test", "template")


@rule("name-meaningful", INFO, OTHERS, "A template name says what the template is for.")
def name_meaningful(template: Template) -> Iterator[Hit]:
    """Names that look like leftovers of a trial."""
    name = template.body.get("Name")
    # Whatever the digits at its end, it is one of a few words that end such a name.
    if not isinstance(name, str) or not (name[:600].rstrip("0123456789_\n") or "tmp").endswith(_VAGUE_ENDS):
        return
    if match := _VAGUE.search(name[:600]):
        yield Hit(
            ("Name",), f"the name looks like a trial: {match[0].strip('_')}", "name the occasion, such as order_shipped"
        )


@rule(
    "allow-category-change-gone", INFO, CAMS, "AllowCategoryChange is not used any more.", needs=["AllowCategoryChange"]
)
def allow_category_change_gone(template: Template) -> Iterator[Hit]:
    """The deprecated field."""
    if "AllowCategoryChange" in idle_outside(template.body):
        yield Hit(("AllowCategoryChange",), "the platform ignores AllowCategoryChange", "remove it")


@rule("allow-send", WARNING, CAMS, "AllowSend is for MARKETING templates.", needs=["AllowSend"])
def allow_send(template: Template) -> Iterator[Hit]:
    """The field on another category."""
    if "AllowSend" in idle_outside(template.body):
        hint = "remove it, and hold the template back where it is sent"
        yield Hit(("AllowSend",), f"a {template.category} template cannot be held back with AllowSend", hint)


@rule("product-set", INFO, CAMS, "ProductSetId goes with a CATALOG or MPM button.", needs=["ProductSetId"])
def product_set(template: Template) -> Iterator[Hit]:
    """The field without a button that shows products."""
    if template.body.get("ProductSetId") and "ProductSetId" in idle_outside(template.body):
        hint = "add a CATALOG or MPM button, or remove it"
        yield Hit(("ProductSetId",), "ProductSetId has no effect without a CATALOG or MPM button", hint)


def _ttl(template: Template, category: str) -> Iterator[Hit]:
    seconds, allowed = template.body.get("MessageSendTtlSeconds"), limits.TTL[category]
    if template.category != category or not isinstance(seconds, int) or isinstance(seconds, bool):
        return
    if seconds not in allowed and not (seconds == -1 and category != "MARKETING"):
        message = f"MessageSendTtlSeconds of {category} templates is {allowed[0]} to {allowed[-1]}"
        yield Hit(("MessageSendTtlSeconds",), message, "remove it to use the platform's own value")


@rule(
    "ttl-auth",
    ERROR,
    META_TTL,
    "AUTHENTICATION messages live for 30 to 900 seconds.",
    needs=["AUTHENTICATION", "MessageSendTtlSeconds"],
)
def ttl_auth(template: Template) -> Iterator[Hit]:
    """Out of range."""
    return _ttl(template, "AUTHENTICATION")


@rule(
    "ttl-utility",
    ERROR,
    META_TTL,
    "UTILITY messages live for 30 to 43200 seconds.",
    needs=["UTILITY", "MessageSendTtlSeconds"],
)
def ttl_utility(template: Template) -> Iterator[Hit]:
    """Out of range."""
    return _ttl(template, "UTILITY")


@rule(
    "ttl-marketing",
    ERROR,
    META_TTL,
    "MARKETING messages live for 43200 to 2592000 seconds.",
    needs=["MARKETING", "MessageSendTtlSeconds"],
)
def ttl_marketing(template: Template) -> Iterator[Hit]:
    """Out of range."""
    return _ttl(template, "MARKETING")


@rule(
    "ttl-minus-one",
    WARNING,
    META_TTL,
    "A time to live of -1 is written as the number of seconds.",
    needs=["MessageSendTtlSeconds", ("AUTHENTICATION", "UTILITY")],
)
def ttl_minus_one(template: Template) -> Iterator[Hit]:
    """Meta's spelling of 30 days."""
    if template.body.get("MessageSendTtlSeconds") == -1 and template.category in ("AUTHENTICATION", "UTILITY"):
        message = "-1 is Meta's way to say 30 days; Alibaba Cloud documents no such value"
        yield Hit(("MessageSendTtlSeconds",), message, "remove it, or give a number of seconds")
