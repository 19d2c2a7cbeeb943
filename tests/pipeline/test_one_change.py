"""One change, from its pull request to what was applied, through the workflows that it comes by."""

from __future__ import annotations

from collections.abc import Callable

from support.pipeline.shop_project import OPEN, SPACE, begin
from support.pipeline.world import PipelineWorld


def test_a_change_is_planned_reviewed_merged_and_applied(
    hosted: PipelineWorld, posted: Callable[[str, str], None]
) -> None:
    begin(hosted)
    pull = hosted.propose("open", {"templates/open.yaml": OPEN}, title="Say that we are open again")
    plan = hosted.run_of("plan.yml")
    assert plan.conclusion == "success", plan.log
    assert hosted.service.refused == []
    (planned,) = hosted.comments(pull)
    posted("planned", planned)
    assert planned.split("\n", 1)[1].startswith(plan.jobs["plan"].summary)  # below the marker of the comment

    (apply,) = hosted.merge(pull, "squash")
    assert apply.conclusion == "success", apply.log
    assert apply.jobs["apply"].environment == "production"
    assert hosted.service.caller(SPACE).status("shop_open") == "auditing"
    (outcome,) = hosted.comments(pull)
    posted("outcome", outcome)
