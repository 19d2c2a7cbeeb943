"""What the files of a project do wrong together, and what its own file says of rules. Opens no file, knows no cache.

Resources are compared by their summaries, which are small; one itself is looked at only where there is something to
tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from templatesync.documents.document import Document
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import Hit, Rule, Summaries, Summary
from templatesync.model.finding import Finding, Severity
from templatesync.model.nearest import MOST_ASKED, nearest
from templatesync.model.paths import Path
from templatesync.model.resource import Key, Resource
from templatesync.project import limits
from templatesync.project.expansion import Entry
from templatesync.project.references import Links, reference, referring
from templatesync.project.settings import FILE_NAME, Project
from templatesync.project.workspace import Workspace
from templatesync.validation.file import (
    CheckedFile,
    ResourceSummary,
    as_finding,
    crashed,
    linked_rules,
)
from templatesync.validation.registry import RULES, instead, meant
from templatesync.validation.severity import apply_severities
from templatesync.validation.silenced import Silenced

Entries: TypeAlias = Callable[[str], Sequence[Entry]]
"""The resources of a file, in their order, for all of the project's spaces. Raises KeyError when it is no such file."""


class _Seen(NamedTuple):
    """A resource, by its summary, and the file that it is in."""

    file: str
    summary: ResourceSummary

    def entry(self, entries: Entries) -> Entry:
        """The resource itself."""
        return entries(self.file)[self.summary.number]


def _of(entries: Entries, file: str) -> Sequence[Entry]:
    try:
        return entries(file)
    except KeyError:
        return ()  # a file that a resource names


_FEWER = "let resources of one name, or of one text, be for the same spaces"


class _TooManyError(Exception):
    """Too much to compare. The message says what."""


class _Tell(NamedTuple):
    """Something to tell of a resource, once it is looked at."""

    seen: _Seen
    findings: Callable[[Entry], Iterable[Finding]]


def check_together(
    checked: Iterable[CheckedFile], project: Project, silenced: Silenced, entries: Entries, held: Entries
) -> list[Finding]:
    """What the resources of all files together do wrong, with the project's severities.

    `entries` are asked for file by file, and may be forgotten; `held` again and again.
    """
    sound = [_Seen(each.file, summary) for each in checked for summary in each.summaries if summary.sound]
    found = [*_linked(sound, held)]
    files = dict.fromkeys(each.file for each in found)
    found = [*apply_severities(found, project, _documents(held, files), silenced)]
    tells: dict[str, list[_Tell]] = {}
    for comparison in (_duplicates, _replacing, _compared):
        try:
            for tell in comparison(sound):
                tells.setdefault(tell.seen.file, []).append(tell)
        except _TooManyError as error:
            found.append(Finding("project-limit", Severity.ERROR, str(error), FILE_NAME, hint=_FEWER))
    for file, mine in tells.items():
        here = entries(file)
        told = [finding for tell in mine for finding in tell.findings(here[tell.seen.summary.number])]
        documents = {id(entry.document): entry.document for entry in here}
        found += apply_severities(told, project, documents.values(), silenced)
    return found


def _documents(entries: Entries, files: Iterable[str]) -> Iterable[Document]:
    return {id(entry.document): entry.document for file in files for entry in _of(entries, file)}.values()


def _telling(seen: _Seen, rule: str, hit: Hit) -> _Tell:
    return _Tell(seen, lambda entry: [as_finding(entry, RULES[rule], hit)])


# Resources of one space are compared. Most of a project is wanted in every space, and is to be compared once; so those
# that have something in common are put together first, whatever their spaces, and few of these groups differ by space.


def _groups(seen: Iterable[_Seen], common: Callable[[_Seen], Hashable]) -> Iterator[Sequence[_Seen]]:
    """Those of one space that have something in common, several at least; once for all spaces that have the same."""
    groups: dict[Hashable, list[_Seen]] = {}
    for each in seen:
        groups.setdefault(common(each), []).append(each)
    for members in groups.values():
        if len(members) > 1:
            yield from (group for group in _spaces(members) if len(group) > 1)


def _spaces(seen: Sequence[_Seen]) -> Iterator[Sequence[_Seen]]:
    """The resources of each space, once for all spaces that have the same: most projects want one thing everywhere."""
    first = seen[0].summary.spaces
    if all(each.summary.spaces is first or each.summary.spaces == first for each in seen):
        yield seen
        return
    pairs = sum(len(each.summary.spaces) for each in seen)
    if pairs > limits.MOST_COMPARED:
        most = f"{limits.MOST_COMPARED:,}"
        message = f"{len(seen):,} resources have something in common and differ in their spaces; with these they are"
        raise _TooManyError(f"{message} {pairs:,} to compare, at most {most}")
    by_space: dict[str, list[_Seen]] = {}
    for each in seen:
        for name in dict.fromkeys(each.summary.spaces):
            by_space.setdefault(name, []).append(each)
    yield from {tuple(map(id, members)): members for members in by_space.values()}.values()


def _compared(seen: Sequence[_Seen]) -> Iterator[_Tell]:
    """Rules about several resources of a kind."""
    kinds: dict[str, list[_Seen]] = {}
    for each in seen:
        kinds.setdefault(each.summary.key.kind, []).append(each)
    for name, mine in sorted(kinds.items()):
        # One alone has nothing to be compared with, and its kind need not be imported when its file is known.
        for rule in KINDS[name].rules.all if len(mine) > 1 else ():
            if rule.across is not None:
                asked = [each for each in mine if rule.id in each.summary.gathered and not each.summary.absent]
                yield from _across(rule, asked)


def _across(rule: Rule, seen: Sequence[_Seen]) -> Iterator[_Tell]:
    across = rule.across
    assert across is not None
    told: set[tuple[str, int, str]] = set()
    try:
        for group in _groups(seen, lambda each: across.common(each.summary.key, each.summary.gathered[rule.id])):
            gathered = [(each.summary.key, each.summary.gathered[rule.id]) for each in group]
            for index, detail in across.compare(gathered):
                mine = (group[index].file, group[index].summary.number, repr(detail))
                if mine not in told:  # in the view of other spaces, too
                    told.add(mine)
                    yield _Tell(group[index], partial(_tell_across, rule, detail))
    except _TooManyError:
        raise
    except Exception as error:
        yield _Tell(seen[0], partial(_tell_crash, rule, error))


def _tell_crash(rule: Rule, error: Exception, entry: Entry) -> Iterable[Finding]:
    return [crashed(entry, rule, error)]


def _tell_across(rule: Rule, detail: Any, entry: Entry) -> Iterable[Finding]:
    assert rule.across is not None
    try:
        hits = [*rule.across.tell(entry.kind.rules.view(entry.resource), detail)]
    except Exception as error:
        return [crashed(entry, rule, error)]
    return [as_finding(entry, rule, hit) for hit in hits]


def _duplicates(seen: Sequence[_Seen]) -> Iterator[_Tell]:
    named = (each for each in seen if each.summary.key.name)  # the schema asks for a name
    for first, *others in _groups(named, lambda each: each.summary.key):
        for each in others:
            message = f"{each.summary.key} is defined twice: here and in {first.file}, line {first.summary.line}"
            yield _telling(each, "duplicate-resource", Hit((), message, "delete one of the two"))


def _replacing(seen: Sequence[_Seen]) -> Iterator[_Tell]:
    replacing = [each for each in seen if each.summary.replaces]
    chains = _chains(replacing)
    for chain in _groups(replacing, lambda each: chains[_named(each)]):
        yield from _cycles(chain)
    yield from (_cycle(each) for each in replacing if each.summary.replaces == each.summary.key.name)
    alive = [each for each in replacing if each.summary.key.name and not each.summary.absent]
    for group in _groups(alive, lambda each: (each.summary.key.kind, each.summary.replaces)):
        yield from _replaced_twice(group)
    pins: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for each in seen:
        if each.summary.pinned and not each.summary.absent and _named(each) in chains:
            pins.setdefault(chains[_named(each)], set()).add(_named(each))
    several = {chain for chain, names in pins.items() if len(names) > 1}
    versions = (each for each in seen if several and chains.get(_named(each)) in several)
    for group in _groups(versions, lambda each: chains[_named(each)]):
        yield from _pinned_twice(group)


def _named(seen: _Seen) -> tuple[str, str]:
    return (seen.summary.key.kind, seen.summary.key.name)


def _chains(replacing: Iterable[_Seen]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """For each name one name that stands for all that are linked to it by `replaces`."""
    parents: dict[tuple[str, str], tuple[str, str]] = {}

    def root(name: tuple[str, str]) -> tuple[str, str]:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parent
        return name

    for each in replacing:
        parents[root(_named(each))] = root((each.summary.key.kind, each.summary.replaces))
    return {name: root(name) for name in [*parents]}


def _cycles(chain: Sequence[_Seen]) -> Iterator[_Tell]:
    """Each of those that come back to themselves: what is left when ends are taken off, again and again."""
    replaces = {_named(each): (each.summary.key.kind, each.summary.replaces) for each in chain}
    replaced = Counter(replaces.values())
    ends = [name for name in replaces if not replaced[name]]
    while ends:
        old = replaces.pop(ends.pop())
        replaced[old] -= 1
        if not replaced[old] and old in replaces:
            ends.append(old)
    for each in chain:
        if _named(each) in replaces and each.summary.replaces != each.summary.key.name:
            yield _cycle(each)


def _cycle(each: _Seen) -> _Tell:
    hit = Hit(("templatesync", "replaces"), f"{each.summary.key.name} comes back to itself through `replaces`")
    return _telling(each, "replaces-cycle", hit)


def _replaced_twice(group: Sequence[_Seen]) -> Iterator[_Tell]:
    """Two successors of one resource: nobody could say which of them is current."""
    first, *others = group
    successor, old = first.summary.key.name, first.summary.replaces
    for each in others:
        name = each.summary.key.name
        if successor != name:
            hint = f"delete one of the two, or let {name} replace {successor}"
            message = f"{old} is replaced by {successor} in {first.file}, line {first.summary.line}, already"
            hit = Hit(("templatesync", "replaces"), message, hint)
            yield _telling(each, "replaces-twice", hit)


def _pinned_twice(group: Sequence[_Seen]) -> Iterator[_Tell]:
    """Two versions that senders are to stay with, in the chain as it is in a space: it may lack a link there."""
    chains = _chains(each for each in group if each.summary.replaces)
    pins: dict[tuple[str, str], _Seen] = {}
    for each in group:
        if each.summary.pinned and not each.summary.absent:
            first = pins.setdefault(chains.get(_named(each), _named(each)), each)
            name, other = each.summary.key.name, first.summary.key.name
            if name != other:
                message = f"{other} is pinned in {first.file}, line {first.summary.line}, already"
                hint = "senders stay with one version: take `pinned` out of the other file"
                yield _telling(each, "pinned-twice", Hit(("templatesync", "pinned"), message, hint))


def _linked(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    """Rules about what resources refer to, as far as it is in files."""
    referrers = [each for each in seen if each.summary.refers and not each.summary.absent]
    if not referrers:
        return
    there: dict[Key, list[_Seen]] = {}
    for each in seen:
        there.setdefault(each.summary.key, []).append(each)
    links = _Linking(there, entries)
    for each in referrers:
        yield from links.of(each)


class _Linking:
    """What resources lead to, in each of their spaces."""

    def __init__(self, there: Mapping[Key, Sequence[_Seen]], entries: Entries) -> None:
        self._there = there
        self._entries = entries
        self._links = Links(KINDS)
        self._summaries: dict[int, Summary] = {}
        self._asked = 0

    def of(self, referrer: _Seen) -> Iterator[Finding]:
        """What is wrong with its links, once for all spaces in which they lead to the same."""
        entry = referrer.entry(self._entries)
        found = [(path, self._links.target(entry.kind, str(path[-1]), text))
                 for path, text in referring(entry.kind, entry.resource.body)]  # fmt: skip
        targets = [(path, key) for path, key in found if key is not None and key.kind in KINDS]
        others = [each for key in dict.fromkeys(key for _, key in targets) for each in self._there.get(key, ())]
        for group in _spaces([referrer, *others]):
            if group[0] is referrer:
                files = {each.summary.key: each for each in reversed(group[1:])}
                yield from self._outside(entry, targets, files)
                yield from linked_rules(entry, partial(self._summary, entry, files))

    def _outside(
        self, entry: Entry, targets: Sequence[tuple[Path, Key]], files: Mapping[Key, _Seen]
    ) -> Iterator[Finding]:
        for path, key in targets:
            if key not in files:
                message = f"no file has {key}, so it must be live already; `plan` looks for it"
                yield as_finding(entry, RULES["reference-outside"], Hit(path, message, self._similar(key, entry)))
            elif files[key].summary.absent:
                there = files[key]
                said = reference(KINDS[key.kind].references.collection, key.name)
                message = f"{said} is marked as absent in {there.file}, line {there.summary.line}"
                yield as_finding(entry, RULES["reference-absent"], Hit(path, message, "change this one first"))

    def _similar(self, key: Key, entry: Entry) -> str:
        """A resource of that kind that is there in a space of the entry. Not for ever: each answer takes time."""
        self._asked += 1
        if self._asked > MOST_ASKED:
            return ""
        spaces = frozenset(entry.spaces)
        names = [other.name for other, seen in self._there.items() if other.kind == key.kind
                 and any(not spaces.isdisjoint(each.summary.spaces) for each in seen)]  # fmt: skip
        close = nearest(key.name, names)
        return f"did you mean {close}?" if close else ""

    def _summary(self, entry: Entry, files: Mapping[Key, _Seen], name: str, text: str) -> Summary | None:
        key = self._links.target(entry.kind, name, text)
        if key is None or key not in files:
            return None
        there = files[key].entry(self._entries)
        if id(there) not in self._summaries:
            self._summaries[id(there)] = there.kind.references.summary(there.resource.body)
        return self._summaries[id(there)]


def invalid(
    workspace: Workspace, space: str, wanted: Mapping[Key, Resource], summaries: Callable[[Kind], Summaries]
) -> dict[Key, str]:
    """What is wrong with wanted resources in view of what is live, by key: the first error, as the project has it.

    `summaries` gives what is known of the resources that those of a kind lead to.
    """
    sources = [workspace.source(name) for name in sorted({resource.file for resource in wanted.values()})]
    here = [entry for source in sources for entry in source.entries if space in entry.spaces]
    entries = [entry for entry in here if entry.resource.key in wanted]
    found = [finding for entry in entries for finding in linked_rules(entry, summaries(entry.kind))]
    documents = (document for source in sources for document in source.documents)
    told: dict[Key, str] = {}
    by_name = {str(entry.resource.key): entry.resource.key for entry in entries}
    for finding in apply_severities(found, workspace.project, documents):
        if finding.severity is Severity.ERROR:
            told.setdefault(by_name[finding.key], f"{finding.path}: {finding.message} ({finding.rule})")
    return told


def check_settings(project: Project) -> Iterator[Finding]:
    """Rule ids in the project file that do not exist, or cannot be changed."""
    unknown = 0
    for name, severity in project.rules.items():
        rule = RULES.get(name)
        at = project.document.locate(("rules", name), at_key=True) if project.document else (1, 1)
        if rule is None:
            message, hint = f"there is no rule {name!r}", meant(name, unknown)
            yield Finding("unknown-rule", Severity.WARNING, message, FILE_NAME, *at, hint=hint)
            unknown += 1
        elif rule.fixed and severity is not rule.severity:
            why = "it is about changes, not about files" if rule.of_change else "other rules rest on it"
            message, hint = f"the rule {name} cannot be changed: {why}", instead(rule) if rule.of_change else ""
            yield Finding("unknown-rule", Severity.WARNING, message, FILE_NAME, *at, hint=hint)


def nothing_wanted(project: Project) -> Finding:
    """What is told of a project without a resource: it would look like the wish to have nothing."""
    message = "no resources found: the project includes no file that belongs to the chosen spaces"
    hint = f"include is {', '.join(project.include)}"
    return Finding("no-resources", RULES["no-resources"].severity, message, FILE_NAME, hint=hint)
