"""VIBER templates: other components, other limits. Pure; knows no state."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.emulator.platform.text import check_length, create_error, text_of
from templatesync.model.json_value import Json


def check_viber(by_type: Mapping[str, Mapping[str, Json]]) -> None:
    """HEADER for media, BODY for text, at most one button, which is a link."""
    others = sorted(set(by_type) - {"HEADER", "BODY", "BUTTONS"})
    if others:
        raise create_error(f"a VIBER template cannot have {', '.join(others)}")
    check_length("BODY", text_of(by_type.get("BODY", {})), 1000)
    header = by_type.get("HEADER", {})
    if not 0 <= (header.get("Duration") or 0) <= 600:
        raise create_error("Duration must be from 0 to 600 seconds")
    buttons = by_type.get("BUTTONS", {}).get("Buttons") or []
    if len(buttons) > 1 or any(button["Type"] != "URL" for button in buttons):
        raise create_error("a VIBER template can have one button, of type URL")
    if header.get("Format") == "VIDEO" and any(button.get("Url") for button in buttons):
        raise create_error("the button under a VIBER video cannot have a Url")
