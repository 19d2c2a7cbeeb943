"""What `make mutate` tries is still there: modules, tests, and the lines of mutants that mean the same."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TABLE: dict[str, Any] = tomllib.loads((ROOT / "bench" / "mutation.toml").read_text(encoding="utf-8"))


def test_every_module_has_tests_that_are_there() -> None:
    for module, tests in TABLE["modules"].items():
        assert (ROOT / module).is_file()
        assert tests
        assert all((ROOT / test.partition("::")[0]).is_file() for test in tests), module


def test_what_means_the_same_is_about_a_line_of_today_and_says_why() -> None:
    sources = {
        module.removesuffix(".py").replace("/", ".").removeprefix("templatesync."): (ROOT / module).read_text("utf-8")
        for module in TABLE["modules"]
    }
    for row in TABLE["same"]:
        (module,) = [name for name in sources if row["function"].startswith(f"{name}.")]
        assert f"def {row['function'].rpartition('.')[2]}(" in sources[module], row
        assert all(line in sources[module] for line in row["old"].splitlines()), row
        assert row["reason"].strip()
        assert row["old"] != row["new"]
