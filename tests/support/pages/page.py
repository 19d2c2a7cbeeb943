"""A page as steps: commands with the output that it shows, and what its steering comments ask for. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

LEFT_OUT = "…"
"""A line of this alone stands for lines that are not shown, at least one."""
SHELLS = ("", "sh", "bash", "shell", "console")
_FENCE = re.compile(r"^( *)(`{3,})([A-Za-z0-9_-]*)[^`]*$")
_COMMENT = re.compile(r"<!-- *run: *(.*?) *-->", re.DOTALL)
_WORDS = re.compile(r"[a-z]+(?: [a-z]+)*?(?=:|$| )")


class PageError(AssertionError):
    """A page says something that nobody can carry out."""


class Steer(NamedTuple):
    """A steering comment."""

    line: int
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is shown. `first` to `last` are the lines of its output, counted from 0, where one is shown."""

    line: int
    text: str
    first: int = 0
    last: int = 0
    shown: tuple[str, ...] | None = None
    indent: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with commands, or with the text of a file that a comment names."""

    line: int
    text: str
    commands: tuple[Command, ...] = ()
    steers: tuple[Steer, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks from top to bottom, each with the comments that stand before it."""

    blocks: tuple[Block, ...]
    left: tuple[Steer, ...] = ()
    """Comments behind the last block."""


def read(text: str) -> Page:
    """Take a page apart. Raises PageError for a comment that no block follows and that needs one."""
    blocks: list[Block] = []
    waiting: list[Steer] = []
    for line, kind, indent, lines in _parts(text.splitlines()):
        if kind == "steer":
            waiting.append(_steer(line, lines[0]))
            continue
        named = any(steer.word == "file" for steer in waiting)
        commands = () if named or kind not in SHELLS else tuple(_commands(line, indent, lines, kind))
        if not commands and not named:
            continue
        blocks.append(Block(line, "\n".join(lines) + "\n", commands, tuple(waiting)))
        waiting = []
    return Page(tuple(blocks), tuple(waiting))


def _steer(line: int, said: str) -> Steer:
    for word in ("not here", "start", "served", "hidden", "file", "exit", "types", "columns", "review", "wait"):
        if said == word or said.startswith((f"{word}:", f"{word} ", f"{word}\n")):
            return Steer(line, word, said[len(word) :].lstrip(": \n"))
    raise PageError(f"line {line}: nobody knows what `run: {said}` asks for")


def _parts(lines: list[str]) -> Iterator[tuple[int, str, str, list[str]]]:
    """Comments and fenced blocks: the number of the first line of what is in it, what it is, its indentation, lines."""
    at = 0
    while at < len(lines):
        if fence := _FENCE.match(lines[at]):
            indent, ticks, language = fence.groups()
            begin = at = at + 1
            while at < len(lines) and lines[at].strip() != ticks:
                at += 1
            yield begin + 1, language, indent, [line.removeprefix(indent) for line in lines[begin:at]]
        elif "<!-- run:" in lines[at].replace("<!--run:", "<!-- run:"):
            begin = at
            while at < len(lines) - 1 and "-->" not in lines[at]:
                at += 1
            for said in _COMMENT.findall("\n".join(line.strip() for line in lines[begin : at + 1])):
                yield begin + 1, "steer", "", [said]
        at += 1


def _commands(line: int, indent: str, lines: list[str], language: str) -> Iterator[Command]:
    """The commands of a block: with outputs where a prompt stands before them, else one in each line."""
    if any(each.startswith("$ ") for each in lines):
        yield from _with_outputs(line, indent, lines)
    elif language == "console":
        raise PageError(f"line {line}: a command of a console begins with `$ `")
    elif any(re.match(r"(?:.*[|&] *)?templatesync(?: |$)", each) for each in lines):
        at = 0
        while at < len(lines):
            begin, command, at = at, *_whole(lines, at, lines[at])
            if command.strip() and not command.lstrip().startswith("#"):
                yield Command(line + begin, command)


def _with_outputs(line: int, indent: str, lines: list[str]) -> Iterator[Command]:
    at = 0
    if not lines[0].startswith("$ "):
        raise PageError(f"line {line}: an output stands before the first command")
    while at < len(lines):
        begin, command, at = at, *_whole(lines, at, lines[at].removeprefix("$ "))
        first = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        end = at
        while end > first and not lines[end - 1].strip() and at < len(lines):
            end -= 1  # an empty line before the next command is for the eye
        place = line - 1 + first, line - 1 + end
        yield Command(line + begin, command, *place, tuple(lines[first:end]), indent)


def _whole(lines: list[str], at: int, begun: str) -> tuple[str, int]:
    """A command with the lines that belong to it, and the number of the line behind it."""
    taken = [begun]
    at += 1
    while taken[-1].endswith("\\") and at < len(lines):
        taken.append(lines[at])
        at += 1
    if here := re.search(r"<<-?'?\"?(\w+)", begun):
        while at < len(lines) and taken[-1].strip() != here[1]:
            taken.append(lines[at].removeprefix("> "))
            at += 1
    return "\n".join(taken), at
