"""Routes for runs, artifacts, checks, statuses, environments, contents and dispatches. Knows no comments."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote

from support.pipeline import shapes
from support.pipeline.routes import Call, Listed, Refused, Reply, Routes, known
from support.pipeline.state import Artifact, CheckRun, CommitStatus, Dispatch, RunRecord

ROUTES = Routes()
CONCLUSIONS = ("action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out")


@ROUTES.at("GET", "/actions/runs")
def runs(call: Call) -> Listed:
    call.need("read", "actions")
    return _runs(call, [*call.repository.runs.values(), *_waiting(call)])


@ROUTES.at("GET", "/actions/workflows/{file}/runs")
def runs_of_workflow(call: Call, file: str) -> Listed:
    call.need("read", "actions")
    _workflow(call, file)
    every = [*call.repository.runs.values(), *_waiting(call)]
    return _runs(call, [run for run in every if run.path.rsplit("/", 1)[-1] == file])


def _waiting(call: Call) -> list[RunRecord]:
    """What was dispatched is a run at once, though no machine has taken it."""
    held, now = call.repository, call.github.now()
    return [
        RunRecord(
            one.id,
            f".github/workflows/{one.workflow}",
            one.workflow,
            "workflow_dispatch",
            held.git.sha(one.ref),
            one.ref,
            held.name,
            now,
        )
        for one in held.dispatches
    ]


def _workflow(call: Call, file: str) -> str:
    """Of the default branch. By its file, as our scripts name it; GitHub takes an id too."""
    held = call.repository
    path = f".github/workflows/{file}"
    if held.git.read(held.git.sha(held.default_branch), path) is None:
        raise Refused(404, "Not Found")
    return path


def _runs(call: Call, found: list[RunRecord]) -> Listed:
    query = call.query
    if event := query.get("event"):
        found = [run for run in found if run.event == event]
    if sha := query.get("head_sha"):
        found = [run for run in found if run.sha == sha]
    if branch := query.get("branch"):
        found = [run for run in found if run.branch == branch]
    if status := query.get("status"):
        found = [run for run in found if status in (run.status, run.conclusion)]
    return Listed([shapes.run(call.github, call.repository, run) for run in reversed(found)], "workflow_runs")


@ROUTES.at("GET", "/actions/runs/{of}")
def run(call: Call, of: str) -> dict[str, Any]:
    call.need("read", "actions")
    return shapes.run(call.github, call.repository, known(call.repository.runs, of))


@ROUTES.at("GET", "/actions/runs/{of}/jobs")
def jobs(call: Call, of: str) -> Listed:
    call.need("read", "actions")
    return Listed(known(call.repository.runs, of).jobs, "jobs")


@ROUTES.at("GET", "/actions/runs/{of}/artifacts")
def artifacts_of_run(call: Call, of: str) -> Listed:
    call.need("read", "actions")
    run_id = known(call.repository.runs, of).id
    return _artifacts(call, [one for one in call.repository.artifacts.values() if one.run == run_id])


@ROUTES.at("GET", "/actions/artifacts")
def artifacts(call: Call) -> Listed:
    call.need("read", "actions")
    return _artifacts(call, list(call.repository.artifacts.values()))


def _artifacts(call: Call, found: list[Artifact]) -> Listed:
    if name := call.query.get("name"):
        found = [one for one in found if one.name == name]
    return Listed([shapes.artifact(call.github, call.repository, one) for one in reversed(found)], "artifacts")


@ROUTES.at("GET", "/actions/artifacts/{of}")
def artifact(call: Call, of: str) -> dict[str, Any]:
    call.need("read", "actions")
    return shapes.artifact(call.github, call.repository, known(call.repository.artifacts, of))


@ROUTES.at("GET", "/actions/artifacts/{of}/zip")
def artifact_zip(call: Call, of: str) -> Reply:
    """A redirection to where the bytes lie, which takes no token."""
    call.need("read", "actions")
    one: Artifact = known(call.repository.artifacts, of)
    if one.expired:
        raise Refused(410, "Artifact has expired")
    return Reply(302, None, {"Location": f"{call.github.url}/_blobs/{call.repository.name}/{one.id}"})


@ROUTES.at("POST", "/actions/workflows/{file}/dispatches")
def dispatch(call: Call, file: str) -> Reply:
    call.need("write", "actions")
    _workflow(call, file)
    ref, inputs = call.text("ref"), call.body.get("inputs", {})
    if not call.repository.git.sha(ref.removeprefix("refs/heads/")):
        raise Refused(422, f"No ref found for: {ref}")
    if not isinstance(inputs, dict) or not all(isinstance(value, str) for value in inputs.values()):
        raise Refused(422, "Invalid request.", "For 'properties/inputs', values are not strings.")
    number, branch = next(call.github.ids), ref.removeprefix("refs/heads/")
    call.repository.dispatches.append(Dispatch(number, file, branch, inputs, call.login))
    return Reply(204)


@ROUTES.at("POST", "/check-runs")
def add_check(call: Call) -> Reply:
    call.need("write", "checks")
    if call.token is None or not call.token.app:
        raise Refused(403, "You must authenticate via a GitHub App.")
    name, sha = call.text("name"), call.text("head_sha")
    if not call.repository.git.sha(sha):
        raise Refused(422, "Validation Failed", "No commit found for SHA: " + sha)
    made = CheckRun(next(call.github.ids), name, sha, call.token.app, "queued", None, "", {}, call.github.now())
    _fill(call, made)
    call.repository.checks[made.id] = made
    return Reply(201, shapes.check(made))


@ROUTES.at("PATCH", "/check-runs/{of}")
def edit_check(call: Call, of: str) -> dict[str, Any]:
    call.need("write", "checks")
    one: CheckRun = known(call.repository.checks, of)
    if call.token is None or call.token.app != one.app:
        raise Refused(403, "Invalid app_id - check run can only be modified by the GitHub App that created it.")
    _fill(call, one)
    return shapes.check(one)


def _fill(call: Call, one: CheckRun) -> None:
    conclusion = call.text("conclusion", required=False)
    if conclusion and conclusion not in CONCLUSIONS:
        raise Refused(422, "Validation Failed", "conclusion is not included in the list")
    one.status = call.text("status", required=False) or ("completed" if conclusion else one.status)
    one.conclusion = conclusion or one.conclusion
    if one.status == "completed" and not one.conclusion:
        raise Refused(422, "Invalid request.", '"conclusion" wasn\'t supplied.')
    one.external_id = call.text("external_id", required=False) or one.external_id
    output = call.body.get("output")
    if output is not None:
        if not isinstance(output, dict) or not {"title", "summary"} <= set(output):
            raise Refused(422, "Invalid request.", '"title", "summary" weren\'t supplied.')
        if any(len(str(text).encode()) > 65_535 for text in output.values()):
            raise Refused(422, "Validation Failed", "Only 65535 characters are allowed; output is too long")
        one.output = output


@ROUTES.at("GET", "/commits/{sha}/check-runs")
def checks(call: Call, sha: str) -> Listed:
    call.need("read", "checks")
    found = [one for one in call.repository.checks.values() if one.sha == call.repository.git.sha(sha)]
    if name := call.query.get("check_name"):
        found = [one for one in found if one.name == name]
    if call.query.get("filter", "latest") == "latest":
        newest = {(one.app, one.name): one for one in found}
        found = list(newest.values())
    return Listed([shapes.check(one) for one in reversed(found)], "check_runs")


@ROUTES.at("GET", "/check-runs/{of}")
def check(call: Call, of: str) -> dict[str, Any]:
    call.need("read", "checks")
    return shapes.check(known(call.repository.checks, of))


@ROUTES.at("POST", "/statuses/{sha}")
def add_status(call: Call, sha: str) -> Reply:
    call.need("write", "statuses")
    state, description = call.text("state"), call.text("description", required=False, most=140)
    if state not in ("error", "failure", "pending", "success"):
        raise Refused(422, "Validation Failed", "state is not included in the list")
    if not call.repository.git.sha(sha):
        raise Refused(422, f"No commit found for SHA: {sha}")
    context = call.text("context", required=False) or "default"
    url = call.text("target_url", required=False)
    now = call.github.now()
    made = CommitStatus(next(call.github.ids), sha, context, state, description, url, call.login, now)
    call.repository.statuses.append(made)
    return Reply(201, shapes.status(made))


@ROUTES.at("GET", "/commits/{sha}/statuses")
def statuses(call: Call, sha: str) -> Listed:
    """Newest first, each that was ever set."""
    call.need("read", "statuses")
    return Listed([shapes.status(one) for one in reversed(call.repository.statuses) if one.sha == sha])


@ROUTES.at("GET", "/commits/{sha}/status")
def combined_status(call: Call, sha: str) -> dict[str, Any]:
    call.need("read", "statuses")
    newest = {one.context: one for one in call.repository.statuses if one.sha == sha}
    states = {one.state for one in newest.values()}
    state = (
        "failure" if states & {"error", "failure"} else "pending" if "pending" in states or not states else "success"
    )
    rows = [shapes.status(one) for one in newest.values()]
    return {"state": state, "sha": sha, "total_count": len(rows), "statuses": rows}


@ROUTES.at("GET", "/commits/{sha}")
def commit(call: Call, sha: str) -> dict[str, Any]:
    call.need("read", "contents")
    git = call.repository.git
    if not git.sha(sha):
        raise Refused(422, f"No commit found for SHA: {sha}")
    parents = git.git("rev-list", "--parents", "-n1", git.sha(sha)).split()[1:]
    message = git.git("log", "-1", "--format=%B", git.sha(sha))
    return {"sha": git.sha(sha), "parents": [{"sha": parent} for parent in parents], "commit": {"message": message}}


@ROUTES.at("GET", "/environments/{name}")
def environment(call: Call, name: str) -> dict[str, Any]:
    call.need("read", "actions")
    one = call.repository.environments.get(unquote(name))
    if one is None:
        raise Refused(404, "Not Found")
    return shapes.environment(one)


@ROUTES.at("GET", "/environments")
def environments(call: Call) -> Listed:
    call.need("read", "actions")
    return Listed([shapes.environment(one) for one in call.repository.environments.values()], "environments")


@ROUTES.at("GET", "/contents/{path*}")
def contents(call: Call, path: str) -> Reply | dict[str, Any]:
    call.need("read", "contents")
    git = call.repository.git
    sha = git.sha(call.query.get("ref") or call.repository.default_branch)
    if not sha:
        raise Refused(404, f"No commit found for the ref {call.query.get('ref')}")
    data = git.read(sha, unquote(path))
    if data is None:
        raise Refused(404, "Not Found")
    if "raw" in call.accept:
        return Reply(200, data, {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    name = path.rsplit("/", 1)[-1]
    text = base64.encodebytes(data).decode()
    return {"type": "file", "encoding": "base64", "name": name, "path": path, "size": len(data), "content": text}
