"""Every quirk there is, in the order in which answers are changed: meaning first, outer form last. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from templatesync.emulator.quirks import absence, address, echo, identity, listing, refusal, review_state, shape, timing
from templatesync.emulator.quirks.quirk import EVERY, Behaviour, Quirk
from templatesync.model.json_value import Json
from templatesync.model.nearest import nearest

# What a call is taken for goes the other way round: who spells last is understood first.
QUIRKS: Mapping[str, Quirk] = MappingProxyType(
    {
        quirk.name: quirk
        for module in (timing, echo, identity, review_state, address, listing, refusal, absence, shape)
        for quirk in module.QUIRKS
    }
)


def find(name: str, value: Json) -> tuple[Quirk, Behaviour]:
    """A quirk and what that value of it does. Raises ValueError with a sentence that names what there is."""
    quirk = QUIRKS.get(name)
    if quirk is None:
        close = nearest(name, QUIRKS)
        raise ValueError(f"there is no quirk {name[:80]!r}{f'; did you mean {close}?' if close else ''}")
    behaviour = quirk.values.get(value) if isinstance(value, str) else None
    if behaviour is None:
        raise ValueError(f"the quirk {name} has no value {repr(value)[:80]}; there are {', '.join(quirk.values)}")
    return quirk, behaviour


def as_text() -> str:
    """All quirks for a person, in a terminal."""
    lines = []
    for quirk in QUIRKS.values():
        lines.append(f"{quirk.name}: {quirk.about}")
        width = max(map(len, quirk.values))
        lines += [f"    {value:{width}}  {behaviour.about}" for value, behaviour in quirk.values.items()]
    return "\n".join(lines) + "\n"


def as_markdown() -> str:
    """The page `docs/reference/emulator-quirks.md`."""
    lines = [_HEAD]
    for quirk in QUIRKS.values():
        lines += [f"## {quirk.name}", "", f"{quirk.about[0].upper()}{quirk.about[1:]}. {_concerns(quirk)}", ""]
        lines += ["| value | what the service does |", "|---|---|"]
        lines += [f"| `{value}` | {_escaped(behaviour.about)} |" for value, behaviour in quirk.values.items()]
        lines.append("")
    return "\n".join(lines)


def _concerns(quirk: Quirk) -> str:
    changes = "every operation" if quirk.answers == EVERY else ", ".join(sorted(quirk.answers))
    follows = f" Hence also, after a write: {', '.join(sorted(quirk.follows))}." if quirk.follows else ""
    return (f"Changes answers of: {changes}." if changes else "") + follows


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


_HEAD = """# Quirks of the emulator

What a service could do otherwise than this emulator believes. The emulator's authors have read the service's pages and
what its users measured; where these are silent or disagree, the emulator does one thing and the service may do another.
Each row here is such a thing. With none set the emulator is as the pages say.

```
templatesync emulator --quirk audit-status=upper --quirk page-cap=20-refused
templatesync emulator --quirks
curl -d '{"quirks": {"list-lag": "30"}}' http://127.0.0.1:PORT/_emulator/settings
curl http://127.0.0.1:PORT/_emulator/quirks
```

`{"quirks": {}}` is the official service again; what is posted replaces what was set. Several quirks work at once. In
Python: `Emulator(Settings(quirks={"audit-status": "upper"}))`. What is late or behind goes by the emulator's clock,
which `POST /_emulator/clock` advances. Writes that are not yet due still take effect after the quirk is cleared.

This page is written by `make docs`.
"""


def as_json() -> dict[str, Json]:
    """All quirks for programs."""
    return {
        quirk.name: {
            "about": quirk.about,
            "answers": sorted(quirk.answers),
            "values": {value: behaviour.about for value, behaviour in quirk.values.items()},
        }
        for quirk in QUIRKS.values()
    }
