"""The buttons of a message as a customer sees them. Pure; draws nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from templatesync.kinds.template.look_parts import Piece
from templatesync.kinds.template.look_platform import CODE, LABELS, CodeWords
from templatesync.look.bubble import Button, ButtonKind
from templatesync.look.filled import Filled, filled

_FLOW: Final = re.compile(r"\$\{\{\s*flows\.([^\s{}]+)\s*\}\}")


class Pen(NamedTuple):
    """What is needed to write a text: the values of variables, and the platform's words if the message is a code's.

    `code_words` is None in any other message.
    """

    values: Mapping[str, str]
    code_words: CodeWords | None = None

    def __call__(self, text: str) -> Filled:
        return filled(text, self.values)


def button(piece: Piece, pen: Pen) -> Button:
    """A button of whatever type. Its label is the type's word where nobody knows what a phone would say."""
    if pen.code_words is not None and piece.type in ("COPY_CODE", "ONE_TAP", "ZERO_TAP"):
        return _code_button(piece, pen, pen.code_words)
    if piece.type in LABELS:
        kind, target = _FIXED[piece.type], piece.text("CouponCode")
        return Button(kind, Filled(LABELS[piece.type]), pen(target))
    make = _MAKERS.get(piece.type)
    return make(piece, pen) if make else _other(piece, pen)


def fixed_label(piece: Piece, pen: Pen) -> bool:
    """Whether the platform writes the label, and not the template."""
    if pen.code_words is None:
        return piece.type in LABELS
    return not piece.text("Text" if piece.type == "COPY_CODE" else "AutofillText")


def _code_button(piece: Piece, pen: Pen, words: CodeWords) -> Button:
    if piece.type == "COPY_CODE":
        return Button(ButtonKind.COPY, pen(piece.text() or words.copy), pen(CODE))
    return Button(ButtonKind.AUTOFILL, pen(piece.text("AutofillText") or words.autofill), pen(CODE))


def _link(piece: Piece, pen: Pen) -> Button:
    return Button(ButtonKind.URL, pen(piece.text()), pen(piece.text("Url")))


def _call(piece: Piece, pen: Pen) -> Button:
    return Button(ButtonKind.PHONE, pen(piece.text()), pen(piece.text("PhoneNumber")))


def _reply(piece: Piece, pen: Pen) -> Button:
    return Button(ButtonKind.QUICK_REPLY, pen(piece.text()))


def _flow(piece: Piece, pen: Pen) -> Button:
    """Nobody sees which flow it opens; whoever reviews it wants to know."""
    flow, screen = (_plain(piece, name) for name in ("FlowId", "NavigateScreen"))
    if reference := _FLOW.fullmatch(flow):
        flow = reference[1]
    return Button(ButtonKind.FLOW, pen(piece.text()), Filled(f"{flow}, screen {screen}" if flow and screen else flow))


def _autofill(piece: Piece, pen: Pen) -> Button:
    """Out of place in a message without a code, where nobody knows what it would do."""
    label = piece.text("AutofillText") or piece.text() or piece.type
    return Button(ButtonKind.AUTOFILL, pen(label), pen(piece.text() if piece.text("AutofillText") else ""))


def _other(piece: Piece, pen: Pen) -> Button:
    more = piece.all_strings().removeprefix(piece.text()).removeprefix(", ")
    return Button(ButtonKind.OTHER, pen(piece.text() or piece.type), pen(more))


def _plain(piece: Piece, name: str) -> str:
    value = piece.fields.get(name)
    return value if isinstance(value, str) else ""


_FIXED: Final[Mapping[str, ButtonKind]] = {
    "COPY_CODE": ButtonKind.COPY,
    "MPM": ButtonKind.PRODUCTS,
    "CATALOG": ButtonKind.CATALOG,
    "SPM": ButtonKind.PRODUCTS,
}
_MAKERS: Final[Mapping[str, Callable[[Piece, Pen], Button]]] = {
    "URL": _link,
    "PHONE_NUMBER": _call,
    "QUICK_REPLY": _reply,
    "FLOW": _flow,
    "ONE_TAP": _autofill,
    "ZERO_TAP": _autofill,
}
