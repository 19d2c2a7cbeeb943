"""What is known of files from earlier runs: findings and summaries by content, in one file of the user's own cache.

Never in the project: whoever opens a pull request could else put findings beside the files, or none. The key holds
everything that they follow from: this program and its schemas, the project file, and the chosen spaces. Whatever is
wrong with the cache, its files are checked again. Runs side by side overwrite each other's file whole, and lose nothing
but time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from sys import intern

import templatesync
from templatesync.model.errors import LocalError
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.project.settings import FILE_NAME, Project
from templatesync.schema.loading import schema_dir
from templatesync.storage.private import NotPrivateError, read_private, ready, replace_private
from templatesync.storage.reading import read_file
from templatesync.validation.file import CheckedFile, ResourceSummary

LARGEST = 256 << 20
"""Bytes of a cache that are read. Ten thousand files take three million."""


class CheckCache:
    """What was found in a project's files, for some spaces."""

    def __init__(self, folder: Path, project: Project, chosen: Collection[str]) -> None:
        place = json.dumps([str(project.root), sorted(chosen)])
        name = f"validate-{hashlib.sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.json"
        self._key = _key(project, chosen)
        self._kept: Mapping[str, Json] = {}
        self._found: Collection[str] = ()
        try:
            self._path: Path | None = ready(folder, project.root) / name
        except NotPrivateError:
            self._path = None  # a run without a cache is a slower run, no worse one

    def known(self, texts: Mapping[str, bytes]) -> dict[str, CheckedFile]:
        """What was found in those files whose content has been checked before."""
        self._kept = self._load()
        found: dict[str, CheckedFile] = {}
        try:
            for name, data in texts.items():
                row = self._kept.get(name)
                if row is not None and row[0] == _digest(data):
                    found[name] = _checked(name, row)
        except (ValueError, KeyError, TypeError, IndexError):  # whoever wrote it was not this program
            self._kept, found = {}, {}
        self._found = found.keys()
        return found

    def keep(self, texts: Mapping[str, bytes], checked: Mapping[str, CheckedFile]) -> None:
        """Record what this run found in all files, unless nothing is new. Others are forgotten.

        What follows from more than the file itself, because it names others, is not kept.
        """
        kept, self._kept = self._kept, {}
        if checked.keys() == kept.keys() == self._found:
            return
        rows: dict[str, Json] = {}
        for name, each in checked.items():
            names_others = any(summary.named for summary in each.summaries)
            if not names_others and all(told.file == name for told in each.findings):
                before = kept.get(name)
                digest = _digest(texts[name])
                rows[name] = before if before is not None and before[0] == digest else [digest, *_row(each)]
        if self._path is None or rows == kept:
            return
        text = json.dumps({"key": self._key, "files": rows}, ensure_ascii=True, separators=(",", ":"))
        with suppress(LocalError, OSError):
            replace_private(self._path, [text.encode()])

    def _load(self) -> Mapping[str, Json]:
        try:
            loaded = json.loads(read_private(self._path, LARGEST) or b"{}") if self._path is not None else {}
            return dict(loaded["files"]) if loaded["key"] == self._key else {}
        except (LocalError, OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}


def _key(project: Project, chosen: Collection[str]) -> str:
    """What all findings follow from. In an installed program sources stand still; in a repository their times tell."""
    package = Path(templatesync.__file__).parent
    state = [templatesync.__version__, str(package), sorted(chosen), [space.name for space in project.spaces]]
    own = read_file(project.root / FILE_NAME, FILE_NAME, LARGEST)
    state.append(_digest(own) if isinstance(own, bytes) else "")
    state += [sys.version, *_installed(), *sorted(_stamps(package)), *sorted(_stamps(schema_dir()))]
    return hashlib.sha256(json.dumps(state).encode("utf-8", "surrogatepass")).hexdigest()


def _installed() -> list[str]:
    """Names and versions of all packages: YAML, schemas and messages are read and made by some of them."""
    found: list[str] = []
    for place in sys.path:
        with suppress(OSError):
            found += sorted(path.name for path in Path(place).glob("*.dist-info"))
    return found


def _stamps(folder: Path) -> Iterator[str]:
    pending = [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                elif entry.name.endswith((".py", ".json", ".tsv", ".toml")):
                    status = entry.stat()
                    yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _row(checked: CheckedFile) -> list[Json]:
    findings = [
        [each.rule, each.severity.value, each.message, each.file, each.line, each.column, each.key, each.path,
         list(each.spaces), each.hint]
        for each in checked.findings
    ]  # fmt: skip
    summaries = [
        [each.number, each.key.kind, each.key.name, each.key.language, list(each.spaces), each.sound, each.absent,
         each.replaces, each.refers, dict(each.gathered), each.edits_approved, each.line, each.pinned,
         each.output]
        for each in checked.summaries
    ]  # fmt: skip
    untold = {file: dict(counts) for file, counts in checked.untold.items()}
    return [findings, summaries, dict(checked.silenced), untold]


def _checked(name: str, row: Json) -> CheckedFile:
    _, findings, summaries, silenced, untold = row
    return CheckedFile(
        name,
        tuple(
            Finding(rule, Severity(severity), message, file, line, column, key, path, tuple(spaces), hint)
            for rule, severity, message, file, line, column, key, path, spaces, hint in findings
        ),
        tuple(map(_summary, summaries)),
        {intern(rule): int(number) for rule, number in dict(silenced).items()},
        untold,
    )


def _summary(row: Json) -> ResourceSummary:
    number, kind, called, language, spaces, sound, absent, old, refers, gathered, edits, line, pinned, output = row
    key = Key(intern(kind), called, intern(language))
    return ResourceSummary(
        number,
        key,
        tuple(map(intern, spaces)),
        sound,
        absent,
        old,
        refers,
        (),
        (),
        gathered,
        edits,
        line,
        pinned,
        output,
    )
