"""Places inside a body, and how they are shown. Pure; knows no kind."""

from __future__ import annotations

from typing import TypeAlias

from templatesync.model.json_value import Json

Path: TypeAlias = tuple[str | int, ...]


def path_text(body: Json, path: Path) -> str:
    """A path as it is shown: components by type, all else by position, such as `Components[BODY].Text`."""
    text = ""
    here: Json = body
    for step in path:
        inside: Json = here[step] if _has(here, step) else None
        if isinstance(step, str):
            text += f".{step}" if text else step
        else:
            by_type = text.endswith("Components") and isinstance(inside, dict) and isinstance(inside.get("Type"), str)
            text += f"[{inside['Type']}]" if by_type else f"[{step}]"
        here = inside
    return text


def put(value: Json, path: Path, new: Json) -> Json:
    """A copy with something else at a place in it; what is not on the way there is shared."""
    if not path:
        return new
    step, copy = path[0], value.copy()
    copy[step] = put(value[step], path[1:], new)
    return copy


def _has(value: Json, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value)
