"""What the README shows of the example shop is what the program prints."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.projects import Shop

ROOT = Path(__file__).parent.parent.parent


def test_the_demo_prints_what_the_readme_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shop = Shop(tmp_path / "shop", capsys)
    shutil.rmtree(shop.root)
    shutil.copytree(ROOT / "examples", shop.root)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme[readme.index("$ templatesync validate") :].partition("```")[0]
    printed: dict[str, str] = {}
    for part in shown.split("$ templatesync ")[1:]:
        command, _, lines = part.partition("\n")
        printed[command] = shop.run(*command.split(), "--space", "local", "--quiet").out
        missing = [line for line in lines.splitlines() if line.strip("… ") and line not in printed[command]]
        assert missing == [], f"{command} does not print this"
    assert printed["plan"].startswith("Space local EMULATOR")
