"""What `apply` tells while it waits for a service that shows a write late."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.emulated_project import World

from templatesync.commands import apply as apply_command
from templatesync.model.resource import Key
from templatesync.planning.inputs import PlanOptions
from templatesync.render.progress import Progress

HELLO = Key("template", "hello", "en")
WAITING = "waiting until the service shows 1 change (up to 2 minutes)\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    text = {"Type": "BODY", "Text": "Good morning to all."}
    made.want({"Name": HELLO.name, "Category": "UTILITY", "Language": HELLO.language, "Components": [text]})
    yield made
    made.emulator.end()


def told(world: World) -> str:
    stream = io.StringIO()
    progress = Progress(stream, quiet=False, clock=world.clock)
    watch = apply_command.Watch(progress.started, progress.ended, waiting=progress.waiting, stopping=progress.stopping)
    order = apply_command.Order(approved=True)
    apply_command.apply(world.root, (), False, PlanOptions(), world.connection, order, watch=watch)
    return stream.getvalue()


@pytest.mark.parametrize("quirk", ["list-lag=30", "lost-answers=45"])
def test_a_write_that_shows_late(world: World, quirk: str) -> None:
    name, _, value = quirk.partition("=")
    world.settings(quirks={name: value})
    lines = told(world)
    assert lines.startswith(f"applying 1 change\n{WAITING}")
    assert lines.endswith(f"1 of 1 settled, {HELLO} last\n")


def test_a_write_that_shows_at_once(world: World) -> None:
    assert "waiting" not in told(world)


def test_who_stops_it_is_told_once_what_is_waited_for(world: World) -> None:
    def before(called: str) -> None:
        if called == "CreateChatappTemplate":
            world.emulator.before = None
            os.kill(os.getpid(), signal.SIGTERM)

    world.emulator.before = before
    lines = told(world).splitlines()
    said = "stopping: only what was sent is waited for (a second Ctrl-C does not wait)"
    assert lines.count(said) == 1
    assert lines[0] == "applying 1 change"
