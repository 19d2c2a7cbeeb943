"""What is wrong with the files of a project: each on its own, then all together. Pure once files are read.

No clock, no network; knows kinds by their record. What is compared across files are traces, which are small; the
document behind one is looked at again only where there is something to tell.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.kinds.rule import (
    Hit,
    Rule,
    Summaries,
    Summary,
)
from templatesync.model.finding import Finding, Severity
from templatesync.model.nearest import nearest
from templatesync.model.resource import Key
from templatesync.project.expansion import Entry
from templatesync.project.references import Links, reference, referring
from templatesync.project.settings import FILE_NAME, Project
from templatesync.project.workspace import Workspace
from templatesync.validation.file import (
    Examined,
    Trace,
    as_finding,
    crashed,
    examine,
    judge,
    linked_rules,
)
from templatesync.validation.registry import RULES, meant

Entries: TypeAlias = Callable[[str], Sequence[Entry]]
"""The resources of a file, in their order, for all of the project's spaces."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found, in reading order. `examined` is each file on its own."""

    findings: tuple[Finding, ...]
    files: int
    resources: int
    examined: tuple[Examined, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity."""
        return sum(each.severity is severity for each in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of plan and apply."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    def with_named(self, names: Collection[str]) -> set[str]:
        """Files, and those that they name: a finding in one of these is one of theirs."""
        traces = (trace for each in self.examined if each.file in names for trace in each.traces)
        return {*names, *(name for trace in traces for name in trace.named)}

    def with_naming(self, names: Collection[str]) -> set[str]:
        """Files, and those that name them as media: what is wrong with a picture is told where it is named."""
        return {*names, *(each.file for each in self.examined for trace in each.traces
                          if not set(trace.media).isdisjoint(names))}  # fmt: skip


def check(workspace: Workspace, spaces: Sequence[str] | None = None) -> Report:
    """Every finding for the given spaces, or for all that a file belongs to.

    What holds only in other spaces is not told. A file that cannot be read concerns all: nobody knows where it belongs.
    """
    project = workspace.project
    names = frozenset(space.name for space in project.spaces if spaces is None or space.name in spaces)
    entries: dict[str, list[Entry]] = {}
    for entry in workspace.entries:
        entries.setdefault(entry.document.file, []).append(entry)
    found: dict[str, list[Finding]] = {source.name: [] for source in workspace.sources}
    loose: list[Finding] = []
    for each in workspace.findings:
        found.get(each.file, loose).append(each)
    examined = [
        examine(source.name, source.documents, entries.get(source.name, ()), found[source.name], project, names)
        for source in workspace.sources
    ]
    return combine(project, names, examined, loose, lambda file: entries[file])


def combine(
    project: Project, chosen: Collection[str], examined: Sequence[Examined], loose: Iterable[Finding], entries: Entries
) -> Report:
    """The report on all files. `loose` are findings about what is no resource file."""
    findings = [*judge((*loose, *settings(project)), project, ())]
    for each in examined:
        findings += each.findings
    sound = [_Seen(each.file, trace) for each in examined for trace in each.traces if trace.sound]
    together = [found for members in _spaces(sound) for found in _space(members, entries)]
    files = {each.file for each in together}
    documents = {id(entry.document): entry.document for file in files for entry in _of(entries, file)}
    findings += judge(together, project, documents.values())
    findings = [each for each in findings if not each.spaces or not set(each.spaces).isdisjoint(chosen)]
    findings = _without_echoes(findings)
    everywhere = frozenset(space.name for space in project.spaces)
    keys = {trace.key for each in examined for trace in each.traces}
    return Report(tuple(_merge(findings, everywhere)), len(examined), len(keys), tuple(examined))


def _without_echoes(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without what rules say of a text only because its translation is missing, which has been told there."""
    told = list(findings)
    gaps = {(each.file, each.line, each.column) for each in told if each.rule == "language-map"}
    return [each for each in told if each.rule == "language-map" or (each.file, each.line, each.column) not in gaps]


class _Seen(NamedTuple):
    """A resource, by its trace, and where it is."""

    file: str
    trace: Trace

    def entry(self, entries: Entries) -> Entry:
        """The resource itself."""
        return entries(self.file)[self.trace.number]


def _of(entries: Entries, file: str) -> Sequence[Entry]:
    try:
        return entries(file)
    except KeyError:
        return ()  # a file that a resource names


def _spaces(seen: Iterable[_Seen]) -> Iterator[Sequence[_Seen]]:
    """The resources of each space, once for all spaces that have the same: most projects want one thing everywhere."""
    by_space: dict[str, list[_Seen]] = {}
    for each in seen:
        for name in dict.fromkeys(each.trace.spaces):
            by_space.setdefault(name, []).append(each)
    yield from {tuple(map(id, members)): members for members in by_space.values()}.values()


def _space(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    """Rules that see all resources of one space."""
    yield from _duplicates(seen, entries)
    yield from _cycles(seen, entries)
    yield from _replaced_twice(seen, entries)
    yield from _linked(seen, entries)
    for name, number in sorted(Counter(each.trace.key.kind for each in seen).items()):
        # One alone has nothing to be compared with, and its kind need not be imported when its file is known.
        for rule in KINDS[name].rules.all if number > 1 else ():
            if rule.across is not None:
                mine = [each for each in seen if rule.id in each.trace.gathered and not each.trace.absent]
                yield from _across(rule, mine, entries)


def _across(rule: Rule, seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    assert rule.across is not None
    try:
        for index, detail in rule.across.compare([(each.trace.key, each.trace.gathered[rule.id]) for each in seen]):
            entry = seen[index].entry(entries)
            for hit in rule.across.tell(entry.kind.rules.view(entry.resource), detail):
                yield as_finding(entry, rule, hit)
    except Exception as error:
        yield crashed(seen[0].entry(entries), rule, error)


def _duplicates(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    first: dict[Key, _Seen] = {}
    for each in seen:
        key = each.trace.key
        if not key.name:
            continue  # the schema asks for a name
        other = first.setdefault(key, each)
        if other is not each:
            there = other.entry(entries).document
            message = f"{key} stands here and in {there.file}, line {there.line}"
            yield as_finding(
                each.entry(entries), RULES["duplicate-resource"], Hit((), message, "delete one of the two")
            )


def _cycles(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    replaces = {(each.trace.key.kind, each.trace.key.name): each.trace.replaces for each in seen if each.trace.replaces}
    for each in seen if replaces else ():
        start = (each.trace.key.kind, each.trace.key.name)
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
        trace = each.trace
        old, name = trace.replaces, trace.key.name
        if not old or not name or trace.absent:
            continue
        other = first.setdefault((trace.key.kind, old), each)
        successor = other.trace.key.name
        if successor != name:
            document = other.entry(entries).document
            hint = f"delete one of the two, or let {name} replace {successor}"
            message = f"{old} is replaced by {successor} in {document.file}, line {document.line}, already"
            hit = Hit(("templatesync", "replaces"), message, hint)
            yield as_finding(each.entry(entries), RULES["replaces-twice"], hit)


def _linked(seen: Sequence[_Seen], entries: Entries) -> Iterator[Finding]:
    """Rules about what resources refer to, as far as it is in files."""
    if not any(each.trace.refers for each in seen):
        return
    links = Links(KINDS)
    files = {each.trace.key: each for each in reversed(seen)}
    for each in seen:
        if not each.trace.refers or each.trace.absent:
            continue
        entry = each.entry(entries)

        def summary(name: str, text: str, kind: Kind = entry.kind) -> Summary | None:
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
            elif files[key].trace.absent:
                document = files[key].entry(entries).document
                said = reference(KINDS[key.kind].references.collection, key.name)
                message = f"{said} is marked as absent in {document.file}, line {document.line}"
                yield as_finding(entry, RULES["reference-absent"], Hit(path, message, "change this one first"))
        yield from linked_rules(entry, summary)


def _similar(key: Key, files: Collection[Key]) -> str:
    close = nearest(key.name, [other.name for other in files if other.kind == key.kind])
    return f"did you mean {close}?" if close else ""


def invalid(
    workspace: Workspace, space: str, keys: Collection[Key], summaries: Callable[[Kind], Summaries]
) -> dict[Key, str]:
    """What is wrong with resources in view of what is live, by key: the first error, as the project judges it.

    `summaries` gives what is known of the resources that those of a kind lead to.
    """
    entries = [entry for entry in workspace.entries if entry.resource.key in keys and space in entry.spaces]
    found = [finding for entry in entries for finding in linked_rules(entry, summaries(entry.kind))]
    documents = (doc for source in workspace.sources for doc in source.documents)
    told: dict[Key, str] = {}
    by_name = {str(entry.resource.key): entry.resource.key for entry in entries}
    for finding in judge(found, workspace.project, documents):
        if finding.severity is Severity.ERROR:
            told.setdefault(by_name[finding.key], f"{finding.path}: {finding.message} ({finding.rule})")
    return told


def settings(project: Project) -> Iterator[Finding]:
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


def concerning(report: Report, files: Collection[str]) -> Report:
    """The report narrowed to those files and what they name, or are named by."""
    wanted = report.with_named(files) | report.with_naming(files)
    findings = tuple(each for each in report.findings if each.file in wanted)
    keys = {
        trace.key
        for each in report.examined
        for trace in each.traces
        if each.file in files or not set(trace.named).isdisjoint(files)
    }
    return dataclasses.replace(report, findings=findings, files=len(files), resources=len(keys))


def _merge(findings: Iterable[Finding], everywhere: frozenset[str]) -> list[Finding]:
    """Equal findings once, with all the spaces they hold in; none named when that is every space."""
    merged: dict[tuple[str, str, int, int, str], list[Finding]] = {}
    for finding in findings:
        same = (finding.rule, finding.file, finding.line, finding.column, finding.message)
        merged.setdefault(same, []).append(finding)
    return sorted((_one(group, everywhere) for group in merged.values()), key=Finding.sort_key)


def _one(group: Sequence[Finding], everywhere: frozenset[str]) -> Finding:
    first = group[0]
    general = any(not finding.spaces for finding in group)
    spaces = frozenset(name for finding in group for name in finding.spaces)
    keys = {finding.key for finding in group}
    # Told once for all languages of a document: then under the name that they share.
    key = first.key if len(keys) == 1 else first.key.partition("@")[0]
    named: tuple[str, ...] = () if general or spaces == everywhere else tuple(sorted(spaces))
    return dataclasses.replace(first, key=key, spaces=named)
