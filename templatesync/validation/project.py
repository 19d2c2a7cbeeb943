"""What the files of a project do wrong together, and what its own file says of rules. Opens no file, knows no cache.

Resources are compared by their summaries, which are small; one itself is looked at only where there is something to
tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from templatesync.documents.document import Document
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import Gathered, Hit, Rule, Summaries, Summary
from templatesync.model.finding import Finding, Severity
from templatesync.model.nearest import MOST_ASKED, nearest
from templatesync.model.paths import Path
from templatesync.model.resource import Key, Resource
from templatesync.project.expansion import Entry
from templatesync.project.references import Links, reference, referring
from templatesync.project.settings import FILE_NAME, Project
from templatesync.project.space_settings import idle_patterns, spaces_said
from templatesync.project.workspace import Workspace
from templatesync.validation.comparing import Entries, Seen, Tell, TooManyError, groups, spaces_of, telling
from templatesync.validation.file import (
    CheckedFile,
    ResourceSummary,
    as_finding,
    crashed,
    linked_rules,
)
from templatesync.validation.output_names import output_names
from templatesync.validation.registry import RULES, instead, meant
from templatesync.validation.replacing import linked_by, replacing
from templatesync.validation.severity import apply_severities
from templatesync.validation.silenced import Silenced


def _of(entries: Entries, file: str) -> Sequence[Entry]:
    try:
        return entries(file)
    except KeyError:
        return ()  # a file that a resource names


_FEWER = "let resources of one name, or of one text, be for the same spaces"


def check_together(
    checked: Iterable[CheckedFile], project: Project, silenced: Silenced, entries: Entries, held: Entries
) -> list[Finding]:
    """What the resources of all files together do wrong, with the project's severities.

    `entries` are asked for file by file, and may be forgotten; `held` again and again.
    """
    sound = [Seen(each.file, summary) for each in checked for summary in each.summaries if summary.sound]
    found = [*_linked(sound, held)]
    files = dict.fromkeys(each.file for each in found)
    found = [*apply_severities(found, project, _documents(held, files), silenced)]
    tells: dict[str, list[Tell]] = {}
    for comparison in (_duplicates, replacing, output_names, _compared):
        try:
            for tell in comparison(sound):
                tells.setdefault(tell.seen.file, []).append(tell)
        except TooManyError as error:
            found.append(Finding("project-limit", Severity.ERROR, str(error), FILE_NAME, hint=_FEWER))
    for file, mine in tells.items():
        here = entries(file)
        told = [finding for tell in mine for finding in tell.findings(here[tell.seen.summary.number])]
        documents = {id(entry.document): entry.document for entry in here}
        found += apply_severities(told, project, documents.values(), silenced)
    return found


def _documents(entries: Entries, files: Iterable[str]) -> Iterable[Document]:
    return {id(entry.document): entry.document for file in files for entry in _of(entries, file)}.values()


def _compared(seen: Sequence[Seen]) -> Iterator[Tell]:
    """Rules about several resources of a kind."""
    kinds: dict[str, list[Seen]] = {}
    for each in seen:
        kinds.setdefault(each.summary.key.kind, []).append(each)
    chains = linked_by(each for each in seen if each.summary.replaces)
    for name, mine in sorted(kinds.items()):
        # One alone has nothing to be compared with, and its kind need not be imported when its file is known.
        for rule in KINDS[name].rules.all if len(mine) > 1 else ():
            if rule.across is not None:
                asked = [each for each in mine if rule.id in each.summary.gathered and not each.summary.absent]
                yield from _across(rule, asked, chains)


def _across(rule: Rule, seen: Sequence[Seen], chains: Mapping[tuple[str, str], tuple[str, str]]) -> Iterator[Tell]:
    across = rule.across
    assert across is not None
    told: set[tuple[str, int, str]] = set()
    try:
        for group in groups(seen, lambda each: across.common(each.summary.key, each.summary.gathered[rule.id])):
            gathered = [_gathered(rule, each.summary, chains) for each in group]
            for index, detail in across.compare(gathered):
                mine = (group[index].file, group[index].summary.number, repr(detail))
                if mine not in told:  # in the view of other spaces, too
                    told.add(mine)
                    yield Tell(group[index], partial(_tell_across, rule, detail))
    except TooManyError:
        raise
    except Exception as error:
        yield Tell(seen[0], partial(_tell_crash, rule, error))


def _gathered(rule: Rule, summary: ResourceSummary, chains: Mapping[tuple[str, str], tuple[str, str]]) -> Gathered:
    key = summary.key
    return Gathered(key, summary.gathered[rule.id], chains.get((key.kind, key.name), (key.kind, key.name))[1])


def _tell_crash(rule: Rule, error: Exception, entry: Entry) -> Iterable[Finding]:
    return [crashed(entry, rule, error)]


def _tell_across(rule: Rule, detail: Any, entry: Entry) -> Iterable[Finding]:
    assert rule.across is not None
    try:
        hits = [*rule.across.tell(entry.kind.rules.view(entry.resource), detail)]
    except Exception as error:
        return [crashed(entry, rule, error)]
    return [as_finding(entry, rule, hit) for hit in hits]


def _duplicates(seen: Sequence[Seen]) -> Iterator[Tell]:
    named = (each for each in seen if each.summary.key.name)  # the schema asks for a name
    for first, *others in groups(named, lambda each: each.summary.key):
        for each in others:
            message = f"{each.summary.key} is defined twice: here and in {first.file}, line {first.summary.line}"
            yield telling(each, "duplicate-resource", Hit((), message, "delete one of the two"))


def _linked(seen: Sequence[Seen], entries: Entries) -> Iterator[Finding]:
    """Rules about what resources refer to, as far as it is in files."""
    referrers = [each for each in seen if each.summary.refers and not each.summary.absent]
    if not referrers:
        return
    there: dict[Key, list[Seen]] = {}
    for each in seen:
        there.setdefault(each.summary.key, []).append(each)
    links = _Linking(there, entries)
    for each in referrers:
        yield from links.of(each)


class _Linking:
    """What resources lead to, in each of their spaces."""

    def __init__(self, there: Mapping[Key, Sequence[Seen]], entries: Entries) -> None:
        self._there = there
        self._entries = entries
        self._links = Links(KINDS)
        self._summaries: dict[int, Summary] = {}
        self._asked = 0

    def of(self, referrer: Seen) -> Iterator[Finding]:
        """What is wrong with its links, once for all spaces in which they lead to the same."""
        entry = referrer.entry(self._entries)
        found = [(path, self._links.target(entry.kind, str(path[-1]), text))
                 for path, text in referring(entry.kind, entry.resource.body)]  # fmt: skip
        targets = [(path, key) for path, key in found if key is not None and key.kind in KINDS]
        others = [each for key in dict.fromkeys(key for _, key in targets) for each in self._there.get(key, ())]
        for group in spaces_of([referrer, *others]):
            if group[0] is referrer:
                files = {each.summary.key: each for each in reversed(group[1:])}
                yield from self._outside(entry, targets, files)
                yield from linked_rules(entry, partial(self._summary, entry, files))

    def _outside(
        self, entry: Entry, targets: Sequence[tuple[Path, Key]], files: Mapping[Key, Seen]
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

    def _summary(self, entry: Entry, files: Mapping[Key, Seen], name: str, text: str) -> Summary | None:
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
    """Rule ids in the project file that do not exist, or cannot be changed, and spaces of groups that do not exist."""
    unknown = 0
    if project.document and project.groups:
        for idle in idle_patterns(spaces_said(project.document.data["spaces"])):
            place = project.document.locate(idle.path)
            yield Finding("project-groups", Severity.WARNING, idle.message, FILE_NAME, *place, hint=idle.hint)
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
