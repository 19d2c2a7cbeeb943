"""What a kind looks like as a few lines of text, for golden files; and all texts of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from templatesync.look.bubble import Appearance, Bubble, Button, Picture, Sample, Screens
from templatesync.look.filled import Filled


def compact(appearance: Appearance) -> str:
    """One line for each thing that is drawn, in the order in which a phone draws them."""
    if isinstance(appearance, Picture):
        return "\n".join(f"{name}: {value}" for name, value in appearance._asdict().items() if value) + "\n"
    lines = _message(appearance) if isinstance(appearance, Bubble) else _screens(appearance)
    return "".join(f"{line}\n" for line in lines)


def all_texts(value: Any) -> Iterator[str]:
    """Every text in an appearance."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, frozenset)):
        for each in value:
            yield from all_texts(each)


def strange(value: Any) -> Iterator[Any]:
    """What of an appearance is none of the values that whoever draws it expects."""
    if isinstance(value, (tuple, frozenset)):
        for each in value:
            yield from strange(each)
    elif not isinstance(value, (str, bool, int, type(None))):
        yield value


def _message(bubble: Bubble) -> Iterator[str]:
    own = {name: " (platform)" if name in bubble.platform else "" for name in ("body", "footer", "buttons")}
    if bubble.media:
        yield _media(bubble.media)
    if bubble.offer:
        yield f"offer: {_marked(bubble.offer.text)}{' (counts down)' if bubble.offer.expires else ''}"
    for name in ("header", "body", "footer"):
        if text := getattr(bubble, name):
            yield f"{name}{own.get(name, '')}: {_marked(text)}"
    yield from (f"{_button(button)}{own['buttons']}" for button in bubble.buttons)
    for number, card in enumerate(bubble.cards, 1):
        yield f"card {number}: {_media(card.media) if card.media else 'no media'}"
        yield f"  body: {_marked(card.body)}"
        yield from (f"  {_button(button)}" for button in card.buttons)
    yield from (f"other {other.type}: {_marked(other.text)}" for other in bubble.others)
    yield from (f"hidden {each.code}{each.client and f' ({each.client})'}: {each.text}" for each in bubble.hidden)


def _screens(flow: Screens) -> Iterator[str]:
    if flow.unread:
        yield f"unread: {flow.unread}"
    for screen in flow.screens:
        yield f"{screen.id}: {screen.title}{' (end)' if screen.terminal else ''}"
        for part in screen.parts:
            yield f"  {part.kind}{' *' if part.required else ''}: {part.text}"
            yield from (f"    - {choice}" for choice in part.choices)
        yield from (f"  -> {name}" for name in screen.leads_to)


def _media(sample: Sample) -> str:
    return f"{sample.kind}: {sample.source or 'unknown'}{sample.name and f' ({sample.name})'}"


def _button(button: Button) -> str:
    target = button.target and f" -> {_marked(button.target)}"
    return f"[{button.kind}] {_marked(button.label)}{target or ''}"


def _marked(text: Filled) -> str:
    """A text in which values stand between guillemets, and line ends as backslash and n."""
    parts, end = [], 0
    for slot in text.slots:
        parts += [text.text[end : slot.start], "«", text.text[slot.start : slot.end], "»"]
        end = slot.end
    return "".join((*parts, text.text[end:])).replace("\n", "\\n")
