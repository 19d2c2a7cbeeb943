"""What `--target` means: keys, patterns of keys, and files of the project. Found out once, before anything is planned.

What a target is called has no part in a plan: from here on there are keys alone, by space. Opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.model.errors import UsageError
from templatesync.model.nearest import nearest
from templatesync.model.resource import Key
from templatesync.planning.comparison import few
from templatesync.project.policy import fitting, is_pattern
from templatesync.project.settings import FILE_NAME
from templatesync.storage.patterns import named
from templatesync.validation.check import Report
from templatesync.validation.file import ResourceSummary

_FORM = "a target is a key (KIND/NAME or KIND/NAME@LANGUAGE), a pattern of keys with *, or a file or folder"


class Targets(NamedTuple):
    """By space, the keys that are meant; the files that are meant, readable or not; and what means nothing.

    `notes` say which files could not be read, and may hold what a pattern means.
    """

    keys: Mapping[str, frozenset[Key]]
    files: frozenset[str]
    nothing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def concern(self, report: Report) -> set[str]:
        """The files whose errors stand in the way: those that are meant, and all of a key that is meant."""
        every = frozenset().union(*self.keys.values())
        found = {
            each.file
            for each in report.checked  # a duplicate is told in the file that comes second
            for summary in each.summaries
            if summary.key in every and any(summary.key in self.keys.get(space, ()) for space in summary.spaces)
        }
        return found | self.files | {FILE_NAME}


def key_matcher(texts: Iterable[str]) -> Callable[[Key], bool]:
    """Whether one of the texts is the key of a resource, that of all its languages, or a pattern that one fits."""
    given = [*texts]
    exact = frozenset(given)
    fits = fitting(tuple(text for text in given if is_pattern(text)))

    def matches(key: Key) -> bool:
        whole, short = str(key), str(Key(key.kind, key.name))
        return whole in exact or short in exact or fits(whole) or fits(short)

    return matches


def kinds_named(texts: Iterable[str]) -> frozenset[str]:
    """The kinds that the texts name; none where a pattern may mean any."""
    kinds = frozenset(text.partition("/")[0] for text in texts)
    return frozenset() if any(map(is_pattern, kinds)) else kinds


def resolve(given: Sequence[str], root: Path, report: Report, wanted: Mapping[str, Collection[Key]]) -> Targets:
    """What each target means, of what is `wanted` in the chosen spaces. A key comes before a file of that name."""
    known, in_files = KnownKeys(frozenset().union(*wanted.values())), _Files(root, report)
    keys: dict[str, set[Key]] = {space: set() for space in wanted}
    files: set[str] = set()
    nothing: list[str] = []
    for text in dict.fromkeys(given):
        if found := known.of(text):
            for space, mine in keys.items():
                mine.update(key for key in found if key in wanted[space])
            continue
        here = in_files.of(text)
        files |= here
        asked = [each for file in here for each in in_files.asked.get(file, ())]
        for summary in asked:
            for space in summary.spaces:
                keys[space].add(summary.key)
        if not asked and in_files.unread.isdisjoint(here):
            nothing.append(text)
    unread = sorted(in_files.unread - files) if any(map(is_pattern, given)) else []
    notes = (f"{few(unread)} cannot be read, and may hold what --target means, too",) if unread else ()
    return Targets({space: frozenset(mine) for space, mine in keys.items()}, frozenset(files), tuple(nothing), notes)


class KnownKeys:
    """Keys by what they may be called; there may be thousands of them, and hundreds of targets."""

    def __init__(self, keys: Collection[Key]) -> None:
        self._called: dict[str, list[Key]] = {}
        for key in keys:
            for text in {str(key), str(Key(key.kind, key.name))}:
                self._called.setdefault(text, []).append(key)

    def of(self, text: str) -> Collection[Key]:
        """Those that a text is the key of, or a pattern that they fit."""
        if not is_pattern(text):
            return self._called.get(text, ())
        fits = fitting((text,))
        return {key for called, keys in self._called.items() if fits(called) for key in keys}


class _Files:
    """The files of a project by their names; with `asked`, the resources that each asks for, or is named by.

    Of those that are `unread` nobody knows what they ask for.
    """

    def __init__(self, root: Path, report: Report) -> None:
        self._root = root
        self.asked: dict[str, list[ResourceSummary]] = {}
        for each in report.checked:
            for summary in each.summaries:
                for name in {each.file, *summary.named, *summary.media}:
                    self.asked.setdefault(name, []).append(summary)
        silent = {each.file for each in report.checked if not each.summaries}
        checked = {each.file for each in report.checked}
        self.unread = {each.file for each in report.errors if each.file in silent or each.file not in checked}
        self.unread.discard(FILE_NAME)
        self._known = self.asked.keys() | silent | {each.file for each in report.findings}

    def of(self, text: str) -> set[str]:
        """The files that a path means: a file, a folder, a pattern of files.

        It begins where the command runs, else at the project: that is how files are called in what this program says.
        """
        if not text:  # as of a variable that is not set, which must not mean all there is
            return set()
        for path in (Path(text), self._root / text):
            if found := self._inside(_inside(self._root, path)):
                return found
        return set()

    def _inside(self, name: str) -> set[str]:
        if name in self._known:
            return {name}
        if is_pattern(name):
            return {*named(self._known, [name])}
        return {each for each in self._known if name == "." or each.startswith(f"{name}/")} if name else set()


def one_more(text: str, wanted: Collection[Key]) -> bool:
    """Whether a text is the key of one more language of something wanted."""
    whole, at, language = text.partition("@")
    if not (at and language) or is_pattern(text):
        return False
    names = {str(key): str(Key(key.kind, key.name)) for key in wanted}
    return text not in names and whole in names.values()


def no_such_target(
    text: str, root: Path, report: Report, wanted: Collection[Key], *, importing: bool = False
) -> UsageError:
    """What to say of a target that means nothing. Nobody has looked yet whether it lives; who is `importing` may."""
    if here := _Files(root, report).of(text):
        return UsageError(f"{few(sorted(here))} has nothing for the chosen spaces", hint="--space chooses others")
    if is_pattern(text):
        said = f"no key in the chosen spaces, and no file of the project, fits {text}"
        return UsageError(said, hint=_FORM)
    if not text:
        return UsageError("a target is empty", hint=_FORM)
    said = f"nothing in the chosen spaces has the key {text}, and no file of the project is called that"
    meant = _meant(text, wanted)
    if importing and "/" in text:
        new = f"`templatesync import {text}` writes a file of what is live and has none"
        return UsageError(said, hint=f"{meant} {new}" if meant else new)
    return UsageError(said, hint=meant or _FORM)


def no_such_key(text: str, wanted: Collection[Key]) -> UsageError:
    """What to say of a key that is asked for in full, since nobody should do by a pattern what it is for."""
    hint = "name each key in full: KIND/NAME or KIND/NAME@LANGUAGE"
    return UsageError(f"nothing in the chosen spaces has the key {text}", hint=_meant(text, wanted) or hint)


def _meant(text: str, wanted: Collection[Key]) -> str:
    keys = {*map(str, wanted)}
    near = "" if is_pattern(text) else nearest(text, keys | {each.partition("@")[0] for each in keys})
    return f"did you mean {near}?" if near else ""


def _inside(root: Path, path: Path) -> str:
    """A path as a name inside the project, and "." for all of it; empty for what is elsewhere, or is no path."""
    try:
        place = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    except (OSError, ValueError, RuntimeError):  # as for a NUL, or a loop of links
        return ""
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else ""
