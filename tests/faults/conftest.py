"""The command line against a service that misbehaves; whatever a test made it write is searched for secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.faulty_service import TOKEN, Front


@pytest.fixture
def front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Front]:
    """A permanent key pair."""
    fresh = Front(tmp_path, monkeypatch, capsys)
    yield fresh
    fresh.end()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Front]:
    """A temporary pair with a token."""
    fresh = Front(tmp_path, monkeypatch, capsys, token=TOKEN)
    yield fresh
    fresh.end()
