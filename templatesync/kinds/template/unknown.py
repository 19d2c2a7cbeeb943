"""Samples that a template needs and lacks, and the edits of a file about them. Pure; knows nothing live.

What the service did not tell of a template, nobody but its author knows: `templatesync: {samples: unknown}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.documents.edits import Add, Edit, Remove, Write
from templatesync.kinds.template.spelling import MEDIA
from templatesync.kinds.template.view import Template
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.paths import Path
from templatesync.model.unknown_samples import AT, BLOCK, FIELD, mark, unknown_languages

_ADDRESS = "TODO: address of a sample"
_PLACEHOLDER = lazy_pattern(r"\s*TODO\b")


class Samples(NamedTuple):
    """Variables of a template by name, and headers with media by path, that need a sample, or lack it."""

    names: tuple[str, ...]
    media: tuple[Path, ...]


def needed(template: Template) -> Samples:
    """The samples that the platform wants of a template. Texts of AUTHENTICATION are its own."""
    names = () if template.category == "AUTHENTICATION" else tuple(dict.fromkeys(template.names))
    media = [part.path for part in template.all_parts if part.type == "HEADER" and part.format in MEDIA]
    return Samples(names, tuple(media))


def lacking(template: Template) -> Samples:
    """Those of them that are not there, or are blank."""
    wanted = needed(template)
    media = [part.path for part in template.all_parts if part.path in wanted.media and is_blank(part.fields.get("Url"))]
    return Samples(tuple(name for name in wanted.names if is_blank(template.example.get(name))), tuple(media))


def lacks_samples(body: Mapping[str, Json]) -> bool:
    """Whether the body of a template, in one language, lacks any."""
    return any(lacking(Template(body, {})))


def is_blank(sample: Json) -> bool:
    """Whether nothing is said with it."""
    return sample is None or (isinstance(sample, str) and not sample.strip())


def placeholder(name: str) -> str:
    """What stands in a file where somebody has to write the sample of a variable: another rule refuses it."""
    return f"TODO: sample of {name}"


def is_placeholder(sample: Json) -> bool:
    """Whether a sample is still to be written. Reviewers would read it."""
    return isinstance(sample, str) and _PLACEHOLDER.match(sample) is not None


def is_marked(data: Mapping[str, Json]) -> bool:
    """Whether a document says of any language that its samples are unknown."""
    return bool(_marked(data, _languages(data)))


def unmark(data: Mapping[str, Json]) -> Iterator[Edit]:
    """The mark of a document then names exactly its languages that lack samples, of those that it names."""
    block, languages = data.get(BLOCK), _languages(data)
    if not isinstance(block, Mapping) or FIELD not in block:
        return
    left = [language for language in _marked(data, languages) if any(_lacking(data, language))]
    said = mark(left, languages)
    if not left:
        yield Remove(AT if len(block) > 1 else (BLOCK,))
    elif said != block[FIELD]:
        yield Write(AT, said)


def todo_samples(data: Mapping[str, Json]) -> Iterator[Edit]:
    """A placeholder for each sample that is unknown: to be written before anything can be sent."""
    languages = _languages(data)
    open_names: dict[str, list[str]] = {}
    open_media: dict[Path, list[str]] = {}
    for language in _marked(data, languages):
        found = _lacking(data, language)
        for name in found.names:
            open_names.setdefault(name, []).append(language)
        for path in found.media:
            open_media.setdefault(path, []).append(language)
    example = data.get("Example")
    samples = example if isinstance(example, Mapping) else {}
    for name, where in open_names.items():
        yield from _todo(samples, ("Example",), name, where, placeholder(name), before=(BLOCK,))
    for path, where in open_media.items():
        header: Json = data
        for step in path:
            header = header[step]
        yield from _todo(header, path, "Url", where, _ADDRESS)


def _todo(
    holder: Mapping[str, Json], path: Path, name: str, languages: Sequence[str], text: str, before: tuple[str, ...] = ()
) -> Iterator[Edit]:
    """A text for these languages in a field, beside the texts that others have there."""
    there = holder.get(name)
    if not isinstance(there, Mapping):
        yield Write((*path, name), text) if name in holder else Add(path, name, text, before)
        return
    for language in languages:
        if language in there:
            yield Write((*path, name, language), text)
        else:
            yield Add((*path, name), language, text)


def _languages(data: Mapping[str, Json]) -> list[str]:
    several, one = data.get("Languages"), data.get("Language")
    found = several if isinstance(several, list) else [one]
    return list(dict.fromkeys(each for each in found if isinstance(each, str)))


def _marked(data: Mapping[str, Json], languages: Sequence[str]) -> tuple[str, ...]:
    block = data.get(BLOCK)
    said = unknown_languages(block.get(FIELD), languages) if isinstance(block, Mapping) else ()
    return tuple(language for language in languages if language in said)


def _lacking(data: Mapping[str, Json], language: str) -> Samples:
    several = frozenset(_languages(data))
    return lacking(Template(_in_language(data, language, several), {}))


def _in_language(value: Json, language: str, several: frozenset[str]) -> Json:
    """A value with one of its texts in the place of each map of texts; nothing where it has none in that language."""
    if isinstance(value, Mapping):
        if value and several.issuperset(value):
            return value.get(language)
        return {name: _in_language(item, language, several) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_language(item, language, several) for item in value]
    return value
