"""Merges one after the other: one that fails half way, the next one meanwhile, a second run, what nobody approved."""

from __future__ import annotations

import json
from collections.abc import Callable

from support.pipeline.reviewed import ARTIFACT, begin, console, keep, merged, planned, reviewed, written
from support.pipeline.shop_project import HELLO, OPEN, template
from support.pipeline.world import APPLY_ROLE, PipelineWorld

Posted = Callable[[str, str], None]
TWO = {"templates/hello.yaml": HELLO, "templates/open.yaml": OPEN}
BYE = {"templates/bye.yaml": template("shop_bye", "Goodbye $(name), and thank you for your visit today.")}


def test_a_second_merge_while_the_first_apply_had_failed(hosted: PipelineWorld, posted: Posted) -> None:
    """Each plan permits its own changes alone: what the first one left goes out when its job runs again."""
    begin(hosted)
    first, second = reviewed(hosted, "first", TWO), reviewed(hosted, "second", BYE, whole=True)
    refuse_the_second_creation(hosted)
    failed = merged(hosted, first)
    assert failed.conclusion == "failure", failed.log
    posted("apply-failed", hosted.comments(first)[0])

    run = merged(hosted, second)
    assert run.conclusion == "success", run.log
    posted("apply-second-merge", hosted.comments(second)[0])
    assert sorted(console(hosted).names()) == ["shop_bye", "shop_hello"]

    again = hosted.runner.again(failed)
    assert again.conclusion == "success", again.log
    posted("apply-run-again", hosted.comments(first)[0])
    assert sorted(console(hosted).names()) == ["shop_bye", "shop_hello", "shop_open"]
    assert written(hosted).count("CreateChatappTemplate") == 4  # one of them was refused


def test_what_was_left_goes_out_when_somebody_starts_it(hosted: PipelineWorld) -> None:
    begin(hosted)
    first = reviewed(hosted, "first", TWO)
    refuse_the_second_creation(hosted)
    merged(hosted, first, "rebase")
    hosted.push(BYE, quietly=True)
    (run,) = hosted.dispatch("apply.yml", pull_request=str(first.number))
    assert run.conclusion == "success", run.log
    assert run.record.title == "templatesync apply of pull request 1"
    assert sorted(console(hosted).names()) == ["shop_hello", "shop_open"]


def test_a_run_that_could_not_even_look_hides_nothing(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = reviewed(hosted, "first", TWO)
    refuse_the_second_creation(hosted)
    failed = merged(hosted, pull)
    receipts = [one.data for one in hosted.repository.artifacts.values() if "-receipt-" in one.name]
    role = hosted.roles.pop(APPLY_ROLE)
    again = hosted.runner.again(failed)
    assert again.conclusion == "failure"
    assert [one.data for one in hosted.repository.artifacts.values() if "-receipt-" in one.name] == receipts
    assert "state=pending" in hosted.comments(pull)[0]
    assert "its run" in hosted.comments(pull)[0]
    hosted.roles[APPLY_ROLE] = role
    assert hosted.runner.again(failed).conclusion == "success"


def test_a_plan_whose_content_was_altered_writes_nothing(hosted: PipelineWorld) -> None:
    """Its digest is the one of the check run; apply makes it anew from what it says."""
    begin(hosted)
    pull = reviewed(hosted, "first", {"templates/hello.yaml": HELLO})
    hosted.update(pull, {"templates/open.yaml": OPEN})
    (check,), (artifact,) = hosted.repository.checks.values(), hosted.repository.artifacts.values()
    plan = json.loads(planned(hosted))
    plan["digest"] = plan["spaces"][0]["digest"] = check.external_id
    check.sha = hosted.repository.runs[artifact.run].sha = pull.head_sha
    keep(hosted, artifact.run, ARTIFACT, {"plan.json": json.dumps(plan).encode()})
    run = merged(hosted, pull)
    assert (run.conclusion, run.jobs["apply"].environment) == ("failure", "production"), run.log
    assert written(hosted) == []
    assert "Nothing was written" in hosted.comments(pull)[0]


def test_a_comment_is_never_believed(hosted: PipelineWorld) -> None:
    """Somebody who may edit our comment puts another digest there, and another plan beside it."""
    begin(hosted)
    pull = reviewed(hosted, "first", {"templates/hello.yaml": HELLO})
    (comment,) = hosted.repository.comments.values()
    comment.body = comment.body.replace(
        f"digest={next(iter(hosted.repository.checks.values())).external_id}", "digest=0"
    )
    run = merged(hosted, pull)
    assert (run.conclusion, run.jobs["apply"].environment) == ("success", "production"), run.log


def test_what_was_pushed_directly_is_applied_once_somebody_approves(hosted: PipelineWorld, posted: Posted) -> None:
    begin(hosted)
    hosted.answer(lambda environment: None if environment == "production-unreviewed" else True)
    (run,) = hosted.push(BYE)
    assert written(hosted) == []
    posted("apply-unreviewed-summary", run.jobs["find"].summary)
    hosted.answer(lambda environment: True)
    hosted.runner.go_on(run)
    assert run.conclusion == "success", run.log
    assert console(hosted).names() == ["shop_bye"]
    assert [one.name for one in hosted.repository.artifacts.values()][-1] == "templatesync-receipt-production-none"


def refuse_the_second_creation(world: PipelineWorld) -> None:
    console(world).control(
        "POST", "faults", {"action": "CreateChatappTemplate", "nth": 2, "times": 1, "kind": "denied"}
    )


def test_a_run_that_somebody_cancels_leaves_its_receipt_and_says_so(hosted: PipelineWorld) -> None:
    begin(hosted)
    hosted.runner.cancel_before = "Say how it ended"
    pull = reviewed(hosted, "first", BYE)
    run = merged(hosted, pull)
    assert run.conclusion == "cancelled", run.log
    assert [one.name for one in hosted.repository.artifacts.values()][-1] == "templatesync-receipt-production-1"
    assert "state=pending reviews=1" in hosted.comments(pull)[0]
    hosted.runner.cancel_before = ""
    hosted.scheduled("follow.yml")
    assert hosted.repository.dispatches == []  # it had begun: somebody wanted it to end
