"""Which files belong to a project, and reading them safely. Knows paths and findings; not what is in a file.

File names come from a pull request: nothing outside the project is ever opened, no link is followed, and
nothing is read that is not a plain file of bounded size.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from templatesync.errors import UsageError
from templatesync.values import Finding, Severity

_O_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has neither
_O_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_O_BINARY = getattr(os, "O_BINARY", 0)  # and only Windows has this


def open_file(path: Path | str, name: str) -> tuple[BinaryIO, int] | Finding:
    """A plain file and its size, or the finding that says why not; the caller closes it. `name` is for people."""
    opened = _open(path, name)
    return opened if isinstance(opened, Finding) else (os.fdopen(opened[0], "rb"), opened[1])


def _open(path: Path | str, name: str) -> tuple[int, int] | Finding:
    """The descriptor of a plain file, and its size."""
    try:
        # Non-blocking, because opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | _O_NOFOLLOW | _O_NONBLOCK | _O_BINARY)
    except OSError as error:
        if Path(path).is_symlink():
            return Finding("file-kind", Severity.ERROR, "a symbolic link is not followed", name,
                           hint="put the file itself there")  # fmt: skip
        return unreadable(error, name)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe, a device or a socket"
        return Finding("file-kind", Severity.ERROR, f"this is {what}, not a file", name)
    return descriptor, status.st_size


def unreadable(error: OSError, name: str) -> Finding:
    """What is told of a file that the system does not let us read."""
    return Finding("file-unreadable", Severity.ERROR, f"the file cannot be read: {error.strerror}", name)


def read_file(path: Path | str, name: str, limit: int) -> bytes | Finding:
    """The bytes of a plain file of at most `limit` bytes, or the finding that says why not. `name` is for people."""
    opened = _open(path, name)
    if isinstance(opened, Finding):
        return opened
    descriptor, size = opened
    try:
        if size > limit:
            message = f"the file has {size:,} bytes; at most {limit:,} are read"
            return Finding("yaml-limit", Severity.ERROR, message, name)
        data = _read(descriptor, size + 1)
        # Longer than it was a moment ago: somebody writes to it.
        return data if len(data) <= size else data + _read(descriptor, limit - size)
    except OSError as error:
        return unreadable(error, name)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int) -> bytes:
    """So many bytes, or all there are. Without a file object: for small files that costs more than the reading."""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data


def matching(root: Path, patterns: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Every file below `root` that a pattern names, sorted, with `/`; and what stands where or as a file should not.

    `*` and `?` stop at `/`, `**/` goes any number of folders down. Folders that start with a dot are not entered.
    """
    wanted = [_Pattern.read(pattern) for pattern in patterns]
    prefixes = [_fixed_prefix(pattern) for pattern in patterns]
    names: list[str] = []
    findings: list[Finding] = []
    for entry, name in _walk(root, prefixes, findings):
        matched = any(pattern.matches(name) for pattern in wanted)
        if entry.is_symlink():
            target_is_folder = _is_folder(entry)
            if target_is_folder or matched:
                what = "a symbolic link to a folder" if target_is_folder else "a symbolic link"
                findings.append(Finding("file-kind", Severity.ERROR, f"{what} is not followed", name,
                                        hint="put the files themselves there"))  # fmt: skip
        elif matched:
            names.append(name)
        elif (meant := _meant(name, wanted)) and entry.is_file():
            message = "no pattern of `include` names this file: plan and apply do not read it"
            short = meant.rpartition("/")[2]
            taken = os.path.lexists(root / meant)
            hint = f"{short} is there too: put it all there" if taken else f"rename it to {short}, or add a pattern"
            findings.append(Finding("file-not-included", Severity.WARNING, message, name, hint=hint))
    return sorted(names), findings


_ENDING = re.compile(r"(?i)\.ya?ml")


def _meant(name: str, wanted: Sequence[_Pattern]) -> str:
    """The name that a pattern has, but for the ending of YAML files, for one that no pattern has; empty for none."""
    stem, dot, ending = name.rpartition(".")
    others = [f"{stem}.yaml", f"{stem}.yml"] if _ENDING.fullmatch(dot + ending) else []
    return next((other for other in others if any(pattern.matches(other) for pattern in wanted)), "")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False


def _walk(root: Path, prefixes: Sequence[str], findings: list[Finding]) -> Iterator[tuple[os.DirEntry[str], str]]:
    pending = [""]
    prefixes = list(dict.fromkeys(prefixes))
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = list(found)
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror}"
            findings.append(Finding("file-unreadable", Severity.ERROR, message, folder.rstrip("/") or "."))
            continue
        for entry in entries:
            name = f"{folder}{entry.name}"
            # Only what a pattern can reach: a project may sit beside a large node_modules.
            if any(name.startswith(prefix) or prefix.startswith(f"{name}/") for prefix in prefixes):
                yield entry, name
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    pending.append(f"{name}/")


def _fixed_prefix(pattern: str) -> str:
    """The folders of a pattern in front of its first wildcard, with their `/`."""
    fixed = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    return fixed[: fixed.rfind("/") + 1]


class _Pattern(NamedTuple):
    """A pattern that is matched in one pass over a name. The same as a regular expression would try all ways to share
    a name among its wildcards, which takes for ever for some: and patterns come from a pull request.

    `steps` are single characters and wildcards; `**/` is two of them, for before and within what it skips.
    """

    fixed: str
    steps: tuple[str, ...]
    ending: str | None = None
    """What nearly every pattern is: anything of this ending below `fixed`, however deep."""

    @classmethod
    def read(cls, pattern: str) -> _Pattern:
        """From its text."""
        fixed = re.match(r"[^*?]*", pattern)
        begin = fixed[0] if fixed else ""
        steps = re.findall(r"\*\*/|\*\*|.", pattern[len(begin) :], re.DOTALL)
        plain = re.fullmatch(r"\*\*/\*([^*?/]+)", pattern[len(begin) :]) if begin.endswith("/") else None
        parts = tuple(part for step in steps for part in ((step, "/**/") if step == "**/" else (step,)))
        return cls(begin, parts, plain[1] if plain else None)

    def matches(self, name: str) -> bool:
        """Whether the whole name is one of the pattern's."""
        if not name.startswith(self.fixed):
            return False
        if self.ending is not None:
            return name.endswith(self.ending) and len(name) - name.rfind("/") > len(self.ending)
        places = self._skipping({0})
        for char in name[len(self.fixed) :]:
            places = self._skipping({place for at in places for place in self._after(at, char)})
        return len(self.steps) in places

    def _after(self, at: int, char: str) -> Iterator[int]:
        """Where the pattern can stand behind one more character."""
        step = self.steps[at] if at < len(self.steps) else ""
        if step in ("**", "/**/") or (step == "*" and char != "/"):
            yield at
        if step == char or (step == "?" and char != "/") or (step == "/**/" and char == "/"):
            yield at + 1

    def _skipping(self, places: set[int]) -> set[int]:
        """The places, and those behind wildcards that may stand for nothing."""
        pending = list(places)
        while pending:
            at = pending.pop()
            step = self.steps[at] if at < len(self.steps) else ""
            skips = {"*": (1,), "**": (1,), "**/": (1, 2)}.get(step, ())
            fresh = {at + skip for skip in skips} - places
            places |= fresh
            pending += fresh
        return places


# Names that Windows keeps for devices, whatever their ending.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def file_name(name: str, ending: str) -> str:
    """A file name for a resource: safe on every system, and different for different names.

    Names may have 512 characters and a file name 255 bytes, so a long or unusual one is cut and gets a digest.
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:80].strip(".") or "_"
    if plain == name and plain == plain.lower() and not _RESERVED.fullmatch(plain):
        return plain + ending
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{plain}-{digest}{ending}"


def names_inside(root: Path, paths: Sequence[Path]) -> list[str]:
    """Paths as names inside the project. A link is named as it stands, so that it can be refused."""
    names = []
    for path in paths:
        place = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
        if not place.is_relative_to(root):
            raise UsageError(f"{path} is outside the project in {root}")
        if not place.exists() and not place.is_symlink():
            raise UsageError(f"there is no file {path}")
        names.append(place.relative_to(root).as_posix())
    return names
