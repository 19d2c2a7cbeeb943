"""What of a message some customers do not see at first, or at all. Pure; the sources are Meta's pages.

Whether CAMS sends through the API whose pages tell of the fold is not known, so nothing here is certain: "may".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from templatesync.kinds.template import limits
from templatesync.kinds.template.look_parts import Piece
from templatesync.kinds.template.look_platform import CodeWords
from templatesync.look.bubble import REFORMATTED, Bubble, ButtonKind, Hidden
from templatesync.look.fold import hidden_words

# Lines of a marketing message that are shown: with a link in the text and no button that leads anywhere; below a
# picture, film or document; and else. The first wins.
_WITH_LINK, _BELOW_MEDIA, _PLAIN = 5, 3, 4
_SHOWN_OF_MORE: Final = 2
_DIES_AFTER: Final = 10
"""Minutes after which the button of a code does nothing more, when the message does not say how long the code lives."""
_DESKTOP, _IPHONE, _LINKED, _ANDROID = "desktop", "iPhone", "linked devices", "Android"
_ENDINGS: Final = frozenset("com net org info biz io co app shop store me".split())


def fold(bubble: Bubble) -> int:
    """After how many lines the body of a marketing message may be cut; 0 when it has no more than those."""
    leads = any(button.kind is not ButtonKind.QUICK_REPLY for button in bubble.buttons)
    lines = _WITH_LINK if _has_link(bubble.body.text) and not leads else _BELOW_MEDIA if bubble.media else _PLAIN
    return lines if hidden_words(bubble.body.text, lines) else 0


def hidden(bubble: Bubble, *, marketing: bool) -> Iterator[Hidden]:
    """What is so of every message; of marketing, also what is so of it alone."""
    if bubble.fold:
        words = hidden_words(bubble.body.text, bubble.fold)
        text = f'WhatsApp may show {bubble.fold} lines and "Read more"; about {words} are below the fold.'
        yield Hidden("fold", text)
    yield from _buttons(bubble)
    if bubble.offer is not None:
        yield Hidden("desktop_offer", "The offer is not shown, only a notice of it.", _DESKTOP)
    if marketing:
        yield REFORMATTED


def _buttons(bubble: Bubble) -> Iterator[Hidden]:
    count, kinds = len(bubble.buttons), {button.kind for button in bubble.buttons}
    if count > limits.BUTTONS_SHOWN:
        text = f'The first {_SHOWN_OF_MORE} of {count} buttons are shown; the others are behind "See all options".'
        yield Hidden("more_buttons", text)
    if count > limits.BUTTONS_SHOWN or (ButtonKind.QUICK_REPLY in kinds and len(kinds) > 1):
        text = "The message is not shown; the reader is sent to the phone, because of "
        why = f"its {count} buttons" if count > limits.BUTTONS_SHOWN else "a quick reply beside another button"
        yield Hidden("desktop_buttons", f"{text}{why}.", _DESKTOP)
    if ButtonKind.COPY in kinds:
        yield Hidden("desktop_coupon", "The button that copies the code is not shown.", _DESKTOP)


def hidden_of_code(buttons: tuple[Piece, ...], words: CodeWords, minutes: int) -> Iterator[Hidden]:
    """What is so of a message with a one-time code."""
    yield Hidden("linked_device", "The code is masked: it can be read on the primary device only.", _LINKED)
    types = {piece.type for piece in buttons}
    if "ZERO_TAP" in types:
        text = "The app takes the code without a tap; the button is shown only where that fails."
        yield Hidden("zero_tap", text, _ANDROID)
    for piece in buttons:
        if piece.type in ("ONE_TAP", "ZERO_TAP"):
            label = piece.text() or words.copy
            yield Hidden("iphone_one_tap", f'The button says "{label}" and copies the code.', _IPHONE)
    if types & {"ONE_TAP", "ZERO_TAP"}:
        text = f"The button does nothing {minutes or _DIES_AFTER} minutes after the message was sent."
        yield Hidden("button_expires", text)


def _has_link(text: str) -> bool:
    """Whether a phone makes a link of something in a text."""
    return any(_is_link(word.strip("*_~`()[]<>.,;:!?\"'").lower()) for word in text.split() if "." in word)


def _is_link(word: str) -> bool:
    host = word.partition("://")[2] or word
    host, slash, _ = host.partition("/")
    name, dot, ending = host.partition(":")[0].rpartition(".")
    return "://" in word or word.startswith("www.") or bool(name and dot and (slash or ending in _ENDINGS))
