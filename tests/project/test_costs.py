"""What a project costs: costs that meet are not multiplied, or a bound says so, and which."""

from __future__ import annotations

import pytest
from support import hostile_projects as hostile
from support.projects import Shop

from templatesync.project import limits


def only(shop: Shop, rule: str, *parts: str) -> None:
    """One finding of that rule, which names the bound and says what to do."""
    ended = shop.validate()
    assert ended.code == 3
    (found,) = (each for each in ended.findings if each["rule"] == rule)
    assert found["hint"]
    assert [part for part in parts if part not in found["message"]] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (hostile.project(hostile.spaces(limits.MOST_SPACES + 1)), ("spaces has 1,001 entries", "1,000")),
        (hostile.project(more=hostile.entries("include", 101)), ("include has 101 entries", "100")),
        (hostile.project(more="include: ['" + "a*" * 201 + "']\n"), ("402 characters", "400")),
        (hostile.project(more="policy:\n  " + hostile.entries("manage", 1_001)), ("policy.manage has", "1,000")),
        (hostile.project(more="policy:\n  " + hostile.entries("protect", 1_001)), ("policy.protect has", "1,000")),
        (hostile.project(more="policy: {protect: ['" + "a" * 601 + "']}\n"), ("601 characters", "600")),
        (
            hostile.project(more="rules: {" + ", ".join(f"r{number}: off" for number in range(1_001)) + "}\n"),
            ("rules has 1,001 entries", "1,000"),
        ),
    ],
    ids=["spaces", "patterns", "long pattern", "manage", "protect", "long name", "rules"],
)
def test_what_a_project_file_may_hold_is_bounded(shop: Shop, text: str, said: tuple[str, ...]) -> None:
    """`project-limit`, before anything is done with it."""
    shop.write("templatesync.yaml", text)
    only(shop, "project-limit", *said)


def test_a_thousand_patterns_of_names_are_one(shop: Shop) -> None:
    """Each kind of pattern still fits, in any company."""
    manage = [f"'x{number}*y'" for number in range(900)] + ["hello", "'shop_*'", "'*[ab]_end'", "'template/key_*'"]
    shop.write("templatesync.yaml", hostile.project(more=f"policy: {{manage: [{', '.join(manage)}]}}\n"))
    (shop.root / "templates/good.yaml").unlink()
    for name in ("hello", "shop_a", "x_a_end", "key_1", "x7_y", "hello_", "_shop_a", "x_c_end", "z7_y"):
        shop.write(f"templates/{name}.yaml", hostile.template("").replace("Name: a", f"Name: {name}"))
    outside = {each["key"] for each in shop.validate().findings if each["rule"] == "outside-manage"}
    assert outside == {f"template/{name}@en" for name in ("hello_", "_shop_a", "x_c_end", "z7_y")}
