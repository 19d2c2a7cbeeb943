"""What holds whatever the service does otherwise: every law, for all quirks of the emulator and for pairs of them.

A story is the first days of a project, with `on_approved: modify` or `block`; `verdict.Law` in `support.beliefs` lists
what is held against it. `make beliefs` tells all of them, with larger projects.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.beliefs.story import SMALL_PLOTS, Plot, tell
from support.beliefs.verdict import Judge, Verdict
from support.depth import DEPTH

from templatesync.emulator.quirks import QUIRKS

VALUES = tuple((quirk.name, value) for quirk in QUIRKS.values() for value in quirk.values)
PLOTS = st.sampled_from(SMALL_PLOTS)

Judged = Callable[[Plot, tuple[tuple[str, str], ...]], Verdict]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Tells a story and judges it, once."""

    def folder() -> Path:
        return tmp_path_factory.mktemp("story")

    judge = Judge({plot.name: tell(folder(), plot, {}) for plot in SMALL_PLOTS})

    @cache
    def told(plot: Plot, quirks: tuple[tuple[str, str], ...]) -> Verdict:
        return judge.judge(plot, dict(quirks), tell(folder(), plot, dict(quirks)))

    return told


def broken(verdict: Verdict) -> list[str]:
    """What is wrong, each with the law that it breaks."""
    return [str(wrong) for wrong in verdict.broken]


@settings(max_examples=4 * DEPTH)
@given(plot=PLOTS, belief=st.sampled_from(VALUES))
def test_every_law_holds_for_every_belief(judged: Judged, plot: Plot, belief: tuple[str, str]) -> None:
    assert broken(judged(plot, (belief,))) == []


@settings(max_examples=2 * DEPTH)
@given(plot=PLOTS, pair=st.lists(st.sampled_from(VALUES), min_size=2, max_size=2, unique_by=lambda each: each[0]))
def test_every_law_holds_for_pairs_of_beliefs(judged: Judged, plot: Plot, pair: list[tuple[str, str]]) -> None:
    assert broken(judged(plot, tuple(sorted(pair)))) == []


def test_the_official_service_is_borne(judged: Judged) -> None:
    assert {judged(plot, ()).word for plot in SMALL_PLOTS} == {"right"}
