"""A document of several languages made one of some of them: which edits that takes. Pure; knows no kind by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from templatesync.documents.edits import Arrange, Edit, Remove, Write
from templatesync.kinds.base import Kind
from templatesync.model.json_value import Json
from templatesync.model.paths import Path

_BLOCK = "templatesync"


def narrowed(data: Mapping[str, Json], kind: Kind, keep: Collection[str]) -> list[Edit]:
    """The edits of a document with `Languages` after which it has only those languages; it stays written as one."""
    languages = data["Languages"]
    order = tuple(number for number, language in enumerate(languages) if language in keep)
    gone = frozenset(language for language in languages if language not in keep)
    return [Arrange(("Languages",), order, with_comments=True), *_texts(data, kind, (), gone), *_options(data, gone)]


def _texts(value: Json, kind: Kind, path: Path, gone: frozenset[str]) -> Iterator[Edit]:
    """Out of each map of texts by language: those that go."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, kind, (*path, index), gone)
    elif isinstance(value, dict):
        form = kind.file
        if len(path) > 1 and (path[-1] in form.localised or path[-2] in form.localised_maps):
            yield from (Remove((*path, language)) for language in value if language in gone)
            return
        for key, item in value.items():
            if path or key not in (_BLOCK, "Languages"):
                yield from _texts(item, kind, (*path, key), gone)


def _options(data: Mapping[str, Json], gone: frozenset[str]) -> Iterator[Edit]:
    """What the document says to us of languages that go."""
    options = data.get(_BLOCK)
    if not isinstance(options, dict):
        return
    told = options.get("told_back")
    if isinstance(told, dict) and not gone.isdisjoint(told):
        if all(language in gone for language in told):
            yield Remove((_BLOCK, "told_back") if len(options) > 1 else (_BLOCK,))
        else:
            yield from (Remove((_BLOCK, "told_back", language)) for language in told if language in gone)
    samples = options.get("samples")
    unknown = samples.get("unknown") if isinstance(samples, dict) else None
    if isinstance(unknown, list) and not gone.isdisjoint(unknown):
        if left := [language for language in unknown if language not in gone]:
            yield Write((_BLOCK, "samples", "unknown"), left)
        else:
            yield Remove((_BLOCK, "samples") if len(options) > 1 else (_BLOCK,))
