"""What the platform accepts as a template: the rules of the service's and Meta's pages, with the service's codes.

Pure; knows no state and no HTTP, and shares nothing with the validator's rules: each reads the same pages by itself.
Only what a page states is refused. What third parties report (word ratios, emoji) is left to a reviewer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.platform.authentication import check_authentication
from templatesync.emulator.platform.button import check_buttons
from templatesync.emulator.platform.carousel import check_carousel
from templatesync.emulator.platform.component import check_body, check_footer, check_header, check_offer
from templatesync.emulator.platform.text import check_braces, create_error, text_of, variables
from templatesync.emulator.platform.viber import check_viber
from templatesync.model.json_value import Json
from templatesync.service.languages import languages

__all__ = ["check_content", "check_identity"]

Component = Mapping[str, Json]

_NAME = re.compile(r"[a-z0-9_]{1,512}")

# Seconds; -1 stands for 30 days where Meta's page has it.
_TTL: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"AUTHENTICATION": (30, 900), "UTILITY": (30, 43_200), "MARKETING": (43_200, 2_592_000)}
)


def check_identity(name: str, language: str) -> None:
    """Name and language of a new template."""
    if language not in languages():
        raise RefusedCall("InvalidParameter.LanguageNotSupport", f"The language {language[:40]!r} is not supported.")
    if not _NAME.fullmatch(name):
        raise create_error("the name must consist of 1 to 512 lower case letters, digits and underscores")


def check_content(kind: str, category: str, params: Mapping[str, Json]) -> None:
    """Components, Example and TTL of a template to create or to modify. Raises the first Refusal."""
    listed: Sequence[Component] = params["Components"]
    by_type = _by_type(listed)
    for component in listed:
        check_braces(str(component["Type"]), text_of(component))
    if kind == "VIBER":
        check_viber(by_type)
        return
    if category == "AUTHENTICATION":
        check_authentication(by_type)
    else:
        _check_message(category, by_type)
    _check_examples(listed, params.get("Example") or {})
    _check_ttl(category, params.get("MessageSendTtlSeconds"))


def _by_type(listed: Sequence[Component]) -> dict[str, Component]:
    if not listed:
        raise RefusedCall("InvalidParameter.ContentNotEmpty", "Components is empty.")
    for name, number in Counter(str(component["Type"]) for component in listed).items():
        if number > 1:
            raise create_error(f"there are {number} components of type {name}, at most one is allowed")
    return {str(component["Type"]): component for component in listed}


def _check_message(category: str, by_type: Mapping[str, Component]) -> None:
    if "BODY" not in by_type:
        raise create_error("a BODY is required")
    if category != "MARKETING":
        for name in ("CAROUSEL", "LIMITED_TIME_OFFER"):
            if name in by_type:
                raise create_error(f"{name} is for MARKETING templates only")
    if "HEADER" in by_type:
        check_header(by_type["HEADER"])
    check_body(by_type["BODY"], offer="LIMITED_TIME_OFFER" in by_type)
    if "FOOTER" in by_type:
        check_footer(by_type["FOOTER"])
    if "BUTTONS" in by_type:
        check_buttons(category, by_type)
    if "LIMITED_TIME_OFFER" in by_type:
        check_offer(by_type)
    if "CAROUSEL" in by_type:
        check_carousel(category, by_type)


def _check_examples(listed: Sequence[Component], example: Mapping[str, Json]) -> None:
    for name, value in example.items():
        if not isinstance(value, str):
            raise RefusedCall("InvalidParameter.ContentError", f"The example of {name} is not a text.")
    needed = {name for component in listed for text in _texts(component) for name in variables(text)}
    missing = sorted(name for name in needed if not example.get(name))
    if missing:
        raise create_error(f"no example for the variable {', '.join(missing)}")


def _texts(component: Component) -> list[str]:
    """What of a component can hold variables that need an example, its cards included."""
    texts = [text_of(component)]
    texts += [text_of(button, "Url") for button in component.get("Buttons") or []]
    for card in component.get("Cards") or []:
        for part in card.get("CardComponents") or []:
            texts += _texts(part)
    return texts


def _check_ttl(category: str, seconds: Json) -> None:
    if seconds is None:
        return
    least, most = _TTL[category]
    if not least <= seconds <= most and not (seconds == -1 and category != "MARKETING"):
        raise create_error(f"MessageSendTtlSeconds of a {category} template must be from {least} to {most}")
