"""A git repository of a test: commits, branches and clones, with nobody's settings. Runs git as a person would."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
}


class Repository:
    """A work tree. `git` raises CalledProcessError when git does."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def new(cls, root: Path) -> Repository:
        root.mkdir(parents=True, exist_ok=True)
        repository = cls(root)
        repository.git("init", "-q", "-b", "main", "--template=")
        return repository

    def git(self, *arguments: str) -> str:
        environment = {**os.environ, **SETTINGS}
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, message: str = "change") -> str:
        """Commit all that is there; the full id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def commits(self, file: str, texts: Sequence[str]) -> None:
        """A commit for each text of a file: in one go, for a process each would take long."""
        told = []
        for number, text in enumerate(texts, 1):
            data = text.encode()
            head = f"commit refs/heads/main\ncommitter Ann <ann@example.com> {1_767_323_045 + number} +0000\ndata 0\n"
            told += [head.encode(), b"from refs/heads/main^0\n" if number == 1 else b""]
            told += [f"M 100644 inline {file}\ndata {len(data)}\n".encode(), data, b"\n"]
        given, environment = b"".join(told), {**os.environ, **SETTINGS}
        subprocess.run(["git", "fast-import", "--quiet"], input=given, cwd=self.root, env=environment, check=True)
        self.git("reset", "-q", "--hard")

    def clone(self, to: Path, *options: str) -> Repository:
        self.git("clone", "-q", *options, f"file://{self.root}", str(to))
        return Repository(to)
