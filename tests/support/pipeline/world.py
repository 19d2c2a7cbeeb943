"""What a test of a pipeline acts in: a project hosted on GitHub, people who change it, and the service behind it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from support.emulator_caller import Clock
from support.git_repository import Repository as WorkTree
from support.pipeline import programs, shapes
from support.pipeline.front import served
from support.pipeline.played import Role
from support.pipeline.runner import Run, Runner
from support.pipeline.service import READER, WRITER, Service
from support.pipeline.state import BOT, Environment, GitHub, Issue, Pull, Repository
from templatesync.emulator import Review
from templatesync.emulator.server import running

NAME = "acme/shop"
OWNER = "ann"
PROVIDER = "acs:ram::1234567890123456:oidc-provider/github"
PLAN_ROLE = "acs:ram::1234567890123456:role/templatesync-plan"
APPLY_ROLE = "acs:ram::1234567890123456:role/templatesync-apply"


class PipelineWorld:
    """Made by `pipeline_world`. What people do is a method; what the workflows did is in `runner.runs`."""

    def __init__(self, folder: Path, github: GitHub, service: Service, endpoint: str) -> None:
        self.folder, self.github, self.service, self.endpoint = folder, github, service, endpoint
        self.clock = service.clock
        self.repository = github.repository(NAME)
        reading = ("pull_request", "ref:refs/heads/main")
        # A job in an environment has another subject than one without, which is the usual mistake.
        writing = ("environment:production", "environment:production-unreviewed")
        self.roles = {
            role: Role(tuple(f"repo:{NAME}:{end}" for end in ends), key, service.secret(key), service.token(key))
            for role, ends, key in ((PLAN_ROLE, reading, READER), (APPLY_ROLE, writing, WRITER))
        }
        self.runner = Runner(github, folder / "machines", programs.put(folder / "bin"), self.roles)
        self.runner.settings[".config/templatesync/config.yaml"] = f"endpoint: {endpoint}\n"
        self.tree = WorkTree.new(folder / "ann")
        self.tree.git("remote", "add", "origin", self.repository.git.url)

    def environment(self, name: str, *reviewers: str) -> Environment:
        made = Environment(name, reviewers)
        self.repository.environments[name] = made
        return made

    def write(self, files: Mapping[str, str | None], tree: WorkTree | None = None) -> None:
        """Files of a work tree; None deletes."""
        for name, text in files.items():
            place = (tree or self.tree).root / name
            if text is None:
                place.unlink()
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)

    def push(self, files: Mapping[str, str | None], message: str = "change", *, quietly: bool = False) -> list[Run]:
        """A commit straight to the default branch. `quietly` starts no workflow, as before there were any."""
        self.tree.git("checkout", "-q", "-B", "main", *self._main())
        self.write(files)
        self.tree.commit(message)
        before = self.repository.git.sha("main")
        self.tree.git("push", "-q", "origin", "main")
        return [] if quietly else self.pushed(before)

    def _main(self) -> list[str]:
        if not self.repository.git.sha("main"):
            return []
        self.tree.git("fetch", "-q", "origin")
        return ["origin/main"]

    def pushed(self, before: str, actor: str = OWNER) -> list[Run]:
        """What the default branch moving on starts."""
        git = self.repository.git
        after = git.sha("main")
        payload = {"ref": "refs/heads/main", "before": before or "0" * 40, "after": after}
        payload["head_commit"] = {"id": after, "message": git.git("log", "-1", "--format=%B", after)}
        return self.runner.happens(
            self.repository,
            "push",
            payload,
            ref="refs/heads/main",
            sha=after,
            actor=actor,
            changed=git.changed(before, after),
        )

    def propose(
        self,
        branch: str,
        files: Mapping[str, str | None],
        *,
        title: str = "A change",
        actor: str = OWNER,
        fork: str = "",
    ) -> Pull:
        """A branch and its pull request, which starts what listens. `fork` is the repository of somebody else."""
        head = self.github.repositories[fork] if fork else self.repository
        self.tree.git("fetch", "-q", "origin")
        self.tree.git("checkout", "-q", "-B", branch, "origin/main")
        self.write(files)
        sha = self.tree.commit(title)
        self.tree.git("push", "-q", "--force", head.git.url, branch)
        now, base = self.github.now(), self.repository.git.sha("main")
        number = next(self.repository.numbers)
        pull = Pull(number, actor, title, "", head.name, branch, sha, "main", base, now, now)
        self.repository.pulls[number] = pull
        self._changed(pull, "opened", actor)
        return pull

    def fork(self, name: str) -> Repository:
        return self.github.repository(name, fork_of=NAME)

    def update(self, pull: Pull, files: Mapping[str, str | None], *, actor: str = "") -> list[Run]:
        """Another commit on the branch of a pull request."""
        head = self.github.repositories[pull.head_repository]
        self.tree.git("checkout", "-q", "-B", pull.head_branch, pull.head_sha)
        self.write(files)
        pull.head_sha = self.tree.commit("another change")
        self.tree.git("push", "-q", "--force", head.git.url, pull.head_branch)
        return self._changed(pull, "synchronize", actor or pull.author)

    def _changed(self, pull: Pull, action: str, actor: str) -> list[Run]:
        git, head = self.repository.git, self.github.repositories[pull.head_repository].git
        ref = f"refs/pull/{pull.number}"
        git.fetch(head, f"refs/heads/{pull.head_branch}", f"{ref}/head")
        pull.base_sha, pull.updated = git.sha("main"), self.github.now()
        merged = git.merged(pull.base_sha, pull.head_sha, "merge", f"Merge {pull.head_sha} into {pull.base_sha}")
        pull.merge_sha = merged or None
        if not merged:
            return []  # GitHub starts nothing for what conflicts
        git.git("update-ref", f"{ref}/merge", merged)
        return self.runner.happens(
            self.repository,
            "pull_request",
            {"action": action, "number": pull.number, "pull_request": shapes.pull(self.github, self.repository, pull)},
            ref=f"{ref}/merge",
            sha=merged,
            actor=actor,
            pull=pull,
            changed=git.changed(git.base(pull.base_sha, pull.head_sha), pull.head_sha),
        )

    def merge(self, pull: Pull, how: str = "merge", *, actor: str = OWNER) -> list[Run]:
        """By `merge`, `squash` or `rebase`."""
        git, before = self.repository.git, self.repository.git.sha("main")
        message = f"Merge pull request #{pull.number}" if how == "merge" else f"{pull.title} (#{pull.number})"
        merged = git.merged(before, pull.head_sha, how, message)
        assert merged, "it conflicts"
        git.git("update-ref", "refs/heads/main", merged)
        pull.base_sha, pull.merge_sha, pull.merged, pull.state = before, merged, self.github.now(), "closed"
        pull.updated = self.github.now()
        return self.pushed(before, actor)

    def dispatch(self, file: str, actor: str = OWNER, **inputs: str) -> list[Run]:
        """Somebody starts a workflow by hand. Names of inputs with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        return self.runner.dispatch(self.repository, file, named, actor=actor)

    def scheduled(self, file: str) -> list[Run]:
        sha = self.repository.git.sha("main")
        payload = {"schedule": "0 0 * * *"}
        return self.runner.happens(
            self.repository, "schedule", payload, ref="refs/heads/main", sha=sha, actor=OWNER, only=file
        )

    def asked_for(self) -> list[Run]:
        """What workflows dispatched by API."""
        return self.runner.asked_for(self.repository)

    def answer(self, decide: Callable[[str], bool | None]) -> None:
        """How reviewers of environments answer from now on."""
        self.runner.reviewer = decide

    def run_of(self, file: str) -> Run:
        """The newest run of a workflow."""
        return next(run for run in reversed(self.runner.runs) if run.workflow.file.endswith(f"/{file}"))

    def comments(self, pull: Pull, author: str = BOT) -> list[str]:
        return [one.body for one in self.repository.comments_of(pull.number) if one.author == author]

    def issues(self, author: str = BOT) -> list[Issue]:
        return [issue for issue in self.repository.issues.values() if issue.author == author]

    def env(self, token: str, **more: str) -> dict[str, str]:
        """For a script on its own: as a step of a job would have it."""
        here = {"GITHUB_API_URL": self.github.url, "GITHUB_REPOSITORY": NAME, "GITHUB_ACTIONS": "true"}
        return {"PATH": str(self.folder / "bin"), "HOME": str(self.folder)} | here | tokens(token) | more


def tokens(value: str) -> dict[str, str]:
    """gh gives GH_TOKEN to github.com alone, and the other one to every other host."""
    return {"GH_TOKEN": value, "GH_ENTERPRISE_TOKEN": value}


@contextlib.contextmanager
def pipeline_world(folder: Path, review: Review = Review.MANUAL, **settings: Any) -> Iterator[PipelineWorld]:
    """GitHub and the service, both on loopback. The service's clock stands still; GitHub's is this machine's."""
    service = Service(folder / "service.db", Clock(), review=review, **settings)
    github = GitHub(folder / "hosted")
    try:
        # The server only ever asks it to handle a request.
        with served(github), running(service) as endpoint:  # type: ignore[arg-type]
            yield PipelineWorld(folder, github, service, endpoint)
    finally:
        service.close()


def steady(text: str) -> str:
    """A text for a golden file: what is new in each run is named instead."""
    text = re.sub(r"\b[0-9a-f]{40}\b|(?<=since )[0-9a-f]{6}(&#8203;)?[0-9a-f]{6}\b", "COMMIT", text)
    text = re.sub(r"\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b", "REQUEST", text)
    return re.sub(r"http://127\.0\.0\.1:[0-9]+", "LOOPBACK", text)
