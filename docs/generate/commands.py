"""Every command with its task, examples, options, formats and exit codes, as the command line itself has them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from generate.tables import cell, table, wrapped
from templatesync.cli import main
from templatesync.cli.exit_codes import ENDS
from templatesync.cli.help_text import Example, by_purpose, takes_keys, told
from templatesync.render.formats import FORMATS

_EVERYWHERE = frozenset({"--help", "--version"})
_COMMON = tuple(each for each in main.params if each.name != "format" and not _EVERYWHERE & {*each.opts})
_KEYS = "A KEY is a key or a pattern of keys, as in [resource files](resource-file.md#what-holds-for-every-document)."


def commands() -> str:
    """All commands, in the order of `--help`."""
    with click.Context(main, info_name="templatesync") as context:
        names = (name for names in by_purpose(main).values() for name in names)
        return "\n\n".join(part for name in names for part in _told(name, main.commands[name], context))


def common() -> str:
    """The options that every command takes."""
    with click.Context(main, info_name="templatesync") as context:
        return _options(_COMMON, context)


def listed() -> str:
    """One line for each command, by what somebody wants to do."""
    rows = (
        (
            "" if number else purpose,
            f"[{name}](#templatesync-{name})",
            cell(told(main.commands[name].help or "").sentence),
        )
        for purpose, names in by_purpose(main).items()
        for number, name in enumerate(names)
    )
    return table(("to", "command", "does"), rows)


def _told(name: str, command: click.Command, above: click.Context) -> Iterator[str]:
    context = click.Context(command, parent=above, info_name=name)
    parts = told(command.help or "")
    yield f"## templatesync {name}"
    yield f"`templatesync {name} {' '.join(command.collect_usage_pieces(context))}`"
    yield wrapped(cell(parts.task))
    if parts.examples:
        yield "```\n" + "\n".join(_examples(parts.examples)) + "\n```"
    for paragraph in parts.rest:
        yield _rest(paragraph)
    known = {option for each in _COMMON for option in each.opts} | _EVERYWHERE
    options = (each for each in command.get_params(context) if isinstance(each, click.Option))
    if own := [each for each in options if not known & {*each.opts}]:
        yield _options(own, context)
    if takes_keys(command):
        yield _KEYS
    if formats := FORMATS.get(name):
        first, *more = (f"`{each}`" for each in formats)
        yield f"Formats: {', '.join([f'{first} (the default)', *more])}."
    if ends := ENDS.get(name):
        yield table(("exit", "means"), ((f"`{int(code)}`", cell(meaning)) for code, meaning in ends.items()))


def _examples(examples: Sequence[Example]) -> Iterator[str]:
    width = max((len(each.call) for each in examples if each.remark), default=0)
    for call, remark in examples:
        yield f"{call:{width}}  # {remark}" if remark else call


def _rest(paragraph: str) -> str:
    """A paragraph of a help text; one whose lines click keeps, keeps them here."""
    if paragraph.startswith("\b"):
        kept = paragraph.removeprefix("\b").strip("\n")
        return f"```\n{kept}\n```"
    return wrapped(cell(paragraph))


def _options(options: Sequence[click.Parameter], context: click.Context) -> str:
    records = [record for each in options if (record := each.get_help_record(context))]
    return table(("option", "does"), ((f"`{cell(names)}`", cell(about)) for names, about in records))
