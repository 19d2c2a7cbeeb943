"""The JSON reader: what it reads is what JSON says, its positions are true, and nothing makes it raise or run long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.counted_work import work_of
from support.hostile_files import HOSTILE_JSON, MOST_JSON

from templatesync.documents.json_reader import JsonLimits, load
from templatesync.model.finding import Position


def found(data: bytes, **limits: int) -> list[tuple[str, int, int]]:
    loaded = load(data, "a.json", JsonLimits(**limits))
    assert bool(loaded.findings) == (not loaded.documents)
    return [(each.rule, each.line, each.column) for each in loaded.findings]


# --- laws -----------------------------------------------------------------------------------------------------------

BLANKS = st.text(alphabet=" \t\r\n", max_size=3)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, dict[tuple[Any, ...], int]]:
    """A JSON text with blanks of any sort in it, and where each value starts."""
    places: dict[tuple[Any, ...], int] = {}
    pieces: list[str] = []
    length = 0

    def put(text: str) -> None:
        nonlocal length
        pieces.append(text)
        length += len(text)

    def write(value: Any, path: tuple[Any, ...]) -> None:
        put(draw(BLANKS))
        places[path] = length
        if isinstance(value, (dict, list)):
            put("{" if isinstance(value, dict) else "[")
            for index, step in enumerate(value if isinstance(value, dict) else range(len(value))):
                put("," if index else "")
                if isinstance(value, dict):
                    put(draw(BLANKS))
                    put(json.dumps(step, ensure_ascii=draw(st.booleans())) + draw(BLANKS) + ":")
                write(value[step], (*path, step))
            put(draw(BLANKS) + ("}" if isinstance(value, dict) else "]"))
        else:
            put(json.dumps(value, ensure_ascii=draw(st.booleans())))
        put(draw(BLANKS))

    write(draw(VALUES), ())
    return "".join(pieces), places


def place(text: str, offset: int) -> Position:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line_start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    # A CR LF that the offset cuts in two cannot be: a value starts with neither.
    return Position(before.count("\n") + 1, offset - line_start + 1)


@given(written())
def test_what_is_read_is_what_json_says(case: tuple[str, Any]) -> None:
    text, _ = case
    (document,) = load(text.encode(), "a.json").documents
    assert document.data == json.loads(text)
    assert repr(document.data) == repr(json.loads(text))  # the order of keys, and 1.0 apart from 1 and True


@given(written())
def test_positions_are_those_of_the_first_characters(case: tuple[str, dict[tuple[Any, ...], int]]) -> None:
    text, places = case
    (document,) = load(text.encode(), "a.json").documents
    for path, offset in places.items():
        assert document.locate(path) == place(text, offset)


@given(written())
def test_positions_of_keys(case: tuple[str, dict[tuple[Any, ...], int]]) -> None:
    text, _ = case
    (document,) = load(text.encode(), "a.json").documents
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def keys(mark: Any) -> Iterator[tuple[str, int, int]]:
        inside = mark[2]
        if isinstance(inside, dict):
            for key, (line, column, inner) in inside.items():
                yield key, line, column
                yield from keys(inner)
        for inner in inside if isinstance(inside, list) else ():
            yield from keys(inner)

    for key, line, column in keys(document.mark):
        rest = lines[line - 1][column - 1 :]
        assert rest.startswith((json.dumps(key), json.dumps(key, ensure_ascii=False)))


SIGNS = st.sampled_from(
    [bytes([sign]) for sign in b'{}[]",:\\1-.e \r\na\x00\xff'] + [b"true", b"NaN", b"u00e9", b"\xc3\xa9"]
)


@given(st.binary() | st.lists(SIGNS, max_size=30).map(b"".join))
@example(b"\xef\xbb\xbf{}")
def test_no_bytes_make_it_raise(data: bytes) -> None:
    found(data)


@given(st.text(alphabet='{}[]",:a\\ntrue01.eE- \n', max_size=20))
def test_what_is_no_json_is_never_read(text: str) -> None:
    documents = load(text.encode(), "a.json").documents
    if documents:
        assert documents[0].data == json.loads(text)


# --- findings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, rule, line, column",
    [
        ("", "json-syntax", 1, 1),
        (" \n ", "json-syntax", 2, 2),
        ('{"a": 1', "json-syntax", 1, 8),
        ('{"a": 1,}', "json-syntax", 1, 9),
        ("[1,\n]", "json-syntax", 2, 1),
        ("[1 2]", "json-syntax", 1, 4),
        ("{a: 1}", "json-syntax", 1, 2),
        ("{'a': 1}", "json-syntax", 1, 2),
        ('{"a" 1}', "json-syntax", 1, 6),
        ('{"a":}', "json-syntax", 1, 6),
        ("[}", "json-syntax", 1, 2),
        ("[1] [2]", "json-syntax", 1, 5),
        ("// no\n{}", "json-syntax", 1, 1),
        ("True", "json-syntax", 1, 1),
        ('["a\nb"]', "json-syntax", 1, 2),
        ('["a\tb"]', "json-syntax", 1, 4),
        ('["a\\qb"]', "json-syntax", 1, 4),
        ('{"a": 1,\r\n "a": 2}', "json-duplicate-key", 2, 2),
        ("[NaN]", "json-number", 1, 2),
        ("[-Infinity]", "json-number", 1, 2),
        ("[01]", "json-number", 1, 2),
        ("[+1]", "json-number", 1, 2),
        ("[1.]", "json-number", 1, 2),
        ("[.5]", "json-number", 1, 2),
        ("[1e999]", "json-number", 1, 2),
        ("[1234567890123456789]", "json-number", 1, 2),
        ('["\\ud800"]', "json-encoding", 1, 2),
        ("[" * 65 + "]" * 65, "json-limit", 1, 65),
    ],
)
def test_findings(text: str, rule: str, line: int, column: int) -> None:
    assert found(text.encode()) == [(rule, line, column)]


@pytest.mark.parametrize(
    "data, line, column",
    [
        (b"\xef\xbb\xbf{}", 1, 1),
        (b"\xff\xfe{\x00", 1, 1),
        (b'{"a":\r\n "\xc3\xa9\xe9"}', 2, 4),
        (b'"\xed\xa0\x80"', 1, 2),
    ],
)
def test_only_utf_8_is_read(data: bytes, line: int, column: int) -> None:
    assert found(data) == [("json-encoding", line, column)]


def test_one_file_tells_of_several_things() -> None:
    assert found(b'{"a": NaN,\n "a": 01,\n "b": "\\udc00"}') == [
        ("json-number", 1, 7),
        ("json-duplicate-key", 2, 2),
        ("json-number", 2, 7),
        ("json-encoding", 3, 7),
    ]


def test_bounds() -> None:
    assert found(b"[1, 2]", nodes=3) == []
    assert found(b"[1, 2, 3]", nodes=3) == [("json-limit", 1, 8)]
    assert found(b'{"a": 1}', nodes=2) == [("json-limit", 1, 7)]
    assert found(b"[[]]", depth=2) == []
    assert found(b"[[]]", depth=1) == [("json-limit", 1, 2)]
    assert found(b"[   ]", size=4) == [("json-limit", 1, 1)]
    assert found(b"[NaN, NaN, NaN]", problems=2)[-1][0] == "json-limit"
    assert found(b"1" * 18) == []


# --- hostile files --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_no_file_takes_long(name: str) -> None:
    data = HOSTILE_JSON[name]()
    assert len(data) <= MOST_JSON + 1
    work, _ = work_of(lambda: load(data, "a.json"))
    assert work < len(data) / 2
