"""A page from top to bottom in one console: what does not come out as shown, and the page with what does come out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from support.pages.console import Console
from support.pages.page import Block, Command, Page, PageError, Steer
from support.pages.shown import difference, fits, renewed


class Played(NamedTuple):
    """`wrong` has a text for each thing that is not as shown; `outputs` what each command shown printed."""

    wrong: tuple[str, ...]
    outputs: tuple[tuple[Command, str], ...]


def play(page: Page, scratch: Path) -> Played:
    """Run a page. What stands after the first command that ended otherwise than said is not run."""
    console = Console(scratch)
    wrong: list[str] = []
    outputs: list[tuple[Command, str]] = []
    try:
        if not any(steer.word == "start" for steer in page.blocks[0].steers):
            console.start("empty")
        for block in page.blocks:
            ask = {steer.word: steer for steer in block.steers}
            for steer in block.steers:
                _carry_out(console, steer, block)
            if "not here" in ask:
                continue
            if ended := _run(console, block, ask, wrong, outputs):
                wrong.append(ended)
                break
        for steer in page.left:
            _carry_out(console, steer, None)
    finally:
        console.close()
    return Played(tuple(wrong), tuple(outputs))


def _run(
    console: Console, block: Block, ask: dict[str, Steer], wrong: list[str], outputs: list[tuple[Command, str]]
) -> str:
    """The commands of a block; why the page cannot go on, if so."""
    console.environment["COLUMNS"] = ask["columns"].rest if "columns" in ask else "80"
    for number, command in enumerate(block.commands, 1):
        last = number == len(block.commands)
        following = "" if last else block.commands[number].text
        typed = ask["types"].rest.replace(" ", "\n") + "\n" if "types" in ask and last else None
        ran = console.run(command.text, typed)
        outputs.append((command, ran.text))
        due = int(ask["exit"].rest) if "exit" in ask and last else 0
        if ran.code != due and following != "echo $?":
            return f"line {command.line}: `{command.text}` ends with {ran.code}, not {due}:\n{ran.text}"
        if command.shown is not None and not fits(command.shown, ran.text):
            wrong.append(f"line {command.line}: `{command.text}`\n{difference(command.shown, ran.text)}")
    return ""


def _carry_out(console: Console, steer: Steer, block: Block | None) -> None:
    steps: dict[str, Callable[[], None]] = {
        "start": lambda: console.start(steer.rest),
        "served": lambda: console.serve(dict(word.split("=", 1) for word in steer.rest.split())),
        "hidden": lambda: _hidden(console, steer),
        "file": lambda: _write(console, steer, block),
        "review": lambda: _review(console, steer),
        "wait": lambda: console.steady.sleep(float(steer.rest)),
    }
    steps.get(steer.word, lambda: None)()


def _hidden(console: Console, steer: Steer) -> None:
    ran = console.run(steer.rest)
    if ran.code:
        raise PageError(f"line {steer.line}: what is hidden ends with {ran.code}:\n{steer.rest}\n{ran.text}")


def _write(console: Console, steer: Steer, block: Block | None) -> None:
    if block is None:
        raise PageError(f"line {steer.line}: no block follows with the text of {steer.rest}")
    path = console.folder / steer.rest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


def _review(console: Console, steer: Steer) -> None:
    """`review [CUST_SPACE_ID:]NAME[@LANG] STATUS [REASON]`."""
    what, status, *reason = steer.rest.split(" ", 2)
    space, _, key = what.rpartition(":")
    name, _, language = key.partition("@")
    body = {"cust_space_id": space or "emulator-local", "template_name": name, "status": status}
    body |= {"language": language} if language else {}
    console.control("review", body | ({"reason": reason[0]} if reason else {}))


def rewritten(text: str, played: Played) -> str:
    """The page with what its commands printed."""
    lines = text.split("\n")
    for command, output in sorted(played.outputs, key=lambda each: each[0].first, reverse=True):
        if command.shown is not None:
            made = [f"{command.indent}{line}".rstrip() for line in renewed(command.shown, output)]
            lines[command.first : command.last] = made
    return "\n".join(lines)
