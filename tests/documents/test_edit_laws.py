"""Laws of edits: the text says afterwards what the data does, and keeps its comments."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.written_documents import documents

from templatesync.documents.edit.change import changed
from templatesync.documents.edit.comment import comments
from templatesync.documents.edits import Add, Arrange, Edit, Remove, Rename, Write, applied
from templatesync.documents.yaml_reader import load
from templatesync.model.paths import Path

NEW = st.sampled_from(["en_US", "no", "12:30", "a: b", "it's", 'say "x"', "two\nlines", "a, b", "", " two\n\nlines\n"])
LARGE = st.sampled_from([{"en": "no", "id": "two\n\nlines: #\n"}, ["A", "no"], {"A": {"B": ["x, y"]}}, 12, True])


def paths(data: Any, path: Path = ()) -> list[Path]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for step, inner in items for found in paths(inner, (*path, step)))]


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, dict[str, Any], Edit]:
    text, _, _ = draw(documents())
    loaded = load(text.encode(), "a.yaml")
    assume(loaded.documents)
    data = loaded.documents[0].data
    path = draw(st.sampled_from(paths(data)))
    value = at(data, path)
    kinds: list[Any] = []
    if path and isinstance(path[-1], str):
        kinds += [Remove(path), Rename(path, "Renamed")]
    if isinstance(value, str):
        kinds.append(Write(path, draw(NEW)))
    if path:
        kinds.append(Write(path, draw(LARGE)))
    if isinstance(value, list) and value:
        order = draw(st.lists(st.sampled_from(range(len(value) + 2)), min_size=1, unique=True))
        kinds.append(Arrange(path, tuple(order), ({"A": draw(NEW), "B": [{"C": draw(NEW)}]}, draw(NEW))))
    if isinstance(value, dict):
        kinds.append(Add(path, "Large", {"A": {draw(NEW) or "x": draw(NEW)}}, draw(st.sampled_from([(), tuple(data)]))))
        kinds.append(Add(path, "Added", draw(NEW), draw(st.sampled_from([(), ("templatesync",), tuple(data)]))))
        kinds.append(Add((*path, "Made"), draw(st.sampled_from(["Inside", ""])), {"A": draw(NEW), "B": [1, "no"]}))
    if isinstance(value, list):
        kinds.append(Add(path, "", {"A": draw(NEW)}))
    assume(kinds)
    return text, data, draw(st.sampled_from(kinds))


@settings(max_examples=140 * DEPTH)
@given(edited(), st.sampled_from(["\n", "\r\n"]))
@example(
    ("A: {b: Hello, how are you}\n", {"A": {"b": "Hello", "how are you": None}}, Write(("A", "how are you"), [1])), "\n"
)
def test_the_text_says_what_the_data_does(case: Any, line_end: str) -> None:
    text, data, edit = case
    edits = [edit, Add((), "Two", "2"), Add((), "Three", "no"), edit] if isinstance(edit, Add) else [edit]
    event(type(edit).__name__)
    try:
        new = changed(text.replace("\n", line_end), edits)
    except LookupError:
        event("cannot be cut")
        assert isinstance(edit, Remove | Write | Arrange)
        return
    loaded = load(new.encode(), "a.yaml")
    assert [each.data for each in loaded.documents] == [applied(data, edits)], new
    assert new.count("\n") == new.count(line_end)
    before, after = comments(text), comments(new.replace("\r\n", "\n"))
    assert not after - before
    assert isinstance(edit, Remove) or before == after
