"""Patterns of `include`: what they name, and that no pattern takes more than one pass over a name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.storage.patterns import _Pattern


def reference(pattern: str, name: str) -> bool:
    """The same as a regular expression, which is right, and slow for some."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    wildcards = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.fullmatch("".join(wildcards.get(part, re.escape(part)) for part in parts), name, re.DOTALL) is not None


@given(
    st.lists(st.sampled_from(["a", "b", "/", ".", "[", "*", "**", "**/", "?"]), max_size=6).map("".join),
    st.text("ab/.[*\n", max_size=8),
)
def test_a_pattern_names_what_its_expression_does(pattern: str, name: str) -> None:
    assert _Pattern.read(pattern).matches(name) == reference(pattern, name)


@pytest.mark.parametrize("pattern", ["*a" * 8 + "*b", "**/" * 8 + "b", "**a" * 8 + "b", "*?" * 60 + "b"])
def test_wildcards_are_not_tried_against_each_other(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a" * 200
    steps = 0
    really = _Pattern._after

    def counting(self: _Pattern, at: int, char: str) -> object:
        nonlocal steps
        steps += 1
        return really(self, at, char)

    monkeypatch.setattr(_Pattern, "_after", counting)
    read = _Pattern.read(pattern)
    assert not read.matches(name)
    assert steps <= len(name) * (len(read.steps) + 1)


def test_common_patterns() -> None:
    pattern = _Pattern.read("templates/**/*.yaml")
    assert [name for name in ("templates/a.yaml", "templates/a/b/c.yaml") if not pattern.matches(name)] == []
    assert [
        name for name in ("templates/a.yml", "a.yaml", "templates.yaml", "x/templates/a.yaml") if pattern.matches(name)
    ] == []
