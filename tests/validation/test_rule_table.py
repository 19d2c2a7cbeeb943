"""Everything we know of the platform against the rules: what validate checks, and what it admits it does not.

`rule_table.tsv` has a line for each thing we know: the number of its group, its id, and the severity that its source
suggests (what the API refuses is an error, or a warning when only other providers say so; what a review rejects is a
warning; advice is info; a fact has nothing to check).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from templatesync.validation.registry import RULES

ROOT = Path(__file__).parents[2]
TABLE = {
    name: (int(section), severity)
    for section, name, severity in (
        line.split("\t") for line in Path(__file__).with_name("rule_table.tsv").read_text(encoding="utf-8").splitlines()
    )
}
PAGE = (ROOT / "docs" / "rules" / "not-checked.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the tables below headings that begin so, by the id in their first cell."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        if part.startswith(heading):
            for line in part.splitlines():
                if line.startswith("| `"):
                    name, *rest = (cell.strip() for cell in line.strip("|").split("|"))
                    assert name.strip("`") not in found, f"{name} stands twice on the page"
                    found[name.strip("`")] = rest
    return found


ELSEWHERE = rows("Checked under another name")
UNCHECKED = rows("Not checked")
SEVERITIES = rows("Told more or less severely")


def test_the_table_is_whole() -> None:
    assert len(TABLE) == 313
    assert {section for section, _ in TABLE.values()} == set(range(1, 22))
    assert {severity for _, severity in TABLE.values()} == {"error", "warning", "info", "fact"}


@pytest.mark.parametrize("name", TABLE)
def test_a_row_is_a_rule_or_on_the_page_and_never_both(name: str) -> None:
    places = [name in RULES, name in ELSEWHERE, name in UNCHECKED]
    assert sum(places) == 1, f"{name}: a rule {places[0]}, elsewhere {places[1]}, not checked {places[2]}"


@pytest.mark.parametrize("name", [name for name in TABLE if name in RULES])
def test_a_rule_has_the_severity_of_its_source_or_a_reason(name: str) -> None:
    _, suggested = TABLE[name]
    told = RULES[name].severity.value
    if name in SEVERITIES:
        assert SEVERITIES[name][0] == told != suggested
    else:
        assert told == suggested


def test_the_page_names_nothing_else() -> None:
    assert ELSEWHERE.keys() | UNCHECKED.keys() | SEVERITIES.keys() <= TABLE.keys()
    for name, cells in (ELSEWHERE | UNCHECKED | SEVERITIES).items():
        assert cells[-1], f"{name} has no reason"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_checked_under_another_name_is_checked(name: str) -> None:
    by = re.findall(r"`([a-z0-9-]+)`", ELSEWHERE[name][0])
    assert by
    assert all(rule in RULES for rule in by), by
