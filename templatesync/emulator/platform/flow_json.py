"""What the platform takes as a flow's JSON, roughly: enough to tell a flow from a mistake. Pure; knows no state.

Shares nothing with the rules that the validator has: each reads the same pages by itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from templatesync.emulator.strict_json import parse
from templatesync.model.json_value import Json

# Bytes.
LARGEST = 10 * 1024 * 1024

PUBLISHABLE = ("5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3")

_SCREEN_ID = re.compile(r"(?!_+$)[A-Za-z_]+")


def read(data: bytes) -> dict[str, Json]:
    """The JSON object that an upload holds. Raises ValueError with a sentence."""
    if len(data) > LARGEST:
        raise ValueError(f"the file has {len(data)} bytes, at most {LARGEST} are allowed")
    try:
        value = parse(data.decode())
        write(value)
    except ValueError:
        raise ValueError("the file is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("the file must hold a JSON object")
    return value


def write(value: Json) -> str:
    """The service's own way of writing it. Raises ValueError for what JSON or a text cannot hold."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    # Half a surrogate pair.
    text.encode()
    return text


def problems(value: Mapping[str, Json], endpoint: str) -> list[str]:
    """Why a flow with this JSON cannot be published, in the order of the file."""
    return [*_frame_problems(value, endpoint), *_screen_problems(value.get("screens"))]


def _frame_problems(value: Mapping[str, Json], endpoint: str) -> Iterator[str]:
    version = value.get("version")
    if version not in PUBLISHABLE:
        yield f"INVALID_PROPERTY_VALUE: version must be one of {', '.join(PUBLISHABLE)}"
    if value.get("data_api_version") and not endpoint:
        yield "INVALID_PROPERTY_VALUE: data_api_version needs an endpoint"


def _screen_problems(screens: Json) -> Iterator[str]:
    if not isinstance(screens, list) or not screens:
        yield "REQUIRED_PROPERTY_MISSING: screens must be a list of one screen or more"
        return
    ids: list[str] = []
    for index, screen in enumerate(screens):
        name = screen.get("id") if isinstance(screen, dict) else None
        if not isinstance(name, str) or not _SCREEN_ID.fullmatch(name) or name == "SUCCESS":
            yield f"PATTERN_MISMATCH: screens[{index}].id must consist of letters and underscores"
        else:
            ids.append(name)
        if not isinstance(screen, dict) or not isinstance(screen.get("layout"), dict):
            yield f"REQUIRED_PROPERTY_MISSING: screens[{index}] needs a layout"
    for name, number in Counter(ids).items():
        if number > 1:
            yield f"DUPLICATE_SCREEN_IDS: {number} screens are called {name}"
    if not any(isinstance(screen, dict) and screen.get("terminal") is True for screen in screens):
        yield "MISSING_TERMINAL_SCREEN: no screen is terminal"
