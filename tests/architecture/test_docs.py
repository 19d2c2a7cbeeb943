"""The documents for those who work on the code: they name what is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_tree_has_every_room_and_no_other() -> None:
    rooms = re.findall(r"^  ([a-z]+)/  +\S", ARCHITECTURE, re.MULTILINE)
    assert sorted(rooms) == sorted(path.parent.name for path in (ROOT / "templatesync").glob("*/__init__.py"))


def test_the_directions_are_those_that_are_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    checked = next(contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers")
    drawn = re.search(r"### Which room may import which\n\n```\n(.*?)```", ARCHITECTURE, re.DOTALL)
    assert drawn is not None
    # Behind three spaces or more stand remarks, or a second room of the same height.
    lines = [re.split(r" {3,}", line)[0] for line in drawn[1].splitlines()]
    assert [re.split(r" [|:] ", layer)[0] for layer in checked] == [re.split(r" \| ", line)[0] for line in lines]
    for layer, line in zip(checked, drawn[1].splitlines(), strict=True):
        assert set(re.findall(r"\w+", layer)) <= set(re.findall(r"\w+", line))
