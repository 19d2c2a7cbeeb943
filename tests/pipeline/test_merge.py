"""apply.yml: no plan is applied that nobody has approved. tests/pipeline/story has the rest of it."""

from __future__ import annotations

from support.pipeline.reviewed import begin, written
from support.pipeline.shop_project import HELLO
from support.pipeline.world import PipelineWorld

A = {"templates/hello.yaml": HELLO}


def test_without_an_approved_plan_somebody_is_asked_or_nothing_is_written(hosted: PipelineWorld) -> None:
    """GitHub makes an environment that is not there, without any protection."""
    begin(hosted)
    del hosted.repository.environments["production-unreviewed"]
    (run,) = hosted.push(A)
    assert (run.conclusion, run.jobs["apply"].result) == ("failure", "skipped")
    assert "no required reviewers" in run.log
    assert "production-unreviewed" not in hosted.repository.environments
    assert written(hosted) == []
