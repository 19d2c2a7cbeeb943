"""`preview`: what customers see, of the files alone or beside what was or is live. Draws nothing itself."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.commands import beside
from templatesync.commands.beside import Beside, Content, content_of
from templatesync.commands.validate import files_meant
from templatesync.kinds import KINDS
from templatesync.look.bubble import Appearance, Picture, Values
from templatesync.look.drawing import Looks
from templatesync.look.page import Entry, Group, Inlined, Page, Version
from templatesync.look.sameness import without_sources, without_targets
from templatesync.model.errors import ExitCode, FindingsError, UsageError, worst
from templatesync.model.finding import Finding, Severity
from templatesync.model.media import Media
from templatesync.model.resource import Key, Resource, several
from templatesync.project import workspace
from templatesync.project.settings import FILE_NAME, Project, Space, find, load
from templatesync.project.workspace import Workspace
from templatesync.storage.names import names_inside
from templatesync.validation.check import Report, check
from templatesync.validation.project import nothing_wanted

if TYPE_CHECKING:
    from templatesync.commands.session import Connection
    from templatesync.project.at_revision import Revision

MOST_INLINED = 200 * 1024
"""Bytes of one picture that a page holds."""
MOST_INLINED_TOGETHER = 8 << 20
"""Bytes of all pictures of a page: people send it by mail, and open it on a phone."""
_DRAWN = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """A page to be drawn. `unread` are the spaces that could not be read, in words."""

    page: Page
    exit_code: ExitCode = ExitCode.OK
    unread: tuple[str, ...] = ()
    defects: tuple[Exception, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see. `connection` is how to reach spaces, None when only files are looked at."""

    paths: Sequence[Path] = ()
    spaces: Sequence[str] = ()
    every: bool = False
    languages: Sequence[str] = ()
    against: Revision | None = None
    connection: Connection | None = None
    in_ci: bool = False
    cache: Path | None = None


class _Wanted(NamedTuple):
    """A resource as files have it, and the spaces in which it reads like this, the first one first."""

    resource: Resource
    content: Content
    spaces: tuple[str, ...]


def preview(directory: Path, wish: Wish) -> PreviewResult:
    """What customers see of the files, errors in them or not: what is wrong is told beside it.

    Raises FindingsError when there is nothing to show, UsageError for a language that no file has, and what a revision,
    and connecting, may raise.
    """
    project = load(find(directory))
    spaces = _spaces(project, wish)
    # What is alike but for its links is shown as in the first of these, and nobody is sent to those of an emulator.
    order = [space.name for space in sorted(spaces, key=lambda space: space.emulator is not None)]
    names = names_inside(project.root, wish.paths)
    there = workspace.read(project, [name for name in names if name.lower().endswith((".yaml", ".yml"))
                                     and name != FILE_NAME and not (project.root / name).is_dir()])  # fmt: skip
    whole = check(there, order, cache=wish.cache, wanted=True)
    asked = files_meant(whole, names) if names else None
    report = whole if asked is None else whole.concerning(asked)
    wanted = _wanted(there, order, asked)
    if not wanted and wish.against is None:
        raise there.refusal(report.errors) if report.errors else FindingsError([nothing_wanted(project)])
    others: list[Beside] = []
    with ExitStack() as open_:
        if wish.against is not None:
            others.append(beside.at_revision(open_, project, wish.against, order, names))
        if wish.connection is not None:
            others.append(beside.live(there, whole, spaces, wish.connection))
        return _result(wanted, report, others, wish.languages)


def _spaces(project: Project, wish: Wish) -> tuple[Space, ...]:
    if wish.connection is None and not wish.spaces and not wish.every:
        return project.spaces
    from templatesync.project.choosing import choose

    return choose(project, wish.spaces, wish.every, in_ci=wish.in_ci)


def _wanted(there: Workspace, order: Sequence[str], asked: Collection[str] | None) -> dict[Key, tuple[_Wanted, ...]]:
    """What files want, by key. What customers see alike is there once, however different its links are by space."""
    found: dict[Key, list[_Wanted]] = {}
    for name in there.texts:
        for entry in there.source(name).entries if asked is None or name in asked else ():
            spaces = tuple(space for space in order if space in entry.spaces)
            if spaces and not entry.resource.options.absent:
                content = content_of(entry.kind, entry.resource)
                found.setdefault(entry.resource.key, []).append(_Wanted(entry.resource, content, spaces))
    return {key: _seen_apart(each, order) if len(each) > 1 else tuple(each) for key, each in found.items()}


def _seen_apart(several_: Sequence[_Wanted], order: Sequence[str]) -> tuple[_Wanted, ...]:
    apart: dict[Appearance, _Wanted] = {}
    for each in sorted(several_, key=lambda one: order.index(one.spaces[0])):
        kind, body, language, _ = each.content
        look = without_targets(kind.content.look(body, language, {}, Values.NAMES))
        known = apart.setdefault(look, each)
        apart[look] = known._replace(spaces=tuple(dict.fromkeys((*known.spaces, *each.spaces))))
    return tuple(apart.values())


# --- pictures ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pictures:
    """The pictures that samples name, each read once."""

    found: dict[str, Inlined] = field(default_factory=dict)
    size: int = 0

    def take(self, resource: Resource) -> None:
        """Read those of a resource."""
        for name, media in sorted(resource.media.items()):
            if (source := f"file:{name}") not in self.found:
                self.found[source] = self._read(media)

    def _read(self, media: Media) -> Inlined:
        if media.info.media_type not in _DRAWN:
            return Inlined(why=media.info.what)
        if media.size > MOST_INLINED or self.size + media.size > MOST_INLINED_TOGETHER:
            return Inlined(why=f"{media.info.what} of {media.size:,} bytes, too large for this page")
        content = media.content()
        if isinstance(content, Finding):
            return Inlined(why=content.message)
        self.size += len(content)
        return Inlined(f"data:{media.info.media_type};base64,{base64.b64encode(content).decode('ascii')}")


# --- the page ---------------------------------------------------------------------------------------------------------


def _result(
    wanted: Mapping[Key, Sequence[_Wanted]], report: Report, others: Sequence[Beside], languages: Sequence[str]
) -> PreviewResult:
    gone = {key: each for other in others for key, each in other.gone.items() if key not in wanted}
    keys = {*wanted, *gone}
    findings: dict[str, list[Finding]] = {}
    for finding in report.findings:
        findings.setdefault(finding.key, []).append(finding)
    pictures = _Pictures()
    kinds = {name: place for place, name in enumerate(KINDS)}
    by_name: dict[tuple[str, str], list[Key]] = {}
    for key in sorted(_of_languages(keys, languages), key=lambda key: (kinds[key.kind], key)):
        by_name.setdefault((key.kind, key.name), []).append(key)
    groups: list[Group] = []
    for (kind, name), mine in by_name.items():
        entries: list[Entry] = []
        for key in mine:
            told = tuple(findings.get(str(key), ())) if key.language else ()
            if key in wanted:
                entries += _entries(wanted[key], others, told, pictures)
            else:
                entries.append(_gone(key, others))
        groups.append(Group(kind, name, tuple(entries), tuple(findings.get(str(Key(kind, name)), ()))))
    known = {str(key) for key in keys} | {str(Key(key.kind, key.name)) for key in keys}
    page = Page(
        "What customers see",
        tuple(groups),
        tuple(_summary(groups, report, others)),
        tuple(finding for finding in report.findings if finding.key not in known),
        pictures.found,
        compared=bool(others),
    )
    unread = tuple(f"{space}: {why}" for other in others for space, why in other.unread.items())
    defects = tuple(error for other in others for error in other.defects)
    return PreviewResult(page, worst(other.exit_code for other in others), unread, defects)


def _of_languages(keys: Collection[Key], languages: Sequence[str]) -> list[Key]:
    """The keys of some languages, and of what has none. Raises UsageError for a language that nothing has."""
    known = sorted({key.language for key in keys if key.language})
    for language in languages:
        if language not in known:
            raise UsageError(f"nothing is in {language!r}", hint=f"there is {', '.join(known) or 'no language'}")
    return [key for key in keys if not languages or not key.language or key.language in languages]


def _entries(
    several_: Sequence[_Wanted], others: Sequence[Beside], findings: tuple[Finding, ...], pictures: _Pictures
) -> Iterator[Entry]:
    for each in several_:
        pictures.take(each.resource)
        versions = [_version(other, each.resource.key, each.spaces) for other in others]
        now = _scanned(each.content.looks(), [version.looks for version in versions])
        spaces = each.spaces if len(several_) > 1 else ()
        told = tuple(one for one in findings if not spaces or not one.spaces or set(one.spaces) & set(spaces))
        place = f"{each.resource.file}:{each.resource.line}"
        same = all(version.looks is not None and _as_seen(version.looks) == _as_seen(now) for version in versions)
        shown = (Version("in the files", now),) if same else (*versions, Version("in the files", now))
        yield Entry(each.resource.key.language, shown, told, place, spaces)


def _gone(key: Key, others: Sequence[Beside]) -> Entry:
    looks = next(other.gone[key].looks() for other in others if key in other.gone)
    title = next(other.titled("") for other in others if key in other.gone)
    return Entry(key.language, (Version(title, looks), Version("in the files", None, "No file has it any more.")))


def _version(other: Beside, key: Key, spaces: Sequence[str]) -> Version:
    """What something is or was in the first of these spaces that was looked at."""
    space = next((name for name in spaces if name in other.found or name in other.unread), "")
    title = other.titled(space)
    if space in other.unread:
        return Version(title, None, f"Not known: {other.unread[space]}")
    content = other.found.get(space, {}).get(key)
    return Version(title, None, "Not there.") if content is None else Version(title, content.looks())


def _scanned(now: Looks, others: Sequence[Looks | None]) -> Looks:
    """The looks of a file, with the link that only the service knows."""
    for other in others:
        if other is not None and isinstance(now[0], Picture) and isinstance(other[0], Picture):
            link = now[0].link or other[0].link
            now = (now[0]._replace(link=link),) * 3
    return now


def _as_seen(looks: Looks) -> tuple[Appearance, ...]:
    return tuple(without_sources(_unlinked(look)) for look in looks)


def _unlinked(look: Appearance) -> Appearance:
    return look._replace(link="") if isinstance(look, Picture) else look


def _summary(groups: Sequence[Group], report: Report, others: Sequence[Beside]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.kind] = counts.get(group.kind, 0) + 1
    told = [
        f"{number:,} {several(kind).removesuffix('s') if number == 1 else several(kind)}"
        for kind, number in counts.items()
    ]
    languages = {entry.language for group in groups for entry in group.entries if entry.language}
    words = {1: "", 0: ""}.get(len(languages), f" in {len(languages)} languages")
    yield f"{', '.join(told) or 'Nothing'}{words}."
    found = [(report.count(severity), severity.value) for severity in (Severity.ERROR, Severity.WARNING)]
    problems = [f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in found if number]
    if problems:
        yield f"`validate` finds {' and '.join(problems)}, told beside what they are about."
    if others:
        entries = [entry for group in groups for entry in group.entries]
        differ = sum(len(entry.versions) > 1 for entry in entries)
        yield f"{differ:,} of {len(entries):,} differ from {' or '.join(other.what for other in others)}."
    for other in others:
        yield from other.notes
        for space, why in other.unread.items():
            yield f"{space} could not be read: {why}"
