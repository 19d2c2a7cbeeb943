"""The recipes of docs/recipes do what they say: their code is run, with the examples that they speak of."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.senders import codes_of, loaded, python_of, typescript_of

from templatesync.commands.contracts import contracts
from templatesync.project.chains import Sendable

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "docs" / "recipes"


def blocks(recipe: str, language: str) -> list[str]:
    text = (RECIPES / recipe).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def shop() -> tuple[Sendable, ...]:
    return contracts(ROOT / "examples").sendables


def test_the_recipe_for_python_sends(
    shop: tuple[Sendable, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[dict[str, Any]] = []
    models = ModuleType("alibabacloud_cams20200606.models")
    vars(models)["SendChatappMessageRequest"] = lambda **given: made.append(given)
    monkeypatch.setitem(sys.modules, "alibabacloud_cams20200606", ModuleType("alibabacloud_cams20200606"))
    monkeypatch.setitem(sys.modules, "alibabacloud_cams20200606.models", models)
    monkeypatch.setitem(sys.modules, "senders", loaded(python_of(*shop)))
    monkeypatch.chdir(tmp_path)
    Path("codes.json").write_text(json.dumps(codes_of(*shop)), encoding="utf-8")
    exec("\n".join(blocks("senders-python.md", "python")), {})
    (request,) = made
    assert request["payload"] == ["home:1001", "neighbour:1001", "tomorrow:1001"]
    assert (request["from_"], request["to"], request["language"]) == ("8613800000000", "6590000000", "en")
    assert (
        "the platform would refuse it: shop_delivery_today@en: the value of name has a line end"
        in capsys.readouterr().out
    )


def test_the_recipe_for_typescript_names_what_there_is(shop: tuple[Sendable, ...]) -> None:
    """Whether it compiles, `make generated` says."""
    (code,) = blocks("senders-typescript.md", "typescript")
    written = typescript_of(*shop)
    for name in re.findall(r"^      (on\w+):", code, flags=re.MULTILINE):
        assert f"  {name}?: string" in written
    assert "export function shopDeliveryToday(" in written


def test_the_recipe_for_java_fits_the_contract(shop: tuple[Sendable, ...]) -> None:
    """It speaks of a template with these languages and variables. Whether it compiles, `make generated` says."""
    template, _ = blocks("senders-java.md", "java")
    (confirmed,) = (each for each in shop if each.name == "shop_order_confirmed")
    for language, member in confirmed.members.items():
        assert f'"{language}", "DIGEST_{language.upper()}"' in template
        assert re.findall(r'params.put\("(\w+)"', template) == [*member.contract.names]
