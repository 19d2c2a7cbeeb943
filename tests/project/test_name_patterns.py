"""Patterns of names: they mean what fnmatch says, and many of them, or long ones, cost no more than to read them."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limited
from hypothesis import strategies as st
from support.git_repository import Repository
from support.projects import GOOD, Shop

from templatesync.project import policy

PIECES = st.sampled_from(["*", "*", "?", "[", "]", "!", "-", "a", "b", "ab", "\n"])
TEXTS = st.lists(PIECES, max_size=6).map("".join)


@limited(max_examples=100)
@given(st.lists(TEXTS, max_size=4).map(tuple), TEXTS)
def test_a_pattern_means_what_fnmatch_says(patterns: tuple[str, ...], name: str) -> None:
    assert policy.fitting(patterns)(name) == any(fnmatchcase(name, pattern) for pattern in patterns)


@pytest.fixture
def expressions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What becomes a regular expression, each of which takes long to make."""
    made: list[str] = []

    def translate(pattern: str) -> Any:
        made.append(pattern)
        return "(?!)"

    monkeypatch.setattr(policy, "translate", translate)
    policy.fitting.cache_clear()
    yield made
    policy.fitting.cache_clear()


def test_stars_alone_make_no_expression(shop: Shop, expressions: list[str]) -> None:
    """Neither where files are judged nor where two states of a policy are compared, pattern by pattern."""
    repository = Repository.new(shop.root)
    for word in ("x", "y"):
        names = ", ".join(f"'{word}{number}{'*a' * 128}*b'" for number in range(40))
        space = f"  b: {{cust_space_id: cams-b, policy: {{protect: [{names}], manage: [shop_*, {names}]}}}}\n"
        shop.write("templatesync.yaml", f"version: 1\nspaces:\n  a: {{cust_space_id: cams-a}}\n{space}")
        shop.write("templates/good.yaml", GOOD)
        if word == "x":
            repository.commit()
    ended = shop.validate("--changed-since", "HEAD")
    assert ended.code == 0
    assert expressions == []
