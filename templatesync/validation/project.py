"""What the files of a project do wrong together, and what its own file says of rules. Opens no file, knows no cache.

Resources are compared by their summaries, which are small; one itself is looked at only where there is something to
tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import Hit, Rule, Summaries, Summary
from templatesync.model.finding import Finding, Severity
from templatesync.model.nearest import nearest
from templatesync.model.resource import Key, Resource
from templatesync.project.expansion import Entry
from templatesync.project.references import Links, reference, referring
from templatesync.project.settings import FILE_NAME, Project
from templatesync.project.workspace import Workspace
from templatesync.validation.file import (
    CheckedFile,
    ResourceSummary,
    apply_severities,
    as_finding,
    crashed,
    linked_rules,
)
from templatesync.validation.registry import RULES, meant
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


def check_together(
    checked: Iterable[CheckedFile], project: Project, entries: Entries, silenced: Silenced
) -> list[Finding]:
    """What the resources of all files together do wrong, with the project's severities."""
    sound = [_Seen(each.file, summary) for each in checked for summary in each.summaries if summary.sound]
    found = [finding for members in _spaces(sound) for finding in _space(members, entries)]
    files = {each.file for each in found}
    documents = {id(entry.document): entry.document for file in files for entry in _of(entries, file)}
    return [*apply_severities(found, project, documents.values(), silenced)]


def _spaces(seen: Iterable[_Seen]) -> Iterator[Sequence[_Seen]]:
    """The resources of each space, once for all spaces that have the same: most projects want one thing everywhere."""
    by_space: dict[str, list[_Seen]] = {}
    for each in seen:
        for name in dict.fromkeys(each.summary.spaces):
            by_space.setdefault(name, []).append(each)
    yield from {tuple(map(id, members)): members for members in by_space.values()}.values()


def _space(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    """Rules that see all resources of one space."""
    yield from _duplicates(seen, entries)
    yield from _cycles(seen, entries)
    yield from _replaced_twice(seen, entries)
    yield from _linked(seen, entries)
    for name, number in sorted(Counter(each.summary.key.kind for each in seen).items()):
        # One alone has nothing to be compared with, and its kind need not be imported when its file is known.
        for rule in KINDS[name].rules.all if number > 1 else ():
            if rule.across is not None:
                mine = [each for each in seen if rule.id in each.summary.gathered and not each.summary.absent]
                yield from _across(rule, mine, entries)


def _across(rule: Rule, seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    assert rule.across is not None
    try:
        for index, detail in rule.across.compare([(each.summary.key, each.summary.gathered[rule.id]) for each in seen]):
            entry = seen[index].entry(entries)
            for hit in rule.across.tell(entry.kind.rules.view(entry.resource), detail):
                yield as_finding(entry, rule, hit)
    except Exception as error:
        yield crashed(seen[0].entry(entries), rule, error)


def _duplicates(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    first: dict[Key, _Seen] = {}
    for each in seen:
        key = each.summary.key
        if not key.name:
            continue  # the schema asks for a name
        other = first.setdefault(key, each)
        if other is not each:
            there = other.entry(entries).document
            message = f"{key} is defined twice: here and in {there.file}, line {there.line}"
            yield as_finding(
                each.entry(entries), RULES["duplicate-resource"], Hit((), message, "delete one of the two")
            )


def _cycles(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    summaries = (each.summary for each in seen if each.summary.replaces)
    replaces = {(summary.key.kind, summary.key.name): summary.replaces for summary in summaries}
    for each in seen if replaces else ():
        start = (each.summary.key.kind, each.summary.key.name)
        met, name = {start[1]}, replaces.get(start, "")
        while name and name not in met:
            met.add(name)
            name = replaces.get((start[0], name), "")
        if name and name == start[1]:
            hit = Hit(("templatesync", "replaces"), f"{start[1]} comes back to itself through `replaces`")
            yield as_finding(each.entry(entries), RULES["replaces-cycle"], hit)


def _replaced_twice(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    """Two successors of one resource: nobody could say which of them is current."""
    first: dict[tuple[str, str], _Seen] = {}
    for each in seen:
        summary = each.summary
        old, name = summary.replaces, summary.key.name
        if not old or not name or summary.absent:
            continue
        other = first.setdefault((summary.key.kind, old), each)
        successor = other.summary.key.name
        if successor != name:
            document = other.entry(entries).document
            hint = f"delete one of the two, or let {name} replace {successor}"
            message = f"{old} is replaced by {successor} in {document.file}, line {document.line}, already"
            hit = Hit(("templatesync", "replaces"), message, hint)
            yield as_finding(each.entry(entries), RULES["replaces-twice"], hit)


def _linked(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    """Rules about what resources refer to, as far as it is in files."""
    if not any(each.summary.refers for each in seen):
        return
    links = Links(KINDS)
    files = {each.summary.key: each for each in reversed(seen)}
    for each in seen:
        if not each.summary.refers or each.summary.absent:
            continue
        entry = each.entry(entries)

        def referred(name: str, text: str, kind: Kind = entry.kind) -> Summary | None:
            key = links.target(kind, name, text)
            if key is None or key not in files:
                return None
            there = files[key].entry(entries)
            return there.kind.references.summary(there.resource.body)

        for path, text in referring(entry.kind, entry.resource.body):
            key = links.target(entry.kind, str(path[-1]), text)
            if key is None or key.kind not in KINDS:
                continue
            if key not in files:
                message = f"no file has {key}, so it must be live already; `plan` looks for it"
                yield as_finding(entry, RULES["reference-outside"], Hit(path, message, _similar(key, files)))
            elif files[key].summary.absent:
                document = files[key].entry(entries).document
                said = reference(KINDS[key.kind].references.collection, key.name)
                message = f"{said} is marked as absent in {document.file}, line {document.line}"
                yield as_finding(entry, RULES["reference-absent"], Hit(path, message, "change this one first"))
        yield from linked_rules(entry, referred)


def _similar(key: Key, files: Collection[Key]) -> str:
    close = nearest(key.name, [other.name for other in files if other.kind == key.kind])
    return f"did you mean {close}?" if close else ""


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
            message = f"the rule {name} cannot be changed: other rules rest on it"
            yield Finding("unknown-rule", Severity.WARNING, message, FILE_NAME, *at)


def nothing_wanted(project: Project) -> Finding:
    """What is told of a project without a resource: it would look like the wish to have nothing."""
    message = "no resources found: the project includes no file that belongs to the chosen spaces"
    hint = f"include is {', '.join(project.include)}"
    return Finding("no-resources", RULES["no-resources"].severity, message, FILE_NAME, hint=hint)
