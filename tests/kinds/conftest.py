"""A space whose kinds are called by hand, empty or with flows in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.flow_space import fill
from support.kind_calls import Called


@pytest.fixture
def space() -> Iterator[Called]:
    fresh = Called()
    yield fresh
    fresh.close()


@pytest.fixture
def filled(space: Called) -> Called:
    """With flows; a test of another kind fills it otherwise."""
    return fill(space)
