"""What jobs of GitLab post of a plan, and what becomes of it when they cannot."""

from __future__ import annotations

import pytest
from support.gitlab.api import OURS, THEIRS, TOKEN
from support.gitlab.hosted import MARK, Hosted


def test_two_jobs_at_once_leave_one_note(gitlab: Hosted) -> None:
    def meanwhile(call: str) -> None:
        if call.startswith("POST"):
            gitlab.lab.before = lambda call: None
            gitlab.lab.note(3, OURS, MARK + "of another job")

    gitlab.lab.before = meanwhile
    gitlab.plans()
    assert gitlab.run("plan").code == 0
    assert [body.split("\n")[2] for body in gitlab.lab.bodies(3)] == ["One text changes."]


def test_a_hundred_notes_before_ours_are_read(gitlab: Hosted) -> None:
    for number in range(100):
        gitlab.lab.note(3, THEIRS, f"note {number}")
    ours = gitlab.lab.note(3, OURS, MARK + "earlier")
    gitlab.plans()
    gitlab.run("plan")
    assert len(gitlab.lab.notes[3]) == 101
    assert "One text changes." in gitlab.lab.notes[3][-1]["body"] and gitlab.lab.notes[3][-1]["id"] == ours


@pytest.mark.parametrize(("how", "after"), [("update", ["new"]), ("skip", ["old"]), ("delete", [])])
def test_a_plan_that_changes_nothing(gitlab: Hosted, how: str, after: list[str]) -> None:
    gitlab.lab.note(3, OURS, MARK + "old")
    gitlab.plans("new\n", create=0)
    assert gitlab.run("plan", TEMPLATESYNC_NO_CHANGES=how).code == 0
    assert [body.split("\n")[1] for body in gitlab.lab.bodies(3)] == after


@pytest.mark.parametrize(
    ("refuse", "around"),
    [
        ({"notes": 403}, {}),
        ({"notes": 404}, {}),
        ({"/user": 500}, {}),
        ({}, {"TEMPLATESYNC_GITLAB_TOKEN": ""}),
        ({}, {"TEMPLATESYNC_GITLAB_TOKEN": "another"}),
    ],
    ids=["403", "404", "500", "no token", "wrong token"],
)
def test_a_plan_that_cannot_be_posted_is_a_plan(gitlab: Hosted, refuse: dict[str, int], around: dict[str, str]) -> None:
    gitlab.lab.refuse.update(refuse)
    gitlab.plans()
    done = gitlab.run("plan", **around)
    assert done.code == 0
    assert "The plan could not be posted; it is in the artifacts of this job." in done.log
    assert TOKEN not in done.log


def test_a_plan_that_fails_is_posted_and_fails(gitlab: Hosted) -> None:
    gitlab.plans()
    gitlab.play("plan-code", "6")
    assert gitlab.run("plan").code == 6
    assert len(gitlab.lab.bodies(3)) == 1


def test_the_token_of_the_job_is_in_a_file_of_its_own(gitlab: Hosted) -> None:
    gitlab.pipeline.jobs["templatesync-plan-production"]["script"].insert(
        0, 'cat "$ALIBABA_CLOUD_OIDC_TOKEN_FILE"; echo; test "$(find "$ALIBABA_CLOUD_OIDC_TOKEN_FILE" -perm 600)"'
    )
    gitlab.plans()
    done = gitlab.run("plan", TEMPLATESYNC_PLAN_ROLE="acs:ram::1:role/reads")
    assert done.code == 0
    assert "token-for-sts.aliyuncs.com" in done.log
