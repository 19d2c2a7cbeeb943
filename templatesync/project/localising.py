"""One language of a document: its texts in place of the maps that have one for each. Knows no space and no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from templatesync.documents.document import Document
from templatesync.kinds.base import Kind
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.paths import Path, path_text
from templatesync.project import limits
from templatesync.project.budget import Budget

_LANGUAGES = "write Languages, with a list of codes, in place of Language"


class Localiser:
    """Takes one language out of a document. A sample that has no text for it is left out where not all are `told`."""

    def __init__(self, doc: Document, kind: Kind, language: str | None, budget: Budget, *, told: bool = True) -> None:
        self.told = told
        self.budget = budget
        self.doc = doc
        self.kind = kind
        self.language = language
        self.findings: list[Finding] = []

    def value(self, value: Json, path: Path) -> Json:
        if isinstance(value, dict):
            inside_map = len(path) == 1 and path[0] in self.kind.file.localised_maps
            if len(path) > 1 and (path[-1] in self.kind.file.localised or path[-2] in self.kind.file.localised_maps):
                return self._translated(value, path)
            items = [*value.items()] if self.told else [*self._known(value, path, inside_map)]
            return {key: self.value(item, (*path, key)) for key, item in items} if value or inside_map else {}
        if isinstance(value, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _known(self, holder: Mapping[str, Json], path: Path, inside_map: bool) -> Iterator[tuple[str, Json]]:
        """What is in a mapping, without the samples that other languages have and this one has not."""
        for key, item in holder.items():
            others = isinstance(item, dict) and self.language is not None and self.language not in item
            if others and (inside_map or self.kind.file.is_sample(holder, key)):
                self._superfluous(item, (*path, key))
            else:
                yield key, item

    def _translated(self, texts: Mapping[str, Json], path: Path) -> Json:
        if self.language is None:
            self._add(path, "language-map", "texts by language need `Languages` at the top of the document", _LANGUAGES)
            return ""
        if self.language not in texts:
            hint = self.budget.nearest(self.language, texts) or f"add {self.language} here, or take it out of Languages"
            self._add(path, "language-map", f"there is no text for {self.language}", hint)
            return ""
        self._superfluous(texts, path)
        return texts[self.language]

    def _superfluous(self, texts: Mapping[str, Json], path: Path) -> None:
        languages = [each for each in self.doc.data["Languages"] if isinstance(each, str)]
        if languages and self.language == languages[0]:  # told once, not once per language
            known = frozenset(languages)
            for extra in texts:
                if extra not in known:
                    message = f"{extra} is not one of this document's Languages"
                    hint = self.budget.nearest(extra, languages) or f"add {extra} to Languages, or remove it here"
                    self._add((*path, extra), "language-map", message, hint, at_key=True)

    def _add(self, path: Path, rule: str, message: str, hint: str = "", at_key: bool = False) -> None:
        if len(self.findings) + self.budget.told >= limits.MOST_TOLD:
            return
        at = self.doc.locate(path, at_key=at_key)
        where = path_text(self.doc.data, path)
        self.findings.append(Finding(rule, Severity.ERROR, message, self.doc.file, *at, path=where, hint=hint))
