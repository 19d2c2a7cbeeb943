"""Scripts of the pipeline on their own, as a step of a job would run them. Knows no workflow."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.pipeline.world import PipelineWorld

SCRIPTS = Path(__file__).parents[3] / "templatesync" / "pipelines" / "github" / "actions" / "templatesync"


def run_script(
    hosted: PipelineWorld, name: str, *arguments: str, permissions: dict[str, str], **env: str
) -> subprocess.CompletedProcess[str]:
    """A script with the token of a job that has these permissions."""
    token = hosted.github.job_token(hosted.repository.name, permissions)
    return subprocess.run(
        ["sh", str(SCRIPTS / name), *arguments],
        env=hosted.env(token.value, **{"TEMPLATESYNC_ENVIRONMENT": "production"} | env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
