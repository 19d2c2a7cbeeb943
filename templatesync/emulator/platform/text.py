"""Checks of single texts, and what a variable is. Pure; knows no component."""

from __future__ import annotations

import re
from collections.abc import Mapping

from templatesync.emulator.outcome import RefusedCall
from templatesync.model.json_value import Json

VARIABLE = re.compile(r"\$\(([^()\s]+)\)")

# Meta's own form, which CAMS refuses by name.
_BRACES = re.compile(r"\{\{\s*[0-9]+\s*\}\}")

# Numbers of Meta's error page; the service passes them on inside its Message.
TOO_LONG = 2388040
HEADER_FORM = 2388047
VARIABLE_AT_EDGE = 2388299


def create_error(message: str, number: int = 100) -> RefusedCall:
    """The service's code for whatever Meta refuses, with Meta's number."""
    return RefusedCall("InvalidParameter.CreateError", f"Create template failed: (#{number}) {message}")


def variables(text: str) -> list[str]:
    """The names of the variables in a text, in order, repeated ones too."""
    return VARIABLE.findall(text)


def text_of(holder: Mapping[str, Json], name: str = "Text") -> str:
    """A text member, empty when absent or null."""
    return str(holder.get(name) or "")


def check_length(what: str, text: str, most: int) -> None:
    """Refuse a text of more than `most` characters; variables count as written."""
    if len(text) > most:
        raise create_error(f"{what} has {len(text)} characters, at most {most} are allowed", TOO_LONG)


def check_filled(what: str, text: str) -> None:
    """Refuse a text that is empty or blank."""
    if not text.strip():
        raise RefusedCall("InvalidParameter.TextNotEmpty", f"{what} needs a Text.")


def check_braces(what: str, text: str) -> None:
    """Refuse Meta's variables."""
    if _BRACES.search(text):
        raise RefusedCall("InvalidParameter.MessageInvalid", f"{what} holds {{{{n}}}}; variables are written $(name).")


def check_link(what: str, url: str) -> None:
    """Refuse an address that is absent or not of the web."""
    if not url:
        raise RefusedCall("InvalidParameter.LinkNotEmpty", f"{what} needs a Url.")
    if not re.match(r"https?://[^/?#\s$]+", url, re.IGNORECASE):
        raise create_error(f"{what}: {url[:80]!r} is not an http or https address")
