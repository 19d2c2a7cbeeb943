"""`docs/promises.md` names tests that there are, and nothing here speaks of documents that are not here."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PROMISES)
ROWS = [line for line in PROMISES.splitlines() if line.startswith("| ") and not line.endswith("| shown by |")]

# Rows of tables that only their author has, and pages of plans.
ELSEWHERE = re.compile(r"\b[ABIOT][0-9]{1,2}\b|\b(?:DESIGN|ARCHITECTURE)\b")
CODE = [path for folder in ("templatesync", "tests", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
# What is said of the rules is about the platform, and written from the rules.
PAGES = [path for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]) if path.parent.name != "rules"]


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_the_tests_that_are_named_exist(file: str) -> None:
    tests = re.findall(r"^def (test_\w+)\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for named, name in NAMED if named == file} <= set(tests)


def test_every_promise_has_a_test() -> None:
    assert len(ROWS) > 90
    assert [row for row in ROWS if not re.search(r"::test_\w+` \|$", row)] == []


def said(text: str) -> Iterator[str]:
    """Comments, docstrings and names of tests: what a module says to people."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name.upper().replace("_", " ")


def cited(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    # Only few modules need to be taken apart, for nearly none holds anything like it, in code or elsewhere.
    if not ELSEWHERE.search(text.upper().replace("_", " ")):
        return set()
    return {found for line in said(text) for found in ELSEWHERE.findall(line)}


def test_no_page_cites_what_is_not_here() -> None:
    assert [(path.name, found[0]) for path in PAGES for found in ELSEWHERE.finditer(path.read_text("utf-8"))] == []


def test_no_module_cites_what_is_not_here() -> None:
    assert len(CODE) > 400
    assert {str(path.relative_to(ROOT)): names for path in CODE if (names := cited(path))} == {}


def test_no_file_is_named_after_rows() -> None:
    assert [path.name for path in CODE if re.match(r"test_rows?_|test_[abiot][0-9]", path.name)] == []
