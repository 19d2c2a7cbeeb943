"""Whose plan a job of GitLab believes, and what waits for somebody."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from support.git_repository import Repository
from support.gitlab.api import GitLab
from support.gitlab.hosted import Hosted


def _open(lab: GitLab) -> None:
    lab.requests[3]["state"] = "opened"


def _of_a_fork(lab: GitLab) -> None:
    lab.requests[3]["source_project_id"] = 43


def _other_branch(lab: GitLab) -> None:
    lab.requests[3]["target_branch"] = "release"


def _other_commit(lab: GitLab) -> None:
    lab.requests[3]["merge_commit_sha"] = "0" * 40


def _pushed_since(lab: GitLab) -> None:
    lab.requests[3]["sha"] = "0" * 40


def _of_a_branch(lab: GitLab) -> None:
    lab.requests[3]["head_pipeline"]["source"] = "push"


def _of_another_request(lab: GitLab) -> None:
    lab.requests[3]["head_pipeline"]["ref"] = "refs/merge-requests/4/head"


def _no_pipeline(lab: GitLab) -> None:
    lab.requests[3]["head_pipeline"] = None


def _failed(lab: GitLab) -> None:
    lab.jobs[11]["status"] = "failed"


def _other_job(lab: GitLab) -> None:
    lab.jobs[11]["name"] = "templatesync-plan-staging"


def _after_the_merge(lab: GitLab) -> None:
    lab.jobs[11]["finished_at"] = "2999-01-02T00:00:00.000Z"


def _unread(lab: GitLab) -> None:
    lab.artifacts[11, "templatesync-out/plan.json"] = b'{"spaces": [{"error": {"code": "x"}}]}'


def _no_plan(lab: GitLab) -> None:
    lab.artifacts[11, "templatesync-out/plan.json"] = b"[]"


def _expired(lab: GitLab) -> None:
    lab.artifacts.clear()


def _no_answer(lab: GitLab) -> None:
    lab.refuse["merge_requests"] = 500


@pytest.mark.parametrize(
    "change",
    [
        _open,
        _of_a_fork,
        _other_branch,
        _other_commit,
        _pushed_since,
        _of_a_branch,
        _of_another_request,
        _no_pipeline,
        _failed,
        _other_job,
        _after_the_merge,
        _unread,
        _no_plan,
        _expired,
        _no_answer,
    ],
    ids=lambda change: change.__name__[1:],
)
def test_no_other_plan_is_believed(gitlab: Hosted, change: Callable[[GitLab], None]) -> None:
    """It plans, writes nothing, and waits for somebody."""
    change(gitlab.lab)
    gitlab.plans()
    gitlab.play("plan-code", "2")
    done = gitlab.run("apply")
    assert done.code == 2
    (asked,) = gitlab.asked()
    assert " plan --space production --detailed-exitcode " in asked
    assert "start the job templatesync-apply-unreviewed-production" in done.log
    assert json.loads(gitlab.left("unreviewed.json"))["digest"] == "abc"
    assert gitlab.pipeline.jobs["templatesync-apply-production"]["allow_failure"] == {"exit_codes": [2]}


def test_a_job_that_is_run_again_brings_nothing_older_back(gitlab: Hosted) -> None:
    """It applies what the default branch says now, as far as the plan of its merge request permits."""
    gitlab.applies()
    (gitlab.tree.root / "later.txt").write_text("later\n")
    later = gitlab.tree.commit("later")
    gitlab.tree.git("push", "-q", "origin", "main")
    assert gitlab.run("apply").code == 0
    assert Repository(gitlab.folder / f"job-{gitlab.runs}").git("rev-parse", "HEAD") == later


@pytest.mark.parametrize(
    ("around", "flags"),
    [
        ({"TEMPLATESYNC_MASS_CHANGE": "40"}, "--allow-mass-change 40"),
        ({"TEMPLATESYNC_RESUBMIT": "template/a@en; id"}, "--resubmit template/a@en; id"),
        ({"TEMPLATESYNC_PRUNE": "true"}, "--prune"),
    ],
)
def test_what_only_a_person_may_give(gitlab: Hosted, around: dict[str, str], flags: str) -> None:
    gitlab.plans()
    gitlab.applies()
    assert gitlab.run("apply-unreviewed", **around).code == 0
    planned, applied = gitlab.asked()
    assert f" plan --space production {flags} --out " in planned
    assert f" --space production {flags} --timeout 45m --receipt " in applied


def test_nothing_waits_for_an_approval(gitlab: Hosted) -> None:
    done = gitlab.run("apply-unreviewed")
    assert (done.code, gitlab.asked()) == (0, [])
    assert "There is nothing that waits for an approval." in done.log
