"""A typed, read-only view of a Flow JSON for rules: screens, components, actions and routes, each with its path.

Pure. Tolerant: what is missing or of another type is empty; the rules about shape tell of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from templatesync.model.json_value import Json
from templatesync.model.paths import Path
from templatesync.model.resource import Resource

ASSET = "Asset"
ENDPOINT = "EndpointUri"
"""The field of a flow file that names its JSON: paths into the JSON start with it."""
CONTENT = "AssetContent"
"""Where the body of a resource holds what that file was read to."""

Version = tuple[int, int]
NEWEST: Version = (7, 3)

# Components inside one another; Meta allows three levels. Below this nothing is looked at, whoever made the JSON.
_DEPTH = 24
_SCREEN = "screen"
_PLAIN = re.compile(r"[A-Za-z0-9:/._-]+")


@dataclass(frozen=True, slots=True)
class FlowText:
    """A text that a customer reads, and where it stands. `field` is the field of its component."""

    path: Path
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class ScreenAction:
    """What a component does when it is used."""

    path: Path
    fields: Mapping[str, Json]

    @property
    def name(self) -> str:
        """Such as `navigate` or `complete`."""
        return _string(self.fields.get("name"))

    @property
    def payload(self) -> Mapping[str, Json] | None:
        """What it hands over, if that is written out."""
        payload = self.fields.get("payload")
        return payload if isinstance(payload, dict) else None

    @property
    def next_type(self) -> str:
        """What `navigate` goes to, a screen if it does not say."""
        kind = _mapping(self.fields.get("next")).get("type", _SCREEN)
        return kind if isinstance(kind, str) else ""

    @property
    def target(self) -> str:
        """The screen that `navigate` goes to."""
        is_screen = self.name == "navigate" and self.next_type == _SCREEN
        return _string(_mapping(self.fields.get("next")).get("name")) if is_screen else ""

    def at(self, *names: str) -> Path:
        """Where a field stands, or the nearest thing that is there."""
        return _at(self.path, self.fields, names)


@dataclass(frozen=True, slots=True)
class FlowPart:
    """A component. `branches` are the lists of components inside it, of which an If or Switch shows one at a time."""

    path: Path
    type: str
    fields: Mapping[str, Json]
    branches: tuple[tuple[FlowPart, ...], ...] = ()

    def at(self, *names: str) -> Path:
        """Where a field stands, or the nearest thing that is there."""
        return _at(self.path, self.fields, names)

    def text(self, name: str) -> Iterator[FlowText]:
        """The text in a field, or the texts of a list of them."""
        yield from _texts((*self.path, name), name, self.fields.get(name))

    def items(self, name: str) -> Iterator[tuple[Path, Mapping[str, Json]]]:
        """The entries of a list that is written out, such as the options of a Dropdown."""
        for index, item in _mappings(self.fields.get(name)):
            yield (*self.path, name, index), item

    def actions(self) -> Iterator[ScreenAction]:
        """Its own actions and those of its entries, in reading order."""
        yield from _actions(self.path, self.fields)
        for name in ("data-source", "list-items"):
            for path, item in self.items(name):
                yield from _actions(path, item)


@dataclass(frozen=True)
class Screen:
    """A screen. `parts` are the components of its layout, `all_parts` those inside them too."""

    path: Path
    fields: Mapping[str, Json]
    parts: tuple[FlowPart, ...] = ()

    @property
    def id(self) -> str:
        """Its name, by which routes and actions know it."""
        return _string(self.fields.get("id"))

    @property
    def terminal(self) -> bool:
        """Whether the flow can end here."""
        return self.fields.get("terminal") is True

    @property
    def data(self) -> Mapping[str, Json]:
        """What it wants to be given, by name."""
        return _mapping(self.fields.get("data"))

    @cached_property
    def all_parts(self) -> tuple[FlowPart, ...]:
        """Every component, in reading order."""
        return tuple(_walk(self.parts))

    @cached_property
    def actions(self) -> tuple[ScreenAction, ...]:
        """Every action, in reading order."""
        return tuple(action for part in self.all_parts for action in part.actions())

    def at(self, *names: str) -> Path:
        """Where a field stands, or the nearest thing that is there."""
        return _at(self.path, self.fields, names)


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one screen to another, and where it is written."""

    source: str
    target: str
    path: Path


@dataclass(frozen=True)
class FlowView:
    """A flow's JSON, as a rule wants to see it. `fields` is empty when it is no object, or when there is none."""

    value: Json
    fields: Mapping[str, Json]
    present: bool = True
    endpoint: str = ""
    """The EndpointUri beside the JSON, which is not part of it."""
    screens: tuple[Screen, ...] = field(default=())

    @property
    def version(self) -> Version:
        """The version whose rules hold; the newest when none can be read."""
        return version_of(self.fields.get("version")) or NEWEST

    @property
    def exchanges(self) -> bool:
        """Whether the JSON says that it talks to an endpoint."""
        return "data_api_version" in self.fields or "data_channel_uri" in self.fields

    @cached_property
    def ids(self) -> Mapping[str, Screen]:
        """The screens by name, of several the first."""
        found: dict[str, Screen] = {}
        for screen in self.screens:
            if screen.id:
                found.setdefault(screen.id, screen)
        return found

    @property
    def routed(self) -> bool:
        """Whether the routes are written out rather than built from the `navigate` actions."""
        return "routing_model" in self.fields

    @cached_property
    def navigations(self) -> tuple[Route, ...]:
        """The ways that `navigate` actions take, to screens that exist or do not."""
        return tuple(
            Route(screen.id, action.target, action.at("next", "name"))
            for screen in self.screens
            for action in screen.actions
            if screen.id and action.target
        )

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The ways between existing screens: those of `routing_model`, or else those of the `navigate` actions."""
        written = tuple(_written(self.fields["routing_model"])) if self.routed else self.navigations
        return tuple(route for route in written if route.source in self.ids and route.target in self.ids)

    @property
    def entries(self) -> frozenset[str]:
        """The screens to which no other leads."""
        inbound = {route.target for route in self.routes if route.source != route.target}
        return frozenset(self.ids.keys() - inbound)

    def at(self, *names: str) -> Path:
        """Where a field stands, or the nearest thing that is there."""
        return _at((ASSET,), self.fields, names)


def flow(resource: Resource) -> FlowView:
    """The view of a flow's JSON: of `AssetContent` in its body, which is what the file named by `Asset` was read to.

    Every path starts with `Asset`; the rest leads into the JSON. Without `AssetContent`, because the file is missing or
    is no JSON, `present` is False and everything else is empty.
    """
    body = resource.body
    if CONTENT not in body:
        return FlowView(None, {}, present=False)
    return view_of(body[CONTENT], _string(body.get(ENDPOINT)))


def beside(resource: Resource) -> str:
    """What rules tell apart of all that the view takes from elsewhere than the JSON: whether there is an endpoint, and
    the letters of its address, but for those that are as plain as nearly all are."""
    endpoint = _string(resource.body.get(ENDPOINT))
    return "plain" if _PLAIN.fullmatch(endpoint) and "xn--" not in endpoint.lower() else endpoint


def screens(value: Json) -> frozenset[str]:
    """The screens of a Flow JSON. Never raises for JSON-like data."""
    return frozenset(view_of(value).ids)


def exchanges(value: Json) -> bool:
    """Whether a Flow JSON says that it talks to an endpoint."""
    return view_of(value).exchanges


def entry_screens(value: Json) -> frozenset[str]:
    """The screens of a Flow JSON that a FLOW button may open: those to which no other screen leads.

    Without a `routing_model` the `navigate` actions say what leads where. Never raises for JSON-like data.
    """
    return view_of(value).entries


def version_of(value: Json) -> Version | None:
    """A version such as `7.2` as numbers."""
    major, point, minor = value.partition(".") if isinstance(value, str) else ("", "", "")
    numbers = point and all(part.isascii() and part.isdigit() and len(part) < 4 for part in (major, minor))
    return (int(major), int(minor)) if numbers else None


def view_of(value: Json, endpoint: str = "") -> FlowView:
    """The view of a Flow JSON by itself. Never raises for JSON-like data."""
    fields = _mapping(value)
    screens = tuple(_screen(raw, (ASSET, "screens", index)) for index, raw in _mappings(fields.get("screens")))
    return FlowView(value, fields, endpoint=endpoint, screens=screens)


def _screen(raw: Mapping[str, Json], path: Path) -> Screen:
    layout = _mapping(raw.get("layout"))
    return Screen(path, raw, _parts(layout.get("children"), (*path, "layout", "children"), _DEPTH))


def _parts(raw: Json, path: Path, depth: int) -> tuple[FlowPart, ...]:
    if depth == 0:
        return ()
    found = []
    for index, fields in _mappings(raw):
        here = (*path, index)
        branches = tuple(_parts(inside, (*here, *step), depth - 1) for step, inside in _branches(fields))
        found.append(FlowPart(here, _string(fields.get("type")), fields, branches))
    return tuple(found)


def _branches(fields: Mapping[str, Json]) -> Iterator[tuple[Path, Json]]:
    """The lists of components inside a component."""
    for name in ("children", "then", "else"):
        if name in fields:
            yield (name,), fields[name]
    for case, inside in _mapping(fields.get("cases")).items():
        yield ("cases", case), inside


def _walk(parts: Iterable[FlowPart]) -> Iterator[FlowPart]:
    for part in parts:
        yield part
        for branch in part.branches:
            yield from _walk(branch)


def _actions(path: Path, fields: Mapping[str, Json]) -> Iterator[ScreenAction]:
    for name, value in fields.items():
        if name.startswith("on-") and name.endswith("-action") and isinstance(value, dict):
            yield ScreenAction((*path, name), value)


def _written(model: Json) -> Iterator[Route]:
    for source, targets in _mapping(model).items():
        for index, target in enumerate(targets if isinstance(targets, (list, tuple)) else ()):
            if isinstance(target, str):
                yield Route(source, target, (ASSET, "routing_model", source, index))


def _texts(path: Path, name: str, value: Json) -> Iterator[FlowText]:
    if isinstance(value, str):
        yield FlowText(path, name, value)
    elif isinstance(value, (list, tuple)):
        for index, line in enumerate(value):
            if isinstance(line, str):
                yield FlowText((*path, index), name, line)


def _at(path: Path, fields: Mapping[str, Json], names: Sequence[str]) -> Path:
    here: Json = fields
    for name in names:
        if not isinstance(here, dict) or name not in here:
            break
        path, here = (*path, name), here[name]
    return path


def _mappings(raw: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    if isinstance(raw, (list, tuple)):
        yield from ((index, item) for index, item in enumerate(raw) if isinstance(item, dict))


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""
