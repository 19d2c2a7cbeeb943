"""What TAB offers: spaces, keys, rules and the like, from files of the project alone. Never fails, says nothing.

A shell asks by running the program, once for each TAB: everything is imported late, and nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completion: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[CompletionItem]]"


def _offered(
    words: Callable[[click.Context], Iterable[str]], *, files: bool = False, listed: bool = False
) -> Completion:
    """What begins as somebody has begun; with `files` else a file. `listed` is for the last word behind commas."""

    def complete(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        before, comma, last = begun.rpartition(",") if listed else ("", "", begun)
        try:
            found = sorted({word for word in words(ctx) if word.startswith(last)})
        except Exception:  # a broken project, no project, a file that nobody may read: nothing to offer
            found = []
        items = [CompletionItem(f"{before}{comma}{word}") for word in found]
        return [*items, CompletionItem(begun, type="file")] if files and not items else items

    return complete


def _root(ctx: click.Context) -> Path:
    """The project's folder, as -C before or after the command says."""
    at: click.Context | None = ctx
    while at is not None:
        if given := at.params.get("directory"):
            return Path(given)
        at = at.parent
    return Path()


def _spaces(ctx: click.Context) -> Iterable[str]:
    from templatesync.commands.known_words import spaces

    return spaces(_root(ctx))


def _keys(ctx: click.Context) -> Iterable[str]:
    from templatesync.commands.known_words import keys

    return keys(_root(ctx))


def _names(ctx: click.Context) -> Iterable[str]:
    from templatesync.commands.known_words import names

    return names(_root(ctx))


def _rules(ctx: click.Context) -> Iterable[str]:
    from templatesync.commands.rules import rules as run

    return [each.id for each in run("").rules]


def _schemas(ctx: click.Context) -> Iterable[str]:
    from templatesync.schema.loading import schema_dir

    return [path.name.removesuffix(".schema.json") for path in schema_dir().glob("*.schema.json")]


def _topics(ctx: click.Context) -> Iterable[str]:
    from templatesync.cli.topics import TOPICS

    group: Any = ctx.find_root().command
    return [*TOPICS, *group.commands]


def _kinds_of_change(ctx: click.Context) -> Iterable[str]:
    from templatesync.model.change import KINDS_OF_CHANGE

    return KINDS_OF_CHANGE


def _alarms_of_plan(ctx: click.Context) -> Iterable[str]:
    from templatesync.commands.plan import FAIL_ON

    return FAIL_ON


def _alarms_of_status(ctx: click.Context) -> Iterable[str]:
    from templatesync.commands.status import FAIL_ON

    return FAIL_ON


def _quirks(ctx: click.Context) -> Iterable[str]:
    from templatesync.emulator.quirks.table import QUIRKS

    return [f"{name}=" for name in QUIRKS]


spaces = _offered(_spaces)
keys = _offered(_keys)
keys_and_files = _offered(_keys, files=True)
names = _offered(_names)
rules = _offered(_rules)
schemas = _offered(_schemas)
topics = _offered(_topics)
kinds_of_change = _offered(_kinds_of_change, listed=True)
alarms_of_plan = _offered(_alarms_of_plan, listed=True)
alarms_of_status = _offered(_alarms_of_status, listed=True)
quirks = _offered(_quirks)
