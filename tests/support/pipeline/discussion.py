"""Routes for pull requests, their comments, and issues. Knows no workflow run."""

from __future__ import annotations

from typing import Any

from support.pipeline import shapes
from support.pipeline.routes import Call, Listed, Refused, Reply, Routes, known, number
from support.pipeline.state import Comment, Issue, Pull

ROUTES = Routes()
LONGEST_BODY = 65_536
LONGEST_TITLE = 256
BOTH = ("issues", "pull-requests")


@ROUTES.at("GET", "")
def repository(call: Call) -> dict[str, Any]:
    return shapes.repository(call.github, call.repository)


@ROUTES.at("GET", "/pulls")
def pulls(call: Call) -> Listed:
    call.need("read", "pull-requests")
    state, held = call.query.get("state", "open"), call.repository
    found = [pull for pull in held.pulls.values() if state in ("all", pull.state)]
    if base := call.query.get("base"):
        found = [pull for pull in found if pull.base_branch == base]
    if head := call.query.get("head"):
        found = [pull for pull in found if head == f"{pull.head_repository.split('/')[0]}:{pull.head_branch}"]
    key = {"updated": lambda pull: (pull.updated, pull.number)}.get(
        call.query.get("sort", ""), lambda pull: pull.number
    )
    default = "desc" if call.query.get("sort", "created") == "created" else "asc"
    found.sort(key=key, reverse=call.query.get("direction", default) == "desc")
    return Listed([shapes.listed_pull(call.github, held, pull) for pull in found])


@ROUTES.at("GET", "/pulls/{of}")
def pull(call: Call, of: str) -> dict[str, Any]:
    call.need("read", "pull-requests")
    return shapes.pull(call.github, call.repository, known(call.repository.pulls, of))


@ROUTES.at("GET", "/pulls/{of}/files")
def pull_files(call: Call, of: str) -> Listed:
    call.need("read", "pull-requests")
    one: Pull = known(call.repository.pulls, of)
    git = call.repository.git
    changed = git.changed(git.base(one.base_sha, one.head_sha), one.head_sha)
    return Listed([{"filename": path, "status": "modified"} for path in changed])


@ROUTES.at("GET", "/commits/{sha}/pulls")
def pulls_of_commit(call: Call, sha: str) -> Listed:
    """Merged ones that brought the commit to the default branch; open ones that hold it, otherwise."""
    call.need("read", "pull-requests")
    held, git = call.repository, call.repository.git
    if not git.sha(sha):
        raise Refused(422, f"No commit found for SHA: {sha}")
    merged = [
        one for one in held.pulls.values() if one.merged and one.merge_sha and sha in _brought(git.git, one, git.sha)
    ]
    around = [one for one in held.pulls.values() if not one.merged and git.contains(one.head_sha, sha)]
    if git.contains(held.default_branch, sha):
        around = []
    return Listed([shapes.listed_pull(call.github, held, one) for one in merged or around])


def _brought(git: Any, one: Pull, known_sha: Any) -> set[str]:
    """Commits that a merge brought: its own, and those of the branch that came with it."""
    assert one.merge_sha
    base = one.base_sha if known_sha(one.base_sha) else f"{one.merge_sha}^"
    return {one.merge_sha, *git("rev-list", one.merge_sha, f"^{base}").splitlines()}


def _target(call: Call, of: str) -> Issue | Pull:
    rows = {**call.repository.issues, **call.repository.pulls}
    one: Issue | Pull = known(rows, of)
    return one


def _permission(one: Issue | Pull) -> tuple[str, ...]:
    """A pull request is an issue to this part of the API, and either permission will do for it."""
    return BOTH if isinstance(one, Pull) else ("issues",)


@ROUTES.at("GET", "/issues/comments/{of}")
def comment(call: Call, of: str) -> dict[str, Any]:
    call.need("read", *BOTH)
    return shapes.comment(call.github, call.repository, known(call.repository.comments, of))


@ROUTES.at("PATCH", "/issues/comments/{of}")
def edit_comment(call: Call, of: str) -> dict[str, Any]:
    one = _own_comment(call, of)
    one.body, one.updated = call.text("body", most=LONGEST_BODY), call.github.now()
    return shapes.comment(call.github, call.repository, one)


@ROUTES.at("DELETE", "/issues/comments/{of}")
def delete_comment(call: Call, of: str) -> Reply:
    del call.repository.comments[_own_comment(call, of).id]
    return Reply(204)


def _own_comment(call: Call, of: str) -> Comment:
    """A job's token may edit and delete comments of anybody, as on GitHub: to leave them alone is up to the caller."""
    one: Comment = known(call.repository.comments, of)
    call.need("write", *_permission(_target(call, str(one.number))))
    return one


@ROUTES.at("GET", "/issues/{of}/comments")
def comments(call: Call, of: str) -> Listed:
    one = _target(call, of)
    call.need("read", *_permission(one))
    return Listed(
        [shapes.comment(call.github, call.repository, each) for each in call.repository.comments_of(one.number)]
    )


@ROUTES.at("POST", "/issues/{of}/comments")
def add_comment(call: Call, of: str) -> Reply:
    one = _target(call, of)
    call.need("write", *_permission(one))
    made = call.github.comment(call.repository, one.number, call.login, call.text("body", most=LONGEST_BODY))
    one.updated = call.github.now()
    return Reply(201, shapes.comment(call.github, call.repository, made))


@ROUTES.at("GET", "/issues")
def issues(call: Call) -> Listed:
    """Pull requests among them, as GitHub has it."""
    call.need("read", *BOTH)
    state, held = call.query.get("state", "open"), call.repository
    rows: list[Issue | Pull] = [*held.issues.values(), *held.pulls.values()]
    found = [one for one in rows if state in ("all", one.state)]
    if creator := call.query.get("creator"):
        found = [one for one in found if one.author == creator]
    if labels := call.query.get("labels"):
        wanted = set(labels.split(","))
        found = [one for one in found if isinstance(one, Issue) and wanted <= set(one.labels)]
    found.sort(key=lambda one: one.number, reverse=call.query.get("direction", "desc") == "desc")
    return Listed([shapes.issue(call.github, held, one) for one in found])


@ROUTES.at("GET", "/issues/{of}")
def issue(call: Call, of: str) -> dict[str, Any]:
    one = _target(call, of)
    call.need("read", *_permission(one))
    return shapes.issue(call.github, call.repository, one)


@ROUTES.at("POST", "/issues")
def add_issue(call: Call) -> Reply:
    call.need("write", "issues")
    github, held = call.github, call.repository
    title, body = call.text("title", most=LONGEST_TITLE), call.text("body", required=False, most=LONGEST_BODY)
    labels = [str(label) for label in call.body.get("labels", [])]
    made = Issue(next(held.numbers), call.login, title, body, github.now(), labels=labels)
    held.issues[made.number] = made
    return Reply(201, shapes.issue(github, held, made))


@ROUTES.at("PATCH", "/issues/{of}")
def edit_issue(call: Call, of: str) -> dict[str, Any]:
    one = _target(call, str(number(of)))
    call.need("write", *_permission(one))
    if "title" in call.body:
        one.title = call.text("title", most=LONGEST_TITLE)
    if "body" in call.body:
        one.body = call.text("body", required=False, most=LONGEST_BODY)
    if "state" in call.body:
        _set_state(call, one)
    if isinstance(one, Issue) and "labels" in call.body:
        one.labels = [str(label) for label in call.body["labels"]]
    one.updated = call.github.now()
    return shapes.issue(call.github, call.repository, one)


def _set_state(call: Call, one: Issue | Pull) -> None:
    state = call.text("state")
    if state not in ("open", "closed"):
        raise Refused(422, "Validation Failed", "state is not included in the list")
    one.state = state
    if isinstance(one, Issue):
        reason = call.text("state_reason", required=False)
        one.state_reason = (reason or "completed") if state == "closed" else "reopened"
        one.closed_by = call.login if state == "closed" else ""
