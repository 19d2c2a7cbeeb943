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
from templatesync.project.policy import fitting, is_pattern
from templatesync.project.settings import FILE_NAME
from templatesync.storage.patterns import named
from templatesync.validation.check import Report

_MOST_NAMED = 5
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
    every = frozenset().union(*wanted.values())
    keys: dict[str, set[Key]] = {space: set() for space in wanted}
    files: set[str] = set()
    nothing: list[str] = []
    for text in dict.fromkeys(given):
        if found := {*filter(key_matcher((text,)), every)}:
            for space, mine in keys.items():
                mine.update(found.intersection(wanted[space]))
            continue
        here = _files(text, root, report)
        files |= here
        if not _take(here, report, keys):
            nothing.append(text)
    unread = sorted(_unread(report) - files) if any(map(is_pattern, given)) else []
    notes = (f"{_few(unread)} cannot be read, and may hold what --target means, too",) if unread else ()
    return Targets({space: frozenset(mine) for space, mine in keys.items()}, frozenset(files), tuple(nothing), notes)


def no_such_target(text: str, root: Path, report: Report, wanted: Collection[Key]) -> UsageError:
    """What to say of a target that means nothing."""
    if here := _files(text, root, report):
        return UsageError(f"{_few(sorted(here))} has nothing for the chosen spaces", hint="--space chooses others")
    if is_pattern(text):
        said = f"no key in the chosen spaces, and no file of the project, fits {text}"
        return UsageError(said, hint=_FORM)
    if not text:
        return UsageError("a target is empty", hint=_FORM)
    said = f"nothing in the chosen spaces has the key {text}, and no file of the project is called that"
    return UsageError(said, hint=_meant(text, wanted) or _FORM)


def no_such_key(text: str, wanted: Collection[Key]) -> UsageError:
    """What to say of a key that is asked for in full, since nobody should do by a pattern what it is for."""
    hint = "name each key in full: KIND/NAME or KIND/NAME@LANGUAGE"
    return UsageError(f"nothing in the chosen spaces has the key {text}", hint=_meant(text, wanted) or hint)


def _meant(text: str, wanted: Collection[Key]) -> str:
    keys = {*map(str, wanted)}
    near = "" if is_pattern(text) else nearest(text, keys | {each.partition("@")[0] for each in keys})
    return f"did you mean {near}?" if near else ""


def _files(text: str, root: Path, report: Report) -> set[str]:
    """The files of the project that a path means: a file, a folder, a pattern of files.

    It begins where the command runs, else at the project: that is how files are called in what this program says.
    """
    if not text:  # as of a variable that is not set, which must not mean all there is
        return set()
    known = {each.file for each in report.checked} | {finding.file for finding in report.findings}
    media = {name for each in report.checked for summary in each.summaries for name in summary.media}
    known = report.with_named(known) | media
    for path in (Path(text), root / text):
        name = _inside(root, path)
        if is_pattern(name):
            found = {*named(known, [name])}
        else:
            found = {each for each in known if name in (".", each) or each.startswith(f"{name}/")} if name else set()
        if found:
            return found
    return set()


def _inside(root: Path, path: Path) -> str:
    """A path as a name inside the project, and "." for all of it; empty for what is elsewhere, or is no path."""
    try:
        place = path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    except (OSError, ValueError, RuntimeError):  # as for a NUL, or a loop of links
        return ""
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else ""


def _take(files: Collection[str], report: Report, keys: Mapping[str, set[Key]]) -> bool:
    """Take in what files ask for, or what names them; whether there is something, or they cannot be read."""
    there = bool(_unread(report) & {*files})
    for each in report.checked if files else ():
        for summary in each.summaries:
            if each.file in files or not {*summary.named, *summary.media}.isdisjoint(files):
                for space in summary.spaces:
                    if space in keys:
                        keys[space].add(summary.key)
                        there = True
    return there


def _unread(report: Report) -> set[str]:
    """The files of which nobody knows what they ask for."""
    silent = {each.file for each in report.checked if not each.summaries}
    known = {each.file for each in report.checked}
    return {error.file for error in report.errors if error.file in silent or error.file not in known}


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
