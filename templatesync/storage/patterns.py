"""Which files below a folder a pattern names. Knows names; opens no file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from templatesync.model.finding import Finding, Severity

MOST_ENTRIES = 500_000
"""Files and folders that are looked at for a project."""


def matching(root: Path, patterns: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Every file below `root` that a pattern names, sorted, with `/`; and what stands where or as a file should not.

    `*` and `?` stop at `/`, `**/` goes any number of folders down. Folders that start with a dot are not entered.
    """
    wanted = _Patterns(patterns)
    prefixes = [_fixed_prefix(pattern) for pattern in patterns]
    names: list[str] = []
    findings: list[Finding] = []
    for entry, name in _walk(root, prefixes, findings):
        matched = wanted.matches(name)
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


def named(names: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """Those of some names that a pattern names, sorted: what `matching` would find, were they on disk."""
    wanted = _Patterns(patterns)
    hidden = re.compile(r"(^|/)\.[^/]*/")
    return sorted(name for name in names if wanted.matches(name) and hidden.search(name) is None)


_ENDING = re.compile(r"(?i)\.ya?ml")


def _meant(name: str, wanted: _Patterns) -> str:
    """The name that a pattern has, but for the ending of YAML files, for one that no pattern has; empty for none."""
    stem, dot, ending = name.rpartition(".")
    others = [f"{stem}.yaml", f"{stem}.yml"] if _ENDING.fullmatch(dot + ending) else []
    return next((other for other in others if wanted.matches(other)), "")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False


def _walk(root: Path, prefixes: Sequence[str], findings: list[Finding]) -> Iterator[tuple[os.DirEntry[str], str]]:
    pending = [""]
    prefixes = list(dict.fromkeys(prefixes))
    seen = 0
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = list(islice(found, MOST_ENTRIES + 1 - seen))
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror}"
            findings.append(Finding("file-unreadable", Severity.ERROR, message, folder.rstrip("/") or "."))
            continue
        seen += len(entries)
        if seen > MOST_ENTRIES:
            message = f"more than {MOST_ENTRIES:,} files and folders are below what `include` names"
            hint = "begin its patterns with the folders of the resource files"
            findings.append(Finding("project-limit", Severity.ERROR, message, folder.rstrip("/") or ".", hint=hint))
            return
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


class _Patterns:
    """All patterns at once, so that a name is gone through once, however many there are.

    Nearly all are of one form, `FOLDERS/**/*ENDING`, which needs no search. Of the others every character and wildcard
    is a step, and a bit of one number says for each step whether some way of reading the name has come to it. A regular
    expression would try all ways to share a name among its wildcards, which takes for ever for some: and patterns come
    from a pull request. `**/` is two steps, for before and within what it skips.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._plain: list[tuple[str, str]] = []
        self._steps: dict[str, int] = {}
        """For each character that stands in a pattern, its steps."""
        self._any = self._within = self._folders = self._skip = self._twice = self._start = self._end = 0
        size = 0
        for pattern in dict.fromkeys(patterns):
            plain = _PLAIN.fullmatch(pattern)
            if plain:
                self._plain.append((plain[1], plain[2]))
            else:
                size = self._add(_STEP.findall(pattern), size)
        self._start = self._skipping(self._start)

    def _add(self, steps: Sequence[str], at: int) -> int:
        """Take a pattern in, from the bit `at` on; the first bit behind it."""
        self._start |= 1 << at
        for step in steps:
            bit = 1 << at
            if step == "**/":
                self._skip |= bit
                self._twice |= bit
                at += 1
                self._folders |= 1 << at
            elif step == "**":
                self._any |= bit
                self._skip |= bit
            elif step == "*":
                self._within |= bit
                self._skip |= bit
            else:
                self._steps[step] = self._steps.get(step, 0) | bit
            at += 1
        self._end |= 1 << at
        return at + 1

    def matches(self, name: str) -> bool:
        """Whether the whole name is one of the patterns'."""
        for begin, ending in self._plain:
            if name.endswith(ending) and name.startswith(begin) and len(name) - name.rfind("/") > len(ending):
                return True
        if not self._end:
            return False
        every, question = self._steps, self._steps.get("?", 0)
        places = self._start
        for char in name:
            # Steps that go on with this character, then wildcards that may stand for it and stay where they are.
            on = every.get(char, 0) | (self._folders if char == "/" else question)
            stay = self._any | self._folders | (0 if char == "/" else self._within)
            places = self._skipping(((places & on) << 1) | (places & stay))
            if not places:
                return False
        return bool(places & self._end)

    def _skipping(self, places: int) -> int:
        """The places, and those behind wildcards that may stand for nothing."""
        while True:
            more = places | (places & self._skip) << 1 | (places & self._twice) << 2
            if more == places:
                return places
            places = more


_PLAIN = re.compile(r"([^*?]*/)\*\*/\*([^*?/]+)")
_STEP = re.compile(r"\*\*/|\*\*|.", re.DOTALL)
