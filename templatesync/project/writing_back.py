"""Edits of resources to edits of the document that they come from: the way back of `expansion`. Pure.

One language's text is changed for that language alone, and a variable stays where its value stands. Knows no rule and
nothing live.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from templatesync.documents.edits import Add, Arrange, Edit, Remove, Rename, Write, applied, at
from templatesync.kinds.base import Kind
from templatesync.model.json_value import Json
from templatesync.model.paths import Path, path_text
from templatesync.model.unknown_samples import AT, FIELD, mark, unknown_languages
from templatesync.project.languages import merge_items
from templatesync.project.references import parse
from templatesync.project.variables import VARIABLE, fill

_LONGEST = 2_000
"""Characters of a text in which variables are looked for; none of the API's is longer."""
_AT = "templatesync"
_NOTHING: Json = object()


class UnwritableError(Exception):
    """A document cannot say this. `edits` are those that cannot be made, by language."""

    def __init__(self, reason: str, edits: Mapping[str, Sequence[Edit]]) -> None:
        super().__init__(reason)
        self.edits = edits


class Rewrite(NamedTuple):
    """What one language of a document says in a space, and what it is to say.

    `told_back` are hashes by path, `settled` paths that need none any more. `variables` are those of the space.
    """

    body: Mapping[str, Json]
    edits: Sequence[Edit] = ()
    told_back: Mapping[str, str] = {}
    settled: Sequence[str] = ()
    variables: Mapping[str, str] = {}


def document_edits(data: Mapping[str, Json], kind: Kind, rewrites: Mapping[str, Rewrite]) -> list[Edit]:
    """The edits of a document, given all its languages, also those that stay. Raises UnwritableError."""
    writer = _Writer(data, kind, rewrites)
    return [*writer.lists(), *writer.values(), *writer.own()]


class _Writer:
    def __init__(self, data: Mapping[str, Json], kind: Kind, rewrites: Mapping[str, Rewrite]) -> None:
        self.data = data
        self.kind = kind
        self.rewrites = rewrites
        self.several = bool(kind.file.localised) and isinstance(data.get("Languages"), list)

    def lists(self) -> Iterator[Edit]:
        """Items that come, go or move; they do so in all languages, or in none."""
        for path in dict.fromkeys(edit.path for edit in self._edits() if isinstance(edit, Arrange)):
            mine = {
                language: edit
                for language, rewrite in self.rewrites.items()
                for edit in rewrite.edits
                if isinstance(edit, Arrange) and edit.path == path
            }
            first = next(iter(mine.values()))
            if len(mine) < len(self.rewrites) or any(edit.order != first.order for edit in mine.values()):
                raise self._shared(path, mine)
            items: list[Json] = []
            for each in zip(*(edit.new for edit in mine.values()), strict=True):
                merged = merge_items(each, list(mine), self.kind.file.localised, self.kind.file.localised_maps)
                if merged is None:
                    raise self._shared(path, mine)
                items.append(merged)
            self._literal(items, path, mine)
            yield Arrange(path, first.order, tuple(items))

    def values(self) -> Iterator[Edit]:
        """Members that come, go or say something else."""
        targets = {language: dict(self._targets(rewrite.edits)) for language, rewrite in self.rewrites.items()}
        for path in dict.fromkeys(path for mine in targets.values() for path in mine):
            mine = {language: found[path][0] for language, found in targets.items() if path in found}
            before = next(found[path][2] for found in targets.values() if path in found)
            if path == ("Language",) and self.several:
                for language in mine:
                    yield from self._respelt(language, targets[language][path][1])
                continue
            new = {
                language: found[path][1] if path in found else _there(self.rewrites[language].body, path)
                for language, found in targets.items()
            }
            yield from self._value(path, mine, new, before)

    def _value(
        self, path: Path, mine: Mapping[str, Edit], new: Mapping[str, Json], before: tuple[str, ...]
    ) -> Iterator[Edit]:
        raw = _there(self.data, path)
        values = list(new.values())
        same = all(value is values[0] or value == values[0] for value in values)
        if self.several and self._varies(path) and isinstance(raw, dict):
            if same and values[0] is _NOTHING:
                yield Remove(path)
                return
            for language in mine:
                if new[language] is _NOTHING:
                    raise self._shared(path, mine)
                text = self._written(raw.get(language), new[language], path, mine, language)
                yield Write((*path, language), text) if language in raw else Add(path, language, text)
        elif raw is _NOTHING and not same and path[0] in self.kind.file.localised_maps and self._all_known(new):
            known = {language: value for language, value in new.items() if value is not _NOTHING}
            yield Add(path[:-1], str(path[-1]), known, before)
        elif same:
            yield self._single(path, raw, mine, values[0], before)
        elif self._varies(path) and all(isinstance(value, str) for value in values):
            # What stays for a language stays as it is written.
            texts = {
                language: self._written(raw, value, path, mine, language) if language in mine else raw
                for language, value in new.items()
            }
            yield Add(path[:-1], str(path[-1]), texts, before) if raw is _NOTHING else Write(path, texts)
        else:
            raise self._shared(path, mine)

    def _single(self, path: Path, raw: Json, mine: Mapping[str, Edit], new: Json, before: tuple[str, ...]) -> Edit:
        if new is _NOTHING:
            return Remove(path)
        language = next(iter(mine))
        if raw is _NOTHING:
            return Add(path[:-1], str(path[-1]), self._written(raw, new, path, mine, language), before)
        return Write(path, self._written(raw, new, path, mine, language))

    def _written(self, raw: Json, new: Json, path: Path, mine: Mapping[str, Edit], language: str) -> Json:
        """How a file says a value: with the variables that it had."""
        rewrite = self.rewrites[language]
        if isinstance(raw, str) and VARIABLE.search(raw):
            kept = with_variables(raw, new, rewrite.variables) if isinstance(new, str) else None
            if kept is None:
                names = ", ".join(dict.fromkeys(f"${{{{ {name} }}}}" for name in VARIABLE.findall(raw)))
                where = path_text(rewrite.body, path)
                way_out = "change the value of the variable in templatesync.yaml, or write the text out"
                reason = f"{where} has {names}, whose value is not what the service says; {way_out}"
                raise UnwritableError(reason, _lists(mine))
            return kept
        self._literal(new, path, mine)
        return new

    def _literal(self, value: Json, path: Path, mine: Mapping[str, Edit]) -> None:
        """Refuse what a file would take for a variable. References stand only where they are meant."""
        pending = [(path[-1] if path else "", value)]
        while pending:
            name, each = pending.pop()
            if isinstance(each, dict):
                pending += each.items()
            elif isinstance(each, list):
                pending += [(name, item) for item in each]
            elif isinstance(each, str) and "${{" in each:
                if name in self.kind.references.fields and parse(each) is not None:
                    continue
                where = path_text(next(iter(self.rewrites.values())).body, path)
                reason = f"the service says ${{{{ in {where}, which a file keeps for variables of its own"
                raise UnwritableError(reason, _lists(mine))

    def _respelt(self, language: str, new: Json) -> Iterator[Edit]:
        """Another spelling of a language, in the list and wherever texts stand under it."""
        yield Write(("Languages", self.data["Languages"].index(language)), new)
        yield from _keys(self.data, language, str(new), ())

    def _targets(self, edits: Sequence[Edit]) -> Iterator[tuple[Path, tuple[Edit, Json, tuple[str, ...]]]]:
        """As of one language; a map whose values differ by language comes value by value."""
        for path, (edit, value, before) in _targets(edits):
            if self.several and len(path) == 1 and path[0] in self.kind.file.localised_maps and isinstance(value, dict):
                yield from (((*path, name), (edit, item, before)) for name, item in value.items())
            else:
                yield path, (edit, value, before)

    def _all_known(self, new: Mapping[str, Json]) -> bool:
        """Whether nothing is missing but what the document says is unknown."""
        unknown = self._unknown()
        return all(isinstance(value, str) or (value is _NOTHING and each in unknown) for each, value in new.items())

    def _unknown(self) -> list[str]:
        """The languages whose samples the document says are unknown."""
        block = self.data.get(_AT)
        unknown = unknown_languages(block.get("samples") if isinstance(block, dict) else None, [*self.rewrites])
        return [each for each in self.rewrites if each in unknown]

    def own(self) -> Iterator[Edit]:
        """What the tool itself has to be told: which samples are unknown, and what the service may say."""
        block = self.data.get(_AT)
        if isinstance(block, dict):
            found = [*self._samples(block), *self._told_back(block)]
            empty = {edit.path for edit in found if isinstance(edit, Remove)} == {(_AT, name) for name in block}
            yield from [Remove((_AT,))] if found and empty and len(found) == len(block) else found
        elif new := {
            edit.name: edit.value for edit in (*self._samples({}), *self._told_back({})) if isinstance(edit, Add)
        }:
            yield Add((), _AT, new)

    def _samples(self, block: Mapping[str, Json]) -> Iterator[Edit]:
        """Samples that come are unknown no more, and those that an edit needs and the service does not tell are it."""
        before = self._unknown()
        left = [language for language in self.rewrites if self._lacks(language, marked=language in before)]
        if left and left != before:
            said = mark(left, [*self.rewrites])
            yield Write(AT, said) if FIELD in block else Add((_AT,), FIELD, said)
        elif before and not left:
            yield Remove(AT)

    def _lacks(self, language: str, *, marked: bool) -> bool:
        """Whether samples of a language are unknown then. What lacks some without a mark has a comment about it."""
        rewrite, lacks = self.rewrites[language], self.kind.file.lacks_samples
        if not rewrite.edits or (not marked and lacks(rewrite.body)):
            return marked
        return lacks(applied(rewrite.body, rewrite.edits))

    def _told_back(self, block: Mapping[str, Json]) -> Iterator[Edit]:
        """What the service may say in place of the file, without what it need not say any more."""
        there = block.get("told_back")
        new = copy.deepcopy(there) if isinstance(there, dict) else {}
        for language, rewrite in self.rewrites.items():
            by_language = self.several or isinstance(new.get(language), dict)
            mine = new.setdefault(self._name(language, new), {}) if by_language else new
            for path in rewrite.settled:
                mine.pop(path, None)
            mine.update(rewrite.told_back)
        new = {name: value for name, value in new.items() if value != {}}
        if isinstance(there, dict) and not new:
            yield Remove((_AT, "told_back"))
        elif isinstance(there, dict):
            yield from _merged((_AT, "told_back"), there, new)
        elif new:
            yield Add((_AT,), "told_back", new)

    def _name(self, language: str, told: Mapping[str, Json]) -> str:
        """The language as it is going to be spelled, unless something stands under it, which is renamed."""
        edits = self.rewrites[language].edits
        spelt = next((edit.value for edit in edits if isinstance(edit, Write) and edit.path == ("Language",)), language)
        return language if language in told else str(spelt)

    def _varies(self, path: Path) -> bool:
        """Whether a file may have a text for each language there."""
        inside_map = len(path) > 1 and path[-2] in self.kind.file.localised_maps
        return self.several and len(path) > 1 and (path[-1] in self.kind.file.localised or inside_map)

    def _edits(self) -> Iterator[Edit]:
        return (edit for rewrite in self.rewrites.values() for edit in rewrite.edits)

    def _shared(self, path: Path, mine: Mapping[str, Edit]) -> UnwritableError:
        where = path_text(next(iter(self.rewrites.values())).body, path)
        reason = f"the file says one thing for all its languages in {where}; give each a document of its own there"
        return UnwritableError(reason, _lists(mine))


def with_variables(raw: str, new: str, variables: Mapping[str, str]) -> str | None:
    """`new` as a text with the variables of `raw`, where their values stand; None where one does not."""
    filled, spans, at_raw = "", [], 0
    for match in VARIABLE.finditer(raw):
        filled += raw[at_raw : match.start()]
        value = variables.get(match[1])
        if value is None:
            return None
        spans.append((len(filled), len(filled) + len(value), match[0]))
        filled, at_raw = filled + value, match.end()
    filled += raw[at_raw:]
    if len(filled) > _LONGEST or len(new) > _LONGEST or "${{" in new:
        return None
    blocks = SequenceMatcher(None, filled, new, autojunk=False).get_matching_blocks()
    made, last = "", 0
    for start, end, name in spans:
        block = next((each for each in blocks if each.a <= start and end <= each.a + each.size), None)
        if block is None or block.b + start - block.a < last:
            return None
        made += new[last : block.b + start - block.a] + name
        last = block.b + end - block.a
    made += new[last:]
    return made if fill(made, variables) == new else None


def _targets(edits: Sequence[Edit]) -> Iterator[tuple[Path, tuple[Edit, Json, tuple[str, ...]]]]:
    """By path: the edit, the value that comes of it, and the keys that follow it."""
    for edit in edits:
        if isinstance(edit, Write):
            yield edit.path, (edit, edit.value, ())
        elif isinstance(edit, Remove):
            yield edit.path, (edit, _NOTHING, ())
        elif isinstance(edit, Add):
            before = edit.before if edit.path else (*edit.before, _AT)
            yield (*edit.path, edit.name), (edit, edit.value, before)


def _there(data: Json, path: Path) -> Json:
    try:
        return at(data, path)
    except (LookupError, TypeError):
        return _NOTHING


def _lists(edits: Mapping[str, Edit]) -> dict[str, list[Edit]]:
    return {language: [edit] for language, edit in edits.items()}


def _keys(value: Any, code: str, new: str, path: Path) -> Iterator[Edit]:
    """The keys of maps that are this language; no field of the API has such a name."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if key == code and len(path) > 1:
            yield Rename((*path, key), new)
        yield from _keys(item, code, new, (*path, key))


def _merged(path: Path, there: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Edit]:
    """What makes one map of hashes into another."""
    for name, value in new.items():
        if name not in there:
            yield Add(path, name, value)
        elif isinstance(value, dict) and isinstance(there[name], dict):
            yield from _merged((*path, name), there[name], value)
        elif there[name] != value:
            yield Write((*path, name), value)
    yield from (Remove((*path, name)) for name in there if name not in new)
