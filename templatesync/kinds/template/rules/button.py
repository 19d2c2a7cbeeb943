"""Rules about buttons: how many of which, in which order, and what they say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.effect import idle
from templatesync.kinds.template.rules.base import (
    CAMS,
    CAMS_DESIGN,
    CAMS_ERRORS,
    ERROR,
    INFO,
    META_CATALOG,
    META_COMPONENTS,
    OTHERS,
    OWN,
    WARNING,
    by_schema,
    rule,
)
from templatesync.kinds.template.rules.text import too_long
from templatesync.kinds.template.view import Part, Template
from templatesync.look.filled import VARIABLE
from templatesync.model.lazy_pattern import lazy_pattern

BTN_ENUM = by_schema("btn-enum", ERROR, CAMS, "A button is one of the nine that the API knows.")
BTN_MAX_10 = by_schema("btn-max-10", ERROR, CAMS, f"A message has at most {limits.BUTTONS} buttons.")
BTN_AUTH_NOT_IN_MU = by_schema(
    "btn-auth-not-in-mu", ERROR, CAMS, "ONE_TAP and ZERO_TAP buttons are for AUTHENTICATION."
)
URL_REQUIRED = by_schema("url-required", ERROR, CAMS, "A URL button has Url and UrlType.")
FLOW_ID_REQUIRED = by_schema("flow-id-required", ERROR, CAMS, "A FLOW button has a FlowId.")
FLOW_ACTION_ENUM = by_schema("flow-action-enum", ERROR, CAMS, "FlowAction is NAVIGATE or DATA_EXCHANGE.")
FLOW_NAVIGATE_SCREEN = by_schema(
    "flow-navigate-screen", ERROR, CAMS, "A FLOW button with NAVIGATE has a NavigateScreen."
)


def _at_most(count: int, type_: str) -> Callable[[Template], Iterator[Hit]]:
    """A check that a message has no more buttons of a type. Cards have a limit of their own, AUTHENTICATION too."""

    def check(template: Template) -> Iterator[Hit]:
        for part in template.every("BUTTONS") if template.category != "AUTHENTICATION" else ():
            of_type = [button for button in part.buttons if button.type == type_]
            for button in of_type[count:]:
                plural = "button" if count == 1 else "buttons"
                yield Hit(button.at("Type"), f"a message has at most {count} {type_} {plural}", "remove this one")

    return check


btn_phone_1 = rule(
    "btn-phone-1", ERROR, CAMS, "A message has at most one PHONE_NUMBER button.", needs=["PHONE_NUMBER"]
)(_at_most(limits.PHONE_BUTTONS, "PHONE_NUMBER"))
btn_url_2 = rule("btn-url-2", ERROR, CAMS, "A message has at most two URL buttons.", needs=["URL"])(
    _at_most(limits.URL_BUTTONS, "URL")
)
btn_copy_1 = rule(
    "btn-copy-1", ERROR, META_COMPONENTS, "A message has at most one COPY_CODE button.", needs=["COPY_CODE"]
)(_at_most(limits.COPY_BUTTONS, "COPY_CODE"))
btn_flow_1 = rule("btn-flow-1", ERROR, META_COMPONENTS, "A message has at most one FLOW button.", needs=["FLOW"])(
    _at_most(limits.FLOW_BUTTONS, "FLOW")
)


@rule("btn-grouped", ERROR, CAMS, "All QUICK_REPLY buttons are next to each other.", needs=["QUICK_REPLY"])
def btn_grouped(template: Template) -> Iterator[Hit]:
    """The quick replies, or the others, are split."""
    for part in template.every("BUTTONS"):
        runs = [(reply, list(run)) for reply, run in groupby(part.buttons, lambda button: button.type == "QUICK_REPLY")]
        if len(runs) > 2:
            message = "QUICK_REPLY buttons must be next to each other, before or after all others"
            yield Hit(runs[2][1][0].path, message, "move this button to the others of its kind")


@rule(
    "btn-text-25",
    ERROR,
    META_COMPONENTS,
    f"The label of a button has 1 to {limits.LABEL} characters.",
    needs=["Buttons"],
)
def btn_text_25(template: Template) -> Iterator[Hit]:
    """Of the message and of cards."""
    message = f"the label of a button has 1 to {limits.LABEL} characters; shorten it"
    for button in template.buttons:
        yield from too_long(button, "Text", limits.LABEL, message)


# Meta's page on limited-time offers allows a variable in the label of a URL button; Alibaba Cloud does not.
@rule(
    "btn-text-no-var",
    ERROR,
    CAMS_ERRORS,
    "The label of a button has no variable.",
    needs=["Buttons"],
)
def btn_text_no_var(template: Template) -> Iterator[Hit]:
    """Both labels of ONE_TAP and ZERO_TAP."""
    for button in template.buttons:
        for field in ("Text", "AutofillText"):
            label = button.fields.get(field)
            if isinstance(label, str) and (match := VARIABLE.search(label)):
                yield Hit(button.at(field), f"a label has no variable; this is {match[0]}", "write a fixed text")


@rule("btn-text-unique", INFO, OWN, "Buttons of one message have different labels.", needs=["Buttons"])
def btn_text_unique(template: Template) -> Iterator[Hit]:
    """Told at the second one. Buttons of different cards may say the same."""
    for part in template.all_parts:
        seen: set[str] = set()
        for button in part.buttons:
            if button.value and button.value in seen:
                yield Hit(button.at("Text"), "another button says the same", "give it a label of its own")
            seen.add(button.value or "")


_NOT_PLAIN = lazy_pattern(r"[*~`\n\r]")


@rule("btn-text-nl", WARNING, OTHERS, "The label of a button is one line without markup.", needs=["Buttons"])
def btn_text_nl(template: Template) -> Iterator[Hit]:
    """Line breaks and the signs of bold, strike-through and code."""
    for button in template.buttons:
        if button.value is not None and (match := _NOT_PLAIN.search(button.value)):
            found = "a line break" if match[0] in "\r\n" else match[0]
            yield Hit(button.at("Text"), f"a label is one plain line; this has {found}", "leave it out")


_PHONE = lazy_pattern(r"\+?[0-9][0-9 ().-]*")


@rule(
    "btn-phone-20",
    ERROR,
    META_COMPONENTS,
    f"A phone number has at most {limits.PHONE_NUMBER} characters.",
    needs=["PHONE_NUMBER"],
)
def btn_phone_20(template: Template) -> Iterator[Hit]:
    """Digits with the usual signs between them; a space's variable may hold the number."""
    for button in template.buttons:
        text = button.get("PhoneNumber")
        if button.type != "PHONE_NUMBER" or text is None or not text.value:
            continue
        if len(text.value) > limits.PHONE_NUMBER:
            yield Hit(
                text.path, f"a phone number has at most {limits.PHONE_NUMBER} characters", "leave out blanks and signs"
            )
        elif not _PHONE.fullmatch(text.value) and "${{" not in text.value:
            yield Hit(
                text.path, "this is not a phone number", 'write the country code and digits, such as "+6221555010"'
            )


# Meta's page on utility templates lists the copy-code button as supported, hence no error.
@rule(
    "btn-utility-set",
    WARNING,
    CAMS_DESIGN,
    "UTILITY templates have no coupon and no opt-out button.",
    needs=["UTILITY", ("COPY_CODE", "IsOptOut")],
)
def btn_utility_set(template: Template) -> Iterator[Hit]:
    """COPY_CODE, or a QUICK_REPLY marked as opt-out."""
    for button in template.buttons if template.category == "UTILITY" else ():
        if button.type == "COPY_CODE":
            yield Hit(
                button.at("Type"),
                "coupons belong to MARKETING templates",
                "use Category MARKETING",
            )
        elif button.fields.get("IsOptOut") is True:
            yield Hit(button.at("IsOptOut"), "an opt-out button belongs to MARKETING templates", "remove IsOptOut")


@rule(
    "btn-desktop",
    INFO,
    META_COMPONENTS,
    "A message is also shown on a desktop.",
    needs=["Buttons"],
)
def btn_desktop(template: Template) -> Iterator[Hit]:
    """Four buttons or more, or quick replies mixed with others."""
    for part in template.every("BUTTONS"):
        if len(part.buttons) > 3 or _mixed(part.buttons):
            message = "WhatsApp on a desktop does not show a message with these buttons"
            yield Hit(part.at("Buttons"), message, "use at most three, either all QUICK_REPLY or none")


def _mixed(buttons: Sequence[Part]) -> bool:
    return len({button.type == "QUICK_REPLY" for button in buttons}) > 1


@rule(
    "btn-see-all",
    INFO,
    META_COMPONENTS,
    f"A message has at most {limits.BUTTONS_SHOWN} buttons in sight.",
    needs=["Buttons"],
)
def btn_see_all(template: Template) -> Iterator[Hit]:
    """More than three; told at the third, the first one that is hidden."""
    for part in template.every("BUTTONS"):
        if len(part.buttons) > limits.BUTTONS_SHOWN:
            hidden = part.buttons[limits.BUTTONS_SHOWN - 1]
            message = "of more than three buttons only two are in sight, the others wait behind a list"
            yield Hit(hidden.path, message, "put what matters first")


# Meta asks for letters and digits; its own samples have exclamation marks, and every language has signs of its own.
_PLAIN_LABEL = lazy_pattern(r"[\w\s!?.,'’&/:()+-]*")
_LABEL_SIGNS = frozenset("So Sk Sm Sc Co Cn".split())


@rule("btn-text-alnum", INFO, META_COMPONENTS, "A label has letters, digits and plain punctuation.", needs=["Buttons"])
def btn_text_alnum(template: Template) -> Iterator[Hit]:
    """Emoji and symbols."""
    for button in template.buttons if template.category != "AUTHENTICATION" else ():
        if button.value is None or _PLAIN_LABEL.fullmatch(button.value):
            continue
        odd = next(
            (char for char in button.value if unicodedata.category(char) in _LABEL_SIGNS and char not in "`~$+"), ""
        )
        if odd:
            yield Hit(button.at("Text"), f"{odd} in a label may be refused", "use letters and digits")


_FIXED = {"CATALOG": "View catalog", "MPM": "View items"}


@rule(
    "label-fixed",
    INFO,
    META_CATALOG,
    "CATALOG and MPM buttons have the label that WhatsApp gives them.",
    needs=[("CATALOG", "MPM")],
)
def label_fixed(template: Template) -> Iterator[Hit]:
    """Another English one. Those in other languages are published nowhere."""
    for button in template.buttons if template.language.partition("_")[0] == "en" else ():
        wanted, text = _FIXED.get(button.type), button.text
        if wanted and text is not None and text.value and text.value.casefold() != wanted.casefold():
            yield Hit(
                text.path, f"WhatsApp shows this button as {wanted}", f"write {wanted}, as customers will read it"
            )


@rule(
    "flow-exchange-no-screen",
    INFO,
    META_COMPONENTS,
    "With DATA_EXCHANGE a FLOW button names no screen.",
    needs=["FLOW"],
)
def flow_exchange_no_screen(template: Template) -> Iterator[Hit]:
    """The flow's endpoint names the first screen."""
    for button in template.buttons:
        placed = button.type == "FLOW" and "NavigateScreen" in button.fields
        if placed and "NavigateScreen" in idle(button.fields, template.category):
            yield Hit(
                button.at("NavigateScreen"), "with DATA_EXCHANGE the endpoint names the first screen", "remove it"
            )
