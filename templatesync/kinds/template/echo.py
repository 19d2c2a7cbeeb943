"""How a template that is told back differs from what was sent: paths, and words for spelling. Pure; shows no value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.model.belief import shape, word
from templatesync.model.json_value import Json

_WORDS = frozenset({"Type", "Format", "UrlType"})
_DEEPEST = 12
_ANOTHER_TEXT = "another text"

_LOST, _OTHER, _SPELLED, _ADDED = range(4)
"""How grave it is, the gravest first."""


class Told(NamedTuple):
    """One difference: where it is, what it is, and how grave that is, 0 most of all."""

    path: str
    how: str
    rank: int


def differences(sent: Mapping[str, Json], told: Mapping[str, Json], path: str = "", depth: int = 0) -> Iterator[Told]:
    """Every member that was sent and is told otherwise, and every one in a list that was not sent and is told."""
    if depth > _DEEPEST:
        return
    for name, value in sent.items():
        here = f"{path}.{name}" if path else name
        yield from _member(name, value, told.get(name), here, depth)
    if depth:
        for name in sorted(told.keys() - sent.keys(), key=str):
            if told[name] not in (None, "", 0, False, [], {}) and name != "ExtendAttrs":
                yield Told(f"{path}.{word(name)}", "told though it was not sent", _ADDED)


def _member(name: str, sent: Json, told: Json, path: str, depth: int) -> Iterator[Told]:
    if told is None or told in ("", [], {}):
        if sent not in (None, "", [], {}, False):
            yield Told(path, "left out", _LOST)
    elif isinstance(sent, list):
        if isinstance(told, list):
            yield from _items(sent, told, path, depth)
        else:
            yield Told(path, shape(told), _LOST)
    elif isinstance(sent, Mapping):
        if isinstance(told, Mapping):
            yield from _map(sent, told, path)
        else:
            yield Told(path, shape(told), _LOST)
    elif sent != told or type(sent) is not type(told):
        yield Told(path, word(told), _SPELLED) if name in _WORDS else _changed(path, sent, told)


def _changed(path: str, sent: Json, told: Json) -> Told:
    said = how(sent, told)
    return Told(path, said, _OTHER if said == _ANOTHER_TEXT else _SPELLED)


def _map(sent: Mapping[str, Json], told: Mapping[str, Json], path: str) -> Iterator[Told]:
    """A map whose names are not the API's."""
    if sent.keys() != told.keys():
        yield Told(path, "with other names", _OTHER)
    for name in sent.keys() & told.keys():
        if sent[name] != told[name]:
            yield _changed(f"{path}.*", sent[name], told[name])


def _items(sent: Sequence[Json], told: Sequence[Json], path: str, depth: int) -> Iterator[Told]:
    if len(sent) != len(told):
        yield Told(path, f"{len(told)} for {len(sent)}", _LOST)
    left = [item for item in told if isinstance(item, Mapping)]
    places: list[int] = []
    for index, item in enumerate(sent):
        if not isinstance(item, Mapping) or not left:
            continue
        mate = max(left, key=lambda other: _alike(item, other, left.index(other) == 0))
        places.append(next(place for place, other in enumerate(told) if other is mate))
        left = [other for other in left if other is not mate]
        by_type = path.endswith("Components") and isinstance(item.get("Type"), str)
        yield from differences(item, mate, f"{path}[{item['Type'] if by_type else index}]", depth + 1)
    if places != sorted(places) and not path.endswith("Components"):  # the order of components is not shown to anybody
        yield Told(path, "in another order", _OTHER)


def _alike(one: Mapping[str, Json], other: Mapping[str, Json], first: bool) -> tuple[bool, bool, bool]:
    """How much two items have in common: their type, their text, and their place among what is left."""
    same_type = str(one.get("Type")).casefold() == str(other.get("Type")).casefold()
    return same_type, one.get("Text") == other.get("Text"), first


def _collapsed(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text)


def _plain(text: str) -> str:
    import html  # nobody but doctor needs it

    return html.unescape(text)


_CHANGES: Sequence[tuple[str, Callable[[str], str]]] = (
    ("other letters", str.casefold),
    ("carriage returns", lambda text: text.replace("\r\n", "\n")),
    ("blanks at its ends", str.strip),
    ("blanks at the ends of lines", lambda text: "\n".join(line.rstrip() for line in text.split("\n")).strip()),
    ("line ends as a backslash and an n", lambda text: text.replace("\\n", "\n")),
    ("a slash at its end", lambda text: text.rstrip("/")),
    ("blanks collapsed", lambda text: _collapsed(text).strip()),
    ("empty lines left out", lambda text: re.sub(r"\n{2,}", "\n", text).strip()),
    ("line ends folded", lambda text: re.sub(r"\s+", " ", text).strip()),
    ("in the form NFC or NFD", lambda text: unicodedata.normalize("NFC", text)),
    ("in the form NFKC", lambda text: unicodedata.normalize("NFKC", text)),
    ("without variation selectors", lambda text: text.replace("\ufe0f", "")),
    ("as in HTML", _plain),
    ("with numbered variables", lambda text: re.sub(r"\$\(.*?\)|\{\{[0-9]+\}\}", "{{}}", text)),
    ("percent-encoded", lambda text: text.replace("%24%28", "$(").replace("%29", ")")),
)


def how(sent: Json, told: Json) -> str:
    """In what way one value is another: the first change that makes them equal, or several, or what it is."""
    if not isinstance(sent, str) or not isinstance(told, str):
        return f"{shape(told)} for {shape(sent)}"
    for name, change in _CHANGES:
        if change(sent) == change(told):
            return name
    one, other, steps = sent, told, []
    for name, change in _CHANGES:
        if change(one) != one or change(other) != other:
            steps.append(name)
        one, other = change(one), change(other)
        if one == other:
            return "several of: " + ", ".join(steps)
    return _ANOTHER_TEXT
