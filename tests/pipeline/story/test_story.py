"""The story of one change, chapter by chapter: what people and the service do, and what the workflows make of it.

What somebody reads of it is in golden files. A chapter goes on where the one before it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from support.pipeline.shop_project import OPEN, SPACE, begin
from support.pipeline.state import Pull
from support.pipeline.world import PipelineWorld


@dataclass
class Story:
    world: PipelineWorld
    posted: Callable[[str, str], None]
    pulls: dict[str, Pull] = field(default_factory=dict)
    """By what they are about."""

    def reads(self, name: str, pull: str) -> None:
        """The one comment of ours that a pull request has."""
        (comment,) = self.world.comments(self.pulls[pull])
        self.posted(f"story-{name}", comment)


def a_change_is_proposed(story: Story) -> None:
    world = story.world
    begin(world)
    story.pulls["open"] = world.propose("open", {"templates/open.yaml": OPEN}, title="Say that we are open again")
    assert world.run_of("plan.yml").conclusion == "success", world.run_of("plan.yml").log
    story.reads("1-planned", "open")


def a_stranger_copies_our_marker(story: Story) -> None:
    """It is neither edited nor believed."""
    world, pull = story.world, story.pulls["open"]
    world.github.comment(world.repository, pull.number, "stranger", world.comments(pull)[0])


def the_change_is_changed(story: Story) -> None:
    world, pull = story.world, story.pulls["open"]
    copied = world.comments(pull, "stranger")
    digest = world.repository.checks[max(world.repository.checks)].external_id
    world.update(pull, {"templates/open.yaml": OPEN.replace("Monday", "Tuesday")})
    story.reads("2-changed", "open")
    assert world.comments(pull, "stranger") == copied
    assert world.repository.checks[max(world.repository.checks)].external_id != digest


def it_is_merged_and_applied(story: Story) -> None:
    world = story.world
    (run,) = world.merge(story.pulls["open"])
    assert run.conclusion == "success", run.log
    assert world.service.caller(SPACE).status("shop_open") == "auditing"
    story.reads("3-applied", "open")


CHAPTERS = (
    a_change_is_proposed,
    a_stranger_copies_our_marker,
    the_change_is_changed,
    it_is_merged_and_applied,
)


def test_the_story_of_one_change(hosted: PipelineWorld, posted: Callable[[str, str], None]) -> None:
    story = Story(hosted, posted)
    for chapter in CHAPTERS:
        chapter(story)
