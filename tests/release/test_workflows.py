"""The workflow that releases: who may publish, after what, and which tag."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.pipeline.workflow import load

import templatesync

ROOT = Path(__file__).parents[2]
RELEASE: Any = load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))


def test_one_job_alone_may_publish_and_it_runs_nothing_of_ours() -> None:
    """What builds and tests has no identity; what has one neither checks out nor runs a script."""
    jobs = RELEASE["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "test": {"contents": "read"},
        "build": {"contents": "read"},
        "publish": {"id-token": "write"},
    }
    assert (jobs["publish"]["environment"]["name"], set(jobs["publish"]["needs"])) == ("pypi", {"test", "build"})
    steps = jobs["publish"]["steps"]
    used = [step["uses"].split("@")[0] for step in steps]
    assert used == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]
    assert not {"password", "user"} & set(steps[1]["with"])


@pytest.mark.parametrize(
    ("tag", "code"), [(f"v{templatesync.__version__}", 0), (templatesync.__version__, 1), ("v9.9.9", 1)]
)
def test_a_tag_that_is_not_the_version_releases_nothing(tag: str, code: int) -> None:
    steps = [step.get("run", "") for step in RELEASE["jobs"]["build"]["steps"]]
    assert 'bash .github/check-release.sh "$GITHUB_REF_NAME"' in steps
    done = subprocess.run(["bash", ROOT / ".github" / "check-release.sh", tag], capture_output=True, text=True)
    assert (done.returncode, done.stderr == "") == (code, code == 0)
