"""Several languages of one resource as one document with `Languages`. Pure; told by its caller which texts vary.

The way back of what `workspace` does when it expands such a document.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from templatesync.model.json_value import Json


class _UnlikeError(Exception):
    """The bodies differ in more than texts."""


def merge(
    bodies: Sequence[Mapping[str, Json]], localised: Collection[str], localised_maps: Collection[str]
) -> dict[str, Json] | None:
    """One body for all, each `Language` its own; None when they differ in what no map of languages can say."""
    languages = [body.get("Language") for body in bodies]
    if len(bodies) < 2 or len(set(languages)) < len(languages) or not all(isinstance(each, str) for each in languages):
        return None
    rests = [{key: value for key, value in body.items() if key != "Language"} for body in bodies]
    try:
        merged = _mapping(rests, [str(each) for each in languages], localised, localised_maps)
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
        return _item(items, languages, localised, localised_maps)
    except _UnlikeError:
        return None


def _mapping(
    values: Sequence[Mapping[str, Json]],
    languages: Sequence[str],
    localised: Collection[str],
    localised_maps: Collection[str],
    free: bool = False,
) -> dict[str, Json]:
    keys = list(values[0])
    if any(set(value) != set(keys) for value in values):
        raise _UnlikeError
    out: dict[str, Json] = {}
    for key in keys:
        items = [value[key] for value in values]
        if all(item == items[0] for item in items):
            out[key] = items[0]
        elif all(isinstance(item, str) for item in items) and (free or key in localised):
            out[key] = dict(zip(languages, items, strict=True))
        elif all(isinstance(item, Mapping) for item in items):
            out[key] = _mapping(items, languages, localised, localised_maps, key in localised_maps)
        elif all(isinstance(item, list) for item in items) and len({len(item) for item in items}) == 1:
            out[key] = [_item(each, languages, localised, localised_maps) for each in zip(*items, strict=True)]
        else:
            raise _UnlikeError
    return out


def _item(
    items: Sequence[Json], languages: Sequence[str], localised: Collection[str], localised_maps: Collection[str]
) -> Json:
    if all(item == items[0] for item in items):
        return items[0]
    if all(isinstance(item, Mapping) for item in items):
        return _mapping(items, languages, localised, localised_maps)
    raise _UnlikeError
