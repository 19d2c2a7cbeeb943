"""follow.yml: reviews that are approved, rejected and superseded, what goes on by itself, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from support.pipeline.reviewed import begin, console, decide, merged, reviewed, written
from support.pipeline.runner import Run
from support.pipeline.shop_project import HELLO, OPEN, template
from support.pipeline.state import BOT, Pull, RunRecord
from support.pipeline.world import PipelineWorld

Posted = Callable[[str, str], None]
TWO = {"templates/hello.yaml": HELLO, "templates/open.yaml": OPEN}


def follow(world: PipelineWorld) -> Run:
    (run,) = world.scheduled("follow.yml")
    return run


def comment(world: PipelineWorld, pull: Pull) -> str:
    (told,) = world.comments(pull)
    return told


def states(world: PipelineWorld) -> list[tuple[str, str]]:
    return [(one.state, one.description) for one in world.repository.statuses]


def test_one_is_approved_and_one_rejected(hosted: PipelineWorld, posted: Posted) -> None:
    begin(hosted)
    pull = reviewed(hosted, "two", TWO)
    assert merged(hosted, pull).conclusion == "success"
    run = follow(hosted)
    assert run.conclusion == "success", run.log
    posted("follow-pending", comment(hosted, pull))
    assert states(hosted) == [("pending", "0 rejected, 2 in review, 0 still to apply")]
    before = list(hosted.github.requests)
    follow(hosted)
    assert [row for row in hosted.github.requests[len(before) :] if row[0] != "GET"] == []

    decide(hosted, "shop_hello", "pass")
    decide(hosted, "shop_open", "fail", "INVALID_FORMAT @acme <script>")
    run = follow(hosted)
    assert run.conclusion == "success", run.log
    posted("follow-rejected", comment(hosted, pull))
    (issue,) = hosted.issues()
    posted("follow-issue", f"{issue.title}\n\n{issue.body}")
    assert states(hosted)[-1] == ("failure", "1 rejected, 0 in review, 0 still to apply")
    assert hosted.repository.dispatches == []


def test_a_newer_change_supersedes_a_rejected_one(hosted: PipelineWorld, posted: Posted) -> None:
    begin(hosted)
    first = reviewed(hosted, "first", {"templates/open.yaml": OPEN})
    merged(hosted, first)
    decide(hosted, "shop_open", "fail", "INVALID_FORMAT")
    follow(hosted)
    (issue,) = hosted.issues()
    second = reviewed(hosted, "second", {"templates/open.yaml": OPEN.replace("Monday", "Tuesday")})
    assert merged(hosted, second, "rebase").conclusion == "success"
    decide(hosted, "shop_open", "pass")
    run = follow(hosted)
    assert run.conclusion == "success", run.log
    posted("follow-superseded", comment(hosted, first))
    posted("follow-approved", comment(hosted, second))
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    (said,) = hosted.repository.comments_of(issue.number)
    assert said.body == f"This is over, as [a run](https://github.com/acme/shop/actions/runs/{run.record.id}) has seen."
    assert states(hosted)[-1] == ("success", "nothing is in review, and nothing is left to apply")
    before = len(hosted.github.requests)
    follow(hosted)
    assert "status" not in follow(hosted).log
    assert {row[0] for row in hosted.github.requests[before:]} == {"GET"}


def test_what_waited_for_a_review_is_started_once(hosted: PipelineWorld, posted: Posted) -> None:
    """The old version goes once the new one is in use."""
    begin(hosted)
    merged(hosted, reviewed(hosted, "old", {"templates/open.yaml": OPEN}))
    decide(hosted, "shop_open", "pass")
    newer = template("shop_open_2", "Hello $(name), our studio is open again from Tuesday on.")
    gone = "Name: shop_open\nLanguage: en\ntemplatesync: {state: absent}\n"
    files = {"templates/newer.yaml": f"{newer}templatesync: {{replaces: shop_open}}\n", "templates/open.yaml": gone}
    pull = reviewed(hosted, "newer", files)
    assert merged(hosted, pull).conclusion == "success"
    follow(hosted)
    posted("follow-waiting", comment(hosted, pull))
    assert hosted.repository.dispatches == []

    decide(hosted, "shop_open_2", "pass")
    waiting = busy(hosted)
    follow(hosted)
    assert hosted.repository.dispatches == []  # an apply runs, and has not told what it does
    del hosted.repository.runs[waiting]
    run = follow(hosted)
    posted("follow-ready", comment(hosted, pull))
    assert run.jobs["start"].permissions["actions"] == "write"
    assert run.jobs["follow"].permissions["actions"] == "read"
    hosted.answer(lambda environment: False)
    (refused,) = hosted.asked_for()
    assert refused.conclusion == "failure"
    follow(hosted)
    assert hosted.repository.dispatches == []  # once for each receipt: somebody said no
    hosted.answer(lambda environment: True)
    (started,) = hosted.dispatch("apply.yml", pull_request=str(pull.number))
    assert started.conclusion == "success", started.log
    assert console(hosted).names() == ["shop_open_2"]
    posted("follow-started", comment(hosted, pull))
    follow(hosted)
    assert states(hosted)[-1][0] == "success"


def test_what_a_review_blocked_goes_out_when_that_is_over(hosted: PipelineWorld, posted: Posted) -> None:
    """The plan that was approved has it as blocked, since the review of an earlier text still ran."""
    begin(hosted)
    merged(hosted, reviewed(hosted, "first", {"templates/open.yaml": OPEN}))
    pull = reviewed(hosted, "second", {"templates/open.yaml": OPEN.replace("Monday", "Tuesday")})
    assert merged(hosted, pull).conclusion == "failure"
    posted("follow-blocked", comment(hosted, pull))
    follow(hosted)
    posted("follow-still-blocked", comment(hosted, pull))
    assert hosted.repository.dispatches == []

    decide(hosted, "shop_open", "fail", "INVALID_FORMAT")
    follow(hosted)
    assert "left=1 ready=1" in comment(hosted, pull)
    (started,) = hosted.asked_for()
    assert started.conclusion == "success", started.log
    assert written(hosted) == ["CreateChatappTemplate", "ModifyChatappTemplate"]
    posted("follow-unblocked", comment(hosted, pull))
    follow(hosted)
    assert hosted.repository.dispatches == []
    assert ("pending", "0 rejected, 1 in review, 0 still to apply") in states(hosted)


def busy(world: PipelineWorld) -> int:
    """A run of apply.yml that waits for somebody."""
    of = next(world.github.ids)
    path, sha, now = ".github/workflows/apply.yml", world.repository.git.sha("main"), world.github.now()
    name = world.repository.name
    world.repository.runs[of] = RunRecord(of, path, "apply", "push", sha, "main", name, now, "waiting")
    return of


def test_a_merge_whose_run_was_dropped_is_started(hosted: PipelineWorld) -> None:
    """Of runs that wait for another one GitHub keeps the newest alone."""
    begin(hosted)
    pull = reviewed(hosted, "first", TWO)
    hosted.answer(lambda environment: None)
    dropped = merged(hosted, pull)
    dropped.record.status, dropped.record.conclusion, dropped.record.jobs = "completed", "cancelled", []
    hosted.answer(lambda environment: True)
    assert follow(hosted).conclusion == "success"
    (started,) = hosted.asked_for()
    assert started.conclusion == "success", started.log
    assert sorted(console(hosted).names()) == ["shop_hello", "shop_open"]
    follow(hosted)
    assert hosted.repository.dispatches == []


def test_one_that_cannot_be_followed_stops_no_other(hosted: PipelineWorld) -> None:
    begin(hosted)
    first = reviewed(hosted, "first", {"templates/open.yaml": OPEN})
    merged(hosted, first)
    second = reviewed(hosted, "second", {"templates/hello.yaml": HELLO})
    merged(hosted, second)
    hosted.github.refuse("GET", f"/issues/{first.number}/comments", 500, {"message": "Server Error"})
    run = follow(hosted)
    assert run.conclusion == "failure"
    assert f"not all could be followed, and the log says why: {first.number}" in run.log
    assert "templatesync:apply" in comment(hosted, first)
    assert "templatesync:status" in comment(hosted, second)
    assert follow(hosted).conclusion == "success"
    assert "templatesync:status" in comment(hosted, first)


def test_only_comments_and_receipts_of_ours_count(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = reviewed(hosted, "first", {"templates/open.yaml": OPEN})
    merged(hosted, pull)
    text = comment(hosted, pull)
    (own,) = [one for one in hosted.repository.comments.values() if one.author == BOT]
    copied = hosted.github.comment(hosted.repository, pull.number, "stranger", text)
    own.body = text.replace("templatesync:apply", "templatesync:plan")
    run = follow(hosted)
    assert run.conclusion == "success", run.log
    assert copied.body == text
    assert "templatesync:status" not in own.body

    own.body = text
    for record in hosted.repository.runs.values():
        if record.path.endswith("/apply.yml"):
            record.event = "pull_request"  # a workflow of that name, in a pull request
    follow(hosted)
    assert own.body == text
    assert written(hosted) == ["CreateChatappTemplate"]


def test_what_was_merged_a_week_ago_is_not_followed(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = reviewed(hosted, "first", {"templates/open.yaml": OPEN})
    merged(hosted, pull)
    for record in hosted.repository.runs.values():
        record.made -= timedelta(days=7, minutes=1)
    before = comment(hosted, pull)
    run = follow(hosted)
    assert run.conclusion == "success"
    assert run.jobs["follow"].step("Follow the reviews").outcome == "skipped"
    assert comment(hosted, pull) == before


def test_a_rejection_of_what_was_pushed_directly_is_told_by_an_issue(hosted: PipelineWorld) -> None:
    begin(hosted)
    hosted.push({"templates/open.yaml": OPEN})
    decide(hosted, "shop_open", "fail", "INVALID_FORMAT")
    run = follow(hosted)
    assert run.conclusion == "success", run.log
    (issue,) = hosted.issues()
    issue.state = "closed"
    follow(hosted)
    assert ([each.number for each in hosted.issues()], issue.state) == ([issue.number], "closed")  # as somebody said
