"""Files that hold what commands print, and a checkout of which two states are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.breaking_checkout import Checkout
from support.git_repository import SETTINGS
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


@pytest.fixture
def checkout(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    made = Checkout(tmp_path / "shop", capsys)
    made.commit()
    monkeypatch.chdir(made.shop.root)
    yield made
