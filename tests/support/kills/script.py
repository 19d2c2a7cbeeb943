"""What a seed stands for: how slow and how late the service is, and when a run is killed in which way. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import NamedTuple

MARGIN = 0.5
"""Seconds by which `--settle` is longer than what is late; a machine has other things to do."""
READING = 0.7
"""Seconds that a run takes before it writes, about."""


class Kill(StrEnum):
    """How a run ends that is killed."""

    KILL = "SIGKILL"
    TERM = "SIGTERM"
    GROUP = "SIGKILL to the group"


class Blow(NamedTuple):
    """One run that does not end by itself: so many seconds after its so manieth write has arrived, or after its start.

    With `fresh` the next one is on another machine: nothing that the run wrote down is left.
    """

    how: Kill
    write: int
    seconds: float
    fresh: bool


@dataclass(frozen=True, slots=True)
class Weather:
    """How late the service is, in seconds. With `clears` writes are quick again once the last run was killed."""

    write_delay: float = 0.0
    latency: float = 0.0
    consistency_delay: float = 0.0
    quirks: Mapping[str, str] = field(default_factory=dict)
    clears: bool = False

    @property
    def lag(self) -> float:
        """From when a write is carried out until everything shows it."""
        late = float(self.quirks.get("slow-writes", 0))
        behind = [self.consistency_delay, *(float(self.quirks.get(name, 0)) for name in ("list-lag", "detail-lag"))]
        return late + max(behind)

    @property
    def settle(self) -> int:
        """From when a client is gone until everything shows what it sent, in whole seconds."""
        return math.ceil(self.write_delay + self.latency + self.lag + MARGIN)


@dataclass(frozen=True, slots=True)
class Script:
    """A round. Its files follow from the seed, too."""

    seed: int
    weather: Weather
    blows: tuple[Blow, ...]


def draw(seed: int) -> Script:
    """The round of a seed."""
    dice = Random(f"round {seed}")
    quirks = {
        name: "2"
        for name, share in (("list-lag", 0.03), ("detail-lag", 0.06), ("slow-writes", 0.03))
        if dice.random() < share
    }
    weather = Weather(
        write_delay=dice.choice((0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)),
        latency=dice.choice((0.0, 0.0, 0.02, 0.05)),
        consistency_delay=dice.choice((0.0, 0.0, 0.0, 0.3, 0.3, 0.6, 0.6, 0.9, 0.9, 2.5)),
        quirks=quirks,
        clears=dice.random() < 0.7,
    )
    blows = tuple(_blow(dice, weather) for _ in range(2 if dice.random() < 0.2 else 1))
    return Script(seed, weather, blows)


def _blow(dice: Random, weather: Weather) -> Blow:
    how = dice.choices((Kill.KILL, Kill.GROUP, Kill.TERM), (60, 25, 15))[0]
    fresh = dice.random() < 0.5
    if dice.random() < 0.5:
        return Blow(how, dice.randint(1, 4), dice.uniform(0, 1.1) * weather.write_delay, fresh)
    whole = READING + 4 * (weather.write_delay + weather.latency) + weather.lag
    return Blow(how, 0, dice.uniform(0, 1.1) * whole, fresh)
