"""Two versions of a template and their plans, for tests of who stays where and of what breaks on purpose."""

from __future__ import annotations

from typing import Any

from support.emulated_project import World
from support.plan_scenarios import gone, hello, own
from templatesync.model.change import Change

Body = dict[str, Any]

RENAMED = "Hello $(customer), your parcel is on its way to you."
V1, V1_AR = hello(), hello(Language="ar")
REMOVED = ["breaking-language-removed"]
BOTH = ["breaking-variable-removed", "breaking-variable-added"]


def v2(words: str = RENAMED, name: str = "hello_v2", replaces: str = "hello", **options: Any) -> Body:
    """A new version; by default the variable has another name in it."""
    example = {"customer": "Ann"} if "customer" in words else {"name": "Ann"}
    return own(hello(words, Name=name, Example=example), replaces=replaces, **options)


def dead(name: str = "hello", language: str = "en", **options: Any) -> Body:
    """Its tombstone."""
    return own(gone(name, language), state="absent", **options)


def rows(world: World, **options: Any) -> dict[str, Change]:
    """What a plan makes of each, by name and language."""
    (space,) = world.plan(**options).plan.spaces
    return {str(change.key).removeprefix("template/"): change for change in space.changes}


def notes(change: Change) -> dict[str, str]:
    """The texts of its notes by their codes."""
    return {note.code: note.text for note in change.notes}
