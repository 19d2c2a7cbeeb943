"""Every quirk there is, in the order in which answers are changed: meaning first, outer form last. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from templatesync.emulator.quirks import absence, address, echo, identity, listing, refusal, review_state, shape, timing
from templatesync.emulator.quirks.quirk import Behaviour, Quirk

# What a call is taken for goes the other way round: who spells last is understood first.
QUIRKS: Mapping[str, Quirk] = MappingProxyType(
    {
        quirk.name: quirk
        for module in (timing, echo, identity, review_state, address, listing, refusal, absence, shape)
        for quirk in module.QUIRKS
    }
)


def find(name: str, value: str) -> tuple[Quirk, Behaviour]:
    """A quirk and what that value of it does. Raises ValueError with a sentence that names what there is."""
    quirk = QUIRKS.get(name)
    if quirk is None:
        raise ValueError(f"there is no quirk {name[:80]!r}; there are {', '.join(QUIRKS)}")
    behaviour = quirk.values.get(value)
    if behaviour is None:
        raise ValueError(f"the quirk {name} has no value {value[:80]!r}; there are {', '.join(quirk.values)}")
    return quirk, behaviour


def as_text() -> str:
    """All quirks for a person, in a terminal."""
    lines = []
    for quirk in QUIRKS.values():
        lines.append(f"{quirk.name}: {quirk.about}")
        width = max(map(len, quirk.values))
        lines += [f"    {value:{width}}  {behaviour.about}" for value, behaviour in quirk.values.items()]
    return "\n".join(lines) + "\n"


def as_json() -> dict[str, object]:
    """All quirks for programs."""
    return {
        quirk.name: {
            "about": quirk.about,
            "answers": sorted(quirk.answers),
            "values": {value: behaviour.about for value, behaviour in quirk.values.items()},
        }
        for quirk in QUIRKS.values()
    }
