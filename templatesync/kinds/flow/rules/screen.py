"""Rules about screens: their names, their layout, and where a flow can end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from templatesync.kinds.flow.rules.base import ERROR, META, OTHERS, WARNING, rule
from templatesync.kinds.flow.view import FlowView
from templatesync.kinds.rule import Hit

_ID = re.compile(r"(?!_+\Z)[a-zA-Z_]+")
_OLD_ID = re.compile(r"[a-zA-Z,_]+")
_RESERVED = "SUCCESS"


@rule("fj-id-charset", ERROR, META, "The id of a screen has letters and underscores only.")
def fj_id_charset(flow: FlowView) -> Iterator[Hit]:
    """From 7.0 on a letter at least."""
    pattern = _ID if flow.version >= (7, 0) else _OLD_ID
    for screen in flow.screens:
        if not screen.id:
            yield Hit(screen.at("id"), "a screen has an id, which is a text", "such as CHOOSE_DATE")
        elif not pattern.fullmatch(screen.id):
            found = "only underscores" if not screen.id.strip("_") else _first_strange(screen.id)
            message = f"the id of a screen has letters and underscores only; this has {found}"
            yield Hit(screen.at("id"), message, "spell numbers out, such as STEP_TWO")


def _first_strange(id_: str) -> str:
    strange = re.search(r"[^a-zA-Z_]", id_)
    sign = strange[0] if strange else ""
    return "a blank" if sign == " " else sign if sign.isprintable() else f"U+{ord(sign):04X}"


@rule("fj-id-unique", ERROR, META, "Each screen has an id of its own.")
def fj_id_unique(flow: FlowView) -> Iterator[Hit]:
    """Told at the second one."""
    seen: set[str] = set()
    for screen in flow.screens:
        if screen.id and screen.id in seen:
            yield Hit(screen.at("id"), f"another screen is {screen.id[:80]} too", "give this one an id of its own")
        seen.add(screen.id)


@rule("fj-id-success", ERROR, META, f"No screen is called {_RESERVED}.")
def fj_id_success(flow: FlowView) -> Iterator[Hit]:
    """The one reserved id."""
    for screen in flow.screens:
        if screen.id == _RESERVED:
            yield Hit(screen.at("id"), f"{_RESERVED} is reserved: an endpoint ends a flow by it", "choose another id")


@rule("fj-layout", ERROR, META, "A screen has a layout of type SingleColumnLayout with a list of children.")
def fj_layout(flow: FlowView) -> Iterator[Hit]:
    """What WhatsApp knows of layouts so far."""
    for screen in flow.screens:
        layout = screen.fields.get("layout")
        if not isinstance(layout, Mapping):
            yield Hit(screen.at("layout"), "a screen has a layout, which is an object")
            continue
        if layout.get("type") != "SingleColumnLayout":
            yield Hit(screen.at("layout", "type"), "the type of a layout is SingleColumnLayout")
        children = layout.get("children")
        if not isinstance(children, list):
            yield Hit(screen.at("layout", "children"), "a layout has children, which are a list")
            continue
        for index, child in enumerate(children):
            if not isinstance(child, Mapping) or not isinstance(child.get("type"), str):
                yield Hit((*screen.at("layout", "children"), index), "a component is an object with a type")


@rule("fj-terminal", ERROR, META, "A screen is terminal.")
def fj_terminal(flow: FlowView) -> Iterator[Hit]:
    """One at least."""
    if flow.screens and not any(screen.terminal for screen in flow.screens):
        yield Hit(flow.at("screens"), "no screen ends the flow", 'write "terminal": true at the last one')


@rule("fj-terminal-footer", ERROR, META, "A terminal screen has a Footer.")
def fj_terminal_footer(flow: FlowView) -> Iterator[Hit]:
    """Wherever in the screen: an If may show one of two."""
    for screen in flow.screens:
        if screen.terminal and not any(part.type == "Footer" for part in screen.all_parts):
            yield Hit(screen.at("terminal"), "a terminal screen has a Footer", "add one that does complete")


@rule("fj-success-flag", ERROR, META, "`success` belongs on terminal screens only.")
def fj_success_flag(flow: FlowView) -> Iterator[Hit]:
    """It says whether ending here is what the business wanted."""
    for screen in flow.screens:
        if "success" in screen.fields and not screen.terminal:
            yield Hit(screen.at("success"), "success says how a flow ended; this screen does not end it", "remove it")


@rule("fj-data-example", WARNING, OTHERS, "Each entry of a screen's data has a type and `__example__`.")
def fj_data_example(flow: FlowView) -> Iterator[Hit]:
    """Entries of the first level; what is inside an object or list has types only."""
    for screen in flow.screens:
        if "data" in screen.fields and not isinstance(screen.fields["data"], Mapping):
            yield Hit(screen.at("data"), "the data of a screen is an object: names with their types")
        for name, schema in screen.data.items():
            fields = schema if isinstance(schema, Mapping) else {}
            missing = [wanted for wanted in ("type", "__example__") if wanted not in fields]
            if missing:
                message = f"{name[:80]} has no {' and no '.join(missing)}"
                hint = 'such as {"type": "string", "__example__": "Friday, 6 pm"}'
                yield Hit(screen.at("data", name), message, hint)
