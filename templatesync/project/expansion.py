"""One document to its resources: a language and a set of spaces each, with variables filled in and named files read.

Knows no schema and no rule. What a document says wrongly on the way (a text without a translation, a variable that a
space lacks) is a finding, and never stops the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import islice

from templatesync.documents.document import Document
from templatesync.kinds import DEFAULT, KINDS, folder_of
from templatesync.kinds.base import Kind
from templatesync.model.finding import Finding, Position, Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import Path, path_text
from templatesync.model.resource import Options, Resource
from templatesync.model.unknown_samples import AT, unknown_languages
from templatesync.project import limits, references
from templatesync.project.assets import Assets, missing, path_problem
from templatesync.project.budget import Budget, weight
from templatesync.project.choosing import of_document
from templatesync.project.localising import Localiser
from templatesync.project.settings import Space
from templatesync.project.told_back import misplaced, told_back
from templatesync.project.unknown_samples import idle_marks
from templatesync.project.variables import MOST_FILLED, VARIABLE, fill, leaves, looks_unfilled, size

MOST_TOLD = 200
"""Findings of one document."""
_OWN_KEYS = frozenset({"kind", "templatesync", "Languages"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One language of one document, for those spaces in which it reads the same.

    `assets` are the files that fields of it name, as far as they can be read, by field.
    """

    document: Document
    kind: Kind
    resource: Resource
    spaces: tuple[str, ...]
    assets: Mapping[str, Document] = field(default_factory=dict)
    refers: bool = False
    """Whether it names other resources, as `${{ flows.NAME }}`."""

    def locate(self, path: Path, *, at_key: bool = False) -> Position:
        """Where a path into the resource's body stands in `file(path)`, through the map of languages if need be."""
        if asset := self._asset(path):
            return asset.locate(path[1:], at_key=at_key)
        return self.document.locate(self._path(path), at_key=at_key)

    def spot(self, path: Path, span: tuple[int, int]) -> Position:
        """Where a part of the text at a path into the resource's body stands, from where to where in that text."""
        if self._asset(path):
            return self.locate(path)
        value: Json = self.resource.body
        for step in path:
            value = value[step]
        return self.document.spot(self._path(path), span, value)

    def _path(self, path: Path) -> Path:
        """A path into the document in place of one into the resource's body."""
        language = self.resource.key.language
        languages = self.document.data.get("Languages")
        if isinstance(languages, list) and path == ("Language",):
            path = ("Languages", languages.index(language)) if language in languages else ("Languages",)
        elif isinstance(languages, list):
            path = _through_languages(self.document.data, path, language)
        return path

    def file(self, path: Path) -> str:
        """The file that a path into the resource's body leads to."""
        return (self._asset(path) or self.document).file

    def ignores(self, rule: str, path: Path) -> bool:
        """Whether the document says that a rule is to be silent about a file it names, which has no comments."""
        return self._says(self.document.ignored, rule, path)

    def ignored_before(self, rule: str, path: Path) -> bool:
        """Whether it did so for the content that was imported, which has changed since."""
        return self._says(self.document.void, rule, path)

    def _says(self, comments: Mapping[int, Set[str]], rule: str, path: Path) -> bool:
        if not comments or self._asset(path) is None:
            return False
        lines = (0, self.document.locate(path[:1], at_key=True).line)
        return any(rule in comments.get(line, ()) for line in lines)

    @property
    def named(self) -> tuple[str, ...]:
        """The files that it names, readable or not."""
        paths = (self.resource.body.get(name) for name in self.kind.file.files)
        return (*(path for path in paths if isinstance(path, str)), *self.media)

    @property
    def media(self) -> tuple[str, ...]:
        """The media files that it names, readable or not."""
        if not self.document.names_media:
            return ()
        return tuple(name for _, name in self.kind.file.media(self.resource.body))

    def _asset(self, path: Path) -> Document | None:
        return self.assets.get(str(path[0])) if path else None


def kind_of(doc: Document) -> Kind | None:
    """The kind that a document says it is; template when it says nothing."""
    name = doc.data.get("kind", DEFAULT)
    return KINDS.get(name) if isinstance(name, str) else None


@dataclass(slots=True)
class Expansion:
    """What became of a document."""

    budget: Budget
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, findings: Iterable[Finding]) -> None:
        """Keep findings, as many as anybody would read: they are all errors, and one is enough to stop."""
        room = min(MOST_TOLD - len(self.findings), limits.MOST_TOLD - self.budget.told)
        before = len(self.findings)
        self.findings += islice(findings, max(room, 0))
        self.budget.told += len(self.findings) - before

    def affords(self, cost: int, doc: Document, path: Path, what: str) -> bool:
        """Whether the file may become so much more. The first time that it may not, that is told."""
        before, self.budget.spent = self.budget.spent, self.budget.spent + cost
        if before <= limits.MOST_EXPANDED < self.budget.spent:
            message = (
                f"with {what} this file becomes more than {limits.MOST_EXPANDED:,} values; the rest is not checked"
            )
            hint = "split the file, or let it name fewer spaces and languages"
            self.findings.append(Finding("yaml-limit", Severity.ERROR, message, doc.file, *doc.locate(path), hint=hint))
        return not self.budget.over


def _has_maps(kind: Kind, body: Mapping[str, Json]) -> bool:
    """Whether a map of texts by language may stand somewhere. A loop of its own, for it is asked of every document."""
    names, maps = kind.file.localised, kind.file.localised_maps
    pending: list[Json] = [body]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += [item for item in value if isinstance(item, (dict, list))]
            continue
        for key, item in value.items():
            if item.__class__ is str:
                continue  # most are
            if isinstance(item, dict):
                if key in names or (key in maps and any(isinstance(text, dict) for text in item.values())):
                    return True
                pending.append(item)
            elif isinstance(item, list):
                pending.append(item)
    return False


def expand(
    doc: Document, spaces: Sequence[Space], budget: Budget, assets: Assets, groups: Collection[str] = ()
) -> Expansion:
    """The resources of a document. `budget` is of its file, `assets` of the project."""
    out = Expansion(budget)
    kind = kind_of(doc)
    if kind is None or budget.over:
        return out  # the schema says so, or what came before
    options = _options(doc, kind, out)
    belongs, found = of_document(doc, options.spaces, spaces, groups, budget)
    out.tell(found)
    several = _languages(doc, kind)
    said = f"spaces ({len(belongs):,}) and languages ({len(several):,})"
    for language in several:
        localiser = Localiser(doc, kind, language, budget, told=language not in options.samples_unknown)
        body = {key: value for key, value in doc.data.items() if key not in _OWN_KEYS}
        if language is not None or _has_maps(kind, body):
            body = {key: localiser.value(value, (key,)) for key, value in body.items()}
        if language is not None:
            body = {"Name": body.pop("Name", None), "Language": language, **body}
        if localiser.findings:
            named = tuple(space.name for space in belongs) if options.spaces is not None else ()
            out.tell(replace(finding, spaces=named) for finding in localiser.findings)
        span = doc.span[1] - doc.span[0]
        each = weight(body) if language is not None else doc.nodes + span // limits.CHARACTERS
        for cost in _interpolate(doc, kind, body, options, belongs, each, out):
            if not out.affords(cost, doc, ("Languages",), said):
                return out
    if not options.absent:
        if kind.file.files:
            _attach(out, kind, assets, budget)
        if doc.names_media:
            _attach_media(out, kind, assets)
    return out


def _attach(out: Expansion, kind: Kind, assets: Assets, budget: Budget) -> None:
    """Give each entry the values of the files that it names."""
    for index, entry in enumerate(out.entries):
        body, found = dict(entry.resource.body), {}
        for name, spec in kind.file.files.items():
            path = body.get(name)
            if not isinstance(path, str):
                continue  # the schema says so
            asset, problem = None, path_problem(path)
            if problem:
                out.tell(
                    [_at(entry, body, (name,), "asset-path", problem, f"such as {folder_of(kind.name)}/NAME.json")]
                )
            elif (asset := assets.document(path, spec.limit)) is not None:
                found[name] = asset
                body[spec.content] = asset.data
                if path not in budget.assets:  # rules look at it once, however many resources name it
                    budget.assets.add(path)
                    out.affords(asset.nodes, entry.document, (name,), "the files that it names")
            elif not assets.knows(path):
                absent = missing(path)
                out.tell([_at(entry, body, (name,), absent.rule, absent.message, absent.hint)])
        resource = replace(entry.resource, body=body)
        out.entries[index] = replace(entry, resource=resource, assets=found)


def _attach_media(out: Expansion, kind: Kind, assets: Assets) -> None:
    """Give each entry the media that it names."""
    for index, entry in enumerate(out.entries):
        body, media = entry.resource.body, {}
        for path, name in kind.file.media(body):
            if "${{" in name:
                continue  # a variable without a value has been told
            found = assets.media(name)
            if isinstance(found, Finding):
                message = found.message if name in found.message else f"{name[:100]}: {found.message}"
                out.tell([_at(entry, body, path, found.rule, message, found.hint)])
            else:
                media[name] = found
        if media:
            out.entries[index] = replace(entry, resource=replace(entry.resource, media=media))


def _options(doc: Document, kind: Kind, out: Expansion) -> Options:
    """The `templatesync:` block, as far as it has the right shape; the schema tells of the rest."""
    raw = doc.data.get("templatesync")
    if not isinstance(raw, dict):
        return _unsaid(kind.policy.protected)
    block = raw
    spaces = block.get("spaces")
    replaces = block.get("replaces")
    on_approved = block.get("on_approved")
    told, samples = block.get("told_back"), block.get("samples")
    languages = _told_languages(doc, kind)
    out.tell(misplaced(doc, told, languages, out.budget.nearest))
    out.tell(idle_marks(doc, samples, languages, out.budget.nearest))
    return Options(
        protected=block.get("protected", kind.policy.protected) is True,
        replaces=replaces if isinstance(replaces, str) else "",
        absent=block.get("state") == "absent",
        spaces=tuple(name for name in spaces if isinstance(name, str)) if isinstance(spaces, list) else None,
        on_approved=on_approved if on_approved in ("block", "modify") else "",
        publish=block.get("publish") is True,
        adopt=block.get("adopt") is True,
        pinned=block.get("pinned") is True,
        breaks=_texts(block.get("breaks")),
        output=block["output"] if isinstance(block.get("output"), str) else "",
        samples_unknown=unknown_languages(samples, languages),
        told_back=told_back(told, languages),
    )


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in value if isinstance(each, str))) if isinstance(value, list) else ()


def _told_languages(doc: Document, kind: Kind) -> list[str]:
    """The languages of a document; an empty one for a kind that has none."""
    if not kind.file.localised:
        return [""]
    several = [language for language in _languages(doc, kind) if language is not None]
    one = doc.data.get("Language")
    return several or ([one] if isinstance(one, str) else [])


@cache
def _unsaid(protected: bool) -> Options:
    """The options of documents that say nothing; the same object for all of them."""
    return Options(protected=protected)


def _languages(doc: Document, kind: Kind) -> list[str | None]:
    """The languages to expand to; [None] for a document that is one resource as it stands."""
    languages = doc.data.get("Languages")
    if not kind.file.localised or not isinstance(languages, list):
        return [None]
    return list(dict.fromkeys(language for language in languages if isinstance(language, str)))


def _interpolate(
    doc: Document,
    kind: Kind,
    body: dict[str, Json],
    options: Options,
    spaces: Sequence[Space],
    each: int,
    out: Expansion,
) -> Iterator[int]:
    """Add an entry for each group of spaces in which the body reads the same. Yields what each costs before it is made:
    who walks through this stops when it is too much."""
    found = leaves(body, ()) if doc.variables else ()
    texts = [(path, text) for path, text in found if "${{" in text]
    uses = Counter(name for _, text in texts for name in VARIABLE.findall(text))
    used = sorted(uses)
    left = any(looks_unfilled(text) for _, text in texts)
    yield len(spaces) * len(used) // limits.CHARACTERS
    groups: dict[tuple[str | None, ...], list[Space]] = {}
    for space in spaces if used else ():
        groups.setdefault(tuple(space.vars.get(name) for name in used), []).append(space)
    if spaces and not used:
        groups[()] = list(spaces)
    for values, members in groups.items():
        grown = sum(uses[name] * len(value or "") for name, value in zip(used, values, strict=True))
        yield each + grown // limits.CHARACTERS + limits.RESOURCE_COST
        filled = fill(body, dict(zip(used, values, strict=True))) if used else body
        marked = doc.locate(AT, at_key=True).line if options.samples_unknown else 0
        resource = Resource(kind.file.identify(filled), filled, options, doc.file, doc.line, marked_line=marked)
        names = _shared(tuple(space.name for space in members))
        entry = Entry(doc, kind, resource, names, refers=left and bool(kind.references.fields))
        out.entries.append(entry)
        missing = {name for name, value in zip(used, values, strict=True) if value is None}
        if texts:
            out.tell(_variable_findings(entry, texts, missing, members, out.budget))


@lru_cache(256)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same object for equal names of spaces: nearly all resources are for the same ones."""
    return names


def _variable_findings(
    entry: Entry, texts: Sequence[tuple[Path, str]], missing: Set[str], spaces: Sequence[Space], budget: Budget
) -> Iterator[Finding]:
    body = entry.resource.body
    for path, text in texts:
        for name in dict.fromkeys(VARIABLE.findall(text)) if missing else ():
            if name in missing:
                known = {variable for space in spaces for variable in space.vars} if budget.may_ask else ()
                hint = budget.nearest(name, known) or "define it under `vars` of each space that uses this file"
                yield _at(entry, body, path, "unknown-variable", f"the variable {name} has no value", hint)
        if size(text, spaces[0].vars) > MOST_FILLED:
            message = f"with its variables filled in the text has more than {MOST_FILLED:,} characters"
            yield _at(entry, body, path, "yaml-limit", message, "shorten the text, or the values of its variables")
        if misplaced := references.problem(entry.kind, path, text, KINDS):
            yield _at(entry, body, path, "reference-syntax", misplaced, _sample_reference(entry.kind))
        if looks_unfilled(references.REFERENCE.sub("", text)):
            message = "this is not how a variable is written"
            yield _at(entry, body, path, "variable-syntax", message, "write ${{ name }}, letters, digits and _ only")


def _sample_reference(kind: Kind) -> str:
    """How a reference is written in a field of that kind."""
    fields = sorted(kind.references.fields.items())
    return next(
        (f'such as {name}: "${{{{ {KINDS[to].references.collection}.NAME }}}}"' for name, to in fields), "write it out"
    )


def _at(entry: Entry, body: Mapping[str, Json], path: Path, rule: str, message: str, hint: str) -> Finding:
    at = entry.locate(path)
    key, where = str(entry.resource.key), path_text(body, path)
    return Finding(rule, Severity.ERROR, message, entry.document.file, *at, key, where, entry.spaces, hint)


def _through_languages(data: Json, path: Path, language: str) -> Path:
    """`path` with the language added where the document has a text for each."""
    here = data
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return path
    return (*path, language) if isinstance(here, dict) and language in here else path
