"""Rules about coupons and limited-time offers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits
from templatesync.kinds.template.effect import idle
from templatesync.kinds.template.rules.base import (
    CAMS,
    CAMS_DESIGN,
    ERROR,
    INFO,
    META_COUPON,
    META_OFFER,
    WARNING,
    rule,
)
from templatesync.kinds.template.rules.text import too_long
from templatesync.kinds.template.view import Part, Template, Text
from templatesync.look.filled import VARIABLE
from templatesync.model.paths import Path


def _coupons(template: Template) -> Iterator[Text]:
    """The codes of buttons that have one; on others the field has no effect, which `field-place` tells."""
    for button in template.buttons:
        text = button.get("CouponCode") if button.type == "COPY_CODE" else None
        if text is not None and "${{" not in text.value:
            yield text


@rule(
    "coupon-charset",
    ERROR,
    CAMS,
    "A coupon code has letters and digits only, or is one variable.",
    needs=["COPY_CODE"],
)
def coupon_charset(template: Template) -> Iterator[Hit]:
    """Anything else, an empty code too, or none at all. Cards have no such button, which another rule tells."""
    for button in (button for part in template.parts for button in part.buttons):
        if button.type == "COPY_CODE" and template.category == "MARKETING" and "CouponCode" not in button.fields:
            yield Hit(
                button.path,
                "a COPY_CODE button needs CouponCode",
                "give a code, or one variable, such as $(couponCode)",
            )
    for text in _coupons(template):
        if not VARIABLE.fullmatch(text.value) and not re.fullmatch(r"[A-Za-z0-9]+", text.value):
            yield Hit(
                text.path, "a coupon code has letters and digits only", "or is one variable, such as $(couponCode)"
            )


@rule("coupon-len", ERROR, META_COUPON, f"A coupon code has at most {limits.COUPON} characters.", needs=["CouponCode"])
def coupon_len(template: Template) -> Iterator[Hit]:
    """Certainly too long."""
    for text in _coupons(template):
        if len(text.value) > limits.COUPON and not text.variables:
            yield Hit(text.path, f"a coupon code has at most {limits.COUPON} characters", "use a shorter code")


@rule(
    "coupon-len-15",
    WARNING,
    META_COUPON,
    f"A coupon code has at most {limits.COUPON_ADVISED} characters.",
    needs=["CouponCode"],
)
def coupon_len_15(template: Template) -> Iterator[Hit]:
    """Between the two limits that Meta's pages name."""
    for text in _coupons(template):
        if limits.COUPON_ADVISED < len(text.value) <= limits.COUPON and not text.variables:
            message = f"more than {limits.COUPON_ADVISED} characters may be refused; Meta's pages disagree"
            yield Hit(text.path, message, "use a shorter code")


def _offer(template: Template) -> Part | None:
    return template.part("LIMITED_TIME_OFFER")


def _buttons(template: Template) -> tuple[Part, ...]:
    part = template.part("BUTTONS")
    return part.buttons if part is not None else ()


def _at_buttons(template: Template) -> Path:
    part = template.part("BUTTONS")
    return part.at("Buttons") if part is not None else ("Components",)


@rule(
    "lto-text-16",
    ERROR,
    META_OFFER,
    f"The text of a LIMITED_TIME_OFFER has 1 to {limits.OFFER_TEXT} characters.",
    needs=["LIMITED_TIME_OFFER"],
)
def lto_text_16(template: Template) -> Iterator[Hit]:
    """Variables count as they are written."""
    for part in template.every("LIMITED_TIME_OFFER"):
        message = f"the text of a LIMITED_TIME_OFFER has 1 to {limits.OFFER_TEXT} characters; shorten it"
        yield from too_long(part, "Text", limits.OFFER_TEXT, message)


@rule(
    "lto-header", ERROR, META_OFFER, "The HEADER of an offer shows an image or a video.", needs=["LIMITED_TIME_OFFER"]
)
def lto_header(template: Template) -> Iterator[Hit]:
    """Text or a document; no HEADER at all is fine."""
    header = template.part("HEADER")
    if _offer(template) is not None and header is not None and header.format in ("TEXT", "DOCUMENT"):
        yield Hit(
            header.at("Format"), "the HEADER of an offer has Format IMAGE or VIDEO", "change it, or remove the HEADER"
        )


@rule("lto-url-required", ERROR, META_OFFER, "An offer has a URL button.", needs=["LIMITED_TIME_OFFER"])
def lto_url_required(template: Template) -> Iterator[Hit]:
    """No way to the offer."""
    if _offer(template) is not None and not template.has_button("URL"):
        yield Hit(_at_buttons(template), "a LIMITED_TIME_OFFER needs a URL button", "add one that leads to the offer")


@rule("lto-order", ERROR, META_OFFER, "In an offer COPY_CODE comes first and URL second.", needs=["LIMITED_TIME_OFFER"])
def lto_order(template: Template) -> Iterator[Hit]:
    """Another order, when there is a coupon."""
    types = [button.type for button in _buttons(template)]
    if _offer(template) is not None and "COPY_CODE" in types and "URL" in types and types[:2] != ["COPY_CODE", "URL"]:
        yield Hit(
            _at_buttons(template),
            "in an offer the COPY_CODE button comes first and the URL button second",
            "reorder them",
        )


@rule(
    "lto-noexp-url-first",
    ERROR,
    CAMS_DESIGN,
    "In an offer without countdown and coupon the URL button comes first.",
    needs=["LIMITED_TIME_OFFER"],
)
def lto_noexp_url_first(template: Template) -> Iterator[Hit]:
    """Another button first."""
    offer, buttons = _offer(template), _buttons(template)
    if offer is None or offer.fields.get("HasExpiration") is True or template.has_button("COPY_CODE"):
        return
    if "URL" in [button.type for button in buttons[1:]] and buttons[0].type != "URL":
        yield Hit(buttons[0].path, "without a countdown and a coupon the URL button comes first", "reorder them")


# Meta requires the code of every offer; Alibaba Cloud allows offers without one while no countdown is shown.
@rule(
    "lto-code-required",
    WARNING,
    META_OFFER,
    "An offer with a countdown has a COPY_CODE button.",
    needs=["LIMITED_TIME_OFFER"],
)
def lto_code_required(template: Template) -> Iterator[Hit]:
    """A countdown without a coupon."""
    offer = _offer(template)
    if offer is not None and offer.fields.get("HasExpiration") is True and not template.has_button("COPY_CODE"):
        yield Hit(_at_buttons(template), "Meta asks for a COPY_CODE button in every offer with a countdown", "add one")


@rule(
    "coupon-label-fixed",
    INFO,
    META_COUPON,
    "A COPY_CODE button of MARKETING has no Text of its own.",
    needs=["COPY_CODE"],
)
def coupon_label_fixed(template: Template) -> Iterator[Hit]:
    """A label that WhatsApp replaces. In AUTHENTICATION it counts."""
    for button in template.buttons:
        text = button.text if button.type == "COPY_CODE" else None
        if text is not None and "Text" in idle(button.fields, template.category):
            yield Hit(text.path, "WhatsApp writes the label of this button itself", "leave Text out")


@rule("coupon-not-web", INFO, META_COUPON, "A coupon code is also in the text.", needs=["CouponCode"])
def coupon_not_web(template: Template) -> Iterator[Hit]:
    """The button is not shown in a browser. With an offer lto-desktop says more."""
    if template.category == "AUTHENTICATION" or _offer(template) is not None:
        return
    body = template.part("BODY")
    for text in _coupons(template):
        if text.value and body is not None and body.text is not None and text.value not in body.text.value:
            message = "WhatsApp in a browser does not show this button"
            yield Hit(text.path, message, "name the code in the BODY too, for those who read it there")


@rule("lto-desktop", INFO, META_OFFER, "An offer is also told in the text.", needs=["LIMITED_TIME_OFFER"])
def lto_desktop(template: Template) -> Iterator[Hit]:
    """The words of the offer are not in the BODY, and in a browser and on a desktop nobody sees them elsewhere."""
    offer, body = _offer(template), template.part("BODY")
    if offer is None or offer.text is None or body is None or body.text is None:
        return
    if offer.text.value.casefold().strip() not in body.text.value.casefold():
        message = "WhatsApp on a desktop and in a browser does not show the offer"
        yield Hit(offer.text.path, message, "repeat these words in the BODY, for those who read it there")
