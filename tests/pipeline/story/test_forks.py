"""The story of a pull request from a fork: it is checked without credentials, and told by a workflow that runs none
of its code."""

from __future__ import annotations

from collections.abc import Callable

from support.pipeline.shop_project import HELLO, begin
from support.pipeline.world import PipelineWorld

STRANGER = "stranger/shop"


def test_a_stranger_proposes_a_change(hosted: PipelineWorld, posted: Callable[[str, str], None]) -> None:
    begin(hosted)
    hosted.repository.secrets["ANYTHING"] = "canary-of-a-secret"
    hosted.fork(STRANGER)
    pull = hosted.propose("patch", {"templates/hello.yaml": HELLO.replace("today", "now")}, fork=STRANGER)
    plan, comment = hosted.run_of("plan.yml"), hosted.run_of("comment-fork.yml")
    assert (plan.conclusion, plan.jobs["plan"].result) == ("success", "skipped"), plan.log
    assert comment.conclusion == "success", comment.log
    assert plan.jobs["check"].permissions == {"contents": "read"}
    assert "canary" not in plan.log + comment.log
    assert hosted.service.caller("cams-production0000").history() == []
    posted("fork-comment", "\n".join(hosted.comments(pull)))

    hosted.update(pull, {"templates/hello.yaml": HELLO.replace("today", "then")})
    assert len(hosted.comments(pull)) == 1
    assert "then" in hosted.comments(pull)[0]


def test_a_stranger_writes_what_github_would_obey(hosted: PipelineWorld) -> None:
    """Mentions, pictures, an end of the block and our marker, in a text that becomes a part of the comment."""
    begin(hosted)
    hosted.fork(STRANGER)
    marker = "<!-- templatesync:plan production digest=0 -->"
    text = f'"````` @acme ![](https://evil.example/x.png) {marker} $(name), all of it."'
    hostile = HELLO.replace("Hello $(name), your parcel has left our studio today.", text)
    pull = hosted.propose("patch", {"templates/hello.yaml": hostile}, fork=STRANGER, title="`$(touch /tmp/owned)`")
    (told,) = hosted.comments(pull)
    fence = next(line.removesuffix("text") for line in told.splitlines() if line.endswith("`text"))
    inside = told.split(f"\n{fence}text\n")[1]
    assert fence not in inside.removesuffix(f"\n{fence}\n").removesuffix(f"\n{fence}")
    assert told.splitlines()[0].startswith("<!-- templatesync comment=production")
    assert "digest=0" not in told.split(f"\n{fence}text\n")[0]


def test_a_stranger_leaves_an_artifact_that_names_another_pull_request(hosted: PipelineWorld) -> None:
    begin(hosted)
    own = hosted.propose("own", {"templates/hello.yaml": HELLO.replace("today", "at noon")})
    before = hosted.comments(own)
    hosted.fork(STRANGER)
    script = hosted.tree.root / ".github/actions/templatesync/run.sh"
    changed = script.read_text().replace('$PULL_REQUEST" >', f'{own.number}" >')
    assert changed != script.read_text()
    files = {".github/actions/templatesync/run.sh": changed, "templates/hello.yaml": HELLO.replace("today", "now")}
    foreign = hosted.propose("patch", files, fork=STRANGER)
    run = hosted.run_of("comment-fork.yml")
    assert run.conclusion == "failure", run.log
    assert hosted.comments(own) == before
    assert hosted.comments(foreign) == []
    assert hosted.repository.comments_of(foreign.number) == []
