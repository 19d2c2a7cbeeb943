"""`status --receipt --format markdown`: what an older comment says of its changes once reviews, people and later merges
have gone over them. It must never call a text approved that never was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.version_story import CUSTOMER, NEW, OLD, REWORDED, Story

from templatesync.applying import apply
from templatesync.schema.loading import load

KEY = f"template/{OLD}@en"
GONE = f"Name: {OLD}\nLanguage: en\ntemplatesync: {{state: absent}}\n"
THIRD = "Good evening $(customer), your order $(order) will be with you soon."
MODIFY = {"on_approved": "modify"}
MARKER = re.compile(
    r"<!-- templatesync:status ([^ ]+) state=(pending|done) reviews=(\d+) rejected=(\d+) left=(\d+) ready=(\d+) -->\n"
)
CLOCK = re.compile(r"\d\d:\d\d UTC \(\d{4}-\d\d-\d\d\)")


@pytest.fixture
def story(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(apply, "MOMENT", 0.0)  # what was changed just now need not be looked at twice here
    return Story(tmp_path / "shop", capsys)


def applied(story: Story, name: str, *options: str, code: int = 0) -> Path:
    """What a merge has left: the receipt of its apply."""
    path = story.root / f"{name}.json"
    ended = story.run("apply", *(options or ("--yes",)), "--receipt", str(path))
    assert ended.code == code, ended
    return path


def comment(story: Story, receipt: Path) -> str:
    ended = story.run("status", "--receipt", str(receipt), "--format", "markdown")
    assert ended.code == 0, ended
    return CLOCK.sub("14:20 UTC (2026-11-30)", ended.out)


def marker(text: str) -> tuple[str, ...]:
    found = MARKER.match(text)
    assert found, text
    return found.groups()[1:]


def issues(story: Story, *options: str) -> list[dict[str, Any]]:
    ended = story.run("status", "--format", "issues", *options)
    assert ended.code in (0, 6), ended
    document = json.loads(ended.out)
    jsonschema.Draft7Validator(load("issues")).validate(document)
    found: list[dict[str, Any]] = document["issues"]
    return found


def test_a_review_is_followed_to_its_end(story: Story) -> None:
    story.version(OLD, en=CUSTOMER, id=CUSTOMER)
    receipt = applied(story, "first")
    assert marker(comment(story, receipt)) == ("pending", "2", "0", "0", "0")
    story.review(OLD, language="en")
    assert marker(comment(story, receipt)) == ("pending", "1", "0", "0", "0")
    story.review(OLD, language="id")
    text = comment(story, receipt)
    assert marker(text) == ("done", "0", "0", "0", "0")
    assert f"- <code>{OLD}</code> (en, id): approved 14:20 UTC (2026-11-30)\n" in text


def test_everything_at_once(story: Story, compare: Callable[[str, str], None]) -> None:
    story.version(OLD, en=CUSTOMER)
    story.approved(OLD)
    story.version(NEW, en=CUSTOMER, id=CUSTOMER)
    story.write(f"templates/{OLD}.yaml", GONE)
    story.version("sorry", en=CUSTOMER, own={"replaces": "nothing_here"})
    story.version("thanks", en=CUSTOMER, own={"replaces": "nothing_there"})
    receipt = applied(story, "first")
    story.review(NEW, language="en")
    story.review("sorry", "fail", reason="PROMOTIONAL")
    story.version("thanks", en=REWORDED, own={"replaces": "nothing_there"})
    story.review("thanks", "fail")
    applied(story, "second")
    text = comment(story, receipt)
    compare("status-receipt", text)
    assert marker(text) == ("pending", "1", "1", "1", "0")


def test_what_waited_is_ready_and_then_done(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.approved(OLD)
    story.version(NEW, en=CUSTOMER)
    story.write(f"templates/{OLD}.yaml", GONE)
    plan = story.root / "plan.json"
    assert story.run("plan", "--out", str(plan)).code == 0
    receipt = applied(story, "first", str(plan))
    assert marker(comment(story, receipt)) == ("pending", "1", "0", "1", "0")
    story.review(NEW)
    text = comment(story, receipt)
    assert marker(text) == ("pending", "0", "0", "1", "1")
    assert "nothing blocks it any more" in text
    receipt = applied(story, "second", str(plan), "--with-waiting")
    assert marker(comment(story, receipt)) == ("done", "0", "0", "0", "0")


def test_what_a_review_had_blocked_is_ready_only_as_long_as_the_plan_permits_it(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.review(OLD, "fail")
    story.version(OLD, en=REWORDED)
    plan = story.root / "plan.json"
    assert story.run("plan", "--out", str(plan)).code == 0
    story.review(OLD, "auditing")
    receipt = applied(story, "first", str(plan), code=9)
    assert marker(comment(story, receipt)) == ("pending", "0", "0", "1", "0")
    story.review(OLD, "fail")
    assert marker(comment(story, receipt)) == ("pending", "0", "0", "1", "1")
    story.review(OLD)  # approved, of which a change is blocked for another reason
    assert marker(comment(story, receipt)) == ("pending", "0", "0", "1", "0")
    story.review(OLD, "fail")
    again = applied(story, "again", str(plan))
    for each in (receipt, again):  # also the older receipt sees that it was done
        assert marker(comment(story, each)) == ("pending", "1", "0", "0", "0")


def test_what_the_plan_had_as_blocked_by_a_review_is_ready_as_apply_would_have_it(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.version(OLD, en=REWORDED)
    plan = story.root / "plan.json"
    assert story.run("plan", "--out", str(plan)).code == 0
    receipt = applied(story, "first", str(plan), "--with-waiting", code=6)
    assert "waits: a review is running" in (text := comment(story, receipt))
    assert marker(text) == ("pending", "0", "0", "1", "0") and "What to do" not in text
    story.review(OLD)  # approved, of which a change is blocked for another reason
    assert marker(comment(story, receipt)) == ("pending", "0", "0", "1", "0")
    story.review(OLD, "fail")
    assert marker(comment(story, receipt)) == ("pending", "0", "0", "1", "1")
    again = applied(story, "again", str(plan), "--with-waiting")
    for each in (receipt, again):
        assert marker(comment(story, each)) == ("pending", "1", "0", "0", "0")


def test_a_later_text_that_was_approved_approves_no_earlier_one(story: Story) -> None:
    story.version(OLD, en=CUSTOMER, own=MODIFY)
    first = applied(story, "first")
    story.review(OLD, "fail")
    story.version(OLD, en=REWORDED, own=MODIFY)
    second = applied(story, "second")
    story.review(OLD)
    assert "superseded by a later change of its file" in (text := comment(story, first))
    assert "approved" not in text and marker(text) == ("done", "0", "0", "0", "0")
    assert "(en): approved 14:20 UTC" in comment(story, second)
    (issue,) = issues(story, "--receipt", str(first))
    assert not issue["open"] and "superseded" in issue["body"]


def test_a_later_merge_that_is_not_applied_leaves_the_state_of_what_is_there(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    first = applied(story, "first")
    story.review(OLD)
    story.version(OLD, en=REWORDED)
    text = comment(story, first)
    assert "approved 14:20 UTC (2026-11-30); a later change of its file is not applied yet" in text
    story.version(OLD, en=CUSTOMER)
    assert "not applied yet" not in comment(story, first)


def test_what_somebody_changed_in_the_console_is_not_what_was_approved(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    first = applied(story, "first")
    story.review(OLD, "fail")
    story.version(OLD, en=THIRD)  # somebody who has other files does what a console does
    story.approved(OLD)
    story.version(OLD, en=CUSTOMER)
    text = comment(story, first)
    assert "what is live is not what was applied, and its state (approved (pass)) is that of another content" in text
    assert marker(text) == ("done", "0", "0", "0", "0")


@pytest.mark.parametrize("file", [GONE, ""])
def test_what_is_gone_by_a_later_change_is_superseded(story: Story, file: str) -> None:
    story.version("other", en=CUSTOMER, own={"replaces": "nothing_there"})
    story.version(OLD, en=CUSTOMER)
    first = applied(story, "first")
    story.review(OLD)
    story.write(f"templates/{OLD}.yaml", GONE)
    applied(story, "second", "--yes", "--allow-breaking")
    story.write(f"templates/{OLD}.yaml", file) if file else (story.root / f"templates/{OLD}.yaml").unlink()
    text = comment(story, first)
    assert f"<code>{OLD}</code> (en): superseded" in text


def test_files_with_errors_call_nothing_superseded(story: Story) -> None:
    story.version("other", en=CUSTOMER, own={"replaces": "nothing_there"})
    story.version(OLD, en=CUSTOMER)
    first = applied(story, "first")
    story.review(OLD)
    path = story.root / f"templates/{OLD}.yaml"
    path.write_text(path.read_text().replace("Category: UTILITY", "Category: NONE"))
    text = comment(story, first)
    assert "these files have errors" in text and f"<code>{OLD}</code> (en): approved" in text


def test_what_failed_waits_for_a_person(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    first = applied(story, "first")
    document = json.loads(first.read_bytes())
    (row,) = document["spaces"][0]["changes"]
    row.update(outcome="failed", code="Throttled", message="too much at once", wanted_digest=row["wanted_digest"])
    first.write_text(json.dumps(document))
    assert marker(comment(story, first)) == ("pending", "1", "0", "0", "0")  # it is there all the same
    (story.root / ".templatesync" / "emulator.db").unlink()
    text = comment(story, first)
    assert marker(text) == ("pending", "0", "0", "1", "0")
    assert "create: too much at once" in text


def test_an_apply_that_had_nothing_to_do_is_done(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    applied(story, "first")
    assert marker(comment(story, applied(story, "second"))) == ("done", "0", "0", "0", "0")


def test_a_space_that_cannot_be_read_stays_pending(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    first = applied(story, "first")
    story.write("templatesync.yaml", "version: 1\nspaces:\n  far: {cust_space_id: emulator-local}\n")
    document = json.loads(first.read_bytes())
    document["spaces"][0]["space"] = "far"
    first.write_text(json.dumps(document))
    ended = story.run("status", "--receipt", str(first), "--format", "markdown", "--space", "far")
    assert ended.code == 4
    assert marker(ended.out) == ("pending", "1", "0", "0", "0")


# --- issues -----------------------------------------------------------------------------------------------------------


def test_a_rejection_is_an_issue_until_it_is_over(story: Story, compare: Callable[[str, str], None]) -> None:
    story.version(OLD, en=CUSTOMER, id=CUSTOMER)
    receipt = applied(story, "first")
    assert issues(story, "--receipt", str(receipt)) == []
    story.review(OLD, "fail", language="en", reason="PROMOTIONAL")
    (issue,) = issues(story, "--receipt", str(receipt))
    compare(
        "issue-rejected", f"{issue['id']}\n{issue['title']}\n\n{CLOCK.sub('14:20 UTC (2026-11-30)', issue['body'])}"
    )
    assert issue["open"]
    story.review(OLD, "pass", language="en")
    (again,) = issues(story, "--receipt", str(receipt))
    assert (again["id"], again["title"], again["open"]) == (issue["id"], issue["title"], False)


def test_a_hostile_reason_stays_text(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    receipt = applied(story, "first")
    story.review(OLD, "fail", reason="@team <!-- --> <img src=x> [a](http://x) #1 " + "x" * 100_000)
    (issue,) = issues(story, "--receipt", str(receipt))
    assert len(issue["body"]) < 8_000
    for bad in ("@team", "<img", "](http", "<!-- --> "):
        assert bad not in issue["body"]
    assert len(comment(story, receipt)) < 4_000


def test_a_space_has_one_issue(story: Story, compare: Callable[[str, str], None]) -> None:
    story.version(OLD, en=CUSTOMER)
    story.approved(OLD)
    story.control("template", name="stray", language="en", category="UTILITY", status="pass",
                  components=[{"Type": "BODY", "Text": "Hello, this was made in the console."}])  # fmt: skip
    story.review(OLD, "paused")
    (issue,) = issues(story, "--fail-on", "unmanaged,paused,rejected")
    compare("issue-space", f"{issue['id']}\n{issue['title']}\n\n{issue['body']}")
    assert issue["open"]
    (issue,) = issues(story, "--fail-on", "rejected")
    assert (issue["open"], issue["title"]) == (False, "local: nothing to look at")


def test_where_nobody_can_say_it_stays_open(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.write("templatesync.yaml", "version: 1\nspaces:\n  far: {cust_space_id: cams-x}\n")
    ended = story.run("status", "--format", "issues", "--fail-on", "drift", "--space", "far")
    (issue,) = json.loads(ended.out)["issues"]
    assert (ended.code, issue["open"], issue["title"]) == (4, True, "far: could not be read")


def test_issues_need_something_to_be_about(story: Story) -> None:
    assert story.run("status", "--format", "issues").code == 64
