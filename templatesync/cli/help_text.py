"""How a help text is laid out: the task, examples, own options, exit codes. Knows no command's work.

The docstring of a command has it all: the first paragraph says what the command does for somebody, a paragraph whose
lines are calls is the examples, each with a remark behind ` # ` or without, and the rest explains.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import click

from templatesync.cli.exit_codes import ANY, ENDS

PURPOSES: Mapping[str, tuple[str, ...]] = {
    "Start": ("init", "import"),
    "Check files": ("validate", "fmt", "preview", "breaking", "rules"),
    "Change what is live": ("plan", "apply"),
    "Go on to other versions": ("new-version", "rename", "retire", "finish"),
    "Follow": ("status",),
    "Programs that send": ("outputs", "check-payload"),
    "Tools": ("ci", "doctor", "emulator", "schema", "help"),
}
"""By what somebody wants to do, in the order in which a project gets there."""
_AS_IT_IS = "\b"
"""The first line of a paragraph that click, too, does not break anew."""
_NO_BREAK = "\u2011"
"""A hyphen at which no line is broken, as long as the text is laid out."""
_PROGRAM = "templatesync"
_KEYS = "A KEY is template/order_update@en, qr_code/PHONE/ID, flow/NAME or a pattern: `templatesync help keys`."


class Formatter(click.HelpFormatter):
    """Breaks no line at a hyphen, as of an option or a path."""

    def write(self, string: str) -> None:
        super().write(string.replace(_NO_BREAK, "-"))

    def write_text(self, text: str) -> None:
        super().write_text(text.replace("-", _NO_BREAK))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 32, col_spacing: int = 2) -> None:
        """A table of words and what they mean."""
        whole = [(word, meaning.replace("-", _NO_BREAK)) for word, meaning in rows]
        super().write_dl(whole, col_max, col_spacing)


class Example(NamedTuple):
    """A call as somebody would type it, and what to know of it."""

    call: str
    remark: str = ""


class Told(NamedTuple):
    """A help text in its parts; a paragraph of `rest` that begins with a backspace keeps its lines."""

    task: str
    examples: tuple[Example, ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The task in one sentence, for a list of commands."""
        return self.task.partition(". ")[0].rstrip(".") + "."


def told(text: str) -> Told:
    """The parts of a docstring."""
    first, *others = re.split(r"\n\s*\n", inspect.cleandoc(text))
    examples: list[Example] = []
    rest = []
    for paragraph in others:
        lines = [line.strip() for line in paragraph.removeprefix(_AS_IT_IS).strip().splitlines()]
        if paragraph.startswith(_AS_IT_IS) and all(re.match(rf"(?:.*\| )?{_PROGRAM}( |$)", line) for line in lines):
            examples += [Example(call.rstrip(), remark) for call, _, remark in (x.partition(" # ") for x in lines)]
        else:
            rest.append(paragraph)
    return Told(" ".join(first.split()), tuple(examples), tuple(rest))


def takes_keys(command: click.Command) -> bool:
    """Whether an argument or an option is a key."""
    names = (str(each.metavar or each.name or "") for each in command.params)
    return any("KEY" in name or name == "keys" for name in names)


def write_command(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter, common: set[str]) -> None:
    """The help of a command. Options with a name in `common` are not listed: every command has them."""
    parts = told(command.help or "")
    _write(formatter, parts.task)
    formatter.write_paragraph()
    command.format_usage(ctx, formatter)
    _write_examples(formatter, parts.examples)
    for paragraph in parts.rest:
        formatter.write_paragraph()
        _write(formatter, paragraph)
    records = [
        record
        for option in command.get_params(ctx)
        if isinstance(option, click.Option)
        and not common & {str(option.name), *option.opts}
        and (record := option.get_help_record(ctx))
    ]
    if records:
        with formatter.section("Options"):
            formatter.write_dl(records)
    if takes_keys(command):
        formatter.write_paragraph()
        _write(formatter, _KEYS)
    _write_exit_codes(formatter, command.name or "")
    formatter.write_paragraph()
    _write(formatter, f"Common options: `{_PROGRAM} help options`")


def write_group(group: click.Group, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The help of the program: what one can do with it."""
    parts = told(group.help or "")
    _write(formatter, parts.task)
    formatter.write_paragraph()
    formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS] [ARGS]...")
    _write_examples(formatter, parts.examples)
    width = max(map(len, group.commands))
    for purpose, names in by_purpose(group).items():
        with formatter.section(purpose):
            formatter.write_dl([(f"{name:{width}}", told(group.commands[name].help or "").sentence) for name in names])
    for paragraph in parts.rest:
        formatter.write_paragraph()
        _write(formatter, paragraph)


def by_purpose(group: click.Group) -> Mapping[str, Sequence[str]]:
    """The commands of a group by purpose; what no purpose has comes last."""
    listed = {name for names in PURPOSES.values() for name in names}
    found = {title: [name for name in names if name in group.commands] for title, names in PURPOSES.items()}
    found["Tools"] += [name for name in group.commands if name not in listed]
    return {title: names for title, names in found.items() if names}


def _write(formatter: click.HelpFormatter, text: str) -> None:
    if text.startswith(_AS_IT_IS):
        for line in text.removeprefix(_AS_IT_IS).strip("\n").splitlines():
            formatter.write(f"{line}\n")
    else:
        formatter.write_text(text)


def _write_examples(formatter: click.HelpFormatter, examples: Sequence[Example]) -> None:
    if not examples:
        return
    width = max((len(each.call) for each in examples if each.remark), default=0)
    with formatter.section("Examples"):
        for call, remark in examples:
            formatter.write(f"  {call:{width}}  # {remark}\n" if remark else f"  {call}\n")


def _write_exit_codes(formatter: click.HelpFormatter, name: str) -> None:
    own = ENDS.get(name, {})
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(int(code)), meaning) for code, meaning in own.items()])
        formatter.write_text(
            f"and {', '.join(str(int(code)) for code in ANY)} as every command: `{_PROGRAM} help exit-codes`"
        )
