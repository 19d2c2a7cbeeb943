"""apply.yml against every doubt: plans that may be others, what people give, a GitHub that fails, runs that failed."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest
from support.pipeline.reviewed import begin, keep, merged, planned, reviewed, written
from support.pipeline.shop_project import HELLO
from support.pipeline.state import Pull
from support.pipeline.world import PipelineWorld

A = {"templates/hello.yaml": HELLO}


def expired(world: PipelineWorld, pull: Pull) -> None:
    for artifact in world.repository.artifacts.values():
        artifact.expired = True


def no_check(world: PipelineWorld, pull: Pull) -> None:
    world.repository.checks.clear()


def check_of_somebody_else(world: PipelineWorld, pull: Pull) -> None:
    (check,) = world.repository.checks.values()
    check.app = "another-app"


def check_of_another_environment(world: PipelineWorld, pull: Pull) -> None:
    (check,) = world.repository.checks.values()
    check.name = "templatesync plan (staging)"


def other_digest_in_the_check(world: PipelineWorld, pull: Pull) -> None:
    (check,) = world.repository.checks.values()
    check.external_id = "0" * 64


def other_plan_in_the_artifact(world: PipelineWorld, pull: Pull) -> None:
    (artifact,) = world.repository.artifacts.values()
    keep(world, artifact.run, artifact.name, {"plan.json": json.dumps({"digest": "0" * 64}).encode()})


def no_plan_in_the_artifact(world: PipelineWorld, pull: Pull) -> None:
    (artifact,) = world.repository.artifacts.values()
    keep(world, artifact.run, artifact.name, {"plan.json": b"no plan"})


def no_file_of_a_plan_in_the_artifact(world: PipelineWorld, pull: Pull) -> None:
    (artifact,) = world.repository.artifacts.values()
    keep(world, artifact.run, artifact.name, {"plan.md": b"a plan"})


def gone_although_it_is_listed(world: PipelineWorld, pull: Pull) -> None:
    world.github.refuse("GET", "/zip", 410, {"message": "Artifact has expired"})


def later_check_of_the_same_second(world: PipelineWorld, pull: Pull) -> None:
    """Of which the number is the greater one, and the text of the number the lesser."""
    (check,) = world.repository.checks.values()
    check.id = 99
    world.repository.checks[100] = dataclasses.replace(check, id=100, external_id="0" * 64)


def planned_after_the_merge(world: PipelineWorld, pull: Pull) -> None:
    for made in (*world.repository.artifacts.values(), *world.repository.checks.values()):
        made.made += timedelta(minutes=5)


def run_of_another_workflow(world: PipelineWorld, pull: Pull) -> None:
    (run,) = world.repository.runs.values()
    run.path = ".github/workflows/other.yml"


def run_of_a_push(world: PipelineWorld, pull: Pull) -> None:
    (run,) = world.repository.runs.values()
    run.event = "push"


DOUBTS = {
    "expired": (expired, "is not kept any more"),
    "no check run": (no_check, "has no check run"),
    "of another app": (check_of_somebody_else, "has no check run"),
    "of another environment": (check_of_another_environment, "has no check run"),
    "other digest": (other_digest_in_the_check, "has another digest than its check run"),
    "other plan": (other_plan_in_the_artifact, "has another digest than its check run"),
    "no plan": (no_plan_in_the_artifact, "has another digest than its check run"),
    "no file": (no_file_of_a_plan_in_the_artifact, "has left holds no plan"),
    "gone": (gone_although_it_is_listed, "is not kept any more"),
    "same second": (later_check_of_the_same_second, "has another digest than its check run"),
    "later": (planned_after_the_merge, "has no check run"),
    "other workflow": (run_of_another_workflow, "is not kept any more"),
    "of a push": (run_of_a_push, "is not kept any more"),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_plan_that_may_be_another_waits_for_a_second_approval(hosted: PipelineWorld, doubt: str) -> None:
    change, why = DOUBTS[doubt]
    begin(hosted)
    hosted.answer(lambda environment: None)
    pull = reviewed(hosted, "hello", A)
    change(hosted, pull)
    run = merged(hosted, pull, "squash")
    assert run.jobs["find"].result == "success", run.log
    assert (run.jobs["apply"].environment, run.jobs["apply"].result) == ("production-unreviewed", "")
    assert why in run.jobs["find"].summary
    assert "shop_hello" in run.jobs["find"].summary
    assert written(hosted) == []


def test_a_plan_of_who_changes_the_pipeline_is_not_believed(hosted: PipelineWorld) -> None:
    """Jobs that somebody has written can write any check run, and leave any plan."""
    begin(hosted)
    hosted.answer(lambda environment: None)
    run = merged(hosted, reviewed(hosted, "hello", A | {".github/CODEOWNERS": "* @acme\n"}), "squash")
    assert (run.jobs["apply"].environment, run.jobs["apply"].result) == ("production-unreviewed", "")
    assert "changes the pipeline itself" in run.jobs["find"].summary
    assert written(hosted) == []


def test_what_is_not_there_protects_nothing(hosted: PipelineWorld) -> None:
    """GitHub makes an environment that is not there, and one without reviewers asks nobody."""
    begin(hosted)
    hosted.environment("production-unreviewed")
    (run,) = hosted.push(A)
    assert run.conclusion == "failure"
    assert run.jobs["apply"].result == "skipped"
    assert "no required reviewers" in run.log
    digest = json.loads(planned(hosted))["digest"]
    assert f"by hand with its digest, {digest}" in run.log
    del hosted.repository.environments["production-unreviewed"]
    (again,) = hosted.dispatch("apply.yml")
    assert (again.conclusion, again.jobs["apply"].result) == ("failure", "skipped")
    assert "production-unreviewed" not in hosted.repository.environments
    hosted.github.refuse("GET", "/environments/", 500, {"message": "Server Error"})
    (broken,) = hosted.dispatch("apply.yml")
    assert (broken.conclusion, broken.jobs["apply"].result) == ("failure", "skipped")
    (wrong,) = hosted.dispatch("apply.yml", digest="0" * 64)
    assert f"the plan has the digest {digest} now" in wrong.log
    hosted.answer(lambda environment: None)
    (given,) = hosted.dispatch("apply.yml", digest=digest)
    assert (given.jobs["apply"].environment, given.jobs["apply"].result) == ("production", "")
    assert written(hosted) == []


WRONG = {
    "pull-request": [{"pull_request": "1; rm -rf ."}, {"pull_request": "7"}],
    "digest": [{"digest": "abc"}, {"digest": "$(id)" + "0" * 59}],
    "allow-mass-change": [{"allow_mass_change": "all"}],
    "settle": [{"settle": "-1"}],
    "resubmit": [{"resubmit": "--allow-breaking"}, {"resubmit": "template/a@en --yes"}, {"resubmit": "a`id`"}],
    "both": [{"pull_request": "1", "prune": "true"}, {"pull_request": "1", "digest": "0" * 64}],
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_person_gives_is_looked_at_first(hosted: PipelineWorld, what: str) -> None:
    begin(hosted)
    hosted.propose("open", A)
    for inputs in WRONG[what]:
        (run,) = hosted.dispatch("apply.yml", **inputs)
        assert (run.conclusion, run.jobs["apply"].result) == ("failure", "skipped"), run.log
        assert [step.name for step in run.jobs["find"].steps if step.outcome == "failure"] == [
            "Find the plan of the merged pull request"
        ]


def test_only_what_is_merged_is_applied(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = reviewed(hosted, "hello", A)
    (early,) = hosted.dispatch("apply.yml", pull_request=str(pull.number))
    assert "is not merged into main" in early.log
    (elsewhere,) = hosted.runner.dispatch(hosted.repository, "apply.yml", {}, actor="ann", branch="hello")
    assert "start it from there" in elsewhere.log
    assert {early.conclusion, elsewhere.conclusion} == {"failure"}
    assert written(hosted) == []


def test_a_github_that_fails_approves_nothing(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = reviewed(hosted, "hello", A)
    hosted.github.refuse("GET", "/pulls", 500, {"message": "No"})
    run = merged(hosted, pull)
    assert (run.conclusion, run.jobs["apply"].result) == ("failure", "skipped")
    for part in ("/pulls/", "/check-runs", "/runs?head_sha", "/artifacts?name", "/zip"):
        for status in (403, 404, 500):
            hosted.github.refuse("GET", part, status, {"message": "No"})
            (run,) = hosted.dispatch("apply.yml", pull_request=str(pull.number))
            assert (run.conclusion, run.jobs["apply"].result) == ("failure", "skipped"), (part, status)
    assert written(hosted) == []
