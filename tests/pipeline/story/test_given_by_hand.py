"""What only a person may give, where those who start a workflow are not those who approve."""

from __future__ import annotations

import json

from support.pipeline.reviewed import begin, planned, reviewed, written
from support.pipeline.shop_project import HELLO
from support.pipeline.world import PipelineWorld

A = {"templates/hello.yaml": HELLO}


def test_a_digest_is_no_approval_where_the_environment_asks_nobody(hosted: PipelineWorld) -> None:
    """Whoever may push can start a workflow; production without reviewers would then just begin."""
    begin(hosted)
    hosted.push(A, quietly=True)
    hosted.environment("production")
    digest = json.loads(planned(hosted))["digest"]
    hosted.answer(lambda environment: None if environment == "production-unreviewed" else True)
    (run,) = hosted.dispatch("apply.yml", digest=digest)
    assert (run.jobs["apply"].environment, run.jobs["apply"].result) == ("production-unreviewed", ""), run.log
    hosted.environment("production-unreviewed")
    (stopped,) = hosted.dispatch("apply.yml", digest=digest, prune="true")
    assert (stopped.conclusion, stopped.jobs["apply"].result) == ("failure", "skipped"), stopped.log
    assert written(hosted) == []


def test_a_mass_change_is_approved_by_somebody(hosted: PipelineWorld) -> None:
    """The plan of the pull request is approved, but not that so much of it goes through at once."""
    begin(hosted)
    pull = reviewed(hosted, "first", A)
    hosted.answer(lambda environment: None)
    hosted.merge(pull)
    for reviewers, environment in ((("ann",), "production"), ((), "production-unreviewed")):
        hosted.environment("production", *reviewers)
        (run,) = hosted.dispatch("apply.yml", pull_request=str(pull.number), allow_mass_change="1")
        assert (run.jobs["apply"].environment, run.jobs["apply"].result) == (environment, ""), run.log
        assert "```text\nproduction: create template/shop_hello@en\n```" in run.jobs["find"].summary
    hosted.environment("production-unreviewed")
    (stopped,) = hosted.dispatch("apply.yml", pull_request=str(pull.number), allow_mass_change="1")
    assert (stopped.conclusion, stopped.jobs["apply"].result) == ("failure", "skipped")
    assert "allow-mass-change needs somebody's approval" in stopped.log
    assert written(hosted) == []
