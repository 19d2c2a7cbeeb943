"""The git side of a hosted repository: a bare repository, read and merged as GitHub does. Knows no pull request."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from support.git_repository import SETTINGS


class HostedGit:
    """`git` raises CalledProcessError when git does."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def url(self) -> str:
        return f"file://{self.root}"

    def make(self, other: HostedGit | None = None) -> None:
        self.root.parent.mkdir(parents=True, exist_ok=True)
        if other is None:
            self._run(["init", "-q", "--bare", "-b", "main", "--template=", str(self.root)], self.root.parent)
        else:
            self._run(["clone", "-q", "--bare", other.url, str(self.root)], self.root.parent)
        # Any commit can be fetched by its id, as from GitHub.
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")

    def git(self, *arguments: str) -> str:
        return self._run(list(arguments), self.root).decode().strip()

    def _run(self, arguments: list[str], folder: Path) -> bytes:
        environment = {**os.environ, **SETTINGS}
        return subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True).stdout

    def sha(self, ref: str) -> str:
        """The commit of a branch, a ref or an id; empty when there is none."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except subprocess.CalledProcessError:
            return ""

    def read(self, sha: str, path: str) -> bytes | None:
        try:
            return self._run(["show", f"{sha}:{path}"], self.root)
        except subprocess.CalledProcessError:
            return None

    def files(self, sha: str, folder: str) -> list[str]:
        """Names of what lies in a folder."""
        told = self.git("ls-tree", "--name-only", sha, f"{folder}/" if folder else "")
        return [line.rsplit("/", 1)[-1] for line in told.splitlines()]

    def changed(self, before: str, after: str) -> list[str]:
        """Paths that differ; all of them when there was nothing before."""
        if not before.strip("0"):
            return self.git("ls-tree", "-r", "--name-only", after).splitlines()
        return self.git("diff", "--name-only", "--no-renames", before, after).splitlines()

    def base(self, one: str, other: str) -> str:
        return self.git("merge-base", one, other)

    def contains(self, branch: str, sha: str) -> bool:
        try:
            self.git("merge-base", "--is-ancestor", sha, branch)
        except subprocess.CalledProcessError:
            return False
        return True

    def fetch(self, other: HostedGit, ref: str, to: str) -> None:
        self.git("fetch", "-q", other.url, f"+{ref}:{to}")

    def merged(self, base: str, head: str, how: str, message: str) -> str:
        """The commit that merging makes, by `merge`, `squash` or `rebase`; empty when it conflicts. Moves no branch."""
        with tempfile.TemporaryDirectory(dir=self.root.parent) as folder:
            self.git("worktree", "add", "-q", "--detach", "--force", folder, base)
            place = Path(folder)
            try:
                if how == "rebase":
                    self._run(["cherry-pick", f"{base}..{head}"], place)
                elif how == "squash":
                    self._run(["merge", "-q", "--squash", head], place)
                    self._run(["commit", "-q", "-m", message], place)
                else:
                    self._run(["merge", "-q", "--no-ff", "-m", message, head], place)
                return self._run(["rev-parse", "HEAD"], place).decode().strip()
            except subprocess.CalledProcessError:
                return ""
            finally:
                self.git("worktree", "remove", "--force", folder)
