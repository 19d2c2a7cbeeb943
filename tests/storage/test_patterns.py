"""Patterns of `include`: what they name, and that no pattern takes more than one pass over a name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.storage.patterns import _Patterns


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
    assert _Patterns([pattern]).matches(name) == reference(pattern, name)


@pytest.mark.parametrize("pattern", ["*a" * 8 + "*b", "**/" * 8 + "b", "**a" * 8 + "b", "*?" * 60 + "b"])
@pytest.mark.parametrize("count", [1, 100])
def test_a_name_is_gone_through_once(pattern: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wildcards are not tried against each other, nor pattern after pattern."""
    name = "a" * 200
    wanted = _Patterns([f"{pattern}{number}" for number in range(count)])
    looks = 0
    really = _Patterns._skipping

    def counting(self: _Patterns, places: int) -> int:
        nonlocal looks
        looks += 1
        return really(self, places)

    monkeypatch.setattr(_Patterns, "_skipping", counting)
    assert not wanted.matches(name)
    assert 0 < looks <= len(name)


def test_of_many_patterns_each_counts() -> None:
    wanted = _Patterns(["a/**/*.yaml", "b?/*.yml", "**/c*"])
    assert [name for name in ("a/x/y.yaml", "bb/x.yml", "x/y/cd", "c") if not wanted.matches(name)] == []
    assert [name for name in ("a/x/y.yml", "b/x.yml", "bb/x/y.yml", "x/y/d", "c/d") if wanted.matches(name)] == []


def test_common_patterns() -> None:
    pattern = _Patterns(["templates/**/*.yaml"])
    assert [name for name in ("templates/a.yaml", "templates/a/b/c.yaml") if not pattern.matches(name)] == []
    assert [
        name for name in ("templates/a.yml", "a.yaml", "templates.yaml", "x/templates/a.yaml") if pattern.matches(name)
    ] == []
