"""Files that resource files name, such as JSON: read safely, once, whoever names them. Knows no kind.

Their names come from a pull request as all else does: nothing outside the project is opened, no link is followed, in
the last step or before it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from templatesync import files, json_document
from templatesync.document import Document
from templatesync.values import Finding, Json, Severity

Opener: TypeAlias = Callable[[str, int], "bytes | Finding | None"]
"""The bytes of a file inside the project, of at most so many, or what is wrong with it; None when there is none."""

ENDING = ".json"
_LONGEST = 400
# What some system, or some shell, takes for something else than a part of a name.
_PART = re.compile(r"[^.\s/\\:*?\"<>|\x00-\x1f\x7f][^/\\:*?\"<>|\x00-\x1f\x7f]*")


class Assets:
    """The files as they were when they were first asked for.

    `findings` are what is wrong with their text, `texts` their bytes by name.
    """

    def __init__(self, opener: Opener) -> None:
        self._open = opener
        self._read: dict[str, Document | None] = {}
        self.findings: list[Finding] = []
        self.texts: dict[str, bytes] = {}

    def document(self, name: str, limit: int) -> Document | None:
        """The value of a file, with its places; None when it cannot be read, which `findings` tell."""
        if name not in self._read:
            data = self._open(name, limit)
            if data is None:
                return None
            self._read[name] = self._load(data, name, limit)
        return self._read[name]

    def knows(self, name: str) -> bool:
        """Whether there is such a file, readable or not."""
        return name in self._read

    def _load(self, data: bytes | Finding, name: str, limit: int) -> Document | None:
        if isinstance(data, Finding):
            self.findings.append(data)
            return None
        self.texts[name] = data
        loaded = json_document.load(data, name, dataclasses.replace(json_document.Limits(), size=limit))
        self.findings += loaded.findings
        return loaded.documents[0] if loaded.documents else None


def path_problem(value: Json) -> str:
    """Why a path is none that a resource file may name; empty when it may."""
    if not isinstance(value, str) or not value:
        return "a path is a text"
    if len(value) > _LONGEST or any(_PART.fullmatch(part) is None for part in value.split("/")):
        return "a path stays inside the project: relative to its folder, with /, without .. and hidden folders"
    return "" if value.endswith(ENDING) else f"the file must be one that ends with {ENDING}"


def on_disk(root: Path) -> Opener:
    """Reads below the folder of a project."""

    def read(name: str, limit: int) -> bytes | Finding | None:
        place = root
        for part in name.split("/"):
            place /= part
            try:
                if place.is_symlink():
                    message = f"a symbolic link is not followed: {place.relative_to(root).as_posix()}"
                    return Finding("file-kind", Severity.ERROR, message, name, hint="put the file itself there")
                place.lstat()
            except (FileNotFoundError, NotADirectoryError):
                return None
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is no name of a file"
                return Finding("file-unreadable", Severity.ERROR, f"the file cannot be read: {reason}", name)
        found = files.read_file(place, name, limit)
        if isinstance(found, Finding) and found.rule == "yaml-limit":
            return dataclasses.replace(found, rule="json-limit")
        return found

    return read


def in_memory(texts: Mapping[str, bytes]) -> Opener:
    """Files that are not written yet."""
    return lambda name, limit: texts.get(name)
