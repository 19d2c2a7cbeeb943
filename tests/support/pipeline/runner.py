"""Runs workflow files when something happens in their repository: which, in what order, with which token."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.pipeline import shapes
from support.pipeline.evaluation import Scope
from support.pipeline.events import listens
from support.pipeline.machine import Machine, StepRun
from support.pipeline.played import Job, Role, all_of, forget
from support.pipeline.state import Environment, GitHub, Pull, Repository, RunRecord
from support.pipeline.workflow import Workflow, needed, read, read_action

FOLDER = ".github/workflows"
DEFAULT_PERMISSIONS = {"contents": "read", "packages": "read"}


@dataclass
class JobRun:
    name: str
    result: str = ""
    """Empty while it waits for somebody."""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    permissions: Mapping[str, str] = field(default_factory=dict)
    environment: str = ""
    group: str = ""
    """Of its `concurrency`."""
    faults: str = ""

    @property
    def log(self) -> str:
        return self.faults + "".join(f"## {step.name}: {step.outcome}\n{step.log}" for step in self.steps)

    @property
    def summary(self) -> str:
        return "".join(step.summary for step in self.steps)

    def step(self, name: str) -> StepRun:
        return next(step for step in self.steps if step.name == name)


@dataclass
class Run:
    """Of a workflow; started again, it is the same one with another attempt."""

    record: RunRecord
    workflow: Workflow
    event: dict[str, Any]
    ref: str
    sha: str
    actor: str
    foreign: bool = False
    """A pull request of a fork: no secrets, no variables, nothing but reading."""
    jobs: dict[str, JobRun] = field(default_factory=dict)
    group: str = ""

    @property
    def conclusion(self) -> str | None:
        return self.record.conclusion

    @property
    def log(self) -> str:
        return "\n".join(f"# {name}: {job.result or 'waits'}\n{job.log}" for name, job in self.jobs.items())


Reviewer = Callable[[str], bool | None]
"""Asked with the name of an environment: approved, rejected, or nobody has looked yet."""


class Runner:
    def __init__(self, github: GitHub, folder: Path, programs: Path, roles: Mapping[str, Role]) -> None:
        self.github, self.folder, self.programs, self.roles = github, folder, programs, roles
        self.runs: list[Run] = []
        self.reviewer: Reviewer = lambda environment: None
        self.settings: dict[str, str] = {}
        """Files of a machine's home, by their place in it."""
        self.cancel_before = ""
        self._machines = 0

    def happens(
        self,
        repository: Repository,
        event: str,
        payload: dict[str, Any],
        *,
        ref: str,
        sha: str,
        actor: str,
        only: str = "",
        pull: Pull | None = None,
        changed: list[str] | None = None,
    ) -> list[Run]:
        """Starts what listens, and then what listens to that. `only` is the file of one workflow."""
        made = []
        for file in repository.git.files(sha, FOLDER):
            if (only and file != only) or not file.endswith((".yml", ".yaml")):
                continue
            workflow = self._read(repository, sha, f"{FOLDER}/{file}")
            if event in workflow.events and listens(workflow.events[event], event, payload, ref, pull, changed):
                made.append(self._start(repository, workflow, event, payload, ref, sha, actor, pull))
        self.runs += made
        for run in made:
            self._go(run)
        return made

    def _read(self, repository: Repository, sha: str, path: str) -> Workflow:
        text = repository.git.read(sha, path)
        assert text is not None
        actions = {}
        for uses in set(re.findall(r"uses:\s*(\./\S+)", text.decode())):
            found = repository.git.read(sha, f"{uses.removeprefix('./')}/action.yml")
            if found is not None:
                actions[uses] = read_action(uses, found)
        return read(path, text, actions)

    def _start(
        self,
        repository: Repository,
        workflow: Workflow,
        event: str,
        payload: dict[str, Any],
        ref: str,
        sha: str,
        actor: str,
        pull: Pull | None,
    ) -> Run:
        number = next(self.github.ids)
        head = pull.head_repository if pull else repository.name
        branch = pull.head_branch if pull else ref.removeprefix("refs/heads/")
        shown_sha = pull.head_sha if pull else sha
        foreign = pull is not None and head != repository.name
        record = RunRecord(number, workflow.file, workflow.name, event, shown_sha, branch, head, self.github.now())
        record.pulls = (pull.number,) if pull and not foreign else ()
        record.title = pull.title if pull else workflow.name
        repository.runs[number] = record
        whole = payload | {"repository": shapes.repository(self.github, repository), "sender": shapes.user(actor)}
        run = Run(record, workflow, whole, ref, sha, actor, foreign=foreign and event == "pull_request")
        if title := Scope(self._contexts(run, repository)).text(workflow.data.get("run-name") or "").strip():
            record.title = title
        return run

    def _go(self, run: Run) -> None:
        """As far as it gets. What listens to its end runs after it."""
        repository = self._repository(run)
        run.record.status = "in_progress"
        scope = Scope(self._contexts(run, repository))
        run.group = _group(scope, run.workflow.data.get("concurrency"))
        for name, job in _in_order(run.workflow.jobs):
            if not run.jobs.get(name, JobRun(name)).result and all(run.jobs[other].result for other in needed(job)):
                run.jobs[name] = self._job(run, repository, name, job)
        results = {job.result for job in run.jobs.values()}
        run.record.jobs = [
            {"name": job.name, "status": "completed" if job.result else "waiting", "conclusion": job.result or None}
            for job in run.jobs.values()
        ]
        if "" in results or len(run.jobs) < len(run.workflow.jobs):
            run.record.status = "waiting"
            return
        run.record.status = "completed"
        ends = [end for end in ("failure", "cancelled", "success", "skipped") if end in results]
        run.record.conclusion = ends[0]
        self._ended(run, repository)

    def _repository(self, run: Run) -> Repository:
        return self.github.repositories[run.event["repository"]["full_name"]]

    def _ended(self, run: Run, repository: Repository) -> None:
        if run.record.event == "workflow_run":
            return
        sha = repository.git.sha(repository.default_branch)
        payload = {"action": "completed", "workflow_run": shapes.run(self.github, repository, run.record)}
        payload["workflow"] = {"name": run.workflow.name, "path": run.workflow.file}
        ref = f"refs/heads/{repository.default_branch}"
        self.happens(repository, "workflow_run", payload, ref=ref, sha=sha, actor=run.actor)

    def go_on(self, run: Run) -> Run:
        """After somebody has looked at the environment that it waits for."""
        self._go(run)
        return run

    def again(self, run: Run, *, failed_only: bool = True) -> Run:
        """Another attempt: of what failed and what needs it, or of all."""
        ended_well = {name for name, job in run.jobs.items() if job.result == "success"} if failed_only else set()
        for name, job in _in_order(run.workflow.jobs):
            if name in ended_well and not ended_well.issuperset(needed(job)):
                ended_well.discard(name)
        run.jobs = {name: job for name, job in run.jobs.items() if name in ended_well}
        run.record.attempt += 1
        run.record.conclusion = None
        self._go(run)
        return run

    def asked_for(self, repository: Repository) -> list[Run]:
        """Runs what was dispatched by API since."""
        made = []
        while repository.dispatches:
            one = repository.dispatches.pop(0)
            made += self.dispatch(repository, one.workflow, one.inputs, actor=one.actor, branch=one.ref)
        return made

    def dispatch(
        self, repository: Repository, file: str, inputs: Mapping[str, str], *, actor: str, branch: str = ""
    ) -> list[Run]:
        branch = branch or repository.default_branch
        sha = repository.git.sha(f"refs/heads/{branch}")
        workflow = self._read(repository, sha, f"{FOLDER}/{file}")
        declared = workflow.inputs()
        assert set(inputs) <= set(declared), f"unexpected inputs: {set(inputs) - set(declared)}"
        given: dict[str, Any] = {}
        for name, row in declared.items():
            assert name in inputs or not row.get("required"), f"the input {name} is missing"
            default = row.get("default", False if row.get("type") == "boolean" else "")
            value = inputs.get(name, default)
            if row.get("type") == "choice":
                assert value in row["options"], f"{value} is no choice for {name}"
            given[name] = value
        payload = {"inputs": given, "ref": f"refs/heads/{branch}"}
        return self.happens(
            repository, "workflow_dispatch", payload, ref=f"refs/heads/{branch}", sha=sha, actor=actor, only=file
        )

    def _contexts(self, run: Run, repository: Repository, job: str = "", environment: str = "") -> dict[str, Any]:
        held = repository.environments.get(environment, Environment(""))
        github = {
            "actor": run.actor,
            "triggering_actor": run.actor,
            "api_url": self.github.url,
            "base_ref": run.event.get("pull_request", {}).get("base", {}).get("ref", ""),
            "event": run.event,
            "event_name": run.record.event,
            "head_ref": run.event.get("pull_request", {}).get("head", {}).get("ref", ""),
            "job": job,
            "ref": run.ref,
            "ref_name": run.ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
            "ref_type": "branch",
            "repository": repository.name,
            "repository_owner": repository.owner,
            "run_attempt": str(run.record.attempt),
            "run_id": str(run.record.id),
            "run_number": str(run.record.id - 1000),
            "server_url": "https://github.com",
            "sha": run.sha,
            "workflow": run.workflow.name,
            "workflow_ref": f"{repository.name}/{run.workflow.file}@{run.ref}",
            "workflow_sha": run.sha,
        }
        declared, sent = run.workflow.inputs(), run.event.get("inputs", {})
        # The context has booleans where the event has texts.
        inputs = {
            name: str(value).lower() == "true" if declared[name].get("type") == "boolean" else value
            for name, value in sent.items()
        }
        return {
            "github": github,
            "inputs": inputs,
            "vars": {} if run.foreign else repository.vars | held.vars,
            "secrets": {} if run.foreign else repository.secrets | held.secrets,
            "needs": {},
        }

    def _job(self, run: Run, repository: Repository, name: str, job: Mapping[str, Any]) -> JobRun:
        made = JobRun(name)
        contexts = self._contexts(run, repository, name)
        before = _all_needed(run.workflow.jobs, name)
        contexts["needs"] = {
            other: {"result": run.jobs[other].result, "outputs": run.jobs[other].outputs} for other in needed(job)
        }
        results = {run.jobs[other].result for other in before}
        failed, skipped = "failure" in results, "skipped" in results
        scope = Scope(contexts, failed=failed, skipped=skipped, cancelled="cancelled" in results)
        if not scope.holds(job.get("if")):
            made.result = "skipped"
            return made
        assert "strategy" not in job, "the runner knows no matrix"
        made.permissions = _permissions(run, job)
        made.group = _group(scope, job.get("concurrency"))
        written = job.get("environment")
        made.environment = scope.text(written.get("name", "") if isinstance(written, Mapping) else written or "")
        allowed = self._let_in(run, repository, made)
        if allowed is not True:
            made.result = "" if allowed is None else "failure"
            return made
        self._steps(run, repository, made, job, contexts)
        return made

    def _let_in(self, run: Run, repository: Repository, made: JobRun) -> bool | None:
        if not made.environment:
            return True
        held = repository.environments.setdefault(made.environment, Environment(made.environment))
        branch = run.ref.removeprefix("refs/heads/")
        if held.branches and branch not in held.branches:
            made.faults = (
                f"Branch {branch!r} is not allowed to deploy to {held.name} due to environment protection rules.\n"
            )
            return False
        return self.reviewer(held.name) if held.reviewers else True

    def _steps(
        self, run: Run, repository: Repository, made: JobRun, job: Mapping[str, Any], contexts: dict[str, Any]
    ) -> None:
        fresh = self._contexts(run, repository, made.name, made.environment)
        contexts = fresh | {"needs": contexts["needs"]}
        token = self.github.job_token(repository.name, made.permissions)
        self._machines += 1
        folder = self.folder / f"machine-{self._machines}"
        subject = _subject(run, repository, made) if made.permissions.get("id-token") == "write" else ""
        known = Job(self.github, repository, run.record, token, run.ref, run.sha, subject, self.roles)
        machine = Machine(folder, self.programs, contexts, all_of(known))
        machine.cancel_before = self.cancel_before
        contexts["github"] |= {"token": token.value, "workspace": str(machine.workspace)}
        contexts["secrets"] = contexts["secrets"] | {"GITHUB_TOKEN": token.value}
        contexts["runner"] = {"os": "Linux", "arch": "X64", "name": "a runner", "temp": str(machine.temp)}
        machine.masks |= {token.value, *contexts["secrets"].values()} - {""}
        for place, text in self.settings.items():
            file = machine.home / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        machine.system = _system(contexts["github"], folder)
        if subject:
            machine.system["ACTIONS_ID_TOKEN_REQUEST_URL"] = f"{self.github.url}/_token"
        scope = Scope(contexts)
        for level in (run.workflow.data.get("env"), job.get("env")):
            machine.env |= {name: scope.text(value) for name, value in (level or {}).items()}
            scope = Scope(contexts | {"env": machine.env})
        made.result = machine.run(job["steps"])
        made.steps = machine.steps
        if made.result != "cancelled" or not self.cancel_before:
            scope = machine.scope(contexts, failed=made.result == "failure")
            made.outputs = {name: scope.text(value) for name, value in (job.get("outputs") or {}).items()}
        if made.result == "failure" and job.get("continue-on-error") is True:
            made.result = "success"
        token.revoked = True
        forget(folder)


def _system(github: Mapping[str, Any], folder: Path) -> dict[str, str]:
    named = (
        "actor",
        "api_url",
        "base_ref",
        "event_name",
        "head_ref",
        "job",
        "ref",
        "ref_name",
        "ref_type",
        "repository",
    )
    more = ("repository_owner", "run_attempt", "run_id", "run_number", "server_url", "sha", "workflow", "workflow_ref")
    event = folder / "event.json"
    event.write_text(json.dumps(github["event"]))
    return {f"GITHUB_{name.upper()}": str(github[name]) for name in (*named, *more)} | {"GITHUB_EVENT_PATH": str(event)}


def _permissions(run: Run, job: Mapping[str, Any]) -> dict[str, str]:
    given = job.get("permissions", run.workflow.data.get("permissions", DEFAULT_PERMISSIONS))
    if not isinstance(given, Mapping):
        access = "write" if given == "write-all" else "read"
        given = dict.fromkeys(("actions", "checks", "contents", "issues", "pull-requests", "statuses"), access)
    if run.foreign:
        return {name: "read" for name, access in given.items() if access != "none" and name != "id-token"}
    return dict(given)


def _subject(run: Run, repository: Repository, made: JobRun) -> str:
    """Of the id token: an environment takes the place of everything else."""
    start = f"repo:{repository.name}"
    if made.environment:
        return f"{start}:environment:{made.environment}"
    return f"{start}:pull_request" if run.record.event == "pull_request" else f"{start}:ref:{run.ref}"


def _group(scope: Scope, written: Any) -> str:
    if written is None:
        return ""
    return scope.text(written["group"] if isinstance(written, Mapping) else written)


def _in_order(jobs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Each after those that it needs."""
    done: dict[str, Any] = {}
    while len(done) < len(jobs):
        ready = [name for name, job in jobs.items() if name not in done and set(needed(job)) <= set(done)]
        assert ready, "jobs need each other in a circle"
        done |= {name: jobs[name] for name in ready}
    return list(done.items())


def _all_needed(jobs: Mapping[str, Any], name: str) -> set[str]:
    found = set(needed(jobs[name]))
    return found.union(*(_all_needed(jobs, other) for other in found))
