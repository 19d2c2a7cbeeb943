"""The formatter's own proof, and that rules find the same before and after."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from templatesync.project import workspace
from templatesync.project.settings import Project, Space
from templatesync.validation import check, format

RULES = sorted((Path(__file__).parent.parent / "rules").glob("*/*/*.yaml"))
SPACE = Space("local", "emulator-local", vars={"site": "https://www.example.com", "phone": "+442079460123"})
TEXT = "# above\nName: a   # templatesync: ignore name-meaningful\nCategory: UTILITY\n"


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (TEXT.replace("UTILITY", "MARKETING"), "something else"),
        (TEXT.replace("Category", "Kategory"), "something else"),
        (TEXT.replace("Name: a   #", "Name: a\n#"), "something else"),
        (TEXT.replace("# above", "# templatesync: ignore b"), "something else"),
        (TEXT.replace("# above\n", ""), "a comment would be lost"),
        (TEXT.replace("# above", "# below"), "a comment would be lost"),
        ("a: [\n", "something else"),
        ("", "something else"),
    ],
)
def test_what_says_something_else_is_refused(monkeypatch: pytest.MonkeyPatch, spoilt: str, told: str) -> None:
    monkeypatch.setattr(format, "styled", lambda text, layout: spoilt)
    done = format.formatted(TEXT.encode(), "a.yaml")
    assert done.text == ""
    (finding,) = done.findings
    assert finding.rule == "format-unsafe" and told in finding.message


def found(data: bytes) -> Counter[Any]:
    there = workspace.assemble(Project(Path(), (SPACE,)), {"a.yaml": data})
    return Counter((each.rule, each.severity, each.key, each.path, each.hint) for each in check.check(there).findings)


@pytest.mark.parametrize("file", RULES, ids=lambda file: f"{file.parent.parent.name}-{file.stem}-{file.parent.name}")
def test_rules_find_the_same_before_and_after(file: Path) -> None:
    data = file.read_bytes()
    assert found(format.formatted(data, "a.yaml").text.encode()) == found(data)
