"""What a workflow or action file must not do because pull requests come from strangers. Needs no tool and runs nothing.

GitHub gives the token of a fork's `pull_request` nothing to write with, but `pull_request_target` and `workflow_run`
give everything. So both are looked at: what a job could lose, and whether a stranger's pull request gets it to run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from support.pipeline.evaluation import Scope
from support.pipeline.expressions import ExpressionError, path, pieces, walk
from support.pipeline.workflow import load, texts

PRIVILEGED = ("pull_request_target", "workflow_run")
"""Events that a stranger causes, and that run with what the repository has."""
OWN = "acme/shop"
_PINNED = re.compile(r"uses:\s*[\"']?(\S+?)@(\S+?)[\"']?(\s+#\s*v[0-9][0-9.]*)?\s*$")
_GETS_CODE = re.compile(
    r"\bgit\s+(clone|fetch|checkout|pull)\b|\bgh\s+(pr\s+checkout|repo\s+clone|run\s+download)\b|tarball|zipball"
)


def faults(file: str, text: str) -> list[str]:
    """Each with the job that it is in; none is what is wanted."""
    data = load(text)
    found = [*_pins(text), *_steps(data)]
    if "jobs" in data:
        found += _workflow(data)
    return [f"{file}: {fault}" for fault in found]


def _pins(text: str) -> Iterator[str]:
    for line in text.splitlines():
        used = re.match(r"\s*(?:-\s+)?(uses:\s*(\S+).*)$", line)
        if not used or used[2].strip("\"'").startswith("./"):
            continue
        pinned = _PINNED.fullmatch(used[1])
        if not pinned or not re.fullmatch(r"[0-9a-f]{40}", pinned[2]):
            yield f"{used[2]} is not pinned by a commit"
        elif not pinned[3]:
            yield f"{used[2]} does not say which version its commit is"


def _all_steps(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, job in (data.get("jobs") or {"the action": data.get("runs", {})}).items():
        yield from ((name, step) for step in job.get("steps", []))


def _steps(data: Mapping[str, Any]) -> Iterator[str]:
    for name, step in _all_steps(data):
        if "${{" in str(step.get("run", "")):
            yield f"{name}: a value is put into the text of a script, instead of its environment"
        if any(str(step.get("uses", "")).startswith(each) for each in ("actions/github-script", "docker://")):
            yield f"{name}: {step['uses']} runs text that nobody checks here"
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            given = step.get("with") or {}
            if str(given.get("persist-credentials", "true")).lower() != "false":
                yield f"{name}: the checkout leaves its token to what comes after it"


def _workflow(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("permissions") != {}:
        yield "`permissions` on top are not empty"
    events = data["on"] if isinstance(data["on"], dict | list) else [data["on"]]
    for name, job in data["jobs"].items():
        if not isinstance(job.get("permissions"), Mapping):
            yield f"{name}: it does not say its own permissions"
        if "timeout-minutes" not in job:
            yield f"{name}: it may run for six hours"
        if job.get("secrets") == "inherit" or any(each == "secrets" for each in _whole_contexts(job)):
            yield f"{name}: all secrets at once"
        if any(event in events for event in PRIVILEGED):
            yield from (f"{name}: {fault}" for fault in _privileged(data, job))
        if "pull_request" in events:
            yield from (f"{name}: {fault}" for fault in _for_everybody(data, job))


def _privileged(data: Mapping[str, Any], job: Mapping[str, Any]) -> Iterator[str]:
    """It may write comments. It may have no code of a stranger, and nothing else that is worth having."""
    yield from (
        f"a stranger causes it, and it has {worth}" for worth in _worth(data, job) if worth != "pull-requests: write"
    )
    for step in job.get("steps", []):
        uses = str(step.get("uses", ""))
        if uses.startswith(("./", "actions/checkout@", "actions/cache", "actions/download-artifact@")):
            yield f"a stranger causes it, and {uses.split('@')[0]} brings files that it may have made"
        if _GETS_CODE.search(str(step.get("run", ""))):
            yield "a stranger causes it, and a script gets code"


def _for_everybody(data: Mapping[str, Any], job: Mapping[str, Any]) -> Iterator[str]:
    """What a pull request of a fork gets to run has nothing to lose, whatever GitHub would leave out."""
    worth = list(_worth(data, job))
    try:
        runs = _runs_for(job.get("if"), head="stranger/shop")
    except ExpressionError as error:
        yield f"nobody can say here whether it runs for a fork: {error}"
        return
    if runs:
        yield from (f"a fork gets it to run, and it has {each}" for each in worth)


def _worth(data: Mapping[str, Any], job: Mapping[str, Any]) -> Iterator[str]:
    permissions = job.get("permissions", data.get("permissions", {}))
    if isinstance(permissions, Mapping):
        yield from (f"{name}: write" for name, access in permissions.items() if access == "write")
    else:
        yield f"permissions: {permissions}"
    if "environment" in job:
        yield "an environment"
    for parts in {*_references(job), *_references(data.get("env"))}:
        if parts[0] == "secrets" and parts[1:] not in ((), ("GITHUB_TOKEN",)):
            yield f"secret {'.'.join(parts[1:])}"


def _runs_for(condition: Any, head: str) -> bool:
    """Whether the `if` of a job lets a pull request from that repository in. Whatever else it asks for is granted."""
    branch = {"repo": {"full_name": head, "fork": head != OWN}, "ref": "main", "sha": "0" * 40}
    base = {"repo": {"full_name": OWN, "fork": False}, "ref": "main", "sha": "0" * 40}
    event = {"pull_request": {"head": branch, "base": base, "number": 1, "draft": False}, "action": "opened"}
    github = {"event": event, "event_name": "pull_request", "repository": OWN, "repository_owner": "acme"}
    scope = Scope({"github": github, "needs": {}, "vars": {}, "inputs": {}})
    return scope.holds(condition)


def _references(data: Any) -> Iterator[tuple[str, ...]]:
    for text in texts(data):
        for piece in pieces(text):
            if not isinstance(piece, str):
                yield from (found for node in walk(piece) if (found := path(node)))


def _whole_contexts(data: Any) -> Iterator[str]:
    """Contexts that stand alone, such as in `toJSON(secrets)`."""
    for text in texts(data):
        for piece in pieces(text):
            if isinstance(piece, str):
                continue
            nodes = list(walk(piece))
            reached = {id(node.of) for node in nodes if hasattr(node, "of")}
            yield from (path(node)[0] for node in nodes if len(path(node)) == 1 and id(node) not in reached)
