"""Several languages of one resource as one document with `Languages`. Pure; told by its caller which texts vary.

The way back of what `workspace` does when it expands such a document.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import NamedTuple

from templatesync.model.json_value import Json


class _UnlikeError(Exception):
    """The bodies differ in more than texts."""


class _Fields(NamedTuple):
    """What may differ by language, and the languages whose samples are not known, where one has none."""

    localised: Collection[str]
    localised_maps: Collection[str]
    is_sample: Callable[[Mapping[str, Json], str], bool] = lambda part, field: False
    unknown: Collection[str] = ()


def merge(
    bodies: Sequence[Mapping[str, Json]],
    localised: Collection[str],
    localised_maps: Collection[str],
    is_sample: Callable[[Mapping[str, Json], str], bool] = lambda part, field: False,
    unknown: Collection[str] = (),
) -> dict[str, Json] | None:
    """One body for all, each `Language` its own; None when they differ in what no map of languages can say.

    Languages of `unknown` may lack samples: these are then in a map of the others.
    """
    languages = [body.get("Language") for body in bodies]
    if len(bodies) < 2 or len(set(languages)) < len(languages) or not all(isinstance(each, str) for each in languages):
        return None
    rests = [{key: value for key, value in body.items() if key != "Language"} for body in bodies]
    fields = _Fields(localised, localised_maps, is_sample, unknown)
    try:
        merged = _mapping(rests, [str(each) for each in languages], fields)
    except _UnlikeError:
        return None
    out: dict[str, Json] = {}
    for key, value in merged.items():
        out[key] = value
        if key in ("Category", "Name"):
            out.pop("Languages", None)
            out["Languages"] = languages
    return out


def merge_items(
    items: Sequence[Json], languages: Sequence[str], localised: Collection[str], localised_maps: Collection[str]
) -> Json | None:
    """One item of a list for all languages; None when they differ in what no map of languages can say."""
    try:
        return _item(items, languages, _Fields(localised, localised_maps))
    except _UnlikeError:
        return None


def _mapping(
    values: Sequence[Mapping[str, Json]], languages: Sequence[str], fields: _Fields, inside: str = ""
) -> dict[str, Json]:
    """One mapping for all; `inside` is the map of `localised_maps` that it is, whose values are all samples."""
    out: dict[str, Json] = {}
    for key in dict.fromkeys(key for value in values for key in value):
        has = [language for language, value in zip(languages, values, strict=True) if key in value]
        items = [value[key] for value in values if key in value]
        holder = next(value for value in values if key in value)
        lacking = len(has) < len(values)
        if lacking and not _may_lack(key, holder, set(languages) - set(has), fields, inside):
            raise _UnlikeError
        if lacking and not (key in fields.localised_maps and not inside):
            if not all(isinstance(item, str) for item in items):
                raise _UnlikeError
            out[key] = dict(zip(has, items, strict=True))
        elif not lacking and all(item == items[0] for item in items):
            out[key] = items[0]
        elif all(isinstance(item, str) for item in items) and (inside or key in fields.localised):
            out[key] = dict(zip(languages, items, strict=True))
        elif all(isinstance(item, Mapping) for item in items):
            every = [value.get(key, {}) for value in values]
            out[key] = _mapping(every, languages, fields, key if key in fields.localised_maps else "")
        elif all(isinstance(item, list) for item in items) and len({len(item) for item in items}) == 1:
            out[key] = [_item(each, languages, fields) for each in zip(*items, strict=True)]
        else:
            raise _UnlikeError
    return out


def _may_lack(key: str, holder: Mapping[str, Json], without: Set[str], fields: _Fields, inside: str) -> bool:
    """Whether languages can be without what others have: samples, where it is known that they are not."""
    sample = inside or key in fields.localised_maps or fields.is_sample(holder, key)
    return bool(sample) and all(language in fields.unknown for language in without)


def _item(items: Sequence[Json], languages: Sequence[str], fields: _Fields) -> Json:
    if all(item == items[0] for item in items):
        return items[0]
    if all(isinstance(item, Mapping) for item in items):
        return _mapping(items, languages, fields)
    raise _UnlikeError
