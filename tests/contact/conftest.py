"""What the client does not bear yet is listed, and fails: whoever mends it takes it out of the list."""

from __future__ import annotations

from pathlib import Path

import pytest

_KNOWN = frozenset((Path(__file__).parent / "known_cases.txt").read_text("utf-8").splitlines())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.name in _KNOWN and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xfail(strict=True, reason="not borne yet: see known_cases.txt"))
