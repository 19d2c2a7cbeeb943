"""What is told after a merge: a rejected review, and what others changed. tests/pipeline/story has the rest of it."""

from __future__ import annotations

from support.pipeline.reviewed import begin, console, decide, merged, reviewed
from support.pipeline.shop_project import OPEN
from support.pipeline.world import PipelineWorld


def test_a_rejection_and_drift_are_told(hosted: PipelineWorld) -> None:
    begin(hosted)
    pull = reviewed(hosted, "open", {"templates/open.yaml": OPEN})
    merged(hosted, pull, "squash")
    decide(hosted, "shop_open", "fail", "INVALID_FORMAT")
    (followed,) = hosted.scheduled("follow.yml")
    assert followed.conclusion == "success", followed.log
    (told,) = hosted.comments(pull)
    assert "state=done reviews=0 rejected=1 left=0" in told.split("\n")[1]
    assert [status.state for status in hosted.repository.statuses] == ["failure"]
    assert [issue.title for issue in hosted.issues()] == ["Rejected: template/shop_open@en in production"]

    console(hosted).create(Name="shop_strange")
    (looked,) = hosted.scheduled("drift.yml")
    assert looked.conclusion == "success", looked.log
    assert [issue.state for issue in hosted.issues()] == ["open", "open"]
    assert "shop_strange" in hosted.issues()[-1].body
    assert hosted.service.refused == []
