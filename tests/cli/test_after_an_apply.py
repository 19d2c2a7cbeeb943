"""`apply --format markdown`: what a comment says of the end of each change, whatever that end was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.version_story import CUSTOMER, NEW, OLD, REWORDED, Story

from templatesync.applying import apply

GONE = f"Name: {OLD}\nLanguage: en\ntemplatesync: {{state: absent}}\n"
MARKER = re.compile(
    r"<!-- templatesync:apply ([^ ]+) state=(pending|done) reviews=(\d+) rejected=(\d+) left=(\d+) ready=(\d+) -->\n"
)


@pytest.fixture
def story(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(apply, "MOMENT", 0.0)  # what was changed just now need not be looked at twice here
    return Story(tmp_path / "shop", capsys)


def outcome(story: Story, *options: str, code: int = 0) -> str:
    """The document, as a file that is there however the apply has ended."""
    path = story.root / "outcome.md"
    path.unlink(missing_ok=True)
    ended = story.run("apply", "--format", "markdown", "-o", str(path), *options)
    assert ended.code == code, ended
    return path.read_text(encoding="utf-8")


def marker(text: str) -> tuple[str, ...]:
    found = MARKER.match(text)
    assert found, text
    return found.groups()


def test_each_end_is_told(story: Story, compare: Callable[[str, str], None]) -> None:
    """An approved plan of which one change was done by somebody else, one is stale, one blocked, one waits."""
    story.version(OLD, en=CUSTOMER)
    story.version("thanks", en=CUSTOMER, own={"replaces": "nothing_there"})
    story.approved(OLD, "thanks")
    story.version(NEW, en=CUSTOMER, id=CUSTOMER)
    story.write(f"templates/{OLD}.yaml", GONE)
    story.version("thanks", en=REWORDED, own={"replaces": "nothing_there"})
    story.version("sorry", en=CUSTOMER, own={"replaces": "nothing_here"})
    plan = story.root / "plan.json"
    assert story.run("plan", "--out", str(plan)).code == 0
    story.version("sorry", en=REWORDED, own={"replaces": "nothing_here"})
    story.version("later", en=REWORDED, own={"replaces": "nothing_else"})
    text = outcome(story, str(plan), code=9)
    compare("apply-markdown", text)
    assert marker(text) == ("local", "pending", "2", "0", "3", "0")
    again = outcome(story, str(plan), code=9)
    assert marker(again)[2:4] == ("2", "0")  # done by the first run, and their reviews run on


def test_all_is_well(story: Story, compare: Callable[[str, str], None]) -> None:
    story.version(OLD, en=CUSTOMER, id=CUSTOMER)
    text = outcome(story, "--yes")
    compare("apply-markdown-done", text)
    assert marker(text)[1:] == ("pending", "2", "0", "0", "0")
    story.review(OLD)
    assert marker(outcome(story, "--yes"))[1:] == ("done", "0", "0", "0", "0")


def test_what_only_a_person_may_say_is_named_as_option_and_as_input(story: Story) -> None:
    names = [f"note_{number}" for number in range(4)]
    for name in names:
        story.version(name, en=CUSTOMER, own={"replaces": f"none_{name}"})
    story.approved(*names)
    for name in names:
        story.version(name, en=REWORDED, own={"replaces": f"none_{name}", "on_approved": "modify"})
    text = outcome(story, "--yes", code=6)
    assert "> **Refused: nothing of it was written**" in text
    assert "Only a person may say it: `--allow-mass-change 4`" in text
    assert "the input `allow-mass-change` = `4`" in text
    assert "Run the same job again" not in text  # it would end alike
    assert marker(text)[1:] == ("pending", "0", "0", "4", "0")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--expect-digest", "0" * 64], 9, "what would be done now is not what was approved"),
        (["nowhere.json"], 64, "nowhere.json"),
        (["--yes", "--space", "nowhere"], 64, "nowhere"),
    ],
)
def test_what_has_not_begun_is_told_too(story: Story, options: list[str], code: int, said: str) -> None:
    story.version(OLD, en=CUSTOMER)
    text = outcome(story, *options, code=code)
    assert "**Nothing was written**: " in text and said in text
    assert marker(text)[1:] == ("pending", "0", "0", "1", "0")


def test_files_with_errors_are_told_with_their_lines(story: Story) -> None:
    story.bad("Name: [\n")
    text = outcome(story, "--yes", code=3)
    assert "<code>templates/bad.yaml:" in text and "`yaml-syntax`" in text


def test_a_space_that_cannot_be_read_has_something_left(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.write("templatesync.yaml", "version: 1\nspaces:\n  far: {cust_space_id: cams-x}\n")
    text = outcome(story, "--yes", "--space", "far", code=4)
    assert "> **Could not be read**" in text
    assert marker(text) == ("far", "pending", "0", "0", "1", "0")
