"""What GitHub holds: repositories, pull requests, comments, issues, artifacts, checks, runs, tokens. Knows no HTTP."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from support.pipeline.hosted import HostedGit

BOT = "github-actions[bot]"
APP = "github-actions"


@dataclass
class Token:
    """Of a job, or of a person (who may do everything in their own repositories)."""

    value: str
    login: str
    repository: str = ""
    """Only this one; empty for a person."""
    permissions: Mapping[str, str] = field(default_factory=dict)
    app: str = ""
    revoked: bool = False

    def may(self, permission: str, access: str) -> bool:
        if not self.repository or permission == "metadata":
            return True
        given = self.permissions.get(permission, "none")
        return given == "write" or (given == "read" and access == "read")


@dataclass
class Comment:
    id: int
    number: int
    """Of its issue or pull request."""
    author: str
    body: str
    made: datetime
    updated: datetime | None = None


@dataclass
class Issue:
    number: int
    author: str
    title: str
    body: str
    made: datetime
    state: str = "open"
    state_reason: str | None = None
    closed_by: str = ""
    labels: list[str] = field(default_factory=list)
    updated: datetime | None = None


@dataclass
class Pull:
    number: int
    author: str
    title: str
    body: str
    head_repository: str
    head_branch: str
    head_sha: str
    base_branch: str
    base_sha: str
    made: datetime
    updated: datetime
    state: str = "open"
    merged: datetime | None = None
    merge_sha: str | None = None
    """Of the trial merge while it is open, then of what the merge made; null when it conflicts."""


@dataclass
class Artifact:
    id: int
    name: str
    run: int
    data: bytes
    """A zip."""
    made: datetime
    expired: bool = False
    attempt: int = 1


@dataclass
class CheckRun:
    id: int
    name: str
    sha: str
    app: str
    status: str
    conclusion: str | None
    external_id: str
    output: dict[str, Any]
    made: datetime


@dataclass
class CommitStatus:
    id: int
    sha: str
    context: str
    state: str
    description: str
    target_url: str
    creator: str
    made: datetime


@dataclass
class Environment:
    """What a job can run in. One that nobody made has no protection, as on GitHub."""

    name: str
    reviewers: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    """Only these may deploy; empty is any."""
    vars: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


@dataclass
class RunRecord:
    """A run of a workflow, as the API shows it. The runner has its own of what happens inside."""

    id: int
    path: str
    name: str
    event: str
    sha: str
    branch: str
    head_repository: str
    made: datetime
    status: str = "queued"
    conclusion: str | None = None
    attempt: int = 1
    pulls: tuple[int, ...] = ()
    title: str = ""
    jobs: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Dispatch:
    """Asked for by API, and not yet run: until then a run that waits for a machine."""

    id: int
    workflow: str
    ref: str
    inputs: dict[str, str]
    actor: str


@dataclass
class Repository:
    name: str
    git: HostedGit
    default_branch: str = "main"
    private: bool = True
    fork_of: str = ""
    vars: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    artifacts: dict[int, Artifact] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)
    statuses: list[CommitStatus] = field(default_factory=list)
    runs: dict[int, RunRecord] = field(default_factory=dict)
    dispatches: list[Dispatch] = field(default_factory=list)
    caches: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """By branch and key."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def owner(self) -> str:
        return self.name.split("/")[0]

    def comments_of(self, number: int) -> list[Comment]:
        return [comment for comment in self.comments.values() if comment.number == number]


@dataclass
class Refusal:
    """An answer that a test wants in place of the real one."""

    method: str
    path: str
    """A part of it."""
    status: int
    body: Any
    times: int = 1


class GitHub:
    """All repositories, and who may do what. One lock for all of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self.refusals: list[Refusal] = []
        self.requests: list[tuple[str, str, str]] = []
        """Method, address and login of each, in order."""
        self.ids = count(1001)
        self.url = ""
        """Of the API, once it is served."""
        self.passed = timedelta()
        """What a test lets pass."""

    def now(self) -> datetime:
        """The clock of this machine, as scripts read it too, and what a test lets pass."""
        return datetime.now(UTC).replace(microsecond=0) + self.passed

    def repository(self, name: str, *, fork_of: str = "") -> Repository:
        git = HostedGit(self.folder / f"{name}.git")
        git.make(self.repositories[fork_of].git if fork_of else None)
        made = Repository(name, git, fork_of=fork_of)
        self.repositories[name] = made
        return made

    def person(self, login: str) -> Token:
        return self._keep(Token(f"ghp_{secrets.token_hex(8)}", login))

    def job_token(self, repository: str, permissions: Mapping[str, str]) -> Token:
        return self._keep(Token(f"ghs_{secrets.token_hex(8)}", BOT, repository, dict(permissions), APP))

    def app_token(self, repository: str, login: str, app: str, permissions: Mapping[str, str]) -> Token:
        """Of another GitHub App, which may write checks under its own name only."""
        return self._keep(Token(f"ghs_{secrets.token_hex(8)}", login, repository, dict(permissions), app))

    def _keep(self, token: Token) -> Token:
        self.tokens[token.value] = token
        return token

    def refuse(self, method: str, path: str, status: int, body: Any = None, *, times: int = 1) -> None:
        """Answer the next requests of this method, with this in their address, in another way."""
        self.refusals.append(Refusal(method, path, status, body, times))

    def comment(self, repository: Repository, number: int, author: str, body: str) -> Comment:
        made = Comment(next(self.ids), number, author, body, self.now())
        repository.comments[made.id] = made
        return made
