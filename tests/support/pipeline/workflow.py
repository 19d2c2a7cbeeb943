"""A workflow or action file, read as GitHub reads it: what it would refuse is an error here. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from support.pipeline.expressions import CONTEXTS, Context, ExpressionError, Property, parse, path, pieces, walk

PERMISSIONS = {
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "security-events",
    "statuses",
}
TOP = {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"}
JOB = {
    "name",
    "permissions",
    "needs",
    "if",
    "runs-on",
    "environment",
    "concurrency",
    "outputs",
    "env",
    "defaults",
    "steps",
    "timeout-minutes",
    "strategy",
    "continue-on-error",
}
STEP = {"id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error"} | {
    "timeout-minutes"
}
EVENTS = {
    "pull_request": {"types", "branches", "branches-ignore", "paths", "paths-ignore"},
    "pull_request_target": {"types", "branches", "branches-ignore", "paths", "paths-ignore"},
    "push": {"branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"},
    "schedule": {"cron"},
    "workflow_dispatch": {"inputs"},
    "workflow_run": {"workflows", "types", "branches", "branches-ignore"},
    "release": {"types"},
}
INPUT = {"description", "required", "default", "type", "options", "deprecationMessage"}
# Where GitHub lets which context stand.
JOB_IF = {"github", "needs", "vars", "inputs"}
JOB_NAMES = {"github", "needs", "strategy", "matrix", "vars", "inputs"}
JOB_ENV = {"github", "needs", "strategy", "matrix", "vars", "secrets", "inputs"}
CONCURRENCY = {"github", "inputs", "vars"}
STEPS = set(CONTEXTS)


class WorkflowError(Exception):
    """What GitHub refuses, all of it in one file."""


class _Yaml(yaml.SafeLoader):
    """YAML 1.2 in what matters: `on` is a key, and only true and false are booleans."""


_Yaml.yaml_implicit_resolvers = {
    first: [row for row in rows if row[0] != "tag:yaml.org,2002:bool"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def load(text: str | bytes) -> Any:
    try:
        return yaml.load(text, _Yaml)  # the loader is SafeLoader's
    except yaml.YAMLError as error:
        raise WorkflowError(f"no YAML: {error}") from error


@dataclass(frozen=True)
class Workflow:
    file: str
    """Its path in the repository."""
    data: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.data.get("name", self.file))

    @property
    def events(self) -> dict[str, Any]:
        return _events(self.data["on"])

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        return dict(self.data["jobs"])

    def inputs(self) -> dict[str, dict[str, Any]]:
        """Of workflow_dispatch."""
        return {
            name: row or {} for name, row in ((self.events.get("workflow_dispatch") or {}).get("inputs") or {}).items()
        }


def _events(on: Any) -> dict[str, Any]:
    if isinstance(on, str):
        return {on: None}
    return dict.fromkeys(on) if isinstance(on, list) else dict(on)


def read(file: str, text: str | bytes, actions: Mapping[str, Any] | None = None) -> Workflow:
    """The workflow. `actions` are the local ones by `./path`, as data. Raises WorkflowError."""
    data = load(text)
    found = list(_faults(data, actions or {}))
    if found:
        raise WorkflowError(f"{file}:\n  " + "\n  ".join(found))
    return Workflow(file, data)


def read_action(file: str, text: str | bytes) -> dict[str, Any]:
    """A composite action. Raises WorkflowError."""
    data: dict[str, Any] = load(text)
    found = list(_action_faults(data))
    if found:
        raise WorkflowError(f"{file}:\n  " + "\n  ".join(found))
    return data


def _keys(where: str, data: Any, known: set[str]) -> Iterator[str]:
    if not isinstance(data, dict):
        yield f"{where} is no map"
        return
    yield from (f"{where}: there is no key {key!r}" for key in data if key not in known)


def _faults(data: Any, actions: Mapping[str, Any]) -> Iterator[str]:
    yield from _keys("the workflow", data, TOP)
    if not isinstance(data, dict) or not {"on", "jobs"} <= set(data):
        yield "`on` or `jobs` is missing"
        return
    for name, row in _events(data["on"]).items():
        if name not in EVENTS:
            yield f"there is no event {name!r}, or the runner does not know it"
        elif name == "schedule":
            yield from (f"no cron: {each!r}" for each in row if not re.fullmatch(r"(\S+ ){4}\S+", each.get("cron", "")))
        elif row is not None:
            yield from _keys(f"on.{name}", row, EVENTS[name])
    declared = _events(data["on"]).get("workflow_dispatch") or {}
    inputs = set(declared.get("inputs") or {})
    for name, row in (declared.get("inputs") or {}).items():
        yield from _keys(f"input {name}", row or {}, INPUT)
    yield from _permissions("the workflow", data.get("permissions", {}))
    yield from _expressions("concurrency", data.get("concurrency"), CONCURRENCY, inputs=inputs)
    yield from _expressions("env", data.get("env"), {"github", "secrets", "inputs", "vars"}, inputs=inputs)
    for name, job in data["jobs"].items():
        yield from (f"job {name}: {fault}" for fault in _job(name, job, data["jobs"], inputs, actions))


def _permissions(where: str, given: Any) -> Iterator[str]:
    if given in ("read-all", "write-all"):
        return
    yield from _keys(f"permissions of {where}", given, PERMISSIONS)
    for name, access in given.items():
        allowed = ("write", "none") if name == "id-token" else ("read", "write", "none")
        if access not in allowed:
            yield f"permission {name} cannot be {access!r}"


def _job(name: str, job: Any, jobs: Mapping[str, Any], inputs: set[str], actions: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name):
        yield "no name for a job"
    yield from _keys("it", job, JOB)
    for key in ("runs-on", "steps"):
        if key not in job:
            yield f"`{key}` is missing"
    needs = needed(job)
    yield from (f"needs {other}, which is no job" for other in needs if other not in jobs)
    yield from _permissions("it", job.get("permissions", {}))
    outputs = {other: set(jobs[other].get("outputs", {})) for other in needs if other in jobs}
    known: dict[str, Any] = {"inputs": inputs, "needs": outputs}
    yield from _condition("if", job.get("if"), JOB_IF, **known)
    for key in ("name", "environment", "concurrency", "runs-on", "timeout-minutes"):
        yield from _expressions(key, job.get(key), JOB_NAMES, **known)
    yield from _expressions("env", job.get("env"), JOB_ENV, **known)
    steps: dict[str, set[str] | None] = {}
    for number, step in enumerate(job.get("steps", []), 1):
        yield from (f"step {number}: {fault}" for fault in _step(step, steps, known, actions, shell=True))
    yield from _expressions("outputs", job.get("outputs"), STEPS, steps=steps, **known)


def needed(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def _step(
    step: Any, steps: dict[str, set[str] | None], known: dict[str, Any], actions: Mapping[str, Any], *, shell: bool
) -> Iterator[str]:
    """Adds the step to those that later ones may refer to, with its outputs where they are declared."""
    yield from _keys("it", step, STEP)
    if ("run" in step) == ("uses" in step):
        yield "needs one of `run` and `uses`"
    if "run" in step and "with" in step:
        yield "`with` goes with `uses`"
    if "run" in step and "shell" not in step and not shell:
        yield "`shell` is missing, which a composite action needs"
    yield from _condition("if", step.get("if"), STEPS - {"secrets"}, steps=steps, **known)
    for key in ("name", "run", "working-directory", "with", "env", "continue-on-error"):
        yield from _expressions(key, step.get(key), STEPS, steps=steps, **known)
    action = actions.get(step.get("uses", ""))
    if action is not None:
        declared = action.get("inputs") or {}
        given = step.get("with") or {}
        yield from (f"there is no input {name!r} of {step['uses']}" for name in given if name not in declared)
        for name, row in declared.items():
            if row.get("required") and "default" not in row and name not in given:
                yield f"the input {name!r} of {step['uses']} is missing"
    if "id" in step:
        if step["id"] in steps:
            yield f"there are two steps {step['id']!r}"
        steps[step["id"]] = set(action.get("outputs") or {}) if action is not None else None


def _action_faults(data: Any) -> Iterator[str]:
    yield from _keys("the action", data, {"name", "description", "author", "inputs", "outputs", "runs", "branding"})
    for key in ("name", "description", "runs"):
        if key not in data:
            yield f"`{key}` is missing"
            return
    yield from _keys("runs", data["runs"], {"using", "steps"})
    if data["runs"].get("using") != "composite":
        yield "the runner only knows composite actions"
    for name, row in (data.get("inputs") or {}).items():
        yield from _keys(f"input {name}", row, {"description", "required", "default", "deprecationMessage"})
    known = {"inputs": set(data.get("inputs") or {})}
    steps: dict[str, set[str] | None] = {}
    allowed = STEPS - {"secrets", "needs", "vars"}
    for number, step in enumerate(data["runs"].get("steps", []), 1):
        yield from (f"step {number}: {fault}" for fault in _step(step, steps, known, {}, shell=False))
        yield from (f"step {number}: {fault}" for fault in _expressions("it", step, allowed, steps=steps, **known))
    for name, row in (data.get("outputs") or {}).items():
        yield from _keys(f"output {name}", row, {"description", "value"})
        yield from _expressions(f"output {name}", row.get("value"), STEPS, steps=steps, **known)


def _condition(where: str, written: Any, allowed: set[str], **known: Any) -> Iterator[str]:
    if isinstance(written, str) and "${{" not in written:
        written = f"${{{{ {written} }}}}"
    yield from _expressions(where, written, allowed, **known)


def texts(data: Any) -> Iterator[str]:
    """All texts of a value, keys left out."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def _expressions(where: str, data: Any, allowed: set[str], **known: Any) -> Iterator[str]:
    for text in texts(data):
        try:
            trees = [piece for piece in pieces(text) if not isinstance(piece, str)]
        except ExpressionError as error:
            yield f"{where}: {error}"
            continue
        for node in (node for tree in trees for node in walk(tree)):
            if isinstance(node, Context) and node.name not in allowed:
                yield f"{where}: the context {node.name!r} is not there at this place"
            if isinstance(node, Property) and (parts := path(node)):
                yield from (f"{where}: {fault}" for fault in _unknown(parts, known))


def _unknown(parts: tuple[str, ...], known: Mapping[str, Any]) -> Iterator[str]:
    """A reference to an input, a step, a job or an output that nobody declared."""
    name = parts[0]
    if name not in known or len(parts) < 2:
        return
    if parts[1] not in known[name]:
        yield f"there is no {'.'.join(parts[:2])}"
    elif len(parts) == 4 and parts[2] == "outputs":
        declared = known[name][parts[1]]
        if declared is not None and parts[3] not in declared:
            yield f"there is no {'.'.join(parts)}"


__all__ = ["Workflow", "WorkflowError", "load", "needed", "parse", "read", "read_action", "texts"]
