"""Where in a project's files a change of a plan is made: the place of its first difference. Knows no format."""

from __future__ import annotations

import re
from typing import NamedTuple

from templatesync.model.change import Change
from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.project.workspace import Workspace

_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")


class Place(NamedTuple):
    """A line of a file; empty and 0 for what is in no file."""

    file: str
    line: int


def changed_place(files: Workspace, space: str, change: Change) -> Place:
    """Where the first difference of a change stands, or its document where nothing differs."""
    place = Place(change.file, change.line)
    if not change.diff or change.file not in files.texts:
        return place
    for entry in files.source(change.file).entries:
        if entry.resource.key == change.key and space in entry.spaces:
            path = _path(change.diff[0].path, entry.resource.body)
            return Place(entry.file(path), entry.locate(path).line) if path else place
    return place


def _path(text: str, body: Json) -> Path:
    """The path of a difference, where parts are told apart by their type, as one into a body, as far as it leads."""
    path: list[str | int] = []
    for match in _STEP.finditer(text):
        step = match[1] if match[1] is not None else _place(match[2], body)
        if isinstance(body, dict):
            known = step in body
        else:
            known = isinstance(body, list) and isinstance(step, int) and step < len(body)
        if not known:
            break
        path.append(step)
        body = body[step]
    return tuple(path)


def _place(text: str, items: Json) -> str | int:
    if text.isdecimal() and len(text) < len(str(10**6)):
        return int(text)
    listed = items if isinstance(items, list) else []
    return next((at for at, each in enumerate(listed) if isinstance(each, dict) and each.get("Type") == text), text)
