"""What of live components is compared with a file's: not the scalars that the file leaves to the service. Pure.

Texts, kinds, components, buttons, cards and switches are compared whether the file states them or not: a customer sees
them. Everything else that a file does not state is the service's to choose, and to tell as it likes. Whether media have
a variable as their address, an answer with an address of the service's own does not tell: then the file says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from templatesync.kinds.template.spelling import READ, SAMPLE
from templatesync.model.json_value import Json

_ALWAYS = READ | {
    "AddSecretRecommendation", "CouponCode", "FlowAction", "FlowId", "Format", "HasExpiration", "IsOptOut",
    "PhoneNumber", "SupportedApps", "Type", "Url",
}  # fmt: skip
_LISTS = ("Buttons", "Cards", "CardComponents")


def agreed(wanted: Sequence[Json], live: Sequence[Json]) -> list[Json]:
    """The live items of a list, in canonical form, without what the wanted ones leave open."""
    return [item if mine is None else _part(mine, item) for mine, item in _pairs(wanted, live)]


def _part(wanted: Mapping[str, Json], live: Mapping[str, Json]) -> dict[str, Json]:
    kept = {name: value for name, value in live.items() if name in wanted or name in _ALWAYS or name in _LISTS}
    if kept.get("Type") == "HEADER" and kept.get("Url") == SAMPLE and "Url" in wanted:
        kept["Url"] = wanted["Url"]
    for name in _LISTS:
        if name in kept and _are_parts(kept[name]) and _are_parts(wanted.get(name)):
            kept[name] = agreed(wanted[name], kept[name])
    return kept


def _are_parts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _pairs(wanted: Sequence[Json], live: Sequence[Json]) -> Iterator[tuple[Mapping[str, Json] | None, Json]]:
    """Each live item with the wanted one that it is: one that says the same, else the one in its place."""
    left = list(wanted)
    for index, item in enumerate(live):
        mine = next((each for each in left if _named(each) == _named(item)), None)
        if mine is None and index < len(wanted) and _kind(wanted[index]) == _kind(item):
            mine = wanted[index]
        if mine is not None and mine in left:
            left.remove(mine)
        yield mine, item


def _named(item: Mapping[str, Json]) -> tuple[Json, Json]:
    return item.get("Type"), item.get("Text")


def _kind(item: Mapping[str, Json]) -> Json:
    return item.get("Type")
