"""`breaking`: what of a change breaks the programs that send, from files alone. No network, no credentials."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from templatesync.commands import breaking_notes as notes
from templatesync.commands.against import Against, against
from templatesync.commands.allowed import allowances
from templatesync.commands.breaking_notes import Notice
from templatesync.commands.prepare import open_project
from templatesync.kinds import KINDS
from templatesync.model.errors import ExitCode, worst
from templatesync.model.finding import Finding, Severity
from templatesync.model.resource import Key, Resource
from templatesync.project import workspace
from templatesync.project.breakage import Broken, Intended, Side, compare, compare_contracts, missing, recoded
from templatesync.project.choosing import choose
from templatesync.project.concerned import Concerned, concerned, entries_of, keys_of
from templatesync.project.expansion import Entry
from templatesync.project.settings import Space
from templatesync.project.workspace import Workspace
from templatesync.sending.breaking import NAME_REMOVED
from templatesync.storage import git
from templatesync.validation.check import check
from templatesync.validation.file import readable


class Told(NamedTuple):
    """One thing that programs notice, once for all languages and spaces of which it is true.

    `keys` are sorted, `spaces` empty when it is so in all that were compared. `file` and `line` are where to say that
    it is meant, or where it was; `named` are the rules that this file says it breaks.
    """

    keys: tuple[Key, ...]
    rule: str
    severity: Severity
    text: str
    file: str
    line: int
    intended: Intended
    gone: bool
    change: str
    logical: str
    named: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key, without its language where there are several."""
        one = self.keys[0]
        return str(one) if len(self.keys) == 1 else str(Key(one.kind, one.name))

    @property
    def counts(self) -> bool:
        """Whether it makes the exit code."""
        return self.severity is Severity.ERROR and self.intended is Intended.NO


@dataclass(frozen=True, slots=True)
class BreakingResult:
    """What breaks, in reading order, and what else is to be known.

    `findings` are the errors of files, of which nothing was concluded; `lines` those of their files. `prefix` is where
    the project stands in its repository, `spaces` are those that were compared.
    """

    against: Against
    spaces: tuple[str, ...]
    told: tuple[Told, ...] = ()
    notices: tuple[Notice, ...] = ()
    findings: tuple[Finding, ...] = ()
    lines: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    prefix: str = ""

    @property
    def breaks(self) -> tuple[Told, ...]:
        """What counts."""
        return tuple(each for each in self.told if each.counts)

    @property
    def exit_code(self) -> ExitCode:
        """6 when something breaks, 3 when files have errors."""
        broken = ExitCode.REFUSED if self.breaks else ExitCode.OK
        return worst([broken, ExitCode.FINDINGS if self.findings else ExitCode.OK])


def breaking(
    directory: Path,
    given: str,
    spaces: Sequence[str] = (),
    every: bool = False,
    allow: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> BreakingResult:
    """Compare the files of a project with those of a revision or a folder, or with a contract file.

    Without spaces it is all of the project's. Raises UsageError for what cannot be compared with.
    """
    allowed = allowances(allow)
    project = open_project(directory)
    chosen = choose(project, spaces, every, in_ci=False) if spaces or every else project.spaces
    names = tuple(space.name for space in chosen)
    now = workspace.read(project)
    with against(given, now, environment or {}) as then:
        if then.contracts is not None:
            found = _with_contracts(now, names, then)
        elif then.files is None:
            found = _Found(notices=(notes.no_project(then.said),))
        else:
            found = _with_files(now, then.files, chosen, then.said)
    broken = [(space, allowed.judged(each)) for space, each in found.broken]
    told = tuple(_together(broken, names))
    notices = [*map(notes.plain, then.notes), *found.notices, *_stale(found, broken), *allowed.unused()]
    errors = tuple(sorted(found.errors, key=Finding.sort_key))
    return BreakingResult(
        then, names, told, tuple(sorted(notices)), errors, now.lines(errors), git.prefix(project.root)
    )


class _Found(NamedTuple):
    """What was found, by space; the errors of files; and the resources that say what they break on purpose."""

    broken: Sequence[tuple[str, Broken]] = ()
    notices: Sequence[Notice] = ()
    errors: Sequence[Finding] = ()
    meaning: Sequence[Resource] = ()


# --- with files -------------------------------------------------------------------------------------------------------


def _with_files(now: Workspace, then: Workspace, chosen: Sequence[Space], said: str) -> _Found:
    which = concerned(now, then)
    report = check(now.holding(which.judged), [space.name for space in chosen], wanted=True)
    errors = [*report.errors, *(each for each in now.findings if each.severity is Severity.ERROR)]
    spoilt, unread = _unread(now, which.judged), _unread(then, which.then)
    unsure = _unsure(now, then, which, spoilt, unread)
    compared = (which.now | which.same) - spoilt
    broken: list[tuple[str, Broken]] = []
    notices = [*notes.unread(unread, said), *notes.unsure(sorted(spoilt), unsure)]
    before = [*entries_of(then, which.then - unread), *entries_of(now, which.same)]
    after = [*entries_of(now, compared)]
    known: dict[object, tuple[list[Broken], list[Notice]]] = {}
    pairs = _pairs(now, then, chosen)
    for space in chosen:
        earlier = pairs.get(space.name)
        if earlier is None:
            notices.append(notes.new_space(space.name, said))
            continue
        old, new = _wanted(before, earlier, unsure), _wanted(after, space.name, unsure)
        # Most of a project is the same in every space: the very resources, then.
        same = (tuple(map(id, old.values())), tuple(map(id, new.values())))
        if same not in known:
            sides = Side.of(old), Side.of(new)
            all_ = [each for each in compare(*sides) if not (spoilt and each.gone)]
            edited = recoded(sides[0].contracts.items(), sides[1])
            known[same] = all_, [*notes.of_versions(*sides), *notes.of_codes(edited)]
        broken += [(space.name, each) for each in known[same][0]]
        notices += known[same][1]
    gone = {space.name for space in then.project.spaces} - set(pairs.values())
    if len(chosen) == len(now.project.spaces):
        notices += [notes.gone_space(name) for name in sorted(gone)]
    return _Found(broken, tuple(dict.fromkeys(notices)), errors, _meaning(now, which, spoilt, chosen))


def _pairs(now: Workspace, then: Workspace, chosen: Sequence[Space]) -> dict[str, str]:
    """What each space was called: the same, or otherwise when it is the same customer's."""
    before = {space.name: space for space in then.project.spaces}
    pairs = {space.name: space.name for space in chosen if space.name in before}
    kept = {space.name for space in now.project.spaces}
    renamed = {each.cust_space_id: each.name for each in before.values() if each.name not in kept and not each.emulator}
    for space in chosen:
        if space.name not in pairs and not space.emulator and space.cust_space_id in renamed:
            pairs[space.name] = renamed[space.cust_space_id]
    return pairs


def _unread(files: Workspace, names: Iterable[str]) -> set[str]:
    """The files of which nobody knows what they ask for. One that breaks a rule can be read all the same."""
    found = {each.file for each in files.findings if each.severity is Severity.ERROR}
    return found | {name for name in names if not readable(files.source(name))}


def _unsure(
    now: Workspace, then: Workspace, which: Concerned, spoilt: Collection[str], unread: Collection[str]
) -> set[tuple[str, str]]:
    """The names of which nothing can be concluded: those in files with errors, and all in a chain with them."""
    here = (which.now | which.same) & frozenset(spoilt)
    keys = keys_of(now, here) | keys_of(then, (which.then & frozenset(spoilt)) | (which.then & frozenset(unread)))
    names = {(key.kind, key.name) for key in keys}
    if not names:
        return names
    entries = [*entries_of(now, which.now | which.same), *entries_of(then, which.then)]
    options = [(entry.resource.key, entry.resource.options) for entry in entries]
    pairs = [
        ((key.kind, key.name), (key.kind, other))
        for key, said in options
        for other in (said.replaces, said.output)
        if other
    ]
    while more := {name for pair in pairs if not names.isdisjoint(pair) for name in pair} - names:
        names |= more
    return names


def _wanted(entries: Iterable[Entry], space: str, unsure: Collection[tuple[str, str]]) -> dict[Key, Resource]:
    found: dict[Key, Resource] = {}
    for entry in entries:
        key = entry.resource.key
        if space in entry.spaces and (key.kind, key.name) not in unsure:
            found.setdefault(key, entry.resource)
    return found


def _meaning(now: Workspace, which: Concerned, spoilt: Collection[str], chosen: Sequence[Space]) -> list[Resource]:
    names = {space.name for space in chosen}
    files = (which.now | which.same | which.noted) - frozenset(spoilt)
    return [
        entry.resource
        for entry in entries_of(now, files)
        if entry.resource.options.breaks and not names.isdisjoint(entry.spaces)
    ]


# --- with a contract file ---------------------------------------------------------------------------------------------


def _with_contracts(now: Workspace, chosen: Sequence[str], then: Against) -> _Found:
    """A contract file knows no spaces: what stands in any space of the project is not gone."""
    report = check(now, chosen, wanted=True)
    spoilt = _unread(now, now.texts)
    unsure = {(key.kind, key.name) for key in keys_of(now, spoilt & now.texts.keys())}
    kind = next(name for name in KINDS if KINDS[name].outputs.contract is not None)
    before = [each for each in then.contracts or () if not {(kind, each.name), (kind, each.logical)} & unsure]
    entries = [*entries_of(now, now.texts.keys() - spoilt)]
    sides = {space.name: Side.of(_wanted(entries, space.name, unsure)) for space in now.project.spaces}
    found = {name: [*compare_contracts(before, side)] for name, side in sides.items()}
    broken = [(name, each) for name in chosen for each in found[name] if not each.gone]
    if not spoilt:
        broken += [("", each) for each in _gone_everywhere(found, sides)]
        broken += [("", each) for each in missing(before, [*sides.values()], kind)]
    meaning = [each for name in chosen for each in sides[name].wanted.values() if each.options.breaks]
    written = [
        (Key(kind, old.version, language), old.contract) for each in before for language, old in each.members.items()
    ]
    edited = [each for name in chosen for each in recoded(written, sides[name])]
    notices = [*notes.unsure(sorted(spoilt), unsure), *notes.of_codes(edited)]
    return _Found(broken, notices, report.errors, meaning)


def _gone_everywhere(found: Mapping[str, Sequence[Broken]], sides: Mapping[str, Side]) -> Iterator[Broken]:
    """What is gone in each space that has its name at all."""
    lacking: dict[Key, dict[str, Broken]] = {}
    for space, all_ in found.items():
        for each in all_:
            if each.gone:
                lacking.setdefault(each.key, {})[space] = each
    names = {name: side.by_name() for name, side in sides.items()} if lacking else {}
    for key, by_space in lacking.items():
        having = {name for name, lineages in names.items() if (key.kind, key.name) in lineages}
        if having <= by_space.keys():
            yield next(iter(by_space.values()))


# --- what is told -----------------------------------------------------------------------------------------------------


def _together(broken: Iterable[tuple[str, Broken]], every: Sequence[str]) -> list[Told]:
    """Each thing once, with all languages and spaces of which it is true, in reading order."""
    by_thing: dict[Told, dict[Key, dict[str, None]]] = {}
    for space, each in broken:
        found, resource = each.found, each.resource
        key = Key(each.key.kind, each.key.name)
        text = "" if each.gone and found.text != NAME_REMOVED else found.text
        named = () if each.gone else tuple(resource.options.breaks)
        thing = Told((key,), found.rule, found.severity, text, resource.file, resource.line, each.intended,
                     each.gone, each.change, each.logical, named)  # fmt: skip
        by_thing.setdefault(thing, {}).setdefault(each.key, {})[space] = None
    told: list[Told] = []
    for thing, keys in by_thing.items():
        # What is true of other languages in other spaces is another line.
        by_spaces: dict[tuple[str, ...], list[Key]] = {}
        for key, spaces in keys.items():
            here = () if "" in spaces or len(spaces) == len(every) else tuple(name for name in every if name in spaces)
            by_spaces.setdefault(here, []).append(key)
        for here, mine in by_spaces.items():
            several = tuple(sorted(mine))
            text = thing.text or _gone(several)
            told.append(thing._replace(keys=several, text=text, spaces=here))
    return sorted(told, key=lambda each: (not each.counts, each.severity.rank, each.file, each.line, each.rule,
                                          each.keys, each.text, each.spaces))  # fmt: skip


def _gone(keys: Sequence[Key]) -> str:
    languages = [key.language for key in keys]
    if not languages[0]:
        return "it is removed"
    listed = ", ".join(languages)
    return f"language {listed} removed" if len(languages) == 1 else f"languages {listed} removed"


def _stale(found: _Found, broken: Iterable[tuple[str, Broken]]) -> Iterator[Notice]:
    """What files say that they break, and do not."""
    true = {(each.resource.file, each.resource.line, each.found.rule) for _, each in broken}
    said = {
        (resource.file, resource.line, rule): resource
        for resource in sorted(found.meaning, key=lambda each: each.key, reverse=True)
        for rule in resource.options.breaks
    }
    yield from (notes.stale(resource, rule) for (file, line, rule), resource in said.items()
                if (file, line, rule) not in true)  # fmt: skip
