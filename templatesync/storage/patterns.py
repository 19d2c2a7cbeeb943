"""Which files below a folder a pattern names. Knows names; opens no file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.model.finding import Finding, Severity


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


def named(names: Iterable[str], patterns: Sequence[str]) -> list[str]:
    """Those of some names that a pattern names, sorted: what `matching` would find, were they on disk."""
    wanted = [_Pattern.read(pattern) for pattern in patterns]
    hidden = re.compile(r"(^|/)\.[^/]*/")
    return sorted(
        name for name in names if any(pattern.matches(name) for pattern in wanted) and hidden.search(name) is None
    )


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
