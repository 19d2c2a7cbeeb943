"""One round: a project is changed, a run is killed while it writes, and the next ones go on. Judges nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from support.beliefs.truth import Truth, names, sent_twice, truth
from support.emulated_project import Standing
from support.kills.processes import Machine, Service, Told, rows, serving
from support.kills.script import Script, Weather
from support.kills.shop import Shop, base, changed
from templatesync.emulator.settings import Settings
from templatesync.model.change import Action

RUNS = 3
"""Runs after the one that is killed: the next, and two more."""
LATER = 60.0
"""Seconds that are more than anything is late: a look into the database is a look at what will be."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project with what it has brought about, to be copied. `printed`: codes of QR codes by their messages."""

    folder: Path
    shop: Shop
    printed: Mapping[str, str]


@dataclass(slots=True)
class Round:
    """What happened: each run that was killed, each one after it with the plan that then followed, and the truth."""

    script: Script
    shop: Shop
    killed: list[Told] = field(default_factory=list)
    runs: list[tuple[Told, Told]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    truth: Truth = Truth({}, (), {})
    twice: list[str] = field(default_factory=list)
    """Edits that were carried out twice, by operation and key."""

    @property
    def told(self) -> list[Told]:
        """Everything that was said, in order."""
        return [*self.killed, *(told for pair in self.runs for told in pair)]

    @property
    def left(self) -> list[dict[str, Any]]:
        """What the last plan would still do, or cannot."""
        return [row for row in rows(self.runs[-1][1].document) if row["action"] != Action.NO_OP]


def prepare(folder: Path) -> Prepared:
    """Bring a first project about, on a service that is never late."""
    shop = base()
    database = folder / "cams.db"
    shop.write(folder / "project")
    with serving(database, Weather()) as service:
        told = Machine(folder / "project", folder / "home", service, 0).apply("base")
        assert told.code == 0, told.out + told.err
    with closing(Standing(Settings(), db=database)) as emulator:
        printed = {message: code for code, message in names(emulator).messages.items()}
        emulator.end()
    return Prepared(folder, shop, printed)


def play(script: Script, prepared: Prepared, folder: Path) -> Round:
    """One round, in a folder of its own."""
    for name in ("project", "home"):
        shutil.copytree(prepared.folder / name, folder / name)
    database = folder / "cams.db"
    shutil.copy(prepared.folder / database.name, database)
    shop = changed(prepared.shop, prepared.printed, Random(f"files {script.seed}"))
    shop.write(folder / "project")
    played = Round(script, shop)
    with serving(database, script.weather) as service:
        began = service.last()
        machine = Machine(folder / "project", folder / "home", service, script.weather.settle)
        _go_on(played, machine, service)
        played.history = service.history(began)
    with closing(Standing(Settings(), db=database, clock=lambda: time.time() + LATER)) as emulator:
        played.truth = truth(emulator)
        known = names(emulator)
        played.twice = [what for what in sent_twice(known, played.history) if not what.startswith("Create")]
        emulator.end()
    return played


def _go_on(played: Round, machine: Machine, service: Service) -> None:
    weather = played.script.weather
    for number, blow in enumerate(played.script.blows):
        played.killed.append(machine.apply(f"killed-{number}", blow))
        if blow.fresh:
            machine.forget()
    if weather.clears:
        service.control("settings", write_delay_ms=0.0)
    for number in range(RUNS):
        run = machine.apply(f"apply-{number}")
        service.until_calm(weather.lag)
        played.runs.append((run, machine.plan(f"plan-{number}")))
        if run.hangs or (not played.left and played.runs[-1][1].document is not None):
            return
