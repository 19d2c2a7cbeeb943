"""What a shell may offer at TAB: names from the files of a project, as they stand there. Knows no rule, no service.

Files are looked through, not parsed: an answer of a moment ago is worth more than a right one a second later. What is
offered is plain: a name that a shell would take apart is not typed for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from templatesync.kinds import DEFAULT, KINDS
from templatesync.model.finding import Finding
from templatesync.model.resource import Key
from templatesync.project import settings
from templatesync.storage.patterns import matching
from templatesync.storage.reading import read_file

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@%+-]*")
_LARGEST = 1 << 18
"""Bytes of a file that is looked through."""
_MOST = 3000
"""Files that are looked through: some 50 ms for each thousand."""
_KIND = re.compile(r"^kind: *(\w+)", re.MULTILINE)
_LANGUAGE = re.compile(r"^Language: *[\"']?(\w+)", re.MULTILINE)
_LANGUAGES = re.compile(r"^Languages: *(?:\[([^\]]*)\]|((?:\n *- *\S+)+))", re.MULTILINE)


def spaces(start: Path) -> tuple[str, ...]:
    """The spaces and groups of the project around a folder. Raises what reading its file raises."""
    project = settings.load(settings.find(start))
    return tuple(filter(_PLAIN.fullmatch, (*(space.name for space in project.spaces), *project.groups)))


def keys(start: Path) -> tuple[str, ...]:
    """The keys of what has its name from a file, and not from the service."""
    return tuple(sorted({text for key in _found(start) if _PLAIN.fullmatch(text := str(key))}))


def names(start: Path) -> tuple[str, ...]:
    """Their names."""
    return tuple(sorted({key.name for key in _found(start) if _PLAIN.fullmatch(key.name)}))


def _found(start: Path) -> Iterator[Key]:
    root = settings.find(start)
    for name in matching(root, settings.load(root).include)[0][:_MOST]:
        data = read_file(root / name, name, _LARGEST)
        if not isinstance(data, Finding):
            for document in re.split(r"^---", data.decode("utf-8", "ignore"), flags=re.MULTILINE):
                yield from _of_document(document)


def _of_document(text: str) -> Iterator[Key]:
    said = _KIND.search(text)
    kind = KINDS.get(said[1] if said else DEFAULT)
    if kind is None or not kind.file.name_field:
        return
    name = re.search(rf"^{kind.file.name_field}: *[\"']?([^\s\"'#]+)", text, re.MULTILINE)
    if name is None:
        return
    lists = (listed[1] or listed[2] or "" for listed in _LANGUAGES.finditer(text))
    languages = [*_LANGUAGE.findall(text), *(word for listed in lists for word in re.findall(r"\w+", listed))]
    for language in languages or [""]:
        yield Key(kind.name, name[1], language)
