"""Files that hold what commands print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.projects import plain

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def compare(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares an output with a file; writes the file when `--rewrite-golden` is given."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--rewrite-golden"):
            path.write_text(plain(text), encoding="utf-8")
        assert plain(text) == path.read_text(encoding="utf-8")

    return check
