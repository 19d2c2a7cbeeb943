"""Schema, then rules, to sorted findings. Pure once files are read: no clock, no network. Knows kinds by their record.

A rule that crashes is a finding, not a crash, and a document with a problem never hides another.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from templatesync import schema
from templatesync.catalog import RULES
from templatesync.document import Document
from templatesync.expansion import Entry, kind_of
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.links import Links, reference, referring
from templatesync.nearest import nearest
from templatesync.project import FILE_NAME, Project
from templatesync.rule import Face, Faces, Hit, Rule, path_text
from templatesync.values import Finding, Key, Resource, Severity
from templatesync.workspace import Workspace

# Without the right types, or without a name, rules would only repeat what the schema has said.
_SHAPE = frozenset({"wrong-type"})


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found, in reading order."""

    findings: tuple[Finding, ...]
    files: int
    resources: int

    def count(self, severity: Severity) -> int:
        """How many findings are of that severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of plan and apply."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


MOST_TOLD = 500
"""Findings of one file. It is also what bounds the time that a file can take: each finding costs some."""
MOST_EXPLAINED = 6_000
"""Values of one file that are explained after the gate has refused them: jsonschema takes 0.1 ms for each."""


def check(workspace: Workspace, spaces: Sequence[str] | None = None) -> Report:
    """Every finding for the given spaces, or for all that a file belongs to.

    What holds only in other spaces is not told. A file that cannot be read concerns all: nobody knows where it belongs.
    """
    names = [space.name for space in workspace.project.spaces if spaces is None or space.name in spaces]
    chosen = frozenset(names)
    entries = [entry for entry in workspace.entries if not chosen.isdisjoint(entry.spaces)]
    findings = [*workspace.findings, *_settings(workspace)]
    broken: set[int] = set()
    for source in workspace.sources:
        findings += _schemas([doc for doc in source.documents if _belongs(doc, workspace.project, chosen)], broken)
    sound = [entry for entry in entries if id(entry.document) not in broken]
    for _, members in groupby(sound, key=lambda entry: entry.document.file):
        findings += _bounded(finding for entry in members for finding in _entry(entry, workspace.project))
    for together in _spaces(sound, chosen):
        findings += _space(together)
    findings = [finding for finding in findings if not finding.spaces or not chosen.isdisjoint(finding.spaces)]
    everywhere = frozenset(space.name for space in workspace.project.spaces)
    documents = (doc for source in workspace.sources for doc in source.documents)
    kept = _merge(_judge(findings, workspace.project, documents), everywhere)
    keys = {entry.resource.key for entry in entries}
    return Report(tuple(kept), len(workspace.sources), len(keys))


def _belongs(doc: Document, project: Project, chosen: Collection[str]) -> bool:
    """Whether a document belongs to one of the spaces, or does not clearly say that it belongs to others."""
    options = doc.data.get("templatesync")
    spaces = options.get("spaces") if isinstance(options, dict) else None
    known = {space.name for space in project.spaces}
    if (
        not isinstance(spaces, list)
        or not spaces
        or not all(isinstance(name, str) and name in known for name in spaces)
    ):
        return True
    return any(name in chosen for name in spaces)


def _spaces(entries: Sequence[Entry], chosen: Collection[str]) -> Iterator[Sequence[Entry]]:
    """The entries of each space, once for all spaces that have the same: most projects want one thing everywhere."""
    by_space: dict[str, list[Entry]] = {}
    for entry in entries:
        for name in dict.fromkeys(entry.spaces):
            if name in chosen:
                by_space.setdefault(name, []).append(entry)
    yield from {tuple(map(id, members)): members for members in by_space.values()}.values()


def _schemas(documents: Sequence[Document], broken: set[int]) -> Iterator[Finding]:
    """What the schemas say of documents of a file. Adds those to `broken` of which rules would only say it again."""
    told = explained = 0
    for number, doc in enumerate(documents):
        if told >= MOST_TOLD or explained >= MOST_EXPLAINED:
            broken.update(map(id, documents[number:]))
            yield _unchecked(doc.file, doc.line)
            return
        found = list(_schema(doc))
        told += len(found)
        explained += doc.nodes if found else 0
        if any(finding.rule in _SHAPE for finding in found):
            broken.add(id(doc))
        yield from found


def _bounded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of one file, as many as anybody would read. What is the same for several languages counts once."""
    different: set[tuple[str, int, int, str]] = set()
    for number, finding in enumerate(findings):
        different.add((finding.rule, finding.line, finding.column, finding.message))
        if len(different) > MOST_TOLD or number > MOST_TOLD * 20:
            yield _unchecked(finding.file, finding.line)
            return
        yield finding


def _unchecked(file: str, line: int) -> Finding:
    message = "the file has too many findings; from here on it is not checked"
    return Finding("yaml-limit", Severity.ERROR, message, file, line, hint="mend the others first, or split the file")


def concerning(report: Report, workspace: Workspace, files: Collection[str], spaces: Collection[str]) -> Report:
    """The report narrowed to those files and what they name, or are named by; of resources those in the spaces."""
    wanted = workspace.with_named(files) | workspace.with_naming(files)
    findings = tuple(finding for finding in report.findings if finding.file in wanted)
    keys = {
        entry.resource.key
        for entry in workspace.entries
        if (entry.document.file in files or not set(entry.named).isdisjoint(files))
        and not set(entry.spaces).isdisjoint(spaces)
    }
    return Report(findings, len(files), len(keys))


def _schema(doc: Document) -> Iterator[Finding]:
    kind = kind_of(doc)
    for problem in schema.problems(kind.schema if kind else "resource", doc.data):
        at = doc.locate(problem.path, at_key=problem.at_key)
        severity = RULES[problem.rule].severity if problem.rule in RULES else Severity.ERROR
        key = str(kind.identify(doc.data)) if kind else ""
        where = path_text(doc.data, problem.path)
        yield Finding(problem.rule, severity, problem.message, doc.file, *at, key, where, (), problem.hint)


def _entry(entry: Entry, project: Project) -> Iterator[Finding]:
    options = entry.resource.options
    name = entry.resource.key.name
    if name and not project.policy.manages(entry.resource.key):
        field = (entry.kind.name_field,) if entry.kind.name_field else ()
        message = f"policy.manage does not cover the name {name}, so it would never be changed"
        yield _finding(entry, RULES["outside-manage"], Hit(field, message, "add a pattern to policy.manage"))
    if options.absent:
        if options.protected or project.policy.protects(entry.resource.key):
            message = f"{entry.resource.key} is protected and marked as absent"
            hint = "take the protection away in one change, and delete it in the next"
            yield _finding(entry, RULES["tombstone-protected"], Hit(("templatesync", "state"), message, hint))
        return  # nothing else of a tombstone is used
    for rule in entry.kind.rules:
        if rule.check is None:
            continue
        try:
            for hit in dict.fromkeys(rule.check(entry.resource)):
                if rule.fixed or not entry.ignores(rule.id, hit.path):
                    yield _finding(entry, rule, hit)
        except Exception as error:
            yield _crashed(entry, rule, error)


def _space(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Rules that see all resources of one space."""
    yield from _duplicates(entries)
    yield from _cycles(entries)
    yield from _replaced_twice(entries)
    yield from _linked(entries)
    by_resource = {id(entry.resource): entry for entry in entries}
    alive = [entry.resource for entry in entries if not entry.resource.options.absent]
    kinds = {entry.kind.name: entry.kind for entry in entries}
    for kind in kinds.values():
        mine: list[Resource] = [resource for resource in alive if resource.key.kind == kind.name]
        for rule in kind.rules:
            if rule.project_check is None:
                continue
            try:
                for resource, hit in rule.project_check(mine):
                    yield _finding(by_resource[id(resource)], rule, hit)
            except Exception as error:
                yield _crashed(entries[0], rule, error)


def _duplicates(entries: Sequence[Entry]) -> Iterator[Finding]:
    first: dict[Key, Entry] = {}
    for entry in entries:
        key = entry.resource.key
        if not key.name:
            continue  # the schema asks for a name
        other = first.setdefault(key, entry)
        if other is not entry:
            message = f"{key} stands here and in {other.document.file}, line {other.document.line}"
            yield _finding(entry, RULES["duplicate-resource"], Hit((), message, "delete one of the two"))


def _cycles(entries: Sequence[Entry]) -> Iterator[Finding]:
    replaces = {
        (entry.kind.name, entry.resource.key.name): entry.resource.options.replaces
        for entry in entries
        if entry.resource.options.replaces
    }
    for entry in entries:
        start = (entry.kind.name, entry.resource.key.name)
        seen, name = {start[1]}, replaces.get(start, "")
        while name and name not in seen:
            seen.add(name)
            name = replaces.get((start[0], name), "")
        if name and name == start[1]:
            hit = Hit(("templatesync", "replaces"), f"{start[1]} comes back to itself through `replaces`")
            yield _finding(entry, RULES["replaces-cycle"], hit)


def _replaced_twice(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Two successors of one resource: nobody could say which of them is current."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        old, name = entry.resource.options.replaces, entry.resource.key.name
        if not old or not name or entry.resource.options.absent:
            continue
        other = first.setdefault((entry.kind.name, old), entry)
        if other.resource.key.name != name:
            there = f"{other.resource.key.name} in {other.document.file}, line {other.document.line}"
            hint = f"delete one of the two, or let {name} replace {other.resource.key.name}"
            hit = Hit(("templatesync", "replaces"), f"{old} is replaced by {there}, already", hint)
            yield _finding(entry, RULES["replaces-twice"], hit)


def _linked(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Rules about what resources refer to, as far as it is in files."""
    links = Links(KINDS)
    files = {entry.resource.key: entry for entry in reversed(entries)}
    for entry in entries:
        if not entry.refers or entry.resource.options.absent:
            continue

        def face(name: str, text: str, kind: Kind = entry.kind) -> Face | None:
            key = links.target(kind, name, text)
            found = files.get(key) if key is not None else None
            return found.kind.face(found.resource.body) if found is not None else None

        for path, text in referring(entry.kind, entry.resource.body):
            key = links.target(entry.kind, str(path[-1]), text)
            if key is None or key.kind not in KINDS:
                continue
            said = reference(KINDS[key.kind].collection, key.name)
            if key not in files:
                message = f"no file has {key}, so it must be live already; `plan` looks for it"
                yield _finding(entry, RULES["reference-outside"], Hit(path, message, _similar(key, files)))
            elif files[key].resource.options.absent:
                there = f"{files[key].document.file}, line {files[key].document.line}"
                message = f"{said} is marked as absent in {there}"
                yield _finding(entry, RULES["reference-absent"], Hit(path, message, "change this one first"))
        yield from _facing(entry, face)


def _similar(key: Key, files: Collection[Key]) -> str:
    close = nearest(key.name, [other.name for other in files if other.kind == key.kind])
    return f"did you mean {close}?" if close else ""


def _facing(entry: Entry, face: Faces) -> Iterator[Finding]:
    """What the rules say of one resource, given what it leads to."""
    for rule in entry.kind.rules:
        if rule.linked_check is None:
            continue
        try:
            for hit in dict.fromkeys(rule.linked_check(entry.resource, face)):
                yield _finding(entry, rule, hit)
        except Exception as error:
            yield _crashed(entry, rule, error)


def unfit(workspace: Workspace, space: str, keys: Collection[Key], faces: Callable[[Kind], Faces]) -> dict[Key, str]:
    """What is wrong with resources in view of what is live, by key: the first error, as the project judges it.

    `faces` gives what is known of the resources that those of a kind lead to.
    """
    entries = [entry for entry in workspace.entries if entry.resource.key in keys and space in entry.spaces]
    found = [finding for entry in entries for finding in _facing(entry, faces(entry.kind))]
    documents = (doc for source in workspace.sources for doc in source.documents)
    told: dict[Key, str] = {}
    by_name = {str(entry.resource.key): entry.resource.key for entry in entries}
    for finding in _judge(found, workspace.project, documents):
        if finding.severity is Severity.ERROR:
            told.setdefault(by_name[finding.key], f"{finding.path}: {finding.message} ({finding.rule})")
    return told


def _finding(entry: Entry, rule: Rule, hit: Hit) -> Finding:
    at = entry.locate(hit.path)
    where = path_text(entry.resource.body, hit.path)
    key = str(entry.resource.key)
    return Finding(rule.id, rule.severity, hit.message, entry.file(hit.path), *at, key, where, entry.spaces, hit.hint)


def _crashed(entry: Entry, rule: Rule, error: Exception) -> Finding:
    message = f"the rule {rule.id} broke on this document ({type(error).__name__})"
    hint = "this is a defect of templatesync; please report it with the file"
    return _finding(entry, RULES["rule-crashed"], Hit((), message, hint))


def _settings(workspace: Workspace) -> Iterator[Finding]:
    """Rule ids in the project file and in comments that do not exist, or cannot be changed."""
    project = workspace.project
    for name, severity in project.rules.items():
        rule = RULES.get(name)
        at = project.document.locate(("rules", name), at_key=True) if project.document else (1, 1)
        if rule is None:
            message = f"there is no rule {name!r}"
            yield Finding(
                "unknown-rule", Severity.WARNING, message, FILE_NAME, *at, hint="`templatesync rules` lists them"
            )
        elif rule.fixed and severity is not rule.severity:
            message = f"the rule {name} cannot be changed: other rules rest on it"
            yield Finding("unknown-rule", Severity.WARNING, message, FILE_NAME, *at)
    for source in workspace.sources:
        ignored = {line: rules for doc in source.documents for line, rules in doc.ignored.items() if line}
        for line, rules in ignored.items():
            for name in sorted(rules - RULES.keys()):
                yield Finding(
                    "unknown-rule", Severity.WARNING, f"there is no rule {name!r} to ignore", source.name, line
                )


def _judge(findings: Iterable[Finding], project: Project, documents: Iterable[Document]) -> Iterator[Finding]:
    """Findings with the project's severities, without those that a comment silences."""
    by_file: dict[str, list[Document]] = {}
    for doc in documents:
        by_file.setdefault(doc.file, []).append(doc)  # those without comments too: there the one before ends
    by_file = {file: docs for file, docs in by_file.items() if any(doc.ignored for doc in docs)}
    for finding in findings:
        rule = RULES.get(finding.rule)
        if rule is not None and not rule.fixed:
            if finding.rule in project.rules:
                level = project.rules[finding.rule]
                if level is None:
                    continue
                finding = dataclasses.replace(finding, severity=level)  # noqa: PLW2901 - the same finding, judged
            if _silenced(finding, by_file.get(finding.file, ())):
                continue
        yield finding


def _silenced(finding: Finding, documents: Sequence[Document]) -> bool:
    for index, doc in enumerate(documents):
        if finding.rule in doc.ignored.get(finding.line, ()):
            return True
        until = documents[index + 1].line if index + 1 < len(documents) else None
        if (
            finding.rule in doc.ignored.get(0, ())
            and doc.line <= finding.line
            and (until is None or finding.line < until)
        ):
            return True
    return False


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
