"""A project for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Shop


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shop(folder, capsys)
