"""The command `help`: a command, or a matter of all commands. As in `commands`, all else is imported late."""

from __future__ import annotations

from collections.abc import Iterable

import click

from templatesync.cli.completing import topics as completed
from templatesync.cli.options import COMMON, Globals, command, main
from templatesync.model.errors import ExitCode, UsageError


@command("help")
@click.argument("topic", nargs=-1, metavar="[COMMAND|TOPIC]", shell_complete=completed)
def help_(options: Globals, topic: tuple[str, ...]) -> ExitCode:
    """Explain a command, or what all commands have in common.

    \b
    templatesync help
    templatesync help plan
    templatesync help options
    templatesync help keys

    Topics are options, exit-codes, keys, formats, environment and completion.
    """
    from templatesync.cli.topics import TOPICS

    root = click.get_current_context().find_root()
    if not topic:
        return options.put(root.get_help() + "\n")
    name, *more = topic
    if name in TOPICS and not more:
        formatter = root.make_formatter()
        TOPICS[name](formatter, [record for each in COMMON if (record := each.get_help_record(root))])
        return options.put(formatter.getvalue())
    context = root
    for at, word in enumerate(topic):
        found = context.command.get_command(context, word) if isinstance(context.command, click.Group) else None
        if found is None:
            if at and word in _first_words(context.command):  # as of `ci init`
                break
            raise _unknown(" ".join(topic), TOPICS)
        context = found.context_class(found, info_name=word, parent=context)
    return options.put(context.get_help() + "\n")


def _first_words(known: click.Command) -> tuple[str, ...]:
    """What the first argument of a command may be, where it says so."""
    first = next((each for each in known.params if isinstance(each, click.Argument)), None)
    return tuple(first.type.choices) if first is not None and isinstance(first.type, click.Choice) else ()


def _unknown(said: str, topics: Iterable[str]) -> UsageError:
    return UsageError(
        f"there is no command and no topic {said!r}",
        hint=f"topics are {', '.join(topics)}; commands are {', '.join(main.commands)}",
    )
