"""A run of apply.yml that somebody starts again, long after others have merged."""

from __future__ import annotations

from support.pipeline.reviewed import begin, decide, merged, reviewed, written
from support.pipeline.shop_project import HELLO, template
from support.pipeline.world import PipelineWorld

FILE = "templates/hello.yaml"
OTHER = template("shop_hello", "Welcome $(name), this is quite another text for you today.")


def test_a_run_that_is_started_again_brings_back_no_older_text(hosted: PipelineWorld) -> None:
    """Its plan fits what is live once more, since the second merge was taken back; but main says something else."""
    begin(hosted)
    runs = []
    for name, text in (("first", HELLO), ("second", OTHER), ("third", HELLO)):
        runs.append(merged(hosted, reviewed(hosted, name, {FILE: text})))
        decide(hosted, "shop_hello", "fail", "Unclear.")
        hosted.clock.sleep(2 * 86400)
    assert [run.conclusion for run in runs] == ["success"] * 3
    before = written(hosted)
    again = hosted.runner.again(runs[1], failed_only=False)
    assert written(hosted) == before, again.log
    assert (again.conclusion, again.jobs["apply"].environment) == ("failure", "production")
    assert "its file, or a variable of the space, was changed" in hosted.comments(hosted.repository.pulls[2])[0]
