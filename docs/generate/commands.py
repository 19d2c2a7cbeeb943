"""Every command with its arguments, options, formats and examples, as the command line itself defines them. Pure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence

import click

from generate.tables import cell, table, wrapped
from templatesync.cli import main
from templatesync.render.formats import FORMATS

_EVERYWHERE = frozenset({"--help", "--version"})
_COMMON = tuple(each for each in main.params if each.name != "format" and not _EVERYWHERE & {*each.opts})


def commands() -> str:
    """All commands, in the order of `--help`."""
    with click.Context(main, info_name="templatesync") as context:
        return "\n\n".join(part for name, each in _all(main, context, "") for part in _told(name, each, context))


def common() -> str:
    """The options that every command takes."""
    with click.Context(main, info_name="templatesync") as context:
        return _options(_COMMON, context)


def listed() -> str:
    """One line for each command."""
    with click.Context(main, info_name="templatesync") as context:
        rows = [
            (f"[{name}](#templatesync-{name.replace(' ', '-')})", cell(each.get_short_help_str(200)))
            for name, each in _all(main, context, "")
        ]
    return table(("command", "does"), rows)


def _all(group: click.Group, context: click.Context, before: str) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _all(command, context, f"{before}{name} ")
        elif command is not None and not command.hidden:
            yield f"{before}{name}", command


def _told(name: str, command: click.Command, above: click.Context) -> Iterator[str]:
    context = click.Context(command, parent=above, info_name=name)
    yield f"## templatesync {name}"
    yield f"`templatesync {name} {' '.join(command.collect_usage_pieces(context))}`"
    yield from _help(command.help or "")
    known = {name for each in _COMMON for name in each.opts} | _EVERYWHERE
    options = (each for each in command.get_params(context) if isinstance(each, click.Option))
    if own := [each for each in options if not known & {*each.opts}]:
        yield _options(own, context)
    if formats := FORMATS.get(name):
        first, *more = (f"`{each}`" for each in formats)
        yield f"Formats: {', '.join([f'{first} (the default)', *more])}."


def _options(options: Sequence[click.Parameter], context: click.Context) -> str:
    records = [record for each in options if (record := each.get_help_record(context))]
    return table(("option", "does"), ((f"`{cell(names)}`", cell(about)) for names, about in records))


def _help(text: str) -> Iterator[str]:
    """The paragraphs of a docstring; what click leaves as it is, is shown as it is."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        if paragraph.startswith("\b"):
            shown = paragraph.removeprefix("\b").strip("\n")
            yield f"```\n{shown}\n```"
        else:
            yield wrapped(cell(paragraph))
