"""The Dockerfile, read as Docker reads it: what it rests on, what gets into it, and as whom it runs."""

from __future__ import annotations

import json
import re

import pytest
from support.dockerfile import ROOT, Step, steps

STEPS = steps()


def named(name: str) -> list[Step]:
    return [step for step in STEPS if step.name == name]


def test_it_rests_on_what_cannot_change() -> None:
    pinned = re.compile(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}( AS \w+)?")
    bases = [step.text for step in named("FROM")]
    assert [base for base in bases if not pinned.fullmatch(base)] == []
    assert len({base.removesuffix(" AS build") for base in bases}) == 1


def test_it_runs_as_nobody_in_particular() -> None:
    last = STEPS[max(number for number, step in enumerate(STEPS) if step.name == "FROM") :]
    assert [step.text for step in last if step.name == "USER"] == ["1000:1000"]
    after = [step.name for step in last[next(number for number, step in enumerate(last) if step.name == "USER") :]]
    assert "RUN" not in after
    assert json.loads(named("ENTRYPOINT")[0].text) == ["templatesync"]
    assert named("WORKDIR")[-1].text == "/work"
    assert "safe.directory /work " in f"{named('RUN')[1].text} "


@pytest.mark.parametrize("step", named("COPY"), ids=lambda step: step.text)
def test_what_is_copied_is_there_and_let_in(step: Step) -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = step.text.split()[:-1]
    assert [each for each in sources if not (ROOT / each).exists() or each not in let_in] == []


def test_nothing_else_is_let_in() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = {source for step in named("COPY") for source in step.text.split()[:-1]}
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == copied
