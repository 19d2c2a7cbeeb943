"""BUTTONS of ordinary messages and of carousel cards, not of one-time passwords. Pure; knows no state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.platform.text import (
    HEADER_FORM,
    check_filled,
    check_length,
    check_link,
    create_error,
    text_of,
    variables,
)
from templatesync.model.json_value import Json

Component = Mapping[str, Json]
Button = Mapping[str, Json]

_MOST: Mapping[str, int] = MappingProxyType(
    {"PHONE_NUMBER": 1, "URL": 2, "COPY_CODE": 1, "FLOW": 1, "CATALOG": 1, "MPM": 1}
)

# Their labels are fixed, so none need be sent.
_FIXED_LABEL = frozenset({"COPY_CODE", "MPM", "CATALOG"})
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]*")
_COUPON = re.compile(r"[A-Za-z0-9]+|\$\([^()\s]+\)")


def check_buttons(category: str, by_type: Mapping[str, Component]) -> None:
    """The BUTTONS of a message, and what they ask of its other components."""
    buttons: Sequence[Button] = by_type["BUTTONS"].get("Buttons") or []
    if not 1 <= len(buttons) <= 10:
        raise create_error(f"BUTTONS has {len(buttons)} buttons, 1 to 10 are allowed")
    check_each(category, buttons)
    kinds = {button["Type"] for button in buttons}
    if kinds & {"CATALOG", "MPM"} and category != "MARKETING":
        raise create_error("CATALOG and MPM buttons are for MARKETING templates only")
    if "CATALOG" in kinds and "HEADER" in by_type:
        raise create_error("a CATALOG button and a HEADER exclude each other", HEADER_FORM)
    if "MPM" in kinds and by_type.get("HEADER", {}).get("Format") != "TEXT":
        raise create_error("an MPM button needs a HEADER of format TEXT", HEADER_FORM)


def check_each(category: str, buttons: Sequence[Button]) -> None:
    """Kinds, numbers, order and members of a row of buttons."""
    kinds = [str(button["Type"]) for button in buttons]
    for kind, number in Counter(kinds).items():
        if number > _MOST.get(kind, 10):
            raise create_error(f"there are {number} {kind} buttons, at most {_MOST[kind]} allowed")
        if kind in ("ONE_TAP", "ZERO_TAP"):
            raise create_error(f"{kind} buttons are for AUTHENTICATION templates, this one is {category}")
    # Quick replies are side by side, before or after the others.
    runs = [quick for quick, _ in groupby(kind == "QUICK_REPLY" for kind in kinds)]
    if len(runs) > 2:
        raise create_error("QUICK_REPLY buttons must be next to each other, before or after all others")
    for button in buttons:
        kind = str(button["Type"])
        _check_label(kind, text_of(button))
        if kind in _CHECKS:
            _CHECKS[kind](button)


def _check_label(kind: str, text: str) -> None:
    what = f"the label of a {kind} button"
    if kind not in _FIXED_LABEL:
        check_filled(what, text)
    check_length(what, text, 25)
    if variables(text) or "{{" in text:
        raise RefusedCall("InvalidParameter.ButtonTextHaveVariable", f"{what} cannot have a variable.")


def _check_phone(button: Button) -> None:
    number = text_of(button, "PhoneNumber")
    if len(number) > 20 or not _PHONE.fullmatch(number):
        raise RefusedCall("InvalidParameter.PhoneNumberError", f"{number[:40]!r} is not a phone number.")


def _check_url(button: Button) -> None:
    url = text_of(button, "Url")
    check_link("a URL button", url)
    check_length("the Url of a button", url, 2000)
    found = variables(url)
    wanted = 1 if button.get("UrlType") == "dynamic" else 0 if button.get("UrlType") == "static" else len(found)
    if len(found) > 1 or len(found) != wanted or (found and not url.endswith(f"$({found[0]})")):
        raise RefusedCall(
            "InvalidParameter.UrlMoreVarable", "A dynamic Url ends with its one variable, a static one has none."
        )


def _check_coupon(button: Button) -> None:
    code = text_of(button, "CouponCode")
    if not _COUPON.fullmatch(code):
        raise create_error("CouponCode must consist of letters and digits, or be one variable")
    if not variables(code):
        check_length("CouponCode", code, 20)


def _check_flow(button: Button) -> None:
    if not text_of(button, "FlowId"):
        raise create_error("a FLOW button needs a FlowId")
    if button.get("FlowAction") == "NAVIGATE" and not text_of(button, "NavigateScreen"):
        raise create_error("a FLOW button with FlowAction NAVIGATE needs a NavigateScreen")


_CHECKS: Mapping[str, Callable[[Button], None]] = MappingProxyType(
    {"PHONE_NUMBER": _check_phone, "URL": _check_url, "COPY_CODE": _check_coupon, "FLOW": _check_flow}
)
