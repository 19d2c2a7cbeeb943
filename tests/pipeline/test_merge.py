"""apply.yml: the approved plan is applied and told, and no other without somebody who is asked."""

from __future__ import annotations

from collections.abc import Callable

from support.pipeline.reviewed import begin, merged, reviewed, written
from support.pipeline.shop_project import HELLO
from support.pipeline.world import PipelineWorld

A = {"templates/hello.yaml": HELLO}


def test_the_approved_plan_is_applied_and_its_pull_request_told(
    hosted: PipelineWorld, posted: Callable[[str, str], None]
) -> None:
    begin(hosted)
    pull = reviewed(hosted, "hello", A)
    hosted.github.comment(hosted.repository, pull.number, "stranger", hosted.comments(pull)[0])
    run = merged(hosted, pull, "squash")
    assert run.conclusion == "success", run.log
    assert run.jobs["apply"].environment == "production"
    assert written(hosted) == ["CreateChatappTemplate"]
    (told,) = hosted.comments(pull)
    posted("applied", told)
    assert hosted.comments(pull, "stranger")[0].endswith("A plan.\n")
    assert [one.name for one in hosted.repository.artifacts.values()][-1] == "templatesync-receipt-production-1"


def test_without_an_approved_plan_somebody_is_asked_or_nothing_is_written(hosted: PipelineWorld) -> None:
    """GitHub makes an environment that is not there, without any protection."""
    begin(hosted)
    del hosted.repository.environments["production-unreviewed"]
    (run,) = hosted.push(A)
    assert (run.conclusion, run.jobs["apply"].result) == ("failure", "skipped")
    assert "no required reviewers" in run.log
    assert "production-unreviewed" not in hosted.repository.environments
    assert written(hosted) == []
