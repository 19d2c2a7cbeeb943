"""A fresh machine for one job: its folders, its environment, its steps one after the other. Knows no other job."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.pipeline.evaluation import Scope, shown
from support.pipeline.workflow import WorkflowError, read_action

LONGEST = 120.0
"""Seconds of a step, so that one that hangs fails."""
SHELLS = {
    "": ["bash", "-e"],
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    "sh": ["sh", "-e"],
}
SUMMARY_LIMIT = 1024 * 1024


@dataclass
class StepRun:
    """What a step did."""

    name: str
    outcome: str = "skipped"
    """As it ended; `conclusion` is what counts, after continue-on-error."""
    conclusion: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    code: int = 0

    @property
    def annotations(self) -> list[str]:
        """Workflow commands that show up at the run."""
        return [line for line in self.log.splitlines() if re.match(r"::(error|warning|notice)[ :]", line)]


class StepFailed(Exception):
    """A played action ends with this message."""


Played = Callable[["Machine", Mapping[str, str]], dict[str, str]]
"""Inputs to outputs. Raises StepFailed."""


class Machine:
    def __init__(self, folder: Path, programs: Path, contexts: dict[str, Any], played: Mapping[str, Played]) -> None:
        self.folder, self.programs, self.contexts, self.played = folder, programs, contexts, played
        self.home, self.workspace, self.temp = folder / "home", folder / "work", folder / "temp"
        for place in (self.home, self.workspace, self.temp):
            place.mkdir(parents=True)
        self.env: dict[str, str] = {}
        """What steps left for later ones, and what the workflow and its job say."""
        self.paths: list[str] = []
        self.masks: set[str] = set()
        self.steps: list[StepRun] = []
        self.after: list[Callable[[], None]] = []
        """Post steps, the last one first."""
        self.failed = self.cancelled = False
        self.cancel_before = ""
        """A step's name, before which somebody cancels the run."""
        self.inputs_of_job: Mapping[str, Any] = {}
        self.deeper: list[str] = []
        """Folders of the local actions that run now."""
        self.system: dict[str, str] = {}
        """What the runner itself says, to each process."""

    def run(self, steps: list[dict[str, Any]]) -> str:
        """Runs all steps of the job; how it ended."""
        known: dict[str, Any] = {}
        self.contexts["steps"] = known
        self._several(steps, self.contexts, known, failed=False, shell="")
        for each in reversed(self.after):
            each()
        return "cancelled" if self.cancelled else "failure" if self.failed else "success"

    def scope(self, contexts: Mapping[str, Any], *, failed: bool, env: Mapping[str, str] | None = None) -> Scope:
        whole = {**contexts, "env": {**self.env, **(env or {})}}
        whole["job"] = {"status": "cancelled" if self.cancelled else "failure" if failed else "success"}
        return Scope(whole, failed=failed, cancelled=self.cancelled, workspace=self.workspace)

    def _several(
        self,
        steps: list[dict[str, Any]],
        contexts: Mapping[str, Any],
        known: dict[str, Any],
        *,
        failed: bool,
        shell: str,
    ) -> bool:
        """Whether one failed."""
        top = not self.deeper
        for number, step in enumerate(steps, 1):
            name = str(step.get("name") or step.get("id") or step.get("uses") or f"step {number}")
            if self.cancel_before == name:
                self.cancelled = True
            done = StepRun(name)
            self.steps.append(done)
            scope = self.scope(contexts, failed=failed)
            if scope.holds(step.get("if")):
                self._one(step, contexts, scope, done, shell)
                tolerated = scope.value(step.get("continue-on-error", False)) in (True, "true")
                done.conclusion = "success" if tolerated and done.outcome == "failure" else done.outcome
                failed = failed or done.conclusion == "failure"
            if "id" in step:
                known[step["id"]] = {
                    "outputs": done.outputs,
                    "outcome": done.outcome,
                    "conclusion": done.conclusion,
                }
            if top:
                self.failed = failed
        return failed

    def _one(self, step: dict[str, Any], contexts: Mapping[str, Any], scope: Scope, done: StepRun, shell: str) -> None:
        env = {name: scope.text(value) for name, value in (step.get("env") or {}).items()}
        scope = self.scope(contexts, failed=scope.failed, env=env)
        try:
            if "run" in step:
                self._script(step, scope, env, done, shell)
                return
            given = {name: scope.text(value) for name, value in (step.get("with") or {}).items()}
            uses = str(step["uses"])
            if uses.startswith("./"):
                self._composite(uses, given, contexts, env, done)
            else:
                done.outputs = self._played(uses)(self, given)
                done.outcome = "success"
        except StepFailed as error:
            done.log += f"::error::{error}\n"
            done.outcome = "failure"

    def _played(self, uses: str) -> Played:
        name, _, version = uses.partition("@")
        if not re.fullmatch(r"[0-9a-f]{40}", version):
            raise WorkflowError(f"{uses} is not pinned")
        if name not in self.played:
            raise WorkflowError(f"nobody plays {uses}")
        return self.played[name]

    def _composite(
        self, uses: str, given: Mapping[str, str], outer: Mapping[str, Any], env: Mapping[str, str], done: StepRun
    ) -> None:
        folder = self.workspace / uses
        file = next((folder / name for name in ("action.yml", "action.yaml") if (folder / name).is_file()), None)
        if file is None:
            raise StepFailed(f"Can't find 'action.yml' under '{uses}'. Did you forget to run actions/checkout?")
        action = read_action(uses, file.read_bytes())
        declared = action.get("inputs") or {}
        if unknown := set(given) - set(declared):
            raise WorkflowError(f"{uses} has no input {', '.join(sorted(unknown))}")
        github = {**outer["github"], "action_path": str(folder)}
        base = {name: value for name, value in outer.items() if name not in ("secrets", "needs", "vars")} | {
            "github": github
        }
        scope = self.scope(base, failed=False)
        inputs = {name: given.get(name, scope.text(row.get("default", ""))) for name, row in declared.items()}
        for name, row in declared.items():
            if row.get("required") and not inputs[name]:
                raise StepFailed(f"Input required and not supplied: {name}")
        known: dict[str, Any] = {}
        inside = base | {"inputs": inputs, "steps": known}
        self.deeper.append(str(folder))
        before, self.env = self.env, self.env | dict(env)
        try:
            failed = self._several(action["runs"]["steps"], inside, known, failed=False, shell="none")
        finally:
            self.deeper.pop()
            for name in env:
                self.env.pop(name, None)
                if name in before:
                    self.env[name] = before[name]
        scope = self.scope(inside, failed=failed)
        done.outputs = {name: scope.text(row["value"]) for name, row in (action.get("outputs") or {}).items()}
        done.outcome = "failure" if failed else "success"

    def _script(self, step: dict[str, Any], scope: Scope, env: Mapping[str, str], done: StepRun, shell: str) -> None:
        written = str(step.get("shell") or "")
        if shell == "none" and not written:
            raise WorkflowError(f"{done.name}: `shell` is missing")
        if written not in SHELLS:
            raise WorkflowError(f"{done.name}: the runner does not know the shell {written!r}")
        number = len(self.steps)
        script = self.temp / f"step-{number}.sh"
        script.write_text(scope.text(step["run"]))
        files = {
            name: self.temp / f"{name.lower()}-{number}" for name in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY", "STATE")
        }
        for file in files.values():
            file.touch()
        environment = self.environment(env) | {f"GITHUB_{name}": str(file) for name, file in files.items()}
        folder = self.workspace / scope.text(step.get("working-directory") or ".")
        if not folder.is_dir():
            raise StepFailed(f"An error occurred trying to start process: No such file or directory: {folder}")
        done.code, told = self._process([*SHELLS[written], str(script)], folder, environment)
        done.log = self._masked(told)
        done.outcome = "success" if done.code == 0 else "failure"
        done.outputs = settings(files["OUTPUT"].read_text())
        self.env |= settings(files["ENV"].read_text())
        self.paths[:0] = files["PATH"].read_text().split()
        done.summary = self._masked(files["STEP_SUMMARY"].read_text())
        if len(done.summary.encode()) > SUMMARY_LIMIT:
            done.log += "::error::$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k\n"
            done.summary = ""

    def _process(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
        done = subprocess.run(
            [shutil.which(command[0], path=environment["PATH"]) or command[0], *command[1:]],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST,
        )
        return done.returncode, done.stdout.decode(errors="replace")

    def _masked(self, text: str) -> str:
        for line in text.splitlines():
            if line.startswith("::add-mask::") and line.removeprefix("::add-mask::"):
                self.masks.add(line.removeprefix("::add-mask::"))
        for secret in sorted(self.masks, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Of a process: nothing of whoever runs the tests."""
        path = os.pathsep.join([*self.paths, str(self.home / "pipx"), str(self.programs)])
        here = {"GITHUB_ACTION_PATH": self.deeper[-1]} if self.deeper else {}
        base = {
            "PATH": path,
            "HOME": str(self.home),
            "PIPX_BIN_DIR": str(self.home / "pipx"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "CI": "true",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        return base | self.system | self.env | here | dict(more)


def settings(text: str) -> dict[str, str]:
    """`name=value` lines and `name<<END` blocks of GITHUB_OUTPUT and GITHUB_ENV. Raises StepFailed for others."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip():
            continue
        name, sign, value = re.match(r"([^=<]*)(=|<<)?(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
        if not sign:
            raise StepFailed(f"Invalid format '{line}'")
        if sign == "<<":
            taken = []
            for inner in lines:
                if inner == value:
                    break
                taken.append(inner)
            else:
                raise StepFailed(f"Invalid value. Matching delimiter not found '{value}'")
            value = "\n".join(taken)
        found[name.strip()] = value
    return found


def texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: shown(value) for name, value in given.items()}
