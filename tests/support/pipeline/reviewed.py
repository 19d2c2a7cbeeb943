"""Pull requests with a plan, without a run of plan.yml for each: its artifact, check run and comment, as it leaves
them. And what the platform and its console do."""

from __future__ import annotations

import contextlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from unittest import mock

from support.emulator_caller import Caller
from support.pipeline.runner import Run
from support.pipeline.service import READER
from support.pipeline.shop_project import SPACE
from support.pipeline.state import APP, BOT, Artifact, CheckRun, Pull, RunRecord
from support.pipeline.world import APPLY_ROLE, PLAN_ROLE, PROVIDER, PipelineWorld
from templatesync.cli import run
from templatesync.commands.ci_init import Wish, files, values

PROJECT = f"""\
version: 1
spaces:
  production: {{cust_space_id: {SPACE}}}
default_space: production
policy: {{on_approved: modify}}
"""
# plan.yml has tests of its own; apply.yml only asks for its runs.
PLAN = "name: templatesync plan\non: workflow_dispatch\njobs: {plan: {runs-on: ubuntu-latest, steps: [{run: date}]}}\n"
MARKER = "<!-- templatesync comment=production project=. part=1 -->"
ARTIFACT = "templatesync-plan-production"
CHECK = "templatesync plan (production)"


def begin(world: PipelineWorld, more: Mapping[str, str | None] | None = None) -> None:
    """The project and its pipeline on the default branch, and environments that somebody must approve, who does."""
    wish = Wish(PROVIDER, PLAN_ROLE, APPLY_ROLE, "production", "templatesync==0.2.0")
    pipeline: dict[str, str | None] = dict(
        files(
            "github", values(host="github", space="production", wish=wish), {"PATHS": ["templates/**"], "SECRETS": []}
        )
    )
    pipeline |= {".github/workflows/plan.yml": PLAN, ".github/workflows/comment-fork.yml": PLAN}
    world.push({"templatesync.yaml": PROJECT, **pipeline, **(more or {})}, quietly=True)
    for name in ("production", "production-unreviewed"):
        world.environment(name, "ann")
    world.repository.vars["TEMPLATESYNC_SETTLE"] = "0"
    world.answer(lambda environment: True)


def reviewed(world: PipelineWorld, branch: str, changes: Mapping[str, str | None], *, whole: bool = False) -> Pull:
    """A pull request with its plan, of what it changes or of the whole space."""
    pull = world.propose(branch, changes)
    plan = planned(world, *([] if whole else ["--changed-since", "origin/main..."]))
    digest = str(json.loads(plan)["digest"])
    path, name, now = ".github/workflows/plan.yml", "templatesync plan", world.github.now()
    of = next(world.github.ids)
    record = RunRecord(of, path, name, "pull_request", pull.head_sha, branch, pull.head_repository, now, "completed")
    record.conclusion = "success"
    world.repository.runs[of] = record
    keep(world, of, ARTIFACT, {"plan.json": plan})
    check = CheckRun(
        next(world.github.ids), CHECK, pull.head_sha, APP, "completed", "success", digest, {}, world.github.now()
    )
    world.repository.checks[check.id] = check
    marker = f"{MARKER}\n<!-- templatesync:plan production digest={digest} -->\n"
    world.github.comment(world.repository, pull.number, BOT, f"{marker}A plan.\n")
    return pull


def planned(world: PipelineWorld, *flags: str) -> bytes:
    """The plan of what ann has checked out."""
    out = world.folder / "plan.json"
    key = {"ACCESS_KEY_ID": READER, "ACCESS_KEY_SECRET": world.service.secret(READER)}
    key |= {"SECURITY_TOKEN": world.service.token(READER)}
    with (
        mock.patch.dict(os.environ, {f"ALIBABA_CLOUD_{name}": value for name, value in key.items()}),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        code = run(["-C", str(world.tree.root), "--endpoint", world.endpoint, "-q", "plan", "--out", str(out), *flags])
    assert code == 0
    return out.read_bytes()


def keep(world: PipelineWorld, of: int, name: str, held: Mapping[str, bytes]) -> Artifact:
    """An artifact of a run."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file, content in held.items():
            archive.writestr(file, content)
    made = Artifact(next(world.github.ids), name, of, data.getvalue(), world.github.now())
    world.repository.artifacts[made.id] = made
    return made


def merged(world: PipelineWorld, pull: Pull, how: str = "merge") -> Run:
    """The run of apply.yml that merging starts."""
    (started,) = world.merge(pull, how)
    return started


def written(world: PipelineWorld) -> list[str]:
    """Operations that write, in the order in which the service received them."""
    received = [str(one["operation"]) for one in console(world).history()]
    return [name for name in received if name.startswith(("Create", "Modify", "Delete"))]


def console(world: PipelineWorld) -> Caller:
    return world.service.caller(SPACE)


def decide(world: PipelineWorld, name: str, status: str, reason: str = "") -> None:
    """How the platform ends a review."""
    code = console(world).detail(name)["TemplateCode"]
    said = {"cust_space_id": SPACE, "template_code": code, "language": "en", "status": status, "reason": reason}
    answer = console(world).control("POST", "review", said)
    assert "_status" not in answer, answer
