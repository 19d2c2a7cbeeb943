"""GitLab's own schema and shellcheck find nothing in what is written for GitLab, and notice what is planted."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.gitlab.hosted import text
from support.gitlab.runner import Pipeline

ROOT = Path(__file__).parents[3]
PIPELINE = Pipeline(text())
JOBS = [name for name in PIPELINE.jobs if not name.startswith(".")]
# Functions and variables that another job uses.
ELSEWHERE = "SC2034,SC2317,SC2329"


def ran(name: str, *words: str | Path) -> tuple[int, str]:
    program = shutil.which(name, path=Path(sys.executable).parent)
    assert program, f"`make story` installs {name}"
    done = subprocess.run([program, *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def judged(folder: Path, jobs: dict[str, Any]) -> tuple[int, str]:
    file = folder / "jobs.json"
    file.write_text(json.dumps(jobs))
    return ran("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", file)


def test_the_jobs_are_as_gitlab_wants_them(tmp_path: Path) -> None:
    code, told = judged(tmp_path, PIPELINE.jobs)
    assert code == 0, told
    broken = {**PIPELINE.jobs, JOBS[0]: {**PIPELINE.jobs[JOBS[0]], "resource_groups": "x"}}
    assert judged(tmp_path, broken)[0] == 1


def test_the_file_that_includes_them_is(tmp_path: Path) -> None:
    code, told = judged(tmp_path, yaml.safe_load((ROOT / "examples" / "ci" / "gitlab" / ".gitlab-ci.yml").read_text()))
    assert code == 0, told


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("name", JOBS)
def test_shellcheck_finds_nothing(tmp_path: Path, name: str, shell: str) -> None:
    script = tmp_path / "job.sh"
    script.write_text(PIPELINE.script(name))
    code, told = ran("shellcheck", "-s", shell, "-e", ELSEWHERE, script)
    assert code == 0, told
    script.write_text(PIPELINE.script(name) + "\nrm $work/*\n")
    assert ran("shellcheck", "-s", shell, "-e", ELSEWHERE, script)[0] == 1
