"""AUTHENTICATION templates: the platform writes their texts, so little may be sent. Pure; knows no state."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.platform.text import check_length, create_error, text_of, variables
from templatesync.model.json_value import Json

Component = Mapping[str, Json]

_HASH = re.compile(r"[A-Za-z0-9+/=]{11}")
_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")


def check_authentication(by_type: Mapping[str, Component]) -> None:
    """BODY and one button, perhaps a FOOTER, all without a text."""
    others = sorted(set(by_type) - {"BODY", "FOOTER", "BUTTONS"})
    if others:
        raise create_error(f"an AUTHENTICATION template cannot have {', '.join(others)}")
    if "BODY" not in by_type:
        raise create_error("a BODY is required")
    for name in ("BODY", "FOOTER"):
        if text_of(by_type.get(name, {})):
            raise create_error(f"the Text of {name} of an AUTHENTICATION template is generated and must be empty")
    minutes = by_type.get("FOOTER", {}).get("CodeExpirationMinutes")
    if minutes is not None and not 1 <= minutes <= 90:
        raise create_error("CodeExpirationMinutes must be from 1 to 90")
    buttons: Sequence[Mapping[str, Json]] = by_type.get("BUTTONS", {}).get("Buttons") or []
    if len(buttons) != 1:
        raise create_error(f"an AUTHENTICATION template needs exactly one button, not {len(buttons)}")
    _check_button(buttons[0])


def _check_button(button: Mapping[str, Json]) -> None:
    kind = button["Type"]
    if kind not in ("COPY_CODE", "ONE_TAP", "ZERO_TAP"):
        raise create_error(f"the button of an AUTHENTICATION template cannot be {kind}")
    for name in ("Text", "AutofillText"):
        check_length(f"{name} of the button", text_of(button, name), 25)
        if variables(text_of(button, name)):
            raise RefusedCall(
                "InvalidParameter.ButtonTextHaveVariable", f"{name} of the button cannot have a variable."
            )
    if kind != "COPY_CODE":
        _check_apps(button)


def _check_apps(button: Mapping[str, Json]) -> None:
    apps = button.get("SupportedApps") or [button]
    if len(apps) > 5:
        raise create_error(f"SupportedApps has {len(apps)} apps, at most 5 are allowed")
    for app in apps:
        package, proof = text_of(app, "PackageName"), text_of(app, "SignatureHash")
        if len(package) > 224 or not _PACKAGE.fullmatch(package):
            raise create_error(f"{package[:80]!r} is not the package name of an app")
        if not _HASH.fullmatch(proof):
            raise create_error("SignatureHash must have 11 characters of A-Z, a-z, 0-9, +, / and =")
