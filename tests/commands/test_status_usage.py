"""`status --usage`: what nobody has sent for long, of what can be sent now; no row is dropped for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
from support.emulated_project import LOCAL, World
from support.plan_scenarios import hello, there

from templatesync.commands.status import StatusResult, status
from templatesync.emulator.store.templates import DAY
from templatesync.model.errors import ExitCode
from templatesync.render import json_, status_markdown
from templatesync.render import status as terminal
from templatesync.render.terminal import Style
from templatesync.schema.loading import schema_dir


def counted(world: World, *, usage: bool = True) -> StatusResult:
    return status(world.root, (), False, world.connection, usage=usage)


def rows(result: StatusResult) -> dict[str, Mapping[str, Any]]:
    document = json.loads(json_.status(result, Style()))
    schema = json.loads((schema_dir() / "status.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)
    (space,) = document["spaces"]
    return {row["name"]: row.get("usage") for row in space["resources"]}


def used(world: World, *names: str) -> None:
    """Approved templates that are a year old; one in review; and what somebody sends."""
    for name in names:
        world.live(**there(hello(Name=name)))
    world.live(**there(hello(Name="waiting"), status="auditing"))
    world.want(*(hello(Name=name) for name in (*names, "waiting", "nowhere")))
    world.clock.sleep(365 * DAY)


def asked(world: World) -> int:
    return sum(each["operation"] == "GetChatappTemplateMetric" for each in world.arrived())


def test_what_nobody_sends_is_told(world: World) -> None:
    used(world, "busy", "idle", "late")
    world.control("metrics", cust_space_id=LOCAL, template_name="busy", sent=1200, days_ago=80)
    world.control("metrics", cust_space_id=LOCAL, template_name="late", sent=7, days_ago=95)
    result = counted(world)
    found = rows(result)
    assert {name: usage and (usage["sent"], usage["unused"]) for name, usage in found.items()} == {
        "busy": (1200, False),
        "idle": (0, True),
        "late": (0, True),
        "waiting": None,
        "nowhere": None,
    }
    told = "unused 90 days (2): template/idle@en, template/late@en"
    assert told in " ".join(terminal.text(result, Style(columns=80)).split())
    assert told in status_markdown.status(result, Style()).replace("&#8203;", "")
    assert asked(world) == 3


def test_what_is_younger_is_not_called_unused(world: World) -> None:
    used(world, "idle")
    world.live(**there(hello(Name="new")))
    world.want(hello(Name="idle"), hello(Name="new"))
    result = counted(world)
    assert {name: usage["unused"] for name, usage in rows(result).items() if usage} == {"idle": True, "new": False}
    assert "not sent, and made or changed in that time: 1" in terminal.text(result, Style())


def test_nobody_asks_by_default(world: World) -> None:
    used(world, "idle")
    assert set(rows(counted(world, usage=False)).values()) == {None}
    assert asked(world) == 0


def test_a_service_that_does_not_tell_changes_nothing_else(world: World) -> None:
    used(world, "idle", "busy")
    world.settings(quirks={"denied-metrics": "product"})
    result = counted(world)
    assert (result.exit_code, set(rows(result).values())) == (ExitCode.OK, {None})
    assert [note.text for note in result.spaces[0].notes if "GetChatappTemplateMetric" in note.text] != []
    assert "unused" not in terminal.text(result, Style())
    world.settings(quirks={})
    world.fault("500", "GetChatappTemplateMetric", times=1000)
    told = [usage["unused"] for usage in rows(counted(world)).values() if usage]
    assert True not in told
