"""What documents of Markdown for a comment share: how much fits, the title, names in a few words. Pure; no format.

GitHub takes 65,536 characters. What is cut is whole items from the end, and it is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from templatesync.kinds import DEFAULT
from templatesync.model.change import SpacePlan
from templatesync.model.digest import sha256
from templatesync.model.resource import Key
from templatesync.render.escape import html_code, markdown_text, short_code

MOST_CHARACTERS = 60_000
MOST_BYTES = 240_000
MOST_NAMED = 10
_LONGEST_MARK = 32
_PLAIN = re.compile(r"[0-9A-Za-z_./@%+ -]+")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.,-]")


class Paper:
    """How much room is left."""

    def __init__(self, *fixed: str) -> None:
        said = "".join(fixed)
        self.characters = MOST_CHARACTERS - len(said) - 200  # for what says that something was left out
        self.bytes = MOST_BYTES - len(said.encode()) - 400

    def takes(self, text: str, share: float = 1.0) -> bool:
        """Take the room for a text, if it is there; `share` is how much of all that is left it may be at most."""
        size = len(text.encode())
        if len(text) > self.characters * share or size > self.bytes * share:
            return False
        self.characters -= len(text)
        self.bytes -= size
        return True


class Item(NamedTuple):
    """A line of a list; `of` is how many things it tells of, and none when it is a title."""

    text: str
    of: int = 0


def fitting(paper: Paper, items: Iterable[Item], everything: str) -> str:
    """The items that there is room for, and how much is left out; `everything` says where all of it is."""
    kept: list[str] = []
    found = [*items]
    for number, item in enumerate(found):
        if not paper.takes(item.text):
            left = sum(each.of for each in found[number:])
            kept.append(f"\n{left:,} more {'are' if left != 1 else 'is'} left out here; {everything}.\n")
            break
        kept.append(item.text)
    return "".join(kept)


class Counts(NamedTuple):
    """What a pipeline goes on by after a merge, as a marker of the comment says it.

    reviews  how many still run, `rejected` how many have ended so
    left     changes of the approved plan that are still to be applied; `ready` are those that nothing blocks any more
    """

    reviews: int
    left: int
    rejected: int = 0
    ready: int = 0

    @property
    def state(self) -> str:
        """`pending` while there is something to wait for."""
        return "pending" if self.reviews or self.left else "done"

    def marker(self, of: str, spaces: Sequence[str]) -> str:
        """The first line of a document `of` apply or status, which nobody sees."""
        counts = f"reviews={self.reviews} rejected={self.rejected} left={self.left} ready={self.ready}"
        return f"<!-- templatesync:{of} {names(spaces)} state={self.state} {counts} -->"


def warning(title: str, lines: Sequence[str], most: int = 20) -> Iterator[str]:
    """Lines that nobody must miss, as GitHub draws an alert; nothing where there are none."""
    if lines:
        told = [*lines[:most], *([f"and {len(lines) - most:,} more"] if len(lines) > most else [])]
        yield "\n".join(["> [!WARNING]", f"> **{title}**", ">", *(f"> - {line}" for line in told)])


def names(spaces: Sequence[str]) -> str:
    """The names of spaces as a marker has them, which is no way out of it whatever a space is called."""
    said = _NO_NAME.sub("?", ",".join(spaces)) or "none"
    return said if len(said) <= _LONGEST_MARK else f"{said[:6]}-{sha256([*spaces])[:8]}"


def heading(spaces: Sequence[SpacePlan], most: int = 200) -> str:
    """The title: which space it is about, or how many."""
    if len(spaces) != 1:
        emulators = sum(space.emulator for space in spaces)
        return f"## {len(spaces):,} spaces{f' · {emulators:,} EMULATOR' if emulators else ''}"
    return f"## {space_name(spaces[0], most)}"


def space_name(space: SpacePlan, most: int = 200) -> str:
    """A space with its ids."""
    said = [markdown_text(cut(space.space, most)), short_code(cut(space.cust_space_id, most))]
    said += [f"account {short_code(cut(space.waba_id, most))}"] if space.waba_id else []
    return " · ".join([*said, *(["EMULATOR"] if space.emulator else [])])


def cut(text: str, most: int) -> str:
    """The beginning of a text."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def few(named: Iterable[str]) -> str:
    """Some names, and how many more there are."""
    listed = list(named)
    more = len(listed) - MOST_NAMED
    said = ", ".join(markdown_text(cut(name, 64)) for name in listed[:MOST_NAMED])
    return f"{said} and {more:,} more" if more > 0 else said


def who(keys: Sequence[Key], spaces: Iterable[str], several_spaces: bool) -> str:
    """What something is about that is true of these keys, which differ in their language; and where."""
    key = keys[0]
    kind = f"{markdown_text(cut(key.kind.replace('_', ' '), 40))} " if key.kind != DEFAULT else ""
    languages = list(dict.fromkeys(each.language for each in keys if each.language))
    said = f" ({few(languages)})" if languages else ""
    where = f" in {few(dict.fromkeys(spaces))}" if several_spaces else ""
    return f"{kind}<code>{html_code(cut(key.name, 120))}</code>{said}{where}"


def code(text: str) -> str:
    """What is to be copied, as it is where it can be: between the characters of a key nothing is put then."""
    return f"`{text}`" if _PLAIN.fullmatch(text) else f"<code>{html_code(text)}</code>"


def place(file: str, line: int) -> str:
    """Where something stands in the files."""
    return f"<code>{html_code(cut(f'{file}:{line}' if file else 'in no file', 200))}</code>"


def bullets(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a list."""
    return (f"- {line}\n" for line in lines)
