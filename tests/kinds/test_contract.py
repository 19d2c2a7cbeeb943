"""What breaks the applications that send a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from templatesync.kinds.template.sending import breaking


def message(*components: Mapping[str, Any]) -> dict[str, Any]:
    return {"Components": [{"Type": "BODY", "Text": "Hello $(name)."}, *components]}


def card(*, media: str = "IMAGE", first: str = "https://a.example/x", second: str = "https://a.example/$(p)") -> Any:
    buttons = [{"Type": "URL", "Url": first}, {"Type": "URL", "Url": second}]
    return {"CardComponents": [{"Type": "HEADER", "Format": media}, {"Type": "BUTTONS", "Buttons": buttons}]}


def carousel(*cards: Any) -> dict[str, Any]:
    return message({"Type": "CAROUSEL", "Cards": list(cards)})


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        (message(), message(), ()),
        (message(), {"Components": []}, ("variable name removed",)),
        (
            message({"Type": "HEADER", "Format": "IMAGE"}),
            message({"Type": "HEADER", "Format": "VIDEO"}),
            ("header media changed from IMAGE to VIDEO",),
        ),
        (message({"Type": "HEADER", "Format": "TEXT"}), message(), ()),
        (carousel(card(), card()), carousel(card(), card(), card()), ("number of cards changed from 2 to 3",)),
        (
            carousel(card(), card()),
            carousel(card(), card(media="VIDEO")),
            ("card 2: header media changed from IMAGE to VIDEO",),
        ),
        (
            carousel(card()),
            carousel(card(first="https://a.example/$(p)", second="https://a.example/x")),
            (),  # it moves: whoever gives it notices nothing
        ),
    ],
)
def test_what_senders_notice(old: Any, new: Any, reasons: tuple[str, ...]) -> None:
    assert tuple(note.text for note in breaking(old, new)) == reasons
