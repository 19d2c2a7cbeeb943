"""Files before and after: `format_cases/NAME.yaml` and `format_cases/NAME.expected`."""

from __future__ import annotations

from pathlib import Path

import pytest

from templatesync.documents.layout import Layout
from templatesync.documents.yaml_reader import load
from templatesync.kinds import KINDS
from templatesync.schema.loading import load as schema
from templatesync.validation.format import formatted

CASES = sorted((Path(__file__).parent / "format_cases").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_file_becomes_what_is_expected(case: Path) -> None:
    done = formatted(case.read_bytes(), case.name)
    assert done.findings == ()
    assert done.text == case.with_suffix(".expected").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "line"),
    [("Name: a\n? Category\n: UTILITY\n", 2), ("? Name\n: a\n", 1), ('Name: a\n---\n? "x"\n: 1\n', 3)],
    ids=["second", "first", "second document"],
)
def test_what_cannot_be_taken_apart_stays_and_is_told(text: str, line: int) -> None:
    (finding,) = formatted(text.encode(), "a.yaml").findings
    assert (finding.rule, finding.line) == ("format-unsafe", line)


def test_an_order_stays_on_its_line_and_silences_the_same() -> None:
    for case in CASES:
        before = load(case.read_bytes(), "a.yaml").documents
        after = load(formatted(case.read_bytes(), "a.yaml").text.encode(), "a.yaml").documents
        for old, new in zip(before, after, strict=True):
            assert old.ignored.get(0) == new.ignored.get(0)
            for field in old.data:
                assert old.ignored.get(old.locate((field,)).line) == new.ignored.get(new.locate((field,)).line)


@pytest.mark.parametrize("kind", KINDS)
def test_a_layout_names_fields_that_there_are(kind: str) -> None:
    layout: Layout = KINDS[kind].file.layout
    known = schema(KINDS[kind].file.schema)
    assert {*layout.keys, *layout.last} == set(known["properties"])
    assert set(layout.of("templatesync").keys) >= set(known["properties"]["templatesync"].get("properties", ()))
    if kind == "template":
        component, button = known["definitions"]["component"], known["definitions"]["button"]
        assert set(layout.of("Components").keys) == set(component["properties"])
        assert set(layout.of("Components").of("Buttons").keys) == set(button["properties"])
