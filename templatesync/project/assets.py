"""Files that resource files name, JSON and media: read safely, once, whoever names them. Knows no kind.

Their names come from a pull request as all else does: nothing outside the project is opened, no link is followed, in
the last step or before it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

from templatesync.documents.document import Document
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.media import ENDINGS, LARGEST, Media
from templatesync.project import limits
from templatesync.storage.reading import open_file, read_file, unreadable

Opener: TypeAlias = Callable[[str, int], "bytes | Finding | None"]
"""The bytes of a file inside the project, of at most so many, or what is wrong with it; None when there is none."""
Stream: TypeAlias = Callable[[str], "tuple[BinaryIO, int] | Finding | None"]
"""The same for a file that is too large to be held: the open file, which the caller closes, and its size."""

ENDING = ".json"
_LONGEST = 400
_BYTES_OF_A_VALUE = 64
# What some system, or some shell, takes for something else than a part of a name.
_PART = re.compile(r"[^.\s/\\:*?\"<>|\x00-\x1f\x7f][^/\\:*?\"<>|\x00-\x1f\x7f]*")


class _Read(NamedTuple):
    """What came of reading a JSON file."""

    document: Document | None
    findings: tuple[Finding, ...]
    cost: int


class SharedAssets:
    """What a project has read of the files that its own files name, for the next file that names them.

    All that is known of media is kept, and of JSON the last values; what is read again must be what it was.
    """

    def __init__(self, media: dict[str, Media | Finding | None] | None = None) -> None:
        self.media = {} if media is None else media
        self._kept: dict[str, _Read] = {}
        self._digests: dict[str, str] = {}
        self._bytes = 0

    def read(self, name: str, limit: int, opener: Opener) -> _Read | None:
        """The value of a file, or what is wrong with it; None when there is none."""
        found = self._kept.pop(name, None)
        if found is None:
            data = opener(name, limit)
            if data is None:
                return None
            found = self._load(data, name, limit)
        self._kept[name] = found  # the last one now
        while len(self._kept) > 1 and sum(each.cost for each in self._kept.values()) > limits.MOST_SHARED:
            del self._kept[next(iter(self._kept))]
        return found

    def _load(self, data: bytes | Finding, name: str, limit: int) -> _Read:
        if isinstance(data, Finding):
            return _Read(None, (data,), 1)
        self._bytes += len(data)
        if self._bytes > limits.MOST_ASSET_BYTES:
            most = f"{limits.MOST_ASSET_BYTES:,}"
            message = f"with this one, the JSON files that resources name have more than {most} bytes together"
            hint = "let several resources name one file, or split the project"
            return _Read(None, (Finding("project-limit", Severity.ERROR, message, name, hint=hint),), 1)
        digest = _digest([data])
        if self._digests.setdefault(name, digest) != digest:
            message = f"{name} has changed since the files were read"
            return _Read(None, (Finding("file-unreadable", Severity.ERROR, message, name, hint="run it again"),), 1)
        from templatesync.documents import json_reader  # few resources name a file

        loaded = json_reader.load(data, name, json_reader.JsonLimits(size=limit))
        if not (_is_flow(loaded.documents[0].data) if loaded.documents else _MARKED.search(data)):
            told = tuple(each for each in loaded.findings if each.rule in _SAYS_NOTHING)
            return _Read(None, told or (_no_flow(name),), 1)
        document = loaded.documents[0] if loaded.documents else None
        nodes = document.nodes if document is not None else 0
        return _Read(document, loaded.findings, nodes + len(data) // _BYTES_OF_A_VALUE + 1)


class Assets:
    """The files that one file names, as they were when they were first asked for.

    `findings` are what is wrong with their text.
    """

    def __init__(self, opener: Opener, stream: Stream, shared: SharedAssets | None = None) -> None:
        self._open = opener
        self._stream = stream
        self._shared = shared or SharedAssets()
        self._named: dict[str, Document | None] = {}
        self.findings: list[Finding] = []

    def document(self, name: str, limit: int) -> Document | None:
        """The value of a file, with its places; None when it cannot be read or is no flow, which `findings` tell."""
        if name not in self._named:
            found = self._shared.read(name, limit, self._open)
            if found is None:
                return None
            self._named[name] = found.document
            self.findings += found.findings
        return self._named[name]

    def knows(self, name: str) -> bool:
        """Whether there is such a file, readable or not."""
        return name in self._named

    def media(self, name: str) -> Media | Finding:
        """A media file, or what is wrong with its name or its place; `file` of that is the name as it was given."""
        if problem := path_problem(name, ENDINGS):
            return Finding("asset-path", Severity.ERROR, problem, name, hint="such as media/banner.jpg")
        known = self._shared.media
        if name not in known:
            known[name] = _look(self._stream, name)
        return known[name] or missing(name)


# What every JSON file that a resource names has at its top: all of them are flows. A credential of CI has none.
_MARK = "screens"
_MARKED = re.compile(rb'"screens"[ \t\r\n]*:')


# Their messages quote nothing of a file.
_SAYS_NOTHING = frozenset({"json-encoding", "json-limit"})


def shown(data: bytes) -> bool:
    """Whether lines of a JSON file may be shown: one that is no flow may be a credential that CI has put there."""
    if _MARKED.search(data) is None:
        return False
    try:
        return _is_flow(json.loads(data))
    except (ValueError, RecursionError):
        return True  # a flow with a mistake in it


def _is_flow(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get(_MARK), list)


def _no_flow(name: str) -> Finding:
    message = "this file is no Flow JSON: it has no list of `screens` at its top, so nothing of it is shown or sent"
    return Finding("asset-path", Severity.ERROR, message, name, hint="a Flow JSON begins with its version and screens")


def missing(name: str) -> Finding:
    """What is told of a file that is named and not there."""
    message = f"there is no file {name} in the project"
    return Finding(
        "asset-missing",
        Severity.ERROR,
        message,
        name,
        hint="the path begins at the folder of templatesync.yaml; large and small letters count",
    )


def path_problem(value: Json, endings: Sequence[str] = (ENDING,)) -> str:
    """Why a path is none that a resource file may name; empty when it may."""
    if not isinstance(value, str) or not value:
        return "the path is missing"
    if len(value) > _LONGEST or any(_PART.fullmatch(part) is None for part in value.split("/")):
        return "a path stays inside the project: relative to its folder, with /, without .. and hidden folders"
    if value.lower().endswith(tuple(endings)):
        return ""
    return f"the file must be one that ends with {' or '.join(filter(None, (', '.join(endings[:-1]), endings[-1])))}"


def on_disk(root: Path) -> Opener:
    """Reads below the folder of a project. As all openers and streams here, it can be sent to another process."""
    return partial(_read_below, root)


def _read_below(root: Path, name: str, limit: int) -> bytes | Finding | None:
    place = _place(root, name)
    found = read_file(place, name, limit) if isinstance(place, Path) else place
    if isinstance(found, Finding) and found.rule == "yaml-limit":
        return dataclasses.replace(found, rule="json-limit")
    return found


def streams_on_disk(root: Path) -> Stream:
    """Opens below the folder of a project."""
    return partial(_open_below, root)


def _open_below(root: Path, name: str) -> tuple[BinaryIO, int] | Finding | None:
    place = _place(root, name)
    return open_file(place, name) if isinstance(place, Path) else place


def _place(root: Path, name: str) -> Path | Finding | None:
    """Where a file lies, unless a link is on the way; None when there is none."""
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
    return place


def in_memory(texts: Mapping[str, bytes]) -> Opener:
    """Files that are not written yet."""
    return partial(_read_from, texts)


def _read_from(texts: Mapping[str, bytes], name: str, limit: int) -> bytes | None:
    return texts.get(name)


def streams_in_memory(name: str) -> None:
    """Media files of what is not written yet: there are none."""
    return


# --- media ------------------------------------------------------------------------------------------------------------

_BLOCK = 1 << 20


def _look(stream: Stream, name: str) -> Media | Finding | None:
    """What a media file is, in one pass over its content, of which only a block at a time is held."""
    from templatesync.media.inspect import inspect  # and few projects have media

    opened = stream(name)
    if opened is None or isinstance(opened, Finding):
        return opened
    file, size = opened
    with file:
        try:
            info = inspect(file, size, name)
            digest = _digest(_blocks(file, size)) if size <= LARGEST else ""
        except OSError as error:
            return unreadable(error, name)
    return Media(name, size, digest, info, partial(_again, stream, name, size, digest))


def _again(stream: Stream, name: str, size: int, digest: str) -> bytes | Finding:
    """The content that was looked at, or the finding that says why it cannot be had any more."""
    if not digest:
        message = f"{name} has {size:,} bytes; no more than {LARGEST:,} can be uploaded"
        return Finding("file-unreadable", Severity.ERROR, message, name)
    opened = stream(name)
    if opened is None:
        return Finding("file-unreadable", Severity.ERROR, f"{name} is gone since the files were read", name)
    if isinstance(opened, Finding):
        return dataclasses.replace(opened, message=f"{name}: {opened.message}")
    file, now = opened
    with file:
        try:
            content = file.read(size) if now == size else b""
        except OSError as error:
            return unreadable(error, name)
    if now != size or _digest([content]) != digest:
        message = f"{name} has changed since the files were read; plan again and apply that"
        return Finding("file-unreadable", Severity.ERROR, message, name)
    return content


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The content, as long as it was when the file was opened: it may be growing."""
    file.seek(0)
    while size > 0 and (block := file.read(min(size, _BLOCK))):
        size -= len(block)
        yield block


def _digest(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
