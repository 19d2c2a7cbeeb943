"""One file to what is wrong with it, and to what rules about several files need to know of it.

Schema, then rules. Pure once the file is read; knows kinds by their record. A rule that crashes is a finding, not a
crash, and a document with a problem never hides another. What comes out is plain data: it can be kept, and sent from
one process to another.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from templatesync.documents.document import Document
from templatesync.kinds import DEFAULT, KINDS
from templatesync.kinds.rule import Check, Hit, Rule, Summaries
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import path_text
from templatesync.model.resource import Key
from templatesync.project.expansion import Entry, kind_of
from templatesync.project.settings import Project
from templatesync.project.workspace import Source
from templatesync.schema import gate
from templatesync.schema.loading import load
from templatesync.validation.asked import Policies, asked
from templatesync.validation.languages import held_by_all, told_once
from templatesync.validation.registry import RULES, instead, meant
from templatesync.validation.severity import apply_severities, no_longer_silenced
from templatesync.validation.silenced import Silenced
from templatesync.validation.telling import MOST_OF_FILE, Told, bounded, merged

# Without the right types, or without a name, rules would only repeat what the schema has said.
_SHAPE = frozenset({"wrong-type", "kind-known"})
_MOST_KNOWN = 4
MOST_TOLD = 500
"""Findings of one file. It is also what bounds the time that a file can take: each finding costs some."""
MOST_COMMENTS = 2_000
"""Rules that comments of one file name and that do not exist."""
MOST_EXPLAINED = 6_000
"""Values of one file that are explained after the gate has refused them: jsonschema takes 0.1 ms for each."""


class ResourceSummary(NamedTuple):
    """What other files need to know of a resource. `number` is its place among those of its file.

    `sound`: rules were asked about it. `gathered` holds what rules about several resources compare, by rule.
    `edits_approved`: its own file lets apply edit it when it is approved.
    """

    number: int
    key: Key
    spaces: tuple[str, ...]
    sound: bool = True
    absent: bool = False
    replaces: str = ""
    refers: bool = False
    named: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    gathered: Mapping[str, Json] = {}
    edits_approved: bool = False
    line: int = 1
    pinned: bool = False
    output: str = ""


class CheckedFile(NamedTuple):
    """What is to be told of one file, and its resources in short.

    The findings have the severities that the project gives them. `silenced` counts those that comments silence, by
    rule, and equal ones once; `untold` those that are too many.
    """

    file: str
    findings: tuple[Finding, ...]
    summaries: tuple[ResourceSummary, ...] = ()
    silenced: Mapping[str, int] = {}
    untold: Mapping[str, Mapping[str, int]] = {}


def check_file(source: Source, project: Project, chosen: frozenset[str], answers: Answers) -> CheckedFile:
    """Check one file for the chosen spaces: its documents, the resources they became, and what reading them found.

    `answers` are what rules have said of files that others of the project name, too.
    """
    broken: set[int] = set()
    findings = [*source.findings, *_comments(source.documents)]
    findings += _schemas([doc for doc in source.documents if _belongs(doc, project, chosen)], broken)
    summaries: list[ResourceSummary] = []
    silenced = Silenced()
    findings += _bounded(_entries(source.entries, broken, project, chosen, summaries, answers, silenced))
    seen = summaries[-1].number + 1 if summaries else 0
    for number, entry in enumerate(source.entries[seen:], seen):  # there too, though there was too much to tell before
        summaries += _summary(number, entry, chosen, False, {})
    told = Told((), {})
    if findings:
        here = [each for each in findings if not each.spaces or not chosen.isdisjoint(each.spaces)]
        heard = apply_severities(held_by_all(here, source.entries), project, source.documents, silenced)
        told = bounded(
            merged(told_once(heard, source.documents), frozenset(space.name for space in project.spaces)), MOST_OF_FILE
        )
    quiet = silenced.counts().get(source.name, {})
    return CheckedFile(source.name, told.findings, tuple(summaries), quiet, told.untold)


def readable(source: Source) -> bool:
    """Whether somebody can say what a file asks for, whatever rules say of that."""
    broken: set[int] = set()
    for _ in _schemas(source.documents, broken):
        pass
    return not broken and all(each.severity is not Severity.ERROR for each in source.findings)


def _entries(
    entries: Sequence[Entry],
    broken: Collection[int],
    project: Project,
    chosen: frozenset[str],
    summaries: list[ResourceSummary],
    answers: Answers,
    silenced: Silenced,
) -> Iterator[Finding]:
    policies = Policies(project)
    for number, entry in enumerate(entries):
        gathered: dict[str, Json] = {}
        sound = id(entry.document) not in broken
        if sound and any(name in chosen for name in entry.spaces):
            yield from (as_finding(entry, RULES[each.rule], each.hit, each.spaces) for each in asked(entry, policies))
            if not entry.resource.options.absent:  # of a tombstone nothing else is used
                yield from _entry(entry, project, gathered, answers, silenced)
        summaries += _summary(number, entry, chosen, sound, gathered)


def _summary(
    number: int, entry: Entry, chosen: frozenset[str], sound: bool, gathered: Mapping[str, Json]
) -> Iterator[ResourceSummary]:
    """The summary of a resource, if it belongs to one of the spaces."""
    every = chosen.issuperset(entry.spaces)  # then no copy: a project may have a thousand
    spaces = entry.spaces if every else tuple(name for name in entry.spaces if name in chosen)
    options = entry.resource.options
    if spaces:
        yield ResourceSummary(
            number,
            entry.resource.key,
            spaces,
            sound,
            options.absent,
            options.replaces,
            entry.refers,
            entry.named,
            entry.media,
            gathered,
            options.on_approved == "modify",
            entry.document.line,
            options.pinned,
            options.output,
        )


def _comments(documents: Sequence[Document]) -> Iterator[Finding]:
    """Rule ids in comments that do not exist, or are about changes, which no comment silences."""
    ignored = (
        ((doc.file, line), doc.ignored[line] | doc.void.get(line, frozenset()))
        for doc in documents
        for line in doc.ignored
        if line
    )
    idle = ((at, name) for at, rules in ignored for name in sorted(rules)
            if name not in RULES or RULES[name].of_change)  # fmt: skip
    for number, (at, name) in enumerate(idle):
        if number == MOST_COMMENTS:
            message = f"comments of this file name more than {MOST_COMMENTS:,} rules that do not exist"
            yield Finding("yaml-limit", Severity.ERROR, message, *at, hint="delete them")
            return
        if name in RULES:
            message, hint = f"no comment silences the rule {name}: it is about changes", instead(RULES[name])
        else:
            message, hint = f"there is no rule {name!r} to ignore", meant(name, number)
        yield Finding("unknown-rule", Severity.WARNING, message, *at, hint=hint)


def _belongs(doc: Document, project: Project, chosen: frozenset[str]) -> bool:
    """Whether a document belongs to one of the spaces, or does not clearly say that it belongs to others."""
    options = doc.data.get("templatesync")
    spaces = options.get("spaces") if isinstance(options, dict) else None
    if not isinstance(spaces, list) or not spaces:
        return True
    known = {space.name for space in project.spaces}
    if not all(isinstance(name, str) and name in known for name in spaces):
        return True
    return any(name in chosen for name in spaces)


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


def _unsaid(doc: Document) -> tuple[str, str] | None:
    """The kind that a document without `kind` probably is, and the field that shows it; None for a template."""
    if "kind" in doc.data or not _fields(DEFAULT).isdisjoint(doc.data):
        return None
    found = ((name, field) for name in KINDS for field in doc.data if field in _fields(name))
    return next(found, None)


@cache
def _fields(kind: str) -> frozenset[str]:
    """The fields that only documents of this kind have."""
    own, *others = ({*load(KINDS[name].file.schema)["properties"]} for name in (kind, *(KINDS.keys() - {kind})))
    return frozenset(own.difference(*others))


def _schema(doc: Document) -> Iterator[Finding]:
    kind = kind_of(doc)
    name = kind.file.schema if kind else "resource"
    problems = gate.problems(name, doc.data, doc.spelt)
    if not problems:
        return  # then it has no field that only another kind has, and nobody needs to know what those are
    if meant := _unsaid(doc):
        kind_name, field = meant
        message = f"{field} is a field of a {kind_name}, and the document does not say that it is one"
        hint = f"add the line kind: {kind_name}"
        yield Finding("kind-known", Severity.ERROR, message, doc.file, *doc.locate((field,), at_key=True), hint=hint)
        return
    for problem in problems:
        at = doc.locate(problem.path, at_key=problem.at_key)
        severity = RULES[problem.rule].severity if problem.rule in RULES else Severity.ERROR
        key = str(kind.file.identify(doc.data)) if kind else ""
        where = path_text(doc.data, problem.path)
        yield Finding(problem.rule, severity, problem.message, doc.file, *at, key, where, (), problem.hint)


def _entry(
    entry: Entry, project: Project, gathered: dict[str, Json], answers: Answers, silenced: Silenced
) -> Iterator[Finding]:
    """What the rules about one resource say of it. Adds what rules about several need to `gathered`."""
    known = answers.of(entry)
    if known is not None:
        for rule, hit in known:
            yield from _heard(entry, rule, hit, project, silenced)
        return
    said: list[tuple[Rule, Hit]] = []
    seen = entry.kind.rules.view(entry.resource)
    checks, across = _concerned(entry.kind.name, entry.kind.rules.contents(seen) & _words(entry.kind.name))
    for rule, check in checks:
        try:
            hits = [*islice(check(seen), MOST_TOLD)]
        except Exception as error:
            yield crashed(entry, rule, error)
            continue
        for hit in dict.fromkeys(hits) if hits else ():
            said.append((rule, hit))
            yield from _heard(entry, rule, hit, project, silenced)
    for rule in across:
        assert rule.across is not None
        try:
            value = rule.across.gather(seen)
        except Exception as error:
            yield crashed(entry, rule, error)
            continue
        if value is not None:
            gathered[rule.id] = value
    answers.keep(entry, said)


def _heard(entry: Entry, rule: Rule, hit: Hit, project: Project, silenced: Silenced) -> Iterator[Finding]:
    """A hit as people are told of it, unless the document that names the file silences it."""
    if rule.fixed or not entry.ignores(rule.id, hit.path):
        finding = as_finding(entry, rule, hit)
        yield no_longer_silenced(finding) if entry.ignored_before(rule.id, hit.path) else finding
    elif project.rules.get(rule.id, rule.severity) is not None:  # what is off is not silenced as well
        silenced.add(entry.document.file, rule.id, entry.locate(hit.path), hit.message)


class Answers:
    """What rules have said of the files that resources name: asked once, however many name one, in however many spaces.

    Of a few files at a time, since each is held for as long: it must be the very same one.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Mapping[str, Document], Sequence[tuple[Rule, Hit]]]] = {}

    def of(self, entry: Entry) -> Sequence[tuple[Rule, Hit]] | None:
        """What was said of another resource that is no different for rules; None when there was none."""
        key = self._key(entry)
        known = self._known.get(key) if key is not None else None
        return known[1] if known is not None else None

    def keep(self, entry: Entry, said: Sequence[tuple[Rule, Hit]]) -> None:
        """Remember it for the next one."""
        key = self._key(entry)
        if key is not None:
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[key] = (entry.assets, said)

    def _key(self, entry: Entry) -> Hashable:
        beside = entry.kind.rules.beside
        if beside is None or not entry.assets:
            return None
        files = tuple((name, id(asset)) for name, asset in entry.assets.items())
        return (entry.kind.name, beside(entry.resource), files)


@cache
def _words(kind: str) -> frozenset[str]:
    """The contents that rules of a kind ask for: all others make no difference."""
    return frozenset().union(*(need for rule in KINDS[kind].rules.all for need in rule.needs))


@lru_cache(maxsize=4096)
def _concerned(kind: str, contents: frozenset[str]) -> tuple[tuple[tuple[Rule, Check], ...], tuple[Rule, ...]]:
    """The rules about one resource, with their checks, and about several that may have something to say where these
    contents are.

    Kept for each combination of contents that occurs: some dozens, however many resources there are.
    """
    rules = [rule for rule in KINDS[kind].rules.all if not any(need.isdisjoint(contents) for need in rule.needs)]
    return tuple((rule, rule.check) for rule in rules if rule.check), tuple(rule for rule in rules if rule.across)


def linked_rules(entry: Entry, summary: Summaries) -> Iterator[Finding]:
    """What the rules say of one resource, given what it leads to."""
    seen = entry.kind.rules.view(entry.resource)
    for rule in entry.kind.rules.all:
        if rule.linked_check is None:
            continue
        try:
            for hit in dict.fromkeys(rule.linked_check(seen, summary)):
                yield as_finding(entry, rule, hit)
        except Exception as error:
            yield crashed(entry, rule, error)


def as_finding(entry: Entry, rule: Rule, hit: Hit, spaces: tuple[str, ...] = ()) -> Finding:
    """A hit as people are told of it, of all spaces of the entry unless it is about some."""
    at = entry.spot(hit.path, hit.span) if any(hit.span) else entry.locate(hit.path)
    where = path_text(entry.resource.body, hit.path)
    key = str(entry.resource.key)
    return Finding(
        rule.id, rule.severity, hit.message, entry.file(hit.path), *at, key, where, spaces or entry.spaces, hit.hint
    )


def crashed(entry: Entry, rule: Rule, error: Exception) -> Finding:
    """What is told when a rule breaks on a resource."""
    message = f"the rule {rule.id} broke on this document ({type(error).__name__})"
    hint = "this is a defect of templatesync; please report it with the file"
    return as_finding(entry, RULES["rule-crashed"], Hit((), message, hint))
