"""The benchmarks still run: what reaches into the package would else break unseen. Nothing is timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of made-up templates, of every shape."""
    folder = tmp_path_factory.mktemp("bench") / "shop"
    done("corpus.py", str(folder), "8")
    return folder


def done(script: str, *arguments: str, code: int = 0) -> str:
    """What a script of the bench says."""
    ended = subprocess.run([sys.executable, BENCH / script, *arguments], capture_output=True, text=True)
    assert ended.returncode == code, ended.stderr
    return ended.stdout


def test_the_schema_alone_judges(shop: Path) -> None:
    done("gate.py", str(shop / "templates"))
    broken = shop.parent / "broken.yaml"
    broken.write_text("Name: broken\nFoo: 1\n", encoding="utf-8")
    done("gate.py", str(shop.parent), code=1)


def test_a_plan_tells_its_parts(shop: Path) -> None:
    spent = json.loads(done("unpaced.py", "-C", str(shop), "-q", "-o", os.devnull, "plan"))
    assert [name for name in ("start", "before", "network", "after") if spent[name] <= 0] == []


def test_a_preview_is_measured() -> None:
    assert done("preview.py", "3").splitlines()[-1].startswith("| 3 | 3 | ")


def test_outputs_are_measured_beside_a_plan() -> None:
    rows = done("outputs.py", "8", "--rounds", "1").splitlines()
    assert sum(row.startswith("| outputs, ") for row in rows) == 4


def test_texts_of_every_sort_are_measured() -> None:
    rows = done("texts.py", "50").splitlines()
    assert len(rows) > 20 and all(row.count("|") == 5 for row in rows)


def test_hostile_values_are_text_in_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(BENCH.parent / "tests"))
    assert "all of them are text" in done("markdown.py", "--values", "300")
