"""Scheduled jobs of GitLab: reviews that come back, what can go on, and drift."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.gitlab.api import THEIRS
from support.gitlab.hosted import APPLY, MARK, STATUS, Hosted

REJECTED = {"id": "template/a@en-3fa9c1", "open": True, "title": "Rejected: a", "body": "Why.\n/close\n"}


def test_reviews_come_back(gitlab: Hosted) -> None:
    """Into the note, which goes on naming the job that has the receipt, and into an issue."""
    gitlab.follows(STATUS + "Rejected.\n", REJECTED)
    assert gitlab.run("follow").code == 0
    assert gitlab.lab.bodies(3) == [f"{MARK}{STATUS}Rejected.\n<!-- templatesync job=12 -->\n"]
    (issue,) = gitlab.lab.issues
    assert (issue["title"], issue["state"]) == ("Rejected: a", "opened")
    assert issue["description"] == "<!-- templatesync issue=.:template/a@en-3fa9c1 -->\nWhy.\n&#47;close\n\n"
    assert gitlab.left("ready") == ""
    assert gitlab.run("follow").code == 0  # nothing is pending any more
    assert len(gitlab.asked()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"name": "build"},
        {"name": "templatesync-plan-production"},
        {"ref": "change"},
    ],
)
def test_no_receipt_of_another_job_is_followed(gitlab: Hosted, change: dict[str, str]) -> None:
    gitlab.follows()
    gitlab.lab.jobs[12].update(change)
    assert gitlab.run("follow").code == 0
    assert gitlab.asked() == []


def test_nobody_else_s_note_is_followed(gitlab: Hosted) -> None:
    gitlab.follows()
    gitlab.lab.notes[3][0]["author"]["id"] = THEIRS
    assert gitlab.run("follow").code == 0
    assert gitlab.asked() == []


def test_what_can_go_on_is_carried_on(gitlab: Hosted, tmp_path: Path) -> None:
    gitlab.follows(APPLY.replace("left=0 ready=0", "left=2 ready=2"))
    gitlab.applies()
    assert gitlab.run("follow").code == 0
    assert gitlab.left("ready") == "3\n"
    ready = gitlab.folder / f"job-{gitlab.runs}" / "templatesync-out"
    gitlab.pipeline.jobs["templatesync-again-production"]["before_script"].insert(0, f"cp -r {ready} .")
    assert gitlab.run("again").code == 0
    assert " apply /" in gitlab.asked()[-1]
    assert "job=72" in gitlab.lab.bodies(3)[0]


DRIFT = {"id": "drift-production", "title": "production has drifted", "body": "Three were edited."}


def test_one_issue_tells_of_drift(gitlab: Hosted) -> None:
    """Opened, edited in place, closed when all is well, and opened again; whatever others call theirs."""
    lab = gitlab.lab
    theirs = lab.issue(THEIRS, "not ours", "<!-- templatesync issue=.:drift-production -->\nx")
    for night, (is_open, code) in enumerate([(True, 6), (True, 6), (False, 0), (False, 0), (True, 6)]):
        body = f"{DRIFT['body']} Night {night}."
        gitlab.play("status-issues", {"format_version": "1.0", "issues": [DRIFT | {"open": is_open, "body": body}]})
        gitlab.play("status-code", str(code))
        assert gitlab.run("drift").code == code
        (ours,) = [each for each in lab.issues if each["iid"] != theirs]
        assert ours["state"] == ("opened" if is_open else "closed")
        assert ("Night" in ours["description"]) and (not is_open or f"Night {night}." in ours["description"])
    assert lab.issues[0]["description"].endswith("x")
    assert ours["notes"] == ["<!-- templatesync issue=.:drift-production -->\nThree were edited. Night 2.\n"]


def test_drift_knows_what_the_newest_applies_have_left(gitlab: Hosted) -> None:
    """One that has expired is none; one that cannot be fetched is handed over empty, which templatesync tells."""
    gitlab.follows()
    gitlab.play("status-issues", {"format_version": "1.0", "issues": []})
    assert gitlab.run("drift").code == 0
    assert gitlab.asked()[-1].count("--known ") == 1
    gitlab.lab.artifacts.clear()
    assert gitlab.run("drift").code == 0
    assert gitlab.asked()[-1].count("--known ") == 1
    gitlab.lab.jobs[12]["artifacts_expire_at"] = "2001-01-01T00:00:00.000Z"
    assert gitlab.run("drift").code == 0
    assert "--known" not in gitlab.asked()[-1]


def test_a_rejection_that_somebody_closed_stays_closed(gitlab: Hosted) -> None:
    gitlab.follows(APPLY, REJECTED)
    assert gitlab.run("follow").code == 0
    gitlab.lab.issues[0]["state"] = "closed"
    assert gitlab.run("follow").code == 0
    assert [each["state"] for each in gitlab.lab.issues] == ["closed"]
