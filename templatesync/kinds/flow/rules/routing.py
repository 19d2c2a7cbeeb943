"""Rules about the ways between screens: `routing_model`, or what the `navigate` actions make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from templatesync.kinds.flow import limits
from templatesync.kinds.flow.rules.base import ERROR, INFO, META, OTHERS, WARNING, rule
from templatesync.kinds.flow.view import FlowView, Route
from templatesync.kinds.rule import Hit


def _known(flow: FlowView) -> bool:
    """Whether the routes can be known: with an endpoint, the actions alone do not tell."""
    return isinstance(flow.fields["routing_model"], Mapping) if flow.routed else not flow.exchanges


@rule("fj-routing-needed", ERROR, META, "A flow with an endpoint has a `routing_model`.")
def fj_routing_needed(flow: FlowView) -> Iterator[Hit]:
    """With `data_api_version`."""
    if flow.exchanges and not flow.routed:
        hint = "map each screen's id to the ids of the screens that may follow it"
        where = "data_api_version" if "data_api_version" in flow.fields else "data_channel_uri"
        yield Hit(flow.at(where), "a flow that talks to an endpoint has a routing_model", hint)


@rule("fj-routing-shape", ERROR, META, "Routes lead forward, from a screen to at most ten others.")
def fj_routing_shape(flow: FlowView) -> Iterator[Hit]:
    """Names first; then the routes between screens that are there."""
    yield from _names(flow)
    if _known(flow):
        yield from _branches(flow)
        yield from _loops(flow)


def _names(flow: FlowView) -> Iterator[Hit]:
    model = flow.fields.get("routing_model", {})
    if not isinstance(model, Mapping):
        yield Hit(flow.at("routing_model"), "a routing_model maps the id of a screen to a list of ids")
        return
    for source, targets in model.items():
        here = flow.at("routing_model", source)
        if source not in flow.ids:
            yield Hit(here, f"there is no screen {source[:80]}")
        if not isinstance(targets, list):
            yield Hit(here, "a screen's routes are a list of ids", "write [] where nothing follows")
            continue
        for index, target in enumerate(targets):
            if not isinstance(target, str):
                yield Hit((*here, index), "a route is the id of a screen")
            elif target not in flow.ids:
                yield Hit((*here, index), f"there is no screen {target[:80]}")


def _branches(flow: FlowView) -> Iterator[Hit]:
    seen: dict[str, set[str]] = {}
    for route in flow.routes:
        targets = seen.setdefault(route.source, set())
        if route.target not in targets and len(targets) == limits.BRANCHES:
            message = f"from {route.source[:80]} routes lead to more than {limits.BRANCHES} screens"
            yield Hit(route.path, message, "put a screen in between")
        targets.add(route.target)


def _loops(flow: FlowView) -> Iterator[Hit]:
    """Each route that closes a loop, found on one walk through all screens."""
    ways: dict[str, list[Route]] = {}
    for route in flow.routes:
        if route.source == route.target:
            yield Hit(route.path, f"a route leads from {route.source[:80]} to itself", "remove it")
        else:
            ways.setdefault(route.source, []).append(route)
    done: set[str] = set()
    for start in flow.ids:
        if start in done:
            continue
        open_, stack = {start}, [(start, iter(ways.get(start, ())))]
        while stack:
            here, rest = stack[-1]
            way = next(rest, None)
            if way is None:
                stack.pop()
                open_.discard(here)
                done.add(here)
            elif way.target in open_:
                message = f"the route from {way.source[:80]} back to {way.target[:80]} closes a loop"
                yield Hit(way.path, message, "remove it: WhatsApp has a way back of its own")
            elif way.target not in done:
                open_.add(way.target)
                stack.append((way.target, iter(ways.get(way.target, ()))))


@rule("fj-routing-direct", WARNING, OTHERS, "A `routing_model` has a route for each `navigate` action.")
def fj_routing_direct(flow: FlowView) -> Iterator[Hit]:
    """Between screens that are there; to itself a screen needs none."""
    if not isinstance(flow.fields.get("routing_model"), Mapping):
        return
    written = {(route.source, route.target) for route in flow.routes}
    for route in flow.navigations:
        there = route.target in flow.ids and route.source != route.target
        if there and (route.source, route.target) not in written:
            message = f"routing_model has no route from {route.source[:80]} to {route.target[:80]}"
            yield Hit(route.path, message, "add it there")


@rule("fj-routing-entry", ERROR, META, "A flow has a screen to begin with, and routes connect all of its screens.")
def fj_routing_entry(flow: FlowView) -> Iterator[Hit]:
    """A screen to which no other leads; a FLOW button can open only such a one."""
    if not flow.ids or not _known(flow):
        return
    where = "routing_model" if flow.routed else "screens"
    if not flow.entries:
        yield Hit(flow.at(where), "to every screen another leads, so that there is none to begin with")
    together = _together(flow)
    for screen in flow.ids.values():
        if screen.id not in together:
            message = f"no route connects {screen.id[:80]} with {flow.screens[0].id[:80] or 'the first screen'}"
            hint = "add it to routing_model" if flow.routed else "navigate to it, or remove it"
            yield Hit(screen.at("id"), message, hint)


def _together(flow: FlowView) -> set[str]:
    """The screens that routes connect with the first one, whichever way they lead."""
    beside: dict[str, list[str]] = {}
    for route in flow.routes:
        beside.setdefault(route.source, []).append(route.target)
        beside.setdefault(route.target, []).append(route.source)
    first = next(iter(flow.ids))
    found, todo = {first}, [first]
    while todo:
        new = [name for name in beside.get(todo.pop(), ()) if name not in found]
        found.update(new)
        todo += new
    return found


# Two of Meta's samples end on screens that are not terminal, hence no error.
@rule("fj-routing-end", INFO, META, "Every way through a flow ends on a terminal screen.")
def fj_routing_end(flow: FlowView) -> Iterator[Hit]:
    """Screens from which no route leads on. A flow without any terminal screen is another rule's."""
    if not _known(flow) or not any(screen.terminal for screen in flow.screens):
        return
    sources = {route.source for route in flow.routes}
    for screen in flow.ids.values():
        if not screen.terminal and screen.id not in sources:
            message = f"nothing follows {screen.id[:80]}, and it is not terminal"
            yield Hit(screen.at("id"), message, "lead on from here, or make it terminal")
