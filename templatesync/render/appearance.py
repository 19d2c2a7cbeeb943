"""A message, screens or a picture as text for a terminal: what a customer sees, without colours or frames. Pure.

Knows no plan. Where a kind cannot say what its content looks like, the content itself is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from templatesync.kinds import KINDS
from templatesync.look.apart import alone
from templatesync.look.bubble import Appearance, Bubble, Button, Picture, Sample, Screens, Values
from templatesync.model.json_value import Json
from templatesync.model.resource import Key
from templatesync.render.difference import shown
from templatesync.render.terminal import Style, visible, wrapped


def text_of(key: Key, content: Json, margin: str, style: Style) -> list[str]:
    """The lines that show a content; none where there is none."""
    if content is None:
        return []
    lines = [*_appearance(_look(key, content))] or shown(content).split("\n")
    first, out = f"{margin}│ ", []
    for line in lines:
        for each in alone(line, indented=True).split("\n"):
            out += [written.rstrip() for written in wrapped(visible(each), style.columns, first, first)]
    return out


def excerpt(key: Key, content: Json) -> str:
    """The first words of it, in one line; empty where there are none."""
    lines = [*_appearance(_look(key, content))] if content is not None else []
    first = next((line for line in lines if line.strip()), "")
    return visible(alone(first[:80], indented=True)) + ("…" if len(first) > 80 or len(lines) > 1 else "")


def _look(key: Key, content: Json) -> Appearance:
    kind = KINDS.get(key.kind)
    if kind is None or not isinstance(content, Mapping):
        return Bubble()
    try:
        return kind.content.look(content, key.language, {}, Values.NAMES)
    except Exception:  # what is live may have any shape, and costs nobody the plan
        return Bubble()


def _appearance(seen: Appearance) -> Iterator[str]:
    if isinstance(seen, Bubble):
        yield from _bubble(seen)
    elif isinstance(seen, Screens):
        yield from _screens(seen)
    else:
        yield from _picture(seen)


def _bubble(seen: Bubble) -> Iterator[str]:
    if seen.media:
        yield _media(seen.media)
    if seen.header:
        yield from seen.header.text.split("\n")
    if seen.offer:
        yield f"(offer) {seen.offer.text.text}"
    if seen.body:
        yield from seen.body.text.split("\n")
    if seen.footer:
        yield from seen.footer.text.split("\n")
    yield from map(_button, seen.buttons)
    for other in seen.others:
        yield f"({other.type}) {other.text.text}"
    for number, card in enumerate(seen.cards, 1):
        about = [_media(card.media)] if card.media else []
        about += card.body.text.split("\n") if card.body else []
        yield f"card {number}: {' / '.join(about)}"
        yield from (f"  {_button(each)}" for each in card.buttons)


def _media(sample: Sample) -> str:
    return f"({sample.kind.value}) {sample.name or sample.source}".rstrip()


def _button(button: Button) -> str:
    target = f" → {button.target.text}" if button.target else ""
    return f"[ {button.label.text} ] {button.kind.value}{target}"


def _screens(seen: Screens) -> Iterator[str]:
    if seen.unread:
        yield f"(its screens cannot be shown: {seen.unread})"
    for screen in seen.screens:
        yield f"screen {screen.id}: {screen.title}"
        for part in screen.parts:
            choices = f" ({', '.join(part.choices)})" if part.choices else ""
            yield f"  {part.kind}: {part.text}{choices}"


def _picture(seen: Picture) -> Iterator[str]:
    yield f"(code) {seen.message}"
    yield f"to {seen.phone}"
