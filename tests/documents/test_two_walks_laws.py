"""The quick walk of YAML reads what the careful one reads, or leaves it to that one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.yaml_strategies import body, fragments

from templatesync.documents import yaml_reader
from templatesync.documents.document import Document
from templatesync.documents.limits import YamlLimits
from templatesync.documents.yaml_reader import load, load_carefully
from templatesync.documents.yaml_writer import to_yaml

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("examples", "tests") for path in (ROOT / folder).rglob("*.yaml"))
NARROW = dataclasses.replace(YamlLimits(), depth=3, nodes=6, all_nodes=10, documents=2, text=5, problems=3)


def seen(document: Document) -> tuple[Any, ...]:
    """All that is read of a document; numbers, booleans and texts that are equal are still told apart."""
    known = (name for name in Document.__slots__ if name not in ("data", "_mark", "_starts", "source"))
    return (repr(document.data), document.mark, *(getattr(document, name) for name in known))


def agree(data: bytes, limits: YamlLimits) -> None:
    quick, careful = load(data, "a.yaml", limits), load_carefully(data, "a.yaml", limits)
    assert quick.findings == careful.findings
    assert [*map(seen, quick.documents)] == [*map(seen, careful.documents)]


@pytest.mark.parametrize("limits", [YamlLimits(), NARROW], ids=["usual", "narrow"])
def test_they_agree_on_every_file_of_the_project(limits: YamlLimits) -> None:
    assert len(FILES) > 500
    for path in FILES:
        agree(path.read_bytes()[: limits.size], limits)


@settings(max_examples=105 * DEPTH)
@given(fragments, st.sampled_from([YamlLimits(), NARROW]))
@example(["&a ", ": ", "*a", "%TAG ! x\n"], NARROW)  # the problem that ends the reading is one too many
def test_they_agree_on_what_looks_like_yaml(parts: list[str], limits: YamlLimits) -> None:
    agree("".join(parts).encode(), limits)


edges = st.sampled_from(
    [*"\x00\t\x7f\x85\xa0\ud7ff\ue000\ufeff\ufffe\uffff\U0001f600\U0001fffe\U0010fffd", r"\uE000", "% ", "\r\n"]
)


@settings(max_examples=105 * DEPTH)
@given(body, st.lists(st.tuples(st.integers(0, 400), edges), max_size=3))
def test_they_agree_on_documents_with_odd_signs_put_in(data: dict[str, Any], odd: list[tuple[int, str]]) -> None:
    text = to_yaml(data)
    for at, sign in odd:
        text = text[:at] + sign + text[at:]
    agree(text.encode("utf-8", "surrogatepass"), YamlLimits())


@given(st.lists(body, min_size=1, max_size=3))
def test_they_agree_on_several_documents(bodies: list[dict[str, Any]]) -> None:
    agree("---\n".join(map(to_yaml, bodies)).encode(), YamlLimits())


@pytest.mark.parametrize("count", [2_999, 3_000, 3_001, 5_999, 6_000, 6_001])
@pytest.mark.parametrize("item", ["a", "[]", "{}"])
def test_they_count_alike(count: int, item: str) -> None:
    agree(f"key: [{', '.join([item] * (count - 3))}]".encode(), YamlLimits())


def test_what_is_sound_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are looked for when the first is asked for, of all documents of a file together."""
    walks: list[str] = []
    builder = yaml_reader._Builder

    def counted(text: str, file: str, limits: YamlLimits) -> Any:
        walks.append(file)
        return builder(text, file, limits)

    monkeypatch.setattr(yaml_reader, "_Builder", counted)
    first, second = load(b"a: 1\nb: {c: '2'}\n---\nd: |\n  text\n", "a.yaml").documents
    assert (first.data, second.data, walks) == ({"a": 1, "b": {"c": "2"}}, {"d": "text\n"}, [])
    assert [*first.locate(("b", "c"))] == [2, 8]
    assert [*second.locate(("d",), at_key=True)] == [4, 1]
    assert walks == ["a.yaml"]
