"""Each command that a page or a help text shows is one that this program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from templatesync.cli import main

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md")))
}
HELP = {f"help of {name}": f"```\n{command.help}\n```" for name, command in main.commands.items()}


def shown(text: str) -> Iterator[list[str]]:
    """The words of the commands in its blocks. In help texts a remark stands behind three blanks, else behind #."""
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            command = re.search(r"(?:^|run: )templatesync ([^&|>]+)", line.strip().removeprefix("$ "))
            if command:
                yield shlex.split(re.split(r" {3,}| \(", command[1])[0], comments=True)


@pytest.mark.parametrize("name", [name for name, text in (PAGES | HELP).items() if any(shown(text))])
def test_it_is_taken(name: str) -> None:
    for words in shown((PAGES | HELP)[name]):
        try:
            whole = main.make_context("templatesync", list(words))
            command = main.commands[next(word for word in words if word in main.commands)]
            command.make_context(command.name, words[words.index(str(command.name)) + 1 :], parent=whole)
        except click.exceptions.Exit:  # --help
            continue
        except click.UsageError as error:
            pytest.fail(f"{shlex.join(words)}: {error.format_message()}")
