"""Rules about AUTHENTICATION templates, whose texts the platform writes itself."""

from __future__ import annotations

from collections.abc import Iterator

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.effect import idle_outside
from templatesync.kinds.template.rules.base import CAMS, ERROR, INFO, META_AUTH, META_TTL, by_schema, rule
from templatesync.kinds.template.rules.text import too_long
from templatesync.kinds.template.script import emoji
from templatesync.kinds.template.view import Part, Template
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.paths import Path

AUTH_NO_HEADER = by_schema("auth-no-header", ERROR, CAMS, "An AUTHENTICATION template has no HEADER.")
AUTH_NO_TEXT = by_schema("auth-no-text", ERROR, CAMS, "BODY and FOOTER of AUTHENTICATION have no Text.")
AUTH_ONE_BUTTON = by_schema("auth-one-button", ERROR, CAMS, "An AUTHENTICATION template has exactly one button.")
# A note beside the same field names only the first two; ZERO_TAP is in the list of values and works at Meta.
AUTH_BTN_TYPE = by_schema(
    "auth-btn-type", ERROR, CAMS, "The button of AUTHENTICATION is COPY_CODE, ONE_TAP or ZERO_TAP."
)
AUTH_COPY_TEXT = by_schema("auth-copy-text", ERROR, CAMS, "A COPY_CODE button of AUTHENTICATION has a Text.")
AUTH_ONETAP_FIELDS = by_schema(
    "auth-onetap-fields",
    ERROR,
    CAMS,
    "ONE_TAP and ZERO_TAP have Text, AutofillText, and package and hash of their apps.",
)
AUTH_APPS_5 = by_schema("auth-apps-5", ERROR, META_AUTH, f"SupportedApps lists 1 to {limits.APPS} apps.")

_PACKAGE = lazy_pattern(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
_HASH = lazy_pattern(rf"[A-Za-z0-9+/=]{{{limits.HASH}}}")


def _buttons(template: Template) -> Iterator[Part]:
    """The buttons for a code; on others their fields have no effect, which `field-place` tells."""
    for button in template.buttons:
        if template.category == "AUTHENTICATION" or button.type in ("ONE_TAP", "ZERO_TAP"):
            yield button


def _app_fields(template: Template, name: str) -> Iterator[tuple[Path, str]]:
    """That field on buttons and in their SupportedApps. A space's variable that has no value is told elsewhere."""
    for button in _buttons(template):
        for path, fields in ((button.path, button.fields), *button.apps()):
            value = fields.get(name)
            if isinstance(value, str) and "${{" not in value:
                yield (*path, name), value


@rule(
    "auth-hash",
    ERROR,
    META_AUTH,
    f"SignatureHash has {limits.HASH} characters of base64.",
    needs=[("SignatureHash", "SupportedApps")],
)
def auth_hash(template: Template) -> Iterator[Hit]:
    """Another length, or other characters; percent-encoding is the usual mistake."""
    for path, value in _app_fields(template, "SignatureHash"):
        if not _HASH.fullmatch(value):
            message = f"a SignatureHash has {limits.HASH} characters: letters, digits, +, / and ="
            yield Hit(path, message, f"this has {len(value)}" if len(value) != limits.HASH else "")


@rule(
    "auth-package",
    ERROR,
    META_AUTH,
    "PackageName is the package of an Android app.",
    needs=[("PackageName", "SupportedApps")],
)
def auth_package(template: Template) -> Iterator[Hit]:
    """At least two parts, each beginning with a letter."""
    for path, value in _app_fields(template, "PackageName"):
        if len(value) > limits.PACKAGE or not _PACKAGE.fullmatch(value):
            message = f"a PackageName has at most {limits.PACKAGE} characters, in parts with dots between them"
            yield Hit(path, message, "write it like com.example.shop")


@rule(
    "auth-autofill-25", ERROR, META_AUTH, f"AutofillText has 1 to {limits.AUTOFILL} characters.", needs=["AutofillText"]
)
def auth_autofill_25(template: Template) -> Iterator[Hit]:
    """The other label of ONE_TAP and ZERO_TAP."""
    message = f"AutofillText has 1 to {limits.AUTOFILL} characters; shorten it"
    for button in _buttons(template):
        yield from too_long(button, "AutofillText", limits.AUTOFILL, message)


def _minutes(template: Template) -> Iterator[tuple[Part, int]]:
    for footer in template.every("FOOTER") if template.category == "AUTHENTICATION" else ():
        minutes = footer.fields.get("CodeExpirationMinutes")
        if isinstance(minutes, int) and not isinstance(minutes, bool):
            yield footer, minutes


@rule(
    "auth-exp-1-90",
    ERROR,
    META_AUTH,
    "CodeExpirationMinutes is 1 to 90.",
    needs=["AUTHENTICATION", "CodeExpirationMinutes"],
)
def auth_exp_1_90(template: Template) -> Iterator[Hit]:
    """Out of range. In other templates the field has no effect, which `codeexp-place` tells."""
    for footer, minutes in _minutes(template):
        if minutes not in limits.CODE_MINUTES:
            yield Hit(footer.at("CodeExpirationMinutes"), "CodeExpirationMinutes is 1 to 90", "10 is usual")


@rule(
    "auth-ttl-vs-exp",
    INFO,
    META_TTL,
    "A code is not delivered after it has expired.",
    needs=["AUTHENTICATION", "CodeExpirationMinutes", "MessageSendTtlSeconds"],
)
def auth_ttl_vs_exp(template: Template) -> Iterator[Hit]:
    """MessageSendTtlSeconds beyond CodeExpirationMinutes."""
    seconds = template.body.get("MessageSendTtlSeconds")
    for _, minutes in _minutes(template):
        if isinstance(seconds, int) and seconds > minutes * 60 > 0:
            message = f"the message is tried for {seconds} seconds, its code lives {minutes * 60}"
            yield Hit(("MessageSendTtlSeconds",), message, "use a shorter time to live")


@rule("auth-supported-apps", INFO, CAMS, "Apps are listed in SupportedApps.", needs=[("PackageName", "SignatureHash")])
def auth_supported_apps(template: Template) -> Iterator[Hit]:
    """The deprecated fields on the button itself."""
    for button in _buttons(template):
        for name in ("PackageName", "SignatureHash"):
            if name in button.fields:
                yield Hit((*button.path, name), f"{name} on the button is deprecated", "move it to SupportedApps")


@rule("auth-no-example", INFO, CAMS, "An AUTHENTICATION template has no Example.", needs=["AUTHENTICATION", "Example"])
def auth_no_example(template: Template) -> Iterator[Hit]:
    """Samples that nothing uses."""
    if template.example and "Example" in idle_outside(template.body):
        yield Hit(("Example",), "an AUTHENTICATION template has no variables, so it needs no Example", "remove it")


_FOOTER = frozenset({"Type", "CodeExpirationMinutes", "Text"})


@rule(
    "footer-auth",
    ERROR,
    CAMS,
    "The FOOTER of AUTHENTICATION has CodeExpirationMinutes and nothing else.",
    needs=["AUTHENTICATION", "FOOTER"],
)
def footer_auth(template: Template) -> Iterator[Hit]:
    """It is missing, or something else stands there. A Text is told by auth-no-text."""
    for footer in template.every("FOOTER") if template.category == "AUTHENTICATION" else ():
        message = "the FOOTER of AUTHENTICATION has CodeExpirationMinutes and nothing else"
        if "CodeExpirationMinutes" not in footer.fields and "Text" not in footer.fields:
            yield Hit(footer.path, message, "add CodeExpirationMinutes, or leave the FOOTER out")
        for field in footer.fields.keys() - _FOOTER:
            yield Hit((*footer.path, field), message, f"remove {field}")


_LINK = lazy_pattern(r"(?i)https?://|www\.")


@rule(
    "auth-no-extras",
    ERROR,
    META_AUTH,
    "The labels of AUTHENTICATION have no emoji and no address.",
    needs=["AUTHENTICATION"],
)
def auth_no_extras(template: Template) -> Iterator[Hit]:
    """Both labels; all other texts are the platform's own."""
    for button in template.buttons if template.category == "AUTHENTICATION" else ():
        for text in (button.text, button.get("AutofillText")):
            if text is not None and (emoji(text.value) or _LINK.search(text.value)):
                found = "emoji" if emoji(text.value) else "address"
                yield Hit(text.path, f"AUTHENTICATION templates have no {found}", "write a plain label")
