"""HEADER, BODY, FOOTER and LIMITED_TIME_OFFER of ordinary messages, not of one-time passwords. Pure; knows no state."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.platform.text import (
    HEADER_FORM,
    VARIABLE,
    VARIABLE_AT_EDGE,
    check_filled,
    check_length,
    check_link,
    create_error,
    text_of,
    variables,
)
from templatesync.model.json_value import Json

Component = Mapping[str, Json]


def check_header(header: Component) -> None:
    """A text of one line with one variable at most, or a medium with a sample."""
    form = header.get("Format")
    if form is None:
        raise RefusedCall("InvalidParameter.HeaderTypeNotSupport", "HEADER needs a Format.")
    if form != "TEXT":
        check_link(f"HEADER {form}", text_of(header, "Url"))
        return
    text = text_of(header)
    check_filled("HEADER", text)
    check_length("HEADER", text, 60)
    if len(variables(text)) > 1:
        raise RefusedCall("InvalidParameter.HeaderMoreVarable", "HEADER can have one variable only.")
    if "\n" in text:
        raise create_error("HEADER cannot have a line break", HEADER_FORM)


def check_body(body: Component, *, offer: bool) -> None:
    """A text that neither begins nor ends with a variable."""
    text = text_of(body)
    check_filled("BODY", text)
    check_length("BODY", text, 600 if offer else 1024)
    ends = [match.span() for match in VARIABLE.finditer(text.strip())]
    if ends and (ends[0][0] == 0 or ends[-1][1] == len(text.strip())):
        raise create_error("BODY cannot begin or end with a variable", VARIABLE_AT_EDGE)


def check_footer(footer: Component) -> None:
    """A short text without variables."""
    text = text_of(footer)
    check_filled("FOOTER", text)
    check_length("FOOTER", text, 60)
    if variables(text):
        raise RefusedCall("InvalidParameter.FooterHaveVariable", "FOOTER cannot have a variable.")


def check_offer(by_type: Mapping[str, Component]) -> None:
    """An offer has a short text, a picture or film if any header, no footer, and a link to go to."""
    offer = by_type["LIMITED_TIME_OFFER"]
    text = text_of(offer)
    check_filled("LIMITED_TIME_OFFER", text)
    check_length("LIMITED_TIME_OFFER", text, 16)
    if "FOOTER" in by_type:
        raise create_error("LIMITED_TIME_OFFER and FOOTER exclude each other")
    if by_type.get("HEADER", {}).get("Format") not in (None, "IMAGE", "VIDEO"):
        raise create_error("HEADER beside LIMITED_TIME_OFFER must be IMAGE or VIDEO", HEADER_FORM)
    kinds = [button["Type"] for button in by_type.get("BUTTONS", {}).get("Buttons") or []]
    if "URL" not in kinds:
        raise create_error("LIMITED_TIME_OFFER needs a URL button")
    if "COPY_CODE" in kinds[1:]:
        raise create_error("beside LIMITED_TIME_OFFER the COPY_CODE button must be the first")
    if offer.get("HasExpiration") is False and kinds[0] not in ("COPY_CODE", "URL"):
        raise create_error("an offer that does not expire needs a COPY_CODE or URL button first")
