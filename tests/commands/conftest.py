"""What several tests of commands begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.watched_project import Watched


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Watched]:
    """A project whose service anybody may change, and whose calls are noted."""
    fresh = Watched(tmp_path, monkeypatch, capsys)
    yield fresh
    fresh.end()
