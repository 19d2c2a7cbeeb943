"""What is kept beside the work may break: the work counts and is told, and that something broke is told too."""

from __future__ import annotations

from typing import Any

import pytest
from support.faulty_service import Front
from support.plan_scenarios import hello

from templatesync.commands.learned_rates import LearnedRates
from templatesync.planning.detail_cache import DetailCache


def broken(*given: Any) -> Any:
    raise ZeroDivisionError("private")


@pytest.mark.parametrize(
    ("place", "name", "command", "told"),
    [
        (LearnedRates, "keep", ["apply", "--yes"], "1 done"),
        (LearnedRates, "of", ["apply", "--yes"], "1 done"),
        (LearnedRates, "keep", ["status"], "hello"),
        (DetailCache, "save", ["plan", "--cache"], "1 to create"),
    ],
    ids=["rates", "rates of before", "rates of a reading", "details"],
)
def test_the_work_is_done_and_told(
    front: Front, monkeypatch: pytest.MonkeyPatch, place: type, name: str, command: list[str], told: str
) -> None:
    front.want(hello())
    monkeypatch.setattr(place, name, broken)
    ended = front.cli(*command)
    assert (ended.code, told in ended.out) == (70, True), ended
    assert ended.err.count("this is a defect of templatesync: ZeroDivisionError") == 1
    assert "private" not in ended.text
