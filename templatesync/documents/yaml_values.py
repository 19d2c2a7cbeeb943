"""YAML to values alone, for text in which nothing is wrong: the quick half of `yaml_document`. Knows no finding.

Most files have nothing to be told, and then nobody asks where a value stands. This walk does without places, and gives
up at the first thing that the careful walk would have to say something about, or would have to look at twice. What it
does read, it reads as the careful one does; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import yaml

from templatesync.documents.characters import decode_sound, is_sound, may_silence
from templatesync.documents.document import Document, Mark
from templatesync.documents.limits import YamlLimits
from templatesync.documents.scalar import NumberError, resolve
from templatesync.model.json_value import Json

_REST_OF_LINE = re.compile(r"[ \t]*(#[^\r\n]*)?(\r\n|\r|\n|\Z)").match
# The same few words stand in every file; one object for each spares memory, and time wherever they are compared.
_plain = lru_cache(2048)(resolve)


class _Unusual(Exception):
    """Something that the careful walk has to look at."""


def read(data: bytes, file: str, limits: YamlLimits, places: Callable[[int], Mark]) -> tuple[Document, ...] | None:
    """The documents of a file; None when something may be wrong with it, or is rare.

    `places` finds the marks of the document with that number, should anybody ask.
    """
    text = decode_sound(data)
    # Directives, comments that silence rules, and line ends that are told of.
    if text is None or "\n%" in text or text[:1] == "%" or "\r" in text or may_silence(text):
        return None
    try:
        return tuple(_documents(text, file, limits, places))
    except (_Unusual, NumberError, yaml.YAMLError):
        return None


def behind_line(text: str, index: int) -> int:
    """Behind the line of a document's marker, if nothing but a comment stands on the rest of it."""
    rest = _REST_OF_LINE(text, index)
    return rest.end() if rest else index


def _documents(text: str, file: str, limits: YamlLimits, places: Callable[[int], Mark]) -> list[Document]:
    # An escape is the only way left for a forbidden character to come in.
    escapes = "\\" in text
    variables = escapes or "${{" in text
    names_media = variables or "file:" in text
    parser: Any = yaml.CSafeLoader(text)
    get: Callable[[], Any] = parser.get_event
    found: list[Document] = []
    nodes = 0
    get()  # the start of the stream
    while (event := get()).__class__ is yaml.DocumentStartEvent:
        start = behind_line(text, event.end_mark.index) if event.explicit else 0  # type: ignore[union-attr]
        line = parser.peek_event().start_mark.line + 1
        data, count = _mapping(get, min(limits.nodes, limits.all_nodes - nodes), limits, escapes)
        nodes += count
        event = get()
        number = len(found)
        if number >= limits.documents:
            raise _Unusual
        mark = partial(places, number)
        end = event.start_mark.index
        found.append(Document(file, line, data, mark, None, count, (start, end), variables, names_media))
    if not found:
        raise _Unusual
    return found


def _mapping(get: Callable[[], Any], most: int, limits: YamlLimits, escapes: bool) -> tuple[Json, int]:
    """The mapping that the next events are, and the number of its values and keys.

    This loop is what reading a file costs. It takes no more events than there may be values: fewer values than events
    end here in every case, and the careful walk counts them.
    """
    scalar, mapping, sequence, alias = (
        yaml.ScalarEvent,
        yaml.MappingStartEvent,
        yaml.SequenceStartEvent,
        yaml.AliasEvent,
    )
    longest, deepest = limits.text, limits.depth
    here: Any = None  # the container that is being filled
    keyed = False  # whether it is a mapping
    key: Any = None  # of the value that comes next
    around: list[tuple[Any, bool]] = []
    opened = 0
    for number in range(most):
        event = get()
        kind = event.__class__
        if kind is scalar:
            if event.anchor is not None or event.tag is not None:
                raise _Unusual
            value = event.value
            if len(value) > longest:
                raise _Unusual
            style = event.style
            if not style:  # the C parser says '' for plain
                value = _plain(value)
            elif escapes and style == '"' and not is_sound(value):
                raise _Unusual
            if not keyed:
                if here is None:
                    raise _Unusual
                here.append(value)
            elif key is not None:
                here[key] = value
                key = None
            elif value.__class__ is not str or value in here or value == "<<":
                raise _Unusual
            else:
                key = value
        elif kind is mapping or kind is sequence:
            if event.anchor is not None or event.tag is not None or len(around) >= deepest:
                raise _Unusual
            inside: Any = {} if kind is mapping else []
            if not keyed:
                if here is not None:
                    here.append(inside)
                elif kind is sequence:
                    raise _Unusual
            elif key is None:
                raise _Unusual
            else:
                here[key] = inside
                key = None
            around.append((here, keyed))
            here, keyed = inside, kind is mapping
            opened += 1
        elif kind is alias:
            raise _Unusual
        else:
            inside = here
            here, keyed = around.pop()
            if here is None:
                return inside, number + 1 - opened
    raise _Unusual
