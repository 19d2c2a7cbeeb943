"""Laws of the formatter: the same data, the same comments, the same silence, and once is enough."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.written_documents import documents

from templatesync.documents.yaml_reader import load
from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import KINDS
from templatesync.model.finding import Severity
from templatesync.model.json_value import canonical_json
from templatesync.validation.format import formatted

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(
    path
    for folder in ("examples", "tests")
    for path in (ROOT / folder).rglob("*.yaml")
    if not {"mutations", "frame_rules"} & set(path.parts)  # a table of ours, and files that cannot be read
)


def loose(value: Any, name: str = "") -> Any:
    """A value without the order of its keys and components."""
    if isinstance(value, dict):
        return {key: loose(item, key) for key, item in value.items()}
    if isinstance(value, list):
        items = [loose(item) for item in value]
        return sorted(items, key=canonical_json) if name in ("Components", "CardComponents") else items
    return type(value).__name__, value


def data_of(text: str) -> list[Any]:
    loaded = load(text.encode(), "a.yaml")
    assert not [each for each in loaded.findings if each.severity is Severity.ERROR], (loaded.findings, text)
    return [loose(each.data) for each in loaded.documents]


@settings(max_examples=50 * DEPTH)
@given(st.lists(documents(), min_size=1, max_size=2), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_formatting_keeps_what_a_file_says(parts: list[Any], line_end: str, mark: bool) -> None:
    text = "---\n".join(part for part, _, _ in parts)
    before = data_of(text)
    done = formatted((("\ufeff" if mark else "") + text.replace("\n", line_end)).encode(), "a.yaml")
    assert done.findings == (), text
    assert data_of(done.text) == before
    assert formatted(done.text.encode(), "a.yaml") == done  # once is enough
    said = Counter(comment.rstrip() for _, comments, _ in parts for comment in comments)
    found = Counter(match.rstrip() for match in re.findall(r"(?m)#[^#\n]*$", done.text))
    assert not said - found
    assert "\r" not in done.text and "\ufeff" not in done.text and done.text.endswith("\n")
    event("changed" if done.text != text else "as it was")


@settings(max_examples=60)
@given(documents())
def test_what_the_program_writes_is_formatted(part: Any) -> None:
    data = part[2]
    text = to_yaml(KINDS[data.get("kind", "template")].file.layout.arrange(data), header=["On top"])
    assert formatted(text.encode(), "a.yaml").text == text


fragments = st.lists(
    st.sampled_from(
        [*"a b [ ] { } | > |+ >- ' \" # ~ 1 no ?".split(), ": ", "- ", "\n", "\n", "  ", ", ", "---\n", "...\n", "\t",
         "\r\n", "# templatesync: ignore b", "a: ", "a:\n", "Name: x\n", "  - ", "%YAML 1.2\n"]
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=100 * DEPTH)
@given(fragments)
def test_nothing_breaks_the_formatter(parts: list[str]) -> None:
    text = "".join(parts)
    done = formatted(text.encode(), "a.yaml")
    if done.findings:
        assert not done.text
    else:
        assert data_of(done.text) == data_of(text)
        assert formatted(done.text.encode(), "a.yaml") == done


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_of_this_project_keep_their_sense(file: Path) -> None:
    done = formatted(file.read_bytes(), file.name)
    assert done.findings == ()
    text = file.read_bytes().decode("utf-8-sig")
    assert data_of(done.text) == data_of(text)
    assert formatted(done.text.encode(), file.name) == done
