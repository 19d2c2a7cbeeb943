"""Files to resources: one per language and space, with variables filled in. Knows no schema and no rule.

What a file says wrongly on the way (a text without a translation, a variable that a space lacks) is a finding, and
never stops the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import is_

from templatesync import document, files
from templatesync.document import Document
from templatesync.kinds import KINDS
from templatesync.kinds.base import Kind
from templatesync.nearest import nearest
from templatesync.project import Project, Space
from templatesync.rule import Path, path_text
from templatesync.values import Finding, Json, Key, Options, Position, Resource, Severity

_VARIABLE = re.compile(r"\$\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_REFERENCE = re.compile(r"\$\{\{\s*[a-z_]+\.[^{}\s]+\s*\}\}")
MOST_EXPANDED = 200_000
"""Values of all languages of a file together; what each resource costs besides counts as `RESOURCE_COST` more."""
RESOURCE_COST = 50
MOST_TOLD = 200
"""Findings of one document."""
MOST_FILLED = 10_000
"""Characters of a text with its variables filled in; as many as `document.Limits` lets a text have in a file."""
_OWN_KEYS = frozenset({"kind", "templatesync", "Languages"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was when it was read; everything later works from this, whatever happens on disk."""

    name: str
    data: bytes
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One language of one document, for those spaces in which it reads the same."""

    document: Document
    kind: Kind
    resource: Resource
    spaces: tuple[str, ...]

    def locate(self, path: Path, *, at_key: bool = False) -> Position:
        """Where a path into the resource's body stands in the file, through the map of languages if there is one."""
        language = self.resource.key.language
        languages = self.document.data.get("Languages")
        if isinstance(languages, list) and path == ("Language",):
            path = ("Languages", languages.index(language)) if language in languages else ("Languages",)
        elif isinstance(languages, list):
            path = _through_languages(self.document.data, path, language)
        return self.document.locate(path, at_key=at_key)


@dataclass(frozen=True, slots=True)
class Workspace:
    """All files of a project, read once. `findings` are what is wrong with the text of files and their expansion."""

    project: Project
    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]

    def resources(self, space: str) -> dict[Key, Resource]:
        """What the files want in a space. The first of several resources under one key; rules tell of the others."""
        wanted: dict[Key, Resource] = {}
        for entry in self.entries:
            if space in entry.spaces:
                wanted.setdefault(entry.resource.key, entry.resource)
        return wanted


def read(project: Project, extra: Sequence[str] = ()) -> Workspace:
    """Everything the project includes, and the files named in `extra` (relative to the root, with `/`) besides."""
    names, findings = files.matching(project.root, project.include)
    limit = document.Limits().size
    texts: dict[str, bytes] = {}
    for name in sorted({*names, *extra}):
        data = files.read_file(project.root / name, name, limit)
        if isinstance(data, Finding):
            findings.append(data)
        else:
            texts[name] = data
    return assemble(project, texts, findings)


def assemble(project: Project, texts: Mapping[str, bytes], findings: Sequence[Finding] = ()) -> Workspace:
    """A workspace of files that are in memory, by name."""
    sources: list[Source] = []
    entries: list[Entry] = []
    found = list(findings)
    for name, data in texts.items():
        loaded = document.load(data, name)
        found += loaded.findings
        sources.append(Source(name, data, loaded.documents))
        budget = _Budget()
        for doc in loaded.documents:
            expansion = _expand(doc, project.spaces, budget)
            entries += expansion.entries
            found += expansion.findings
    return Workspace(project, tuple(sources), tuple(entries), tuple(found))


def kind_of(doc: Document) -> Kind | None:
    """The kind that a document says it is; template when it says nothing."""
    name = doc.data.get("kind", "template")
    return KINDS.get(name) if isinstance(name, str) else None


@dataclass(slots=True)
class _Expansion:
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, findings: Iterable[Finding]) -> None:
        """Keep findings, as many as anybody would read: they are all errors, and one is enough to stop."""
        self.findings += islice(findings, max(MOST_TOLD - len(self.findings), 0))


@dataclass(slots=True)
class _Budget:
    """What one file may grow to."""

    spent: int = 0


def _nodes(value: Json) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_nodes, value.values()))
    return 1 + sum(map(_nodes, value)) if isinstance(value, list) else 1


def _expand(doc: Document, spaces: Sequence[Space], budget: _Budget) -> _Expansion:
    out = _Expansion()
    kind = kind_of(doc)
    if kind is None:
        return out  # the schema says so
    options = _options(doc.data.get("templatesync"))
    belongs = _spaces(doc, options, spaces, out)
    for language in _languages(doc, kind):
        localiser = _Localiser(doc, kind, language)
        body = {key: localiser.value(value, (key,)) for key, value in doc.data.items() if key not in _OWN_KEYS}
        if language is not None:
            body = {"Name": body.pop("Name", None), "Language": language, **body}
        out.tell(localiser.findings)
        budget.spent += _nodes(body) + RESOURCE_COST
        if budget.spent > MOST_EXPANDED:
            at = doc.locate(("Languages",))
            message = "the languages of this file are too many for what stands in it"
            out.findings.append(Finding("yaml-limit", Severity.ERROR, message, doc.file, *at, hint="split it"))
            return out
        _interpolate(doc, kind, body, options, belongs, out)
    return out


def _options(raw: Json) -> Options:
    """The `templatesync:` block, as far as it has the right shape; the schema tells of the rest."""
    block = raw if isinstance(raw, Mapping) else {}
    spaces = block.get("spaces")
    replaces = block.get("replaces")
    on_approved = block.get("on_approved")
    return Options(
        protected=block.get("protected") is True,
        replaces=replaces if isinstance(replaces, str) else "",
        absent=block.get("state") == "absent",
        spaces=tuple(name for name in spaces if isinstance(name, str)) if isinstance(spaces, list) else None,
        on_approved=on_approved if on_approved in ("block", "modify") else "",
        publish=block.get("publish") is True,
    )


def _spaces(doc: Document, options: Options, spaces: Sequence[Space], out: _Expansion) -> list[Space]:
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
    if not kind.localised or not isinstance(languages, list):
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
            inside_map = len(path) == 1 and path[0] in self.kind.localised_maps
            if len(path) > 1 and (path[-1] in self.kind.localised or path[-2] in self.kind.localised_maps):
                return self._translated(value, path)
            return {key: self.value(item, (*path, key)) for key, item in value.items()} if value or inside_map else {}
        if isinstance(value, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _translated(self, texts: Mapping[str, Json], path: Path) -> Json:
        if self.language is None:
            self._add(path, "language-map", "texts by language need `Languages` at the top of the document")
            return ""
        if self.language not in texts:
            self._add(
                path, "language-map", f"there is no text for {self.language}", _did_you_mean(self.language, texts)
            )
            return ""
        languages = self.doc.data["Languages"]
        if languages and self.language == languages[0]:  # told once, not once per language
            for extra in texts:
                if extra not in languages:
                    message = f"{extra} is not one of this document's Languages"
                    self._add((*path, extra), "language-map", message, _did_you_mean(extra, languages), at_key=True)
        return texts[self.language]

    def _add(self, path: Path, rule: str, message: str, hint: str = "", at_key: bool = False) -> None:
        if len(self.findings) >= MOST_TOLD:
            return
        at = self.doc.locate(path, at_key=at_key)
        where = path_text(self.doc.data, path)
        self.findings.append(Finding(rule, Severity.ERROR, message, self.doc.file, *at, path=where, hint=hint))


def _interpolate(
    doc: Document, kind: Kind, body: dict[str, Json], options: Options, spaces: Sequence[Space], out: _Expansion
) -> None:
    used = sorted(set(_used(body)))
    groups: dict[tuple[str | None, ...], list[Space]] = {}
    for space in spaces:
        groups.setdefault(tuple(space.vars.get(name) for name in used), []).append(space)
    for values, members in groups.items():
        filled = _fill(body, dict(zip(used, values, strict=True))) if used else body
        names = tuple(space.name for space in members)
        resource = Resource(kind.identify(filled), filled, options, doc.file, doc.line)
        entry = Entry(doc, kind, resource, names)
        out.entries.append(entry)
        missing = [name for name, value in zip(used, values, strict=True) if value is None]
        if missing or used:
            out.tell(_variable_findings(entry, body, missing, members))
        elif any(map(_looks_unfilled, _texts(body))):
            out.tell(_variable_findings(entry, body, [], members))


def _used(value: Json) -> Iterator[str]:
    for text in _texts(value):
        if "${{" in text:
            yield from _VARIABLE.findall(text)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _looks_unfilled(text: str) -> bool:
    return "${{" in _REFERENCE.sub("", _VARIABLE.sub("", text))


def _fill(value: Json, variables: Mapping[str, str | None]) -> Json:
    """`value` with variables filled in. What has none is not copied: a project may have hundreds of spaces."""
    if isinstance(value, str):
        if "${{" not in value or _size(value, variables) > MOST_FILLED:
            return value
        return _VARIABLE.sub(lambda match: _value(variables, match), value)
    if isinstance(value, dict):
        new = {key: _fill(item, variables) for key, item in value.items()}
        return value if all(new[key] is item for key, item in value.items()) else new
    if isinstance(value, list):
        filled = [_fill(item, variables) for item in value]
        return value if all(map(is_, filled, value)) else filled
    return value


def _size(text: str, variables: Mapping[str, str | None]) -> int:
    return len(text) + sum(len(variables.get(name) or "") for name in _VARIABLE.findall(text))


def _value(variables: Mapping[str, str | None], match: re.Match[str]) -> str:
    value = variables.get(match[1])
    return match[0] if value is None else value


def _variable_findings(
    entry: Entry, body: Mapping[str, Json], missing: Sequence[str], spaces: Sequence[Space]
) -> Iterator[Finding]:
    for path, text in _leaves(body, ()):
        if "${{" not in text:
            continue
        for name in dict.fromkeys(_VARIABLE.findall(text)):
            if name in missing:
                known = {variable for space in spaces for variable in space.vars}
                hint = _did_you_mean(name, known) or "define it under `vars` of each space that uses this file"
                yield _at(entry, body, path, "unknown-variable", f"the variable {name} has no value", hint)
        if _size(text, spaces[0].vars) > MOST_FILLED:
            message = f"with its variables filled in the text has more than {MOST_FILLED:,} characters"
            yield _at(entry, body, path, "yaml-limit", message, "shorten the text, or the values of its variables")
        if _looks_unfilled(text):
            message = "this is not how a variable is written"
            yield _at(entry, body, path, "variable-syntax", message, "write ${{ name }}, letters, digits and _ only")


def _at(entry: Entry, body: Mapping[str, Json], path: Path, rule: str, message: str, hint: str) -> Finding:
    at = entry.locate(path)
    key, where = str(entry.resource.key), path_text(body, path)
    return Finding(rule, Severity.ERROR, message, entry.document.file, *at, key, where, entry.spaces, hint)


def _leaves(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, item in items:
            yield from _leaves(item, (*path, step))


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
