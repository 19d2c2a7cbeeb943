"""The jobs for GitLab: which there are, who may write, one note, and whose plan is believed.

templatesync is played in them; the rest is in `story/`.
"""

from __future__ import annotations

import json

import pytest
from support.gitlab.api import OURS, PROJECT, THEIRS
from support.gitlab.hosted import APPLY, MARK, MERGE, OWN, PLAN, PUSH, Hosted, text
from support.gitlab.runner import Pipeline


def test_which_jobs_a_pipeline_has() -> None:
    def jobs(**variables: str) -> dict[str, str]:
        around = {"CI_PROJECT_ID": str(PROJECT), "CI_DEFAULT_BRANCH": "main"}
        chosen = Pipeline(text()).chosen(around | variables)
        return {name.removeprefix("templatesync-").removesuffix("-production"): when for name, when in chosen.items()}

    runs = "on_success"
    fork = MERGE | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "43"}
    assert jobs(**OWN) == {"check": runs, "plan": runs}
    assert jobs(**fork) == {"check": runs}
    assert jobs(**fork, CI_PROJECT_ID="43") == {"check": runs}
    assert jobs(**PUSH) == {"check": runs, "apply": runs, "apply-unreviewed": "manual"}
    assert jobs(CI_PIPELINE_SOURCE="push", CI_COMMIT_BRANCH="change") == {}
    assert jobs(CI_PIPELINE_SOURCE="push") == {}  # a tag
    assert jobs(CI_PIPELINE_SOURCE="schedule", TEMPLATESYNC_SCHEDULE="follow") == {"follow": runs, "again": runs}
    assert jobs(CI_PIPELINE_SOURCE="schedule", TEMPLATESYNC_SCHEDULE="drift") == {"drift": runs}
    assert jobs(CI_PIPELINE_SOURCE="schedule") == {}


def test_who_may_write_and_who_waits_for_whom() -> None:
    """Only the jobs of the default branch have the role that writes; they run one after the other."""
    pipeline = Pipeline(text(), plan_role="reads", apply_role="writes")
    writes = {
        name
        for name, job in pipeline.jobs.items()
        if job.get("variables", {}).get("ALIBABA_CLOUD_ROLE_ARN") == "writes"
    }
    ending = {"apply", "apply-unreviewed", "again"}
    assert writes - {".templatesync-apply-production"} == {f"templatesync-{each}-production" for each in ending}
    for name in writes:
        job = pipeline.jobs[name]
        assert (job["resource_group"], job["interruptible"]) == ("templatesync-production", False)
    assert "id_tokens" not in pipeline.jobs["templatesync-check-production"]
    assert {name: job["environment"]["name"] for name, job in pipeline.jobs.items() if "environment" in job} == {
        "templatesync-apply-production": "production",
        "templatesync-apply-unreviewed-production": "production-unreviewed",
    }


def test_two_environments_share_no_job() -> None:
    one, other = (Pipeline(text(), environment=name, space=name) for name in ("production", "staging"))
    assert set(one.jobs).isdisjoint(other.jobs)


def test_the_plan_is_one_note(gitlab: Hosted) -> None:
    """Written once, then edited; what is ours beside it goes, and what others wrote stays, whatever it looks like."""
    lab = gitlab.lab
    theirs = lab.note(3, THEIRS, MARK + "not ours")
    gitlab.plans()
    assert gitlab.run("plan", "bash").code == 0
    assert lab.bodies(3)[1:] == [f"{MARK}{PLAN}One text changes.\n<!-- templatesync job=71 -->\n"]
    double = lab.note(3, OURS, MARK + "a double")
    gitlab.plans(PLAN + "/merge\nTwo texts change.\n")
    assert gitlab.run("plan", "sh").code == 0
    assert lab.bodies(3) == [
        MARK + "not ours",
        f"{MARK}{PLAN}&#47;merge\nTwo texts change.\n<!-- templatesync job=72 -->\n",
    ]
    assert {each["id"] for each in lab.notes[3]}.isdisjoint({double}) and lab.notes[3][0]["id"] == theirs
    assert json.loads(gitlab.left("counts.json")) == {"create": 1, "update": 0, "delete": 0}
    assert gitlab.left("plan.html") == "html\n"


def test_the_approved_plan_is_applied(gitlab: Hosted) -> None:
    gitlab.applies()
    gitlab.lab.note(3, OURS, f"{MARK}{PLAN}A plan.\n<!-- templatesync job=11 -->\n")
    done = gitlab.run("apply", ALIBABA_CLOUD_ROLE_ARN="acs:ram::1:role/x")
    assert done.code == 0, done.log
    (asked,) = gitlab.asked()
    assert asked.startswith("templatesync -C . apply /") and " --space production " in asked
    assert gitlab.lab.bodies(3) == [f"{MARK}{APPLY}One review runs.\n<!-- templatesync job=71 -->\n"]
    assert json.loads(gitlab.left("receipt-3.json")) == {"receipt": 1}


@pytest.mark.parametrize("file", [".gitlab-ci.yml", ".gitlab/more.yml"])
def test_who_changes_the_pipeline_approves_nothing(gitlab: Hosted, file: str) -> None:
    gitlab.merge({"templates/a.yaml": "Name: a\n", file: "x: {script: [forge]}\n"})
    done = gitlab.run("apply")
    assert "!3 changes files of the pipeline, so its plan is not believed" in done.log
    assert " plan " in gitlab.asked()[0]
