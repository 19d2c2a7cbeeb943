"""run.sh on its own: what it refuses before it runs anything, and which of several exit codes it ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from support.pipeline.scripts import SCRIPTS, run_script
from support.pipeline.world import PipelineWorld, pipeline_world

from templatesync.model.errors import ExitCode, worst


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineWorld]:
    """With a `templatesync` whose commands end as the variables named after them say."""
    with pipeline_world(tmp_path_factory.mktemp("hosted")) as world:
        program = world.folder / "bin" / "templatesync"
        program.write_text('#!/bin/sh\necho "$3" >>"$CALLED"\neval "exit \\${$3:-0}"\n')
        program.chmod(0o755)
        yield world


def outputs(hosted: PipelineWorld, folder: Path, **env: str) -> tuple[dict[str, str], list[str]]:
    """What the step gives, and the commands that it ran."""
    output, called = folder / "output", folder / "called"
    output.touch()
    called.touch()
    known = {"GITHUB_OUTPUT": str(output), "CALLED": str(called), "TEMPLATESYNC_OUT": str(folder / "out")}
    known |= {"TEMPLATESYNC_MODE": "plan", "TEMPLATESYNC_SPACE": "production", "TEMPLATESYNC_SINCE": "HEAD"}
    done = run_script(hosted, "run.sh", permissions={}, **known | env)
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in output.read_text().splitlines()), called.read_text().split()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "x --> @ann"),
        ("ENVIRONMENT", "-f"),
        ("ENVIRONMENT", ""),
        ("PROJECT", "a\nb=c"),
    ],
)
def test_what_has_no_place_in_a_name_is_refused(hosted: PipelineWorld, tmp_path: Path, name: str, value: str) -> None:
    found, called = outputs(hosted, tmp_path, **{f"TEMPLATESYNC_{name}": value})
    assert found == {"exit-code": "64"}
    assert called == []


@pytest.mark.parametrize(
    ("codes", "gravest"),
    [
        ({}, 0),
        ({"breaking": 6, "plan": 4}, 4),
        ({"validate": 3, "plan": 1}, 3),
        ({"plan": 137}, 1),  # killed: no code of ours
    ],
)
def test_the_gravest_exit_code_is_the_one(
    hosted: PipelineWorld, tmp_path: Path, codes: dict[str, int], gravest: int
) -> None:
    """In the order that `templatesync` has for one run."""
    found, called = outputs(hosted, tmp_path, **{name: str(code) for name, code in codes.items()})
    assert found["exit-code"] == str(gravest)
    assert called[:3] == ["validate", "breaking", "plan"]
    assert (found["digest"], found["post"]) == ("none", "true")  # this plan has left no file


def test_the_order_is_that_of_one_run() -> None:
    said = re.search(r"for one in ([0-9 ]+);", (SCRIPTS / "run.sh").read_text(encoding="utf-8"))
    assert said is not None
    order = [ExitCode(int(number)) for number in said[1].split() if int(number) != ExitCode.USAGE]
    assert set(order) == set(ExitCode) - {ExitCode.USAGE}
    assert [worst(pair) for pair in pairwise(order)] == order[:-1]
