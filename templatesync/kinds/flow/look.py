"""A flow as the screens that a customer sees, in order, and where each leads. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from templatesync.kinds.flow.view import ASSET, CONTENT, FlowPart, FlowView, Screen, view_of
from templatesync.look import bubble
from templatesync.look.bubble import Part, Screens, Values
from templatesync.model.json_value import Json

UNREAD: Final = "the JSON of this flow is not known, so its screens cannot be shown"
NO_SCREENS: Final = "the JSON of this flow has no screens"

_KINDS: Final[Mapping[str, str]] = {
    "TextHeading": "heading",
    "TextSubheading": "subheading",
    "TextBody": "text",
    "TextCaption": "caption",
    "RichText": "text",
    "TextInput": "input",
    "TextArea": "input",
    "DatePicker": "date",
    "CalendarPicker": "date",
    "Dropdown": "choice",
    "RadioButtonsGroup": "choice",
    "CheckboxGroup": "choices",
    "ChipsSelector": "choices",
    "OptIn": "opt-in",
    "EmbeddedLink": "link",
    "NavigationList": "list",
    "Image": "picture",
    "ImageCarousel": "pictures",
    "PhotoPicker": "upload",
    "DocumentPicker": "upload",
    "Footer": "button",
}
_CONTAINERS: Final = frozenset({"Form", "If", "Switch"})
# The first of these that a component has is what it says; the rest are hints.
_LABELS: Final = ("text", "label", "title", "alt-text")
_HINTS: Final = ("description", "helper-text", "error-message", "left-caption", "center-caption", "right-caption")
_ENTRIES: Final = ("data-source", "list-items", "images")
_ENTRY_TEXTS: Final = ("title", "description", "metadata", "alt-text")

_DATA: Final = re.compile(r"\$\{data\.(\w+)\}")
# An expression that only puts texts together: what is in quotes, and what is filled in.
_PIECE: Final = re.compile(r"\s*(?:'([^'\\]*)'|(\$\{[^{}`']*\}))\s*")

_LARGEST: Final = 10**40

Examples: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""What a screen gives as examples of its data, by name: a text, or the texts of a list's entries."""

# One example can stand in a hundred thousand places.
_LONGEST: Final = 300
_MOST_ENTRIES: Final = 20


def look(content: Json, values: Values) -> Screens:
    """The screens of a content, which is what is compared, or of a body, which has the JSON beside its file's path.

    With samples, the examples that a screen gives for its data stand in their places.
    """
    fields = content if isinstance(content, dict) else {}
    json = fields.get(CONTENT, fields.get(ASSET))
    if not isinstance(json, dict):
        return Screens(unread=UNREAD)
    view = view_of(json)
    if not view.screens:
        return Screens(unread=NO_SCREENS)
    routes = _routes(view)
    return Screens(tuple([_screen(screen, routes.get(screen.id, ()), values) for screen in view.screens]))


def _routes(view: FlowView) -> Mapping[str, tuple[str, ...]]:
    """Where each screen leads, by what `routing_model` says and by what its buttons do, each screen once."""
    found: dict[str, dict[str, None]] = {}
    for route in (*view.routes, *view.navigations):
        found.setdefault(route.source, {})[route.target] = None
    return {source: tuple(targets) for source, targets in found.items()}


def _screen(screen: Screen, leads_to: tuple[str, ...], values: Values) -> bubble.Screen:
    examples = {} if values is Values.NAMES else dict(_examples(screen))
    title = _text(screen.fields.get("title"), examples)
    return bubble.Screen(screen.id, title, tuple(_parts(screen.parts, examples)), leads_to, screen.terminal)


def _examples(screen: Screen) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for name, about in screen.data.items():
        example = about.get("__example__") if isinstance(about, dict) else None
        if isinstance(example, list):
            yield name, tuple([_choice(each, {})[:_LONGEST] for each in example[:_MOST_ENTRIES]])
        elif isinstance(example, str):
            yield name, example[:_LONGEST]
        elif isinstance(example, (int, float)) and not isinstance(example, bool) and abs(example) < _LARGEST:
            yield name, str(example)


def _parts(parts: Iterable[FlowPart], examples: Examples) -> Iterator[Part]:
    for part in parts:
        if part.type not in _CONTAINERS:
            yield from _part(part, examples)
        for branch in part.branches:
            if condition := _condition(part, branch):
                yield Part("condition", condition)
            yield from _parts(branch, examples)


def _condition(part: FlowPart, branch: tuple[FlowPart, ...]) -> str:
    """When a branch of an If or Switch is shown, in the flow's own words; empty for any other component."""
    if part.type not in ("If", "Switch") or not branch:
        return ""
    which = branch[0].path[len(part.path) :]
    if part.type == "Switch":
        return f"if {_text(part.fields.get('value'), {})} is {which[1]}"
    condition = _text(part.fields.get("condition"), {})
    return f"if {condition}" if which[0] == "then" else f"else, if not {condition}"


def _part(part: FlowPart, examples: Examples) -> Iterator[Part]:
    said = [text for name in _LABELS if (text := _text(part.fields.get(name), examples))]
    kind = _KINDS.get(part.type, "other")
    label = said[0] if said else part.type if kind == "other" else ""
    yield Part(kind, label, _choices(part, examples), part.fields.get("required") is True)
    for text in (*said[1:], *[_text(part.fields.get(name), examples) for name in _HINTS]):
        if text:
            yield Part("hint", text)


def _choices(part: FlowPart, examples: Examples) -> tuple[str, ...]:
    """What can be chosen; what is filled in on the phone as the examples have it, or else as the flow writes it."""
    found: list[str] = []
    for name in _ENTRIES:
        entries = part.fields.get(name)
        if isinstance(entries, str):
            named = _DATA.fullmatch(entries)
            example = examples.get(named[1], "") if named else ""
            found += example if isinstance(example, tuple) else [entries]
        else:
            listed = entries if isinstance(entries, (list, tuple)) else ()
            found += [_choice(each, examples) for each in listed]
    return tuple(filter(None, found))


def _choice(entry: Json, examples: Examples) -> str:
    return _text(entry, examples) or ": ".join(_entry(entry, examples))


def _entry(entry: Json, examples: Examples) -> Iterator[str]:
    """The texts of an option, of an item of a list or of a picture."""
    sides = (entry, *[entry.get(name) for name in ("start", "main-content", "end")]) if isinstance(entry, dict) else ()
    for side in sides:
        if isinstance(side, dict):
            yield from filter(None, [_text(side.get(field), examples) for field in _ENTRY_TEXTS])


def _text(value: Json, examples: Examples) -> str:
    """A text, or the lines of a list of them, with the examples in it."""
    if isinstance(value, (list, tuple)):
        return "\n".join([_filled(line, examples) for line in value if isinstance(line, str)])
    return _filled(value, examples) if isinstance(value, str) else ""


def _filled(text: str, examples: Examples) -> str:
    if not examples or "${" not in text:
        return text
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = _put_together(text[1:-1]) or text
    return _DATA.sub(lambda match: _example(match, examples), text)


def _example(match: re.Match[str], examples: Examples) -> str:
    """What stands for a reference: its example when that is a text, and else the reference."""
    example = examples.get(match[1])
    return example if isinstance(example, str) and example else match[0]


def _put_together(expression: str) -> str:
    """What an expression says when it only puts texts together; empty for any other."""
    found, place = [], 0
    while place < len(expression):
        match = _PIECE.match(expression, place)
        if match is None:
            return ""
        found.append(match[1] if match[2] is None else match[2])
        place = match.end()
    return "".join(found)
