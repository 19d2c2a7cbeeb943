"""How the API shows what GitHub holds. Only fields that GitHub has, and that somebody may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from support.pipeline.state import (
    Artifact,
    CheckRun,
    Comment,
    CommitStatus,
    Environment,
    GitHub,
    Issue,
    Pull,
    Repository,
    RunRecord,
)

KEPT = timedelta(days=90)


def time(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def user(login: str) -> dict[str, Any]:
    return {
        "login": login,
        "type": "Bot" if login.endswith("[bot]") else "User",
        "html_url": f"https://github.com/{login}",
    }


def repository(github: GitHub, held: Repository) -> dict[str, Any]:
    return {
        "full_name": held.name,
        "name": held.name.split("/")[1],
        "owner": user(held.owner),
        "private": held.private,
        "fork": bool(held.fork_of),
        "default_branch": held.default_branch,
        "url": f"{github.url}/repos/{held.name}",
        "html_url": f"https://github.com/{held.name}",
    }


def _end(github: GitHub, name: str, branch: str, sha: str) -> dict[str, Any]:
    held = github.repositories.get(name)
    return {
        "label": f"{name.split('/')[0]}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(name.split("/")[0]),
        "repo": repository(github, held) if held else None,
    }


def pull(github: GitHub, held: Repository, one: Pull) -> dict[str, Any]:
    return {
        "number": one.number,
        "id": 5000 + one.number,
        "state": one.state,
        "title": one.title,
        "body": one.body,
        "draft": False,
        "user": user(one.author),
        "head": _end(github, one.head_repository, one.head_branch, one.head_sha),
        "base": _end(github, held.name, one.base_branch, one.base_sha),
        "merged": one.merged is not None,
        "merged_at": time(one.merged),
        "closed_at": time(one.merged) or (time(one.updated) if one.state == "closed" else None),
        "merge_commit_sha": one.merge_sha,
        "created_at": time(one.made),
        "updated_at": time(one.updated),
        "labels": [],
        "html_url": f"https://github.com/{held.name}/pull/{one.number}",
        "url": f"{github.url}/repos/{held.name}/pulls/{one.number}",
    }


def listed_pull(github: GitHub, held: Repository, one: Pull) -> dict[str, Any]:
    """Lists do not say `merged`, only when."""
    whole = pull(github, held, one)
    return {key: value for key, value in whole.items() if key != "merged"}


def comment(github: GitHub, held: Repository, one: Comment) -> dict[str, Any]:
    kind = "pull" if one.number in held.pulls else "issues"
    return {
        "id": one.id,
        "body": one.body,
        "user": user(one.author),
        "created_at": time(one.made),
        "updated_at": time(one.updated or one.made),
        "html_url": f"https://github.com/{held.name}/{kind}/{one.number}#issuecomment-{one.id}",
        "issue_url": f"{github.url}/repos/{held.name}/issues/{one.number}",
        "performed_via_github_app": {"slug": "github-actions"} if one.author == "github-actions[bot]" else None,
    }


def issue(github: GitHub, held: Repository, one: Issue | Pull) -> dict[str, Any]:
    is_pull = isinstance(one, Pull)
    return {
        "number": one.number,
        "id": 9000 + one.number,
        "title": one.title,
        "body": one.body,
        "state": one.state,
        "state_reason": None if is_pull else one.state_reason,
        "closed_by": user(one.closed_by) if isinstance(one, Issue) and one.closed_by else None,
        "user": user(one.author),
        "labels": [] if is_pull else [{"name": label} for label in one.labels],
        "comments": len(held.comments_of(one.number)),
        "created_at": time(one.made),
        "updated_at": time(one.updated or one.made),
        "html_url": f"https://github.com/{held.name}/{'pull' if is_pull else 'issues'}/{one.number}",
        **({"pull_request": {"merged_at": time(one.merged)}} if isinstance(one, Pull) else {}),
    }


def check(one: CheckRun) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "head_sha": one.sha,
        "status": one.status,
        "conclusion": one.conclusion,
        "external_id": one.external_id,
        "output": {"title": None, "summary": None, "text": None, **one.output},
        "app": {"slug": one.app, "name": one.app},
        "started_at": time(one.made),
        "completed_at": time(one.made) if one.status == "completed" else None,
    }


def status(one: CommitStatus) -> dict[str, Any]:
    return {
        "id": one.id,
        "context": one.context,
        "state": one.state,
        "description": one.description or None,
        "target_url": one.target_url or None,
        "creator": user(one.creator),
        "created_at": time(one.made),
        "updated_at": time(one.made),
    }


def run(github: GitHub, held: Repository, one: RunRecord) -> dict[str, Any]:
    head = github.repositories[one.head_repository]
    return {
        "id": one.id,
        "name": one.name,
        "path": one.path,
        "event": one.event,
        "status": one.status,
        "conclusion": one.conclusion,
        "head_sha": one.sha,
        "head_branch": one.branch,
        "display_title": one.title,
        "run_number": one.id - 1000,
        "run_attempt": one.attempt,
        "created_at": time(one.made),
        "updated_at": time(one.made),
        "run_started_at": time(one.made),
        "html_url": f"https://github.com/{held.name}/actions/runs/{one.id}",
        "repository": repository(github, held),
        "head_repository": repository(github, head),
        # Empty for a fork, whatever else one would wish.
        "pull_requests": [
            {"number": n, "head": {"sha": held.pulls[n].head_sha, "ref": held.pulls[n].head_branch}} for n in one.pulls
        ],
    }


def artifact(github: GitHub, held: Repository, one: Artifact) -> dict[str, Any]:
    of = held.runs.get(one.run)
    return {
        "id": one.id,
        "name": one.name,
        "size_in_bytes": len(one.data),
        "expired": one.expired,
        "created_at": time(one.made),
        "updated_at": time(one.made),
        "expires_at": time(one.made + KEPT),
        "archive_download_url": f"{github.url}/repos/{held.name}/actions/artifacts/{one.id}/zip",
        "workflow_run": None
        if of is None
        else {"id": of.id, "head_branch": of.branch, "head_sha": of.sha, "repository_id": 1, "head_repository_id": 1},
    }


def environment(one: Environment) -> dict[str, Any]:
    rules: list[dict[str, Any]] = []
    if one.reviewers:
        reviewers = [{"type": "User", "reviewer": user(login)} for login in one.reviewers]
        rules.append({"id": 1, "type": "required_reviewers", "prevent_self_review": False, "reviewers": reviewers})
    if one.branches:
        rules.append({"id": 2, "type": "branch_policy"})
    policy = {"protected_branches": False, "custom_branch_policies": True} if one.branches else None
    return {"id": 1, "name": one.name, "protection_rules": rules, "deployment_branch_policy": policy}
