"""The story of one change, chapter by chapter: what people and the service do, and what the workflows make of it.

What somebody reads of it is in golden files. A chapter goes on where the one before it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from support.pipeline.reviewed import console, decide
from support.pipeline.shop_project import HELLO, OPEN, SPACE, begin, template
from support.pipeline.state import Pull
from support.pipeline.world import PipelineWorld

THANKS = template("shop_thanks", "Hello $(name), thank you for a good rating of our studio.")
BYE: dict[str, str | None] = {
    "templates/bye.yaml": template("shop_bye", "Goodbye $(name), and thank you for your visit today."),
    "templates/thanks.yaml": THANKS,
}
HELLO_AGAIN: dict[str, str | None] = {"templates/hello.yaml": HELLO.replace("today", "at noon")}
REFUSED = {"action": "CreateChatappTemplate", "nth": 2, "times": 1, "kind": "denied"}


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


def one_apply_fails_and_another_is_merged(story: Story) -> None:
    """Each applies what its own pull request has; what was left goes out when the job runs again."""
    world = story.world
    story.pulls["bye"] = world.propose("bye", BYE, title="Say goodbye in two ways")
    story.pulls["hello"] = world.propose("hello", HELLO_AGAIN, title="Greet")
    console(world).control("POST", "faults", REFUSED)
    (failed,) = world.merge(story.pulls["bye"])
    assert failed.conclusion == "failure", failed.log
    story.reads("4-failed", "bye")
    (run,) = world.merge(story.pulls["hello"], "squash")
    assert run.conclusion == "success", run.log
    story.reads("5-second-merge", "hello")
    again = world.runner.again(failed)
    assert again.conclusion == "success", again.log
    story.reads("6-run-again", "bye")
    assert sorted(console(world).names()) == ["shop_bye", "shop_hello", "shop_open", "shop_thanks"]


def one_review_is_approved_and_another_rejected(story: Story) -> None:
    world = story.world
    for name in ("shop_open", "shop_hello", "shop_bye"):
        decide(world, name, "pass")
    decide(world, "shop_thanks", "fail", "INVALID_FORMAT")
    (run,) = world.scheduled("follow.yml")
    assert run.conclusion == "success", run.log
    story.reads("7-approved", "open")
    story.reads("8-rejected", "bye")
    (issue,) = world.issues()
    story.posted("story-8-rejected-issue", f"{issue.title}\n\n{issue.body}")


def what_was_rejected_is_written_anew(story: Story) -> None:
    world = story.world
    (rejected,) = world.issues()
    mended = {"templates/thanks.yaml": THANKS.replace("a good rating", "your visit")}
    story.pulls["thanks"] = world.propose("thanks", mended, title="Ask for nothing")
    (run,) = world.merge(story.pulls["thanks"])
    assert run.conclusion == "success", run.log
    decide(world, "shop_thanks", "pass")
    (run,) = world.scheduled("follow.yml")
    assert run.conclusion == "success", run.log
    story.reads("9-superseded", "bye")
    story.reads("10-approved", "thanks")
    assert rejected.state == "closed"


def somebody_writes_at_night_and_takes_it_back(story: Story) -> None:
    world = story.world
    console(world).create(Name="shop_strange")
    (run,) = world.scheduled("drift.yml")
    assert run.conclusion == "success", run.log
    issue = world.issues()[-1]
    assert issue.state == "open"
    story.posted("story-11-drift-issue", f"{issue.title}\n\n{issue.body}")
    code = console(world).detail("shop_strange")["TemplateCode"]
    named = {"TemplateName": "shop_strange", "TemplateType": "WHATSAPP"}
    console(world).ok("DeleteChatappTemplate", TemplateCode=code, **named)
    (run,) = world.scheduled("drift.yml")
    assert run.conclusion == "success", run.log
    (said,) = world.repository.comments_of(issue.number)
    story.posted("story-12-drift-over", said.body)
    assert [one.state for one in world.issues()] == ["closed", "closed"]
    assert world.service.refused == []  # whoever may only read never tried to write


CHAPTERS = (
    a_change_is_proposed,
    a_stranger_copies_our_marker,
    the_change_is_changed,
    it_is_merged_and_applied,
    one_apply_fails_and_another_is_merged,
    one_review_is_approved_and_another_rejected,
    what_was_rejected_is_written_anew,
    somebody_writes_at_night_and_takes_it_back,
)


def test_the_story_of_one_change(hosted: PipelineWorld, posted: Callable[[str, str], None]) -> None:
    story = Story(hosted, posted)
    for chapter in CHAPTERS:
        chapter(story)
