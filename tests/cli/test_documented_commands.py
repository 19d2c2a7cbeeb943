"""Each command that is shown anywhere is one that this program takes: on pages, in workflows, in what the program says.

Those of pages in blocks, and the examples of help texts, are run as well: see `tests/pages`.
"""

from __future__ import annotations

import ast
import contextlib
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

import templatesync
from templatesync.cli import main
from templatesync.model.errors import TemplatesyncError

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md")))
}
MODULES = [
    text
    for path in sorted(Path(templatesync.__file__).parent.rglob("*.py"))
    if "`templatesync " in (text := path.read_text(encoding="utf-8"))
]
BLOCK = re.compile(r"^( *)```[a-z]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(templatesync (?!COMMAND)[^`\[(]+)[`(]")
"""But for how calls are described, as `templatesync COMMAND` and `templatesync plan [OPTIONS]`, and names of checks."""


FILLED_IN = "FILLED-IN"
"""Stands in the texts of the program for what is known only when they are told."""


class Call(NamedTuple):
    """The words of a command. A `mention` in a sentence may leave out what it takes."""

    words: list[str]
    mention: bool = False


def called(text: str, *, mention: bool = False) -> Iterator[Call]:
    """The command, if a line has one. A remark stands behind #."""
    line = text.strip().removeprefix("- ").removeprefix("$ ")
    if command := re.search(r"(?:^|run: |\| |&& )templatesync ([^&|>;]+)", line):
        with contextlib.suppress(ValueError):  # a part of a longer script
            yield Call(shlex.split(command[1].rstrip("\\"), comments=True), mention)


def on_page(text: str) -> Iterator[Call]:
    for _, block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from called(line)
    for command in INLINE.findall(BLOCK.sub("", text)):
        yield from called(" ".join(command.split()), mention=True)


def said(module: str) -> Iterator[Call]:
    """The commands in the texts of a module."""
    for node in ast.walk(ast.parse(module)):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        words = [each.value if isinstance(each, ast.Constant) else FILLED_IN for each in parts]
        for command in INLINE.findall("".join(word for word in words if isinstance(word, str))):
            if FILLED_IN not in command.split()[1]:
                yield from called(" ".join(command.split()), mention=True)


def refusal(call: Call) -> str:
    """Why the program would not take it; empty when it would."""
    try:
        with main.make_context("templatesync", list(call.words)) as whole:
            name = next((word for word in call.words if word in main.commands), "")
            if not name:
                return "there is no command in it"
            main.commands[name].make_context(name, call.words[call.words.index(name) + 1 :], parent=whole)
    except click.exceptions.Exit:  # --help, --version
        return ""
    except (click.MissingParameter, click.BadOptionUsage) as error:
        return "" if call.mention else str(error)
    except (click.UsageError, TemplatesyncError) as error:
        return "" if call.mention and FILLED_IN in str(error) else str(error)
    return ""


def refused(calls: Iterable[Call]) -> dict[str, str]:
    return {shlex.join(call.words): why for call in calls if (why := refusal(call))}


@pytest.mark.parametrize("name", [name for name, text in PAGES.items() if any(on_page(text))])
def test_what_a_page_shows_is_taken(name: str) -> None:
    assert refused(on_page(PAGES[name])) == {}


def test_what_the_program_tells_to_run_is_taken() -> None:
    told = [call for module in MODULES for call in said(module)]
    assert len(told) > 40
    assert refused(told) == {}


@pytest.mark.parametrize(
    "text", ["`templatesync plna`", "`templatesync plan --outt FILE`", "```\ntemplatesync rename a\n```"]
)
def test_what_is_misspelt_is_noticed(text: str) -> None:
    assert refused(on_page(text))
