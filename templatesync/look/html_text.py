"""How a text becomes harmless in a page of HTML: the one door to it. Pure; knows no page.

Tags and quotes are escaped, and what nobody sees is shown by its number. A log that a page is printed to obeys nothing
of it either: where a runner of CI would take a text for a command, a character stands as its number. No line of a page
begins with a text.
"""

from __future__ import annotations

from html import escape
from typing import Any

from markupsafe import Markup

from templatesync.model.character import shown
from templatesync.model.unseen import UNSEEN, may_hold_unseen, unobeyed


def html(value: Any) -> Any:
    """What is shown of a value, for text and for attributes in double quotes; no tag comes out of it.

    What is marked up already, and what is no text, are as they are.
    """
    return Markup(attribute(value)) if isinstance(value, str) and not isinstance(value, Markup) else value  # noqa: S704


def attribute(text: str) -> str:
    """The value of an attribute in double quotes, which may stand as text as well."""
    if may_hold_unseen(text):
        text = UNSEEN.sub(lambda match: "".join(map(shown, match[0])), text)
    return _harmless(escape(text))


def marked(text: str) -> str:
    """The content of an element: each number of a character that nobody sees is set apart from the text around it."""
    if not may_hold_unseen(text):
        return _harmless(escape(text))
    pieces: list[str] = []
    done = 0
    for match in UNSEEN.finditer(text):
        numbers = escape("".join(map(shown, match[0])))
        pieces += (escape(text[done : match.start()]), f'<span class="unseen">{numbers}</span>')
        done = match.end()
    return _harmless("".join([*pieces, escape(text[done:])]))


def _harmless(markup: str) -> str:
    return unobeyed(markup, lambda match: f"&#{ord(match[0])};")
