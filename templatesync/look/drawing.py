"""What is drawn of an appearance: its texts in all three fillings as paragraphs, cut where a phone may cut them. Pure.

Knows no tag. A text that has no variable is the same in every filling, and is drawn once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from templatesync.look.bubble import Appearance, Bubble, Button, Card, Hidden, Values
from templatesync.look.filled import Filled, Slot
from templatesync.look.fold import fold_at, words_in
from templatesync.look.markup import LineKind, marked_up

Looks: TypeAlias = tuple[Appearance, Appearance, Appearance]
"""One content with its samples, with the names of its variables and with the longest values, in the order of Values."""

_EVERY = tuple(Values)


def in_all_fillings(draw: Callable[[Values], Appearance]) -> Looks:
    """One content in its three fillings."""
    samples, names, longest = map(draw, Values)
    return samples, names, longest


class Piece(NamedTuple):
    """A run of a paragraph. `style` and `variable` are as in markup; `below`: it is below the fold."""

    text: str
    style: int = 0
    variable: str = ""
    below: bool = False


class Paragraph(NamedTuple):
    """One line of a text. `below`: all of it is below the fold."""

    pieces: tuple[Piece, ...]
    kind: str = LineKind.PLAIN
    below: bool = False


class Text(NamedTuple):
    """A text as it is drawn in some fillings: in all when `values` is empty. `hidden` is how much is below the fold."""

    values: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    hidden: str = ""


class DrawnButton(NamedTuple):
    """A button: what it says, and where it leads or what it copies."""

    kind: str
    label: tuple[Text, ...]
    said: str
    """The label with its samples, for what is told about the button elsewhere."""
    target: tuple[Piece, ...]
    """With its samples: nobody looks at an address of two thousand characters."""


class DrawnCard(NamedTuple):
    """A card of a carousel."""

    media: object
    body: tuple[Text, ...]
    buttons: tuple[DrawnButton, ...]


class Message(NamedTuple):
    """A message with all its texts. `bubble` is the one with samples, for what no filling changes."""

    bubble: Bubble
    header: tuple[Text, ...]
    offer: tuple[Text, ...]
    body: tuple[Text, ...]
    footer: tuple[Text, ...]
    buttons: tuple[DrawnButton, ...]
    cards: tuple[DrawnCard, ...]
    others: tuple[tuple[str, tuple[Text, ...]], ...]
    hidden: tuple[Hidden, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of what is hidden."""
        return frozenset(each.code for each in self.hidden)


_SAID_ONCE = frozenset({"reformatted", "fold"})
"""What a page says once for all messages, and what stands at the fold itself."""


def message(looks: Sequence[Bubble]) -> Message:
    """A message in its three fillings, which differ in values only."""
    one = looks[0]
    return Message(
        bubble=one,
        header=_plain([each.header for each in looks]),
        offer=_plain([each.offer.text if each.offer else Filled() for each in looks]),
        body=_body(looks),
        footer=_plain([each.footer for each in looks]),
        buttons=_buttons([each.buttons for each in looks]),
        cards=tuple(_card(cards) for cards in zip(*[each.cards for each in looks], strict=False)),
        others=tuple(
            (parts[0].type, _plain([each.text for each in parts]))
            for parts in zip(*[each.others for each in looks], strict=False)
        ),
        hidden=tuple(each for each in one.hidden if each.code not in _SAID_ONCE),
    )


def _card(cards: Sequence[Card]) -> DrawnCard:
    bodies = tuple(_marked(values, filled, 0) for values, filled, _ in _alike([(card.body, 0) for card in cards]))
    return DrawnCard(cards[0].media, bodies if cards[0].body else (), _buttons([card.buttons for card in cards]))


def _buttons(looks: Sequence[tuple[Button, ...]]) -> tuple[DrawnButton, ...]:
    return tuple(
        DrawnButton(
            each[0].kind.name.lower(),
            _plain([button.label for button in each]),
            each[0].label.text,
            tuple(_cut(each[0].target, 0, len(each[0].target.text))),
        )
        for each in zip(*looks, strict=False)
    )


def _alike(texts: Iterable[tuple[Filled, int]]) -> Iterator[tuple[tuple[str, ...], Filled, int]]:
    """Different texts, each with the fillings that it is for: none named when it is for all of them."""
    found: dict[tuple[Filled, int], list[str]] = {}
    for values, text in zip(_EVERY, texts, strict=True):
        found.setdefault(text, []).append(values.value)
    for (filled, fold), values_ in found.items():
        yield (() if len(found) == 1 else tuple(values_)), filled, fold


def _plain(looks: Sequence[Filled]) -> tuple[Text, ...]:
    """A text without markup; nothing when there is none."""
    if not any(looks):
        return ()
    return tuple(
        Text(values, tuple(Paragraph(tuple(line)) for line in _lines(filled)))
        for values, filled, _ in _alike([(filled, 0) for filled in looks])
    )


def _lines(filled: Filled) -> Iterator[list[Piece]]:
    start = 0
    for line in filled.text.split("\n"):
        yield list(_cut(filled, start, start + len(line)))
        start += len(line) + 1


def _cut(filled: Filled, start: int, end: int) -> Iterator[Piece]:
    text = filled.text
    for slot in (*filled.slots, Slot(end, end, "")):
        if slot.end < start or slot.start > end:
            continue
        if start < slot.start:
            yield Piece(text[start : slot.start])
            start = slot.start
        stop = min(slot.end, end)
        if start < stop:
            yield Piece(text[start:stop], 0, slot.name)
            start = stop
    if start < end:
        yield Piece(text[start:end])


def _body(looks: Sequence[Bubble]) -> tuple[Text, ...]:
    if not any(each.body for each in looks):
        return ()
    return tuple(_marked(*each) for each in _alike([(bubble.body, bubble.fold) for bubble in looks]))


def _marked(values: tuple[str, ...], filled: Filled, fold: int) -> Text:
    at = fold_at(filled.text, fold) if fold else len(filled.text)
    paragraphs: list[Paragraph] = []
    place = 0
    for line in marked_up(filled):
        begin = place
        pieces: list[Piece] = []
        for text, style, variable, marker in line.pieces:
            end = place + len(text)
            if not marker:
                if place < at < end:
                    pieces.append(Piece(text[: at - place], style.value, variable))
                    pieces.append(Piece(text[at - place :], style.value, variable, True))
                else:
                    pieces.append(Piece(text, style.value, variable, place >= at))
            place = end
        fence = line.kind is LineKind.CODE and not pieces and bool(line.pieces)
        if not fence:
            paragraphs.append(Paragraph(tuple(pieces), line.kind.value, begin >= at and bool(fold)))
        place += 1
    return Text(values, tuple(paragraphs), words_in(filled.text[at:]))
