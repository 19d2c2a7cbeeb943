"""Jobs of a pipeline of GitLab, run as its runner runs them: inputs, rules, variables, a checkout, one shell.

Knows no job of ours. What GitLab would refuse is an error here, too.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.pipeline.programs import put, quoted

PROGRAMS = Path(__file__).parent
_INPUT = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")
_VARIABLE = re.compile(r"\$(\w+)")
_TERM = re.compile(r"\$(\w+) == (?:\$(\w+)|\"([^\"]*)\")")
KEYWORDS = set(
    "allow_failure artifacts before_script cache environment extends id_tokens image interruptible needs "
    "resource_group rules script stage variables".split()
)


@dataclass(frozen=True)
class Done:
    """How a job ended, and what its log says."""

    code: int
    log: str


class Pipeline:
    """A file with `spec: inputs`, as an include of it becomes jobs."""

    def __init__(self, text: str, **given: str) -> None:
        head, body = yaml.safe_load_all(text)
        declared = head["spec"]["inputs"]
        self.inputs = {name: given.get(name.replace("-", "_"), row.get("default")) for name, row in declared.items()}
        for name, row in declared.items():
            value = self.inputs[name]
            assert re.search(row.get("regex", ""), value), name
            assert value in row.get("options", [value]), name
        self.jobs: dict[str, dict[str, Any]] = {}
        whole = self._filled(body)
        for name in whole:
            self.jobs[name] = _extended(whole, name)
            assert set(self.jobs[name]) <= KEYWORDS, name

    def _filled(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {self._filled(key): self._filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        return _INPUT.sub(lambda found: self.inputs[found[1]], value) if isinstance(value, str) else value

    def chosen(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The jobs of a pipeline with these variables: by name whether it runs by itself or waits for somebody."""
        found = {}
        for name, job in self.jobs.items():
            rule = next((rule for rule in job.get("rules", ()) if _holds(rule["if"], variables)), None)
            if rule is not None and not name.startswith("."):
                found[name] = rule.get("when", "on_success")
        return found

    def script(self, name: str) -> str:
        return "\n".join([*self.jobs[name]["before_script"], *self.jobs[name]["script"]])

    def variables(self, name: str, around: Mapping[str, str]) -> dict[str, str]:
        """What a job finds in its environment. What the project sets wins over what the file says."""
        said = {key: _VARIABLE.sub(lambda found: around.get(found[1], ""), value) for key, value in self._said(name)}
        tokens = {key: f"token-for-{row['aud']}" for key, row in self.jobs[name].get("id_tokens", {}).items()}
        return {**said, **tokens, **around}

    def _said(self, name: str) -> Iterator[tuple[str, str]]:
        for key, value in self.jobs[name].get("variables", {}).items():
            assert isinstance(value, str), f"{name}: {key} is no text"
            yield key, value


def run(
    pipeline: Pipeline, name: str, folder: Path, around: Mapping[str, str], programs: Path, shell: str = "bash"
) -> Done:
    """One job in a checkout. `around`: what GitLab and the project set."""
    home = folder.parent / f"{folder.name}-home"
    home.mkdir(exist_ok=True)
    variables = pipeline.variables(name, around) | {"HOME": str(home), "CI_PROJECT_DIR": str(folder), "CI": "true"}
    variables["PATH"] = str(programs)
    variables |= {key: value for key, value in os.environ.items() if key.startswith("GIT_")}
    command = [shell, "-eo", "pipefail", "-c"] if shell == "bash" else [shell, "-e", "-c"]
    done = subprocess.run(
        [*command, pipeline.script(name)],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return Done(done.returncode, done.stdout)


def installed(folder: Path, **scripts: str) -> Path:
    """The programs of a job: what every Unix has, jq, a curl, a pip that has nothing to do, and scripts of a test."""
    put(folder)
    curl = f'exec {quoted(sys.executable)} -IS {quoted(PROGRAMS / "curl.py")} "$@"'
    for name, text in {"pip": "exit 0", "curl": curl, **scripts}.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def _extended(whole: Mapping[str, Any], name: str) -> dict[str, Any]:
    job = whole[name]
    return _merged(_extended(whole, job["extends"]), job) if "extends" in job else dict(job)


def _merged(below: Any, above: Any) -> Any:
    """As `extends` merges: tables by key, and of all else the nearer one."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}
    return above


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    """Comparisons that are joined by `&&`, which is all that we use. An unset variable is null, and equals nothing."""
    terms = []
    for term in " ".join(condition.split()).split(" && "):
        found = _TERM.fullmatch(term)
        assert found, term
        right = variables.get(found[2]) if found[2] else found[3]
        terms.append(variables.get(found[1]) == right)
    return all(terms)
