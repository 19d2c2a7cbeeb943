"""The whole plan document for every row of the action table, and for each write of each kind, byte for byte.

`pytest --rewrite-golden` writes the files anew; read the difference before committing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.emulated_project import World
from support.kind_specimens import WRITES, Write, every_write
from support.plan_scenarios import SCENARIOS, Scenario

from templatesync import __version__
from templatesync.schema.loading import schema_dir

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def staged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, Scenario]]:
    scenario = SCENARIOS[request.param]
    policy = {"policy": dict(scenario.policy)} if scenario.policy else {}
    world = World(tmp_path, spaces={"local": {"emulator": True, **scenario.space}}, **policy)
    for template in scenario.live:
        world.live(**template)
    world.want(*scenario.want)
    scenario.setup(world)
    yield world, scenario
    world.emulator.end()


@pytest.mark.parametrize(("staged", "name"), [(name, name) for name in SCENARIOS], indirect=["staged"], ids=SCENARIOS)
def test_plan(staged: tuple[World, Scenario], name: str, request: pytest.FixtureRequest) -> None:
    world, scenario = staged
    is_golden(world, name, scenario.options, request)


@every_write
def test_plan_of_each_kind(world: World, write: Write, request: pytest.FixtureRequest) -> None:
    write.start(world)
    is_golden(world, str(write), write.options, request)


def is_golden(world: World, name: str, options: Mapping[str, Any], request: pytest.FixtureRequest) -> None:
    text = world.text(**options).replace(f'"tool_version": "{__version__}"', '"tool_version": "0"')
    path = GOLDEN / f"{name}.json"
    if request.config.getoption("--rewrite-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert world.writes() == []


def test_there_is_no_golden_file_too_many() -> None:
    assert {path.stem for path in GOLDEN.glob("*")} == {*SCENARIOS, *map(str, WRITES)}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_plans_fit_their_schema(path: Path) -> None:
    schema = schema_dir() / "plan.schema.json"
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(schema.read_text(encoding="utf-8")))
