"""The hooks for pre-commit: which files call them, and that what they call is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.projects import GOOD, Shop

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook
    for hook in yaml.safe_load((Path(__file__).parent.parent.parent / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
YAML = ["templates/a.yaml", "templates/deep/a.yaml", "qr_codes/a.yaml", "flows/a.yaml"]
OTHERS = ["other/a.yaml", "templates/readme.md", "x/templates/a.yaml"]


@pytest.mark.parametrize(
    ("hook", "more"),
    [("templatesync-validate", ["flows/a.json", "templatesync.yaml"]), ("templatesync-fmt", [])],
    ids=["validate", "fmt"],
)
def test_a_hook_is_called_for_the_files_of_a_project(hook: str, more: list[str]) -> None:
    every = [*YAML, "flows/a.json", "templatesync.yaml", *OTHERS]
    assert [name for name in every if re.search(HOOKS[hook]["files"], name)] == [*YAML, *more]


def test_a_hook_fails_as_it_should(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    path = shop.write("templates/more.yaml", GOOD.replace("Name: shop_hello\n", "") + "Name: Shop\n")
    for hook in HOOKS.values():
        names = ["templates/more.yaml"] if hook["pass_filenames"] else []
        command = hook["entry"].split()
        assert command[0] == "templatesync"
        ended = shop.run(*command[1:], *names)
        assert ended.code == (3 if command[1] == "validate" else 0), ended
    assert path.read_text(encoding="utf-8").startswith("Name: Shop\n")
