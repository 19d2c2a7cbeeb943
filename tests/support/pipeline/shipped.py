"""Files of a pipeline as `templatesync ci init` writes them, and those that this repository has for itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.pipeline.workflow import load

ROOT = Path(__file__).parents[3]
# What a project may ask for that changes the files: a secret, and a folder below the root of the repository.
PROJECTS = {
    "plain": ("", "spaces:\n  production: {cust_space_id: cams-kei0000}\n  local: {emulator: true}\n"),
    "secret": (
        "messages",
        "spaces:\n  production: {cust_space_id: cams-kei0000, isv_code_env: TEMPLATESYNC_ISV_CODE}\n",
    ),
}


def written(folder: Path, project: str, *options: str) -> dict[str, str]:
    """By path from the root of a repository that is made in the folder."""
    below, spaces = PROJECTS[project]
    (folder / below).mkdir(parents=True, exist_ok=True)
    (folder / below / "templatesync.yaml").write_text(f"version: 1\n{spaces}")
    subprocess.run(["git", "init", "-q", "-b", "main", "--template=", str(folder)], check=True)
    command = [sys.executable, "-m", "templatesync", "-C", str(folder / below), "--space", "production"]
    done = subprocess.run([*command, "ci", "init", "github", *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = sorted(path for path in (folder / ".github").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def of_this_repository() -> dict[str, str]:
    """Workflows and actions that are not written for a project: its own, and those for everybody."""
    places = [ROOT / "action.yml", *(ROOT / ".github").rglob("*.yml")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in places if path.is_file() and is_ours(path)}


def is_ours(path: Path) -> bool:
    data = load(path.read_text())
    return isinstance(data, dict) and ("jobs" in data or "runs" in data)
