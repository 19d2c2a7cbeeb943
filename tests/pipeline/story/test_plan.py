"""What plan.yml makes of a pull request from the repository itself: comment, artifact, check run, and how it ends."""

from __future__ import annotations

import io
import json
import zipfile

from support.pipeline.runner import Run
from support.pipeline.shop_project import HELLO, OPEN, PROJECT, begin, template
from support.pipeline.state import Pull
from support.pipeline.world import PipelineWorld

CHANGED = HELLO.replace("today", "this morning")
NAME = "templatesync plan (production)"


def artifact(hosted: PipelineWorld, name: str = "templatesync-plan-production") -> dict[str, str]:
    """The newest of that name."""
    one = [one for one in hosted.repository.artifacts.values() if one.name == name][-1]
    with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
        return {file: archive.read(file).decode() for file in archive.namelist()}


def kept(hosted: PipelineWorld, pull: Pull) -> tuple[str | None, str]:
    """Conclusion and digest of the newest check run."""
    found = [one for one in hosted.repository.checks.values() if (one.name, one.sha) == (NAME, pull.head_sha)]
    return found[-1].conclusion, found[-1].external_id


def plan_run(hosted: PipelineWorld) -> Run:
    return hosted.run_of("plan.yml")


def test_the_plan_is_a_comment_an_artifact_and_a_digest(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = hosted.propose("change", {"templates/hello.yaml": CHANGED})
    run = plan_run(hosted)
    assert run.conclusion == "success", run.log
    files = artifact(hosted)
    assert set(files) == {"plan.json", "plan.md", "plan.html"}
    plan = json.loads(files["plan.json"])
    assert [(change["key"], change["action"]) for change in plan["spaces"][0]["changes"]] == [
        ("template/shop_hello@en", "create")
    ]
    (body,) = hosted.comments(pull)
    assert body == f"<!-- templatesync comment=production project=. part=1 -->\n{files['plan.md']}"
    assert plan["digest"] in body and plan["digest"] in files["plan.html"]
    assert kept(hosted, pull) == ("success", plan["digest"])
    assert "preview.html" in artifact(hosted, "templatesync-preview-production")
    assert hosted.service.refused == []

    hosted.update(pull, {"templates/hello.yaml": HELLO.replace("today", "at noon")})
    (second,) = hosted.comments(pull)
    digest = json.loads(artifact(hosted)["plan.json"])["digest"]
    assert digest != plan["digest"] and digest in second and plan["digest"] not in second
    assert kept(hosted, pull) == ("success", digest)

    hosted.update(pull, {"templates/hello.yaml": f"# A word\n{HELLO}"})  # of what is sent, as where the branch began
    (third,) = hosted.comments(pull)
    assert "shop_hello" not in third and "at noon" not in third


def test_only_what_the_pull_request_changes_is_planned(hosted: PipelineWorld) -> None:
    """Others have merged meanwhile, and nobody has applied it."""
    begin(hosted)
    hosted.push({"templates/open.yaml": OPEN}, quietly=True)
    pull = hosted.propose("change", {"templates/hello.yaml": CHANGED})
    hosted.push({"templates/later.yaml": template("shop_later", "Hello $(name), see you later.")}, quietly=True)
    hosted.update(pull, {"templates/hello.yaml": HELLO.replace("today", "at noon")})
    plan = json.loads(artifact(hosted)["plan.json"])
    assert [change["name"] for change in plan["spaces"][0]["changes"] if change["action"] == "create"] == ["shop_hello"]


def test_files_with_errors_have_no_plan_and_the_comment_says_so(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = hosted.propose("change", {"templates/hello.yaml": CHANGED})
    hosted.update(pull, {"templates/hello.yaml": CHANGED.replace("UTILITY", "UTILITIES")})
    run = plan_run(hosted)
    assert {name: job.result for name, job in run.jobs.items()} == {"check": "failure", "plan": "failure"}
    (body,) = hosted.comments(pull)
    assert body.startswith(
        "<!-- templatesync comment=production project=. part=1 -->\n## production: there is no plan\n"
    )
    assert "**error** <code>templates/hello.yaml:2</code>" in body and "UTILITIES" in body
    assert "templatesync plan ended with 3" in body and "digest=" not in body
    assert kept(hosted, pull) == ("failure", "none")
    check = run.jobs["check"].step("Check and plan")
    assert [line for line in check.annotations if line.startswith("::error file=templates/hello.yaml,line=2")]
    assert run.jobs["plan"].step("Check and plan").annotations == []

    hosted.update(pull, {"templates/hello.yaml": CHANGED})
    assert plan_run(hosted).conclusion == "success"
    assert "there is no plan" not in hosted.comments(pull)[0]


def test_what_breaks_senders_fails_and_is_planned_all_the_same(hosted: PipelineWorld) -> None:
    begin(hosted)
    text = HELLO.replace("Hello $(name), your", "Hello $(name), $(number) of your")
    pull = hosted.propose("change", {"templates/hello.yaml": text.replace("{name: Ann}", '{name: Ann, number: "2"}')})
    run = plan_run(hosted)
    assert run.conclusion == "failure"
    assert run.jobs["plan"].step("End as the gravest of them").code == 6
    assert kept(hosted, pull) == ("failure", json.loads(artifact(hosted)["plan.json"])["digest"])
    assert len(hosted.comments(pull)) == 1


def test_a_service_that_refuses_ends_as_it_would_on_a_terminal(hosted: PipelineWorld) -> None:
    begin(hosted)
    hosted.runner.settings[".config/templatesync/config.yaml"] = "endpoint: http://127.0.0.1:1\n"
    pull = hosted.propose("change", {"templates/hello.yaml": CHANGED})
    run = plan_run(hosted)
    assert run.jobs["check"].result == "success"
    assert run.jobs["plan"].step("End as the gravest of them").code == 5
    assert kept(hosted, pull)[0] == "failure"
    (body,) = hosted.comments(pull)
    assert "it could not be read" in body


def test_a_token_that_may_not_comment_costs_nothing_else(hosted: PipelineWorld) -> None:
    begin(hosted)
    hosted.github.refuse("GET", "/comments", 403, {"message": "Resource not accessible by integration"})
    pull = hosted.propose("change", {"templates/hello.yaml": CHANGED})
    run = plan_run(hosted)
    assert run.conclusion == "success"
    assert "::notice title=templatesync::This token may not comment here." in run.log
    assert kept(hosted, pull)[0] == "success"
    assert hosted.comments(pull) == []


def test_a_digest_that_cannot_be_kept_is_said(hosted: PipelineWorld) -> None:
    begin(hosted)
    hosted.github.refuse("POST", "/check-runs", 500, {"message": "Server Error"})
    pull = hosted.propose("change", {"templates/hello.yaml": CHANGED})
    run = plan_run(hosted)
    assert run.conclusion == "success"
    assert "::warning title=templatesync::The digest could not be kept" in run.log
    assert len(hosted.comments(pull)) == 1


def test_no_changes(hosted: PipelineWorld) -> None:
    """`skip` begins no comment and edits one; `delete` takes it away."""
    begin(hosted)
    workflow = ".github/workflows/plan.yml"
    whole = (hosted.tree.root / workflow).read_text()
    hosted.push(
        {workflow: whole.replace('check-run: "true"', 'check-run: "true"\n          no-changes: skip')}, quietly=True
    )
    note = "# A word\n"
    pull = hosted.propose("change", {"templates/hello.yaml": note + HELLO})
    assert (plan_run(hosted).conclusion, hosted.comments(pull)) == ("success", [])
    hosted.update(pull, {"templates/hello.yaml": CHANGED})
    assert len(hosted.comments(pull)) == 1
    hosted.update(pull, {"templates/hello.yaml": note + HELLO})
    assert "this morning" not in hosted.comments(pull)[0]
    hosted.update(
        pull, {workflow: whole.replace('check-run: "true"', 'check-run: "true"\n          no-changes: delete')}
    )
    assert hosted.comments(pull) == []


def test_a_project_that_a_pull_request_brings(hosted: PipelineWorld) -> None:
    """There is nothing to compare with yet, in a folder of a repository that is about something else."""
    begin(hosted)
    for name in ("plan", "comment-fork", "apply", "follow", "drift"):
        (hosted.tree.root / f".github/workflows/{name}.yml").unlink(missing_ok=True)
    place = ".github/workflows/plan.yml"
    hosted.tree.git("checkout", "-q", "--", ".github")
    whole = (hosted.tree.root / place).read_text().replace('PROJECT: "."', 'PROJECT: "apps/shop"')
    whole = whole.replace("    paths:\n", '    paths:\n      - "apps/shop/**"\n')
    files = {place: whole, "apps/shop/templatesync.yaml": PROJECT, "apps/shop/templates/hello.yaml": HELLO}
    pull = hosted.propose("change", files)
    run = plan_run(hosted)
    assert run.conclusion == "success", run.log
    (body,) = hosted.comments(pull)
    assert body.startswith("<!-- templatesync comment=production project=apps/shop part=1 -->\n")
    assert "shop_hello" in body
