"""Laws of the loader: what is written is what is read, positions point, nothing raises, edits change one thing."""

from __future__ import annotations

import dataclasses
import re
import sys
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.yaml_strategies import body, fragments, text, value

from templatesync.documents.characters import FORBIDDEN
from templatesync.documents.edit import set_values
from templatesync.documents.limits import YamlLimits
from templatesync.documents.yaml_reader import load
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.paths import Path


def only(written: str) -> Any:
    loaded = load(written.encode(), "a.yaml")
    assert not loaded.findings, loaded.findings
    (document,) = loaded.documents
    return document


@given(body)
def test_what_is_written_is_what_is_read(data: dict[str, Any]) -> None:
    read = only(to_yaml(data)).data
    assert read == data
    assert repr(read) == repr(data) or read == data  # the order of keys and the types, too
    assert list(read) == list(data)


def leaves(data: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    if isinstance(data, dict):
        return [pair for step, inner in data.items() for pair in leaves(inner, (*path, step))]
    if isinstance(data, list):
        return [pair for step, inner in enumerate(data) for pair in leaves(inner, (*path, step))]
    return [(path, data)]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), value, min_size=1))
def test_a_position_points_at_the_value(data: dict[str, Any]) -> None:
    written = to_yaml(data)
    document = only(written)
    lines = written.split("\n")
    for path, leaf_ in leaves(document.data):
        at = document.locate(path)
        rest = "\n".join([lines[at.line - 1][at.column - 1 :], *lines[at.line :]])
        if isinstance(leaf_, str) and re.fullmatch(r"[A-Za-z]+", leaf_):
            assert rest.lstrip("\"'").startswith(leaf_)
        elif isinstance(leaf_, bool):
            assert rest.startswith(str(leaf_).lower())
        elif isinstance(leaf_, int):
            assert rest.startswith(str(leaf_))
        assert rest


def test_no_forbidden_character_is_printable() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not any(match[0].isprintable() for match in FORBIDDEN.finditer(every))


@given(st.binary(max_size=400))
@example(b"\xff\xfea\x00")
@example(b"a: &x [*x]\n")
@example(b"? [a, b]\n: c\n")
@example(b'a: "\\ud800"')
@example(b"%YAML 9.9\n--- a\n")
@example(b"--- !!python/object/apply:os.system ['x']")
def test_nothing_raises_for_bytes(data: bytes) -> None:
    assert load(data, "a.yaml") is not None


@settings(max_examples=100 * DEPTH)
@given(fragments)
def test_nothing_raises_for_things_that_look_like_yaml(parts: list[str]) -> None:
    loaded = load("".join(parts).encode(), "a.yaml")
    assert loaded.documents or loaded.findings
    last = "".join(parts).replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= finding.line <= last and finding.column >= 1 for finding in loaded.findings)


@given(fragments)
def test_bounds_hold(parts: list[str]) -> None:
    small = dataclasses.replace(YamlLimits(), depth=3, nodes=6, all_nodes=10, documents=2, text=5, problems=3)
    loaded = load("".join(parts).encode(), "a.yaml", small)
    assert len(loaded.documents) <= 2
    assert all(document.nodes <= 6 for document in loaded.documents)
    assert sum(document.nodes for document in loaded.documents) <= 10


comment = st.from_regex(r"[a-z ]{0,12}", fullmatch=True)
name = st.from_regex(r"[a-z][a-z_0-9]{0,10}", fullmatch=True)


@given(st.dictionaries(name, value, min_size=1, max_size=4), st.lists(comment, max_size=3), comment, name, text)
def test_an_edit_changes_one_value(data: dict[str, Any], header: list[str], remark: str, target: str, new: str) -> None:
    data = {**data, "Name": "before", target: "x"}
    written = to_yaml(data, header=header, comments={("Name",): remark}) + "# the end\n"
    edited = set_values(written, {("Name",): "after"})
    assert edited == written.replace("Name: before", "Name: after", 1)
    assert only(set_values(written, {(target,): new or "y"})).data == {**data, target: new or "y"}


@given(st.dictionaries(name, value, min_size=1, max_size=4), st.booleans())
def test_what_is_added_changes_nothing_else(data: dict[str, Any], block: bool) -> None:
    data = {key: inner for key, inner in data.items() if key != "templatesync"}
    if block:
        data["templatesync"] = {"protected": True}
    written = to_yaml(data) + "# the end\n"
    edited = set_values(written, {("templatesync", "replaces"): "old"})
    expected = {**data, "templatesync": {**data.get("templatesync", {}), "replaces": "old"}}
    assert only(edited).data == expected
    assert [line for line in edited.split("\n") if line not in ("  replaces: old", "templatesync:")] == [
        line for line in written.split("\n") if line != "templatesync:"
    ]


IGNORED = """\
# templatesync: ignore above
a: |  # templatesync: ignore here
  text
  # templatesync: ignore not-this

b: "quoted
  # templatesync: ignore nor-this
  end"  # templatesync: ignore there, and-this
c: >-
  # templatesync: ignore nor-that
# templatesync: ignore below
---
# templatesync: ignore second
d: 1
"""


def test_only_comments_silence_rules() -> None:
    first, second = load(IGNORED.encode(), "a.yaml").documents
    assert first.ignored == {
        0: {"above"}, 1: {"above"}, 2: {"here"}, 8: {"there", "and-this"}, 11: {"below"},
    }  # fmt: skip
    assert second.ignored == {0: {"second"}, 13: {"second"}}
