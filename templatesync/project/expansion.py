"""One document to its resources: a language and a set of spaces each, with variables filled in and named files read.

Knows no schema and no rule. What a document says wrongly on the way (a text without a translation, a variable that a
space lacks) is a finding, and never stops the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

from templatesync.documents.document import Document
from templatesync.kinds import DEFAULT, KINDS, folder_of
from templatesync.kinds.base import Kind
from templatesync.model.finding import Finding, Position, Severity
from templatesync.model.json_value import Json
from templatesync.model.nearest import nearest
from templatesync.model.paths import Path, path_text
from templatesync.model.resource import Options, Resource
from templatesync.project import references
from templatesync.project.assets import Assets, missing, path_problem
from templatesync.project.settings import Space
from templatesync.project.told_back import misplaced, told_back
from templatesync.project.variables import MOST_FILLED, VARIABLE, fill, leaves, looks_unfilled, names_in, size, texts_in

MOST_EXPANDED = 200_000
"""Values of all languages of a file together; what each resource costs besides counts as `RESOURCE_COST` more."""
RESOURCE_COST = 50
MOST_TOLD = 200
"""Findings of one document."""
_LANGUAGES = "write Languages, with a list of codes, in place of Language"
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
        language = self.resource.key.language
        languages = self.document.data.get("Languages")
        if isinstance(languages, list) and path == ("Language",):
            path = ("Languages", languages.index(language)) if language in languages else ("Languages",)
        elif isinstance(languages, list):
            path = _through_languages(self.document.data, path, language)
        return self.document.locate(path, at_key=at_key)

    def file(self, path: Path) -> str:
        """The file that a path into the resource's body leads to."""
        return (self._asset(path) or self.document).file

    def ignores(self, rule: str, path: Path) -> bool:
        """Whether the document says that a rule is to be silent about a file it names, which has no comments."""
        if self._asset(path) is None:
            return False
        lines = (0, self.document.locate(path[:1], at_key=True).line)
        return any(rule in self.document.ignored.get(line, ()) for line in lines)

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

    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, findings: Iterable[Finding]) -> None:
        """Keep findings, as many as anybody would read: they are all errors, and one is enough to stop."""
        self.findings += islice(findings, max(MOST_TOLD - len(self.findings), 0))


@dataclass(slots=True)
class Budget:
    """What one file may grow to."""

    spent: int = 0


def _nodes(value: Json) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_nodes, value.values()))
    return 1 + sum(map(_nodes, value)) if isinstance(value, list) else 1


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


def expand(doc: Document, spaces: Sequence[Space], budget: Budget, assets: Assets) -> Expansion:
    """The resources of a document. `budget` is of its file, `assets` of the project."""
    out = Expansion()
    kind = kind_of(doc)
    if kind is None:
        return out  # the schema says so
    options = _options(doc, kind, out)
    belongs = _spaces(doc, options, spaces, out)
    for language in _languages(doc, kind):
        localiser = _Localiser(doc, kind, language)
        body = {key: value for key, value in doc.data.items() if key not in _OWN_KEYS}
        if language is not None or _has_maps(kind, body):
            body = {key: localiser.value(value, (key,)) for key, value in body.items()}
        if language is not None:
            body = {"Name": body.pop("Name", None), "Language": language, **body}
        named = tuple(space.name for space in belongs) if options.spaces is not None else ()
        out.tell(replace(finding, spaces=named) for finding in localiser.findings)
        budget.spent += (doc.nodes if language is None else _nodes(body)) + RESOURCE_COST
        if budget.spent > MOST_EXPANDED:
            at = doc.locate(("Languages",))
            message = "the languages of this file are too many for what it contains"
            out.findings.append(Finding("yaml-limit", Severity.ERROR, message, doc.file, *at, hint="split it"))
            return out
        _interpolate(doc, kind, body, options, belongs, out)
    if not options.absent:
        if kind.file.files:
            _attach(out, kind, assets, budget)
        if doc.names_media:
            _attach_media(out, kind, assets)
    return out


def _attach(out: Expansion, kind: Kind, assets: Assets, budget: Budget) -> None:
    """Give each entry the values of the files that it names."""
    named: dict[str, Document] = {}
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
                found[name] = named[path] = asset
                body[spec.content] = asset.data
            elif not assets.knows(path):
                absent = missing(path)
                out.tell([_at(entry, body, (name,), absent.rule, absent.message, absent.hint)])
        resource = replace(entry.resource, body=body)
        out.entries[index] = replace(entry, resource=resource, assets=found)
    budget.spent += sum(asset.nodes for asset in named.values())
    if budget.spent > MOST_EXPANDED and out.entries:
        message = "the files that this one names are too large together"
        doc = out.entries[0].document
        out.findings.append(Finding("yaml-limit", Severity.ERROR, message, doc.file, doc.line, hint="split it"))


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
    told = block.get("told_back")
    languages = _told_languages(doc, kind)
    out.tell(misplaced(doc, told, languages))
    return Options(
        protected=block.get("protected", kind.policy.protected) is True,
        replaces=replaces if isinstance(replaces, str) else "",
        absent=block.get("state") == "absent",
        spaces=tuple(name for name in spaces if isinstance(name, str)) if isinstance(spaces, list) else None,
        on_approved=on_approved if on_approved in ("block", "modify") else "",
        publish=block.get("publish") is True,
        told_back=told_back(told, languages),
    )


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


def _spaces(doc: Document, options: Options, spaces: Sequence[Space], out: Expansion) -> list[Space]:
    if options.spaces is None:
        return list(spaces)
    known = {space.name: space for space in spaces}
    for index, name in enumerate(options.spaces):
        if name not in known:
            at = doc.locate(("templatesync", "spaces", index))
            out.findings.append(
                Finding("unknown-space", Severity.ERROR, f"the project has no space {name!r}", doc.file, *at,
                        hint=_did_you_mean(name, known))
            )  # fmt: skip
    return [known[name] for name in options.spaces if name in known]


def _languages(doc: Document, kind: Kind) -> list[str | None]:
    """The languages to expand to; [None] for a document that is one resource as it stands."""
    languages = doc.data.get("Languages")
    if not kind.file.localised or not isinstance(languages, list):
        return [None]
    return list(dict.fromkeys(language for language in languages if isinstance(language, str)))


class _Localiser:
    """Takes one language out of a document."""

    def __init__(self, doc: Document, kind: Kind, language: str | None) -> None:
        self.doc = doc
        self.kind = kind
        self.language = language
        self.findings: list[Finding] = []

    def value(self, value: Json, path: Path) -> Json:
        if isinstance(value, dict):
            inside_map = len(path) == 1 and path[0] in self.kind.file.localised_maps
            if len(path) > 1 and (path[-1] in self.kind.file.localised or path[-2] in self.kind.file.localised_maps):
                return self._translated(value, path)
            return {key: self.value(item, (*path, key)) for key, item in value.items()} if value or inside_map else {}
        if isinstance(value, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _translated(self, texts: Mapping[str, Json], path: Path) -> Json:
        if self.language is None:
            self._add(path, "language-map", "texts by language need `Languages` at the top of the document", _LANGUAGES)
            return ""
        if self.language not in texts:
            hint = _did_you_mean(self.language, texts) or f"add {self.language} here, or take it out of Languages"
            self._add(path, "language-map", f"there is no text for {self.language}", hint)
            return ""
        languages = [each for each in self.doc.data["Languages"] if isinstance(each, str)]
        if languages and self.language == languages[0]:  # told once, not once per language
            for extra in texts:
                if extra not in languages:
                    message = f"{extra} is not one of this document's Languages"
                    hint = _did_you_mean(extra, languages) or f"add {extra} to Languages, or remove it here"
                    self._add((*path, extra), "language-map", message, hint, at_key=True)
        return texts[self.language]

    def _add(self, path: Path, rule: str, message: str, hint: str = "", at_key: bool = False) -> None:
        if len(self.findings) >= MOST_TOLD:
            return
        at = self.doc.locate(path, at_key=at_key)
        where = path_text(self.doc.data, path)
        self.findings.append(Finding(rule, Severity.ERROR, message, self.doc.file, *at, path=where, hint=hint))


def _interpolate(
    doc: Document, kind: Kind, body: dict[str, Json], options: Options, spaces: Sequence[Space], out: Expansion
) -> None:
    used = sorted(set(names_in(body))) if doc.variables else []
    groups: dict[tuple[str | None, ...], list[Space]] = {}
    for space in spaces:
        groups.setdefault(tuple(space.vars.get(name) for name in used), []).append(space)
    for values, members in groups.items():
        filled = fill(body, dict(zip(used, values, strict=True))) if used else body
        names = tuple(space.name for space in members)
        resource = Resource(kind.file.identify(filled), filled, options, doc.file, doc.line)
        left = doc.variables and any(map(looks_unfilled, texts_in(body)))
        entry = Entry(doc, kind, resource, names, refers=left and bool(kind.references.fields))
        out.entries.append(entry)
        missing = [name for name, value in zip(used, values, strict=True) if value is None]
        if missing or used or left:
            out.tell(_variable_findings(entry, body, missing, members))


def _variable_findings(
    entry: Entry, body: Mapping[str, Json], missing: Sequence[str], spaces: Sequence[Space]
) -> Iterator[Finding]:
    for path, text in leaves(body, ()):
        if "${{" not in text:
            continue
        for name in dict.fromkeys(VARIABLE.findall(text)):
            if name in missing:
                known = {variable for space in spaces for variable in space.vars}
                hint = _did_you_mean(name, known) or "define it under `vars` of each space that uses this file"
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


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = nearest(name, known)
    return f"did you mean {close}?" if close else ""
