"""Rules about actions: where they lead and what they hand over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from templatesync.kinds.flow.rules.base import ERROR, META, OTHERS, WARNING, rule
from templatesync.kinds.flow.view import FlowView, ScreenAction
from templatesync.kinds.rule import Hit
from templatesync.model.nearest import nearest

_MOST_NAMED = 5
_MOST_COMPARED = 200


def _navigations(flow: FlowView) -> Iterator[ScreenAction]:
    return (action for screen in flow.screens for action in screen.actions if action.name == "navigate")


@rule("fj-complete", ERROR, META, "The action `complete` belongs on terminal screens only.")
def fj_complete(flow: FlowView) -> Iterator[Hit]:
    """It ends the flow."""
    for screen in flow.screens:
        for action in screen.actions if not screen.terminal else ():
            if action.name == "complete":
                message = "complete ends the flow, and this screen is not terminal"
                yield Hit(action.at("name"), message, 'write "terminal": true at the screen, or navigate on')


@rule("fj-navigate-target", ERROR, META, "The action `navigate` names a screen that is there.")
def fj_navigate_target(flow: FlowView) -> Iterator[Hit]:
    """`next` with the type screen and the id of one."""
    hints = _MOST_NAMED
    for action in _navigations(flow):
        if action.next_type != "screen":
            yield Hit(action.at("next", "type"), "navigate goes to a screen", 'write "type": "screen"')
        elif not action.target:
            hint = 'write "next": {"type": "screen", "name": "THE_SCREEN"}'
            yield Hit(action.at("next", "name"), "navigate names the screen that comes next", hint)
        elif action.target not in flow.ids:
            # Comparing names takes long, and a file may be full of them.
            close = nearest(action.target, islice(flow.ids, _MOST_COMPARED)) if hints else ""
            hints -= 1 if hints else 0
            hint = f"did you mean {close[:80]}?" if close else ""
            yield Hit(action.at("next", "name"), f"there is no screen {action.target[:80]}", hint)


@rule("fj-navigate-payload", ERROR, META, "`navigate` hands over all that the next screen's data asks for.")
def fj_navigate_payload(flow: FlowView) -> Iterator[Hit]:
    """By name; what stands in it beyond that does no harm."""
    for action in _navigations(flow):
        target = flow.ids.get(action.target)
        if target is None or (action.payload is None and isinstance(action.fields.get("payload"), str)):
            continue
        payload = action.payload or {}
        missing = list(islice((name for name in target.data if name not in payload), _MOST_NAMED + 1))
        if missing:
            message = f"{target.id} asks for {_listed(missing)}, which this payload lacks"
            yield Hit(action.at("payload"), message, "add what is missing, or take it out of the screen's data")


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:80] for name in names[:_MOST_NAMED])
    return f"{shown} and others" if len(names) > _MOST_NAMED else shown


@rule("fj-payload-empty", WARNING, OTHERS, "From version 6.0 on `navigate` hands over no empty texts.")
def fj_payload_empty(flow: FlowView) -> Iterator[Hit]:
    """Texts that are written out empty."""
    for action in _navigations(flow) if flow.version >= (6, 0) else ():
        for name, value in (action.payload or {}).items():
            if value == "":
                message = f"the payload hands over {name[:80]} as an empty text"
                yield Hit(action.at("payload", name), message, "leave it out, or hand over a dash")
