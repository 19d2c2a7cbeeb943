"""`apply PLANFILE` after the world went on: what differs is told in words, and what nobody approved is not written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.version_story import CUSTOMER, NAME, NEW, OLD, REWORDED, Story

from templatesync.applying import apply

HELLO, BYE = f"template/{OLD}@en", "template/farewell@en"


@pytest.fixture
def story(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(apply, "MOMENT", 0.0)  # what was changed just now need not be looked at twice here
    return Story(tmp_path / "shop", capsys)


def saved(story: Story) -> Path:
    path = story.root / "plan.json"
    assert story.run("plan", "--out", str(path)).code == 0
    return path


def receipt(story: Story, plan: Path, *options: str, code: int = 0) -> dict[str, Any]:
    """What `apply` of a plan file left, of the only space."""
    path = story.root / "receipt.json"
    ended = story.run("apply", str(plan), "--receipt", str(path), *options)
    assert ended.code == code, ended
    (space,) = json.loads(path.read_bytes())["spaces"]
    return {"said": " ".join(ended.out.split()), **space}


def test_what_came_later_is_told_and_left(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    plan = saved(story)
    story.version("farewell", en=REWORDED)
    told = receipt(story, plan)
    assert "Not in the approved plan, and left as it is: 1 ± template/farewell@en create" in told["said"]
    (row,) = told["not_in_plan"]
    assert (row["key"], row["action"], row["file"]) == (BYE, "create", "templates/farewell.yaml")
    assert [row["key"] for row in told["changes"]] == [HELLO]
    assert "1 not there" in story.run("status", "--target", BYE).out


def test_it_is_said_what_of_an_update_differs(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.review(OLD, "fail")
    plan = saved(story)
    story.version(OLD, en=REWORDED)
    told = receipt(story, plan)
    (row,) = told["not_in_plan"]
    assert (row["action"], row["paths"]) == ("update", ["Components[BODY].Text"])
    assert f"{HELLO} update at Components[BODY].Text" in told["said"]


def test_a_stale_change_says_in_words_what_has_changed(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    plan = saved(story)
    story.version(OLD, en=REWORDED)
    told = receipt(story, plan, code=9)
    (row,) = told["changes"]
    assert row["outcome"] == "stale" and "not_in_plan" not in told
    assert row["message"] == (
        "since the plan was made, its file, or a variable of the space, was changed (Components[BODY].Text); "
        "now it would be created; plan again"
    )


def test_a_review_that_runs_is_named(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.review(OLD, "fail")
    story.version(OLD, en=REWORDED)
    plan = saved(story)
    story.review(OLD, "auditing")
    (row,) = receipt(story, plan, code=9)["changes"]
    assert "its state was fail and is auditing; now it is blocked (auditing): a review is running" in row["message"]


def test_another_digest_is_told_in_words(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    ended = story.run("apply", "--expect-digest", "0" * 64)
    assert ended.code == 9
    assert f"what would be done now is not what was approved: the plan has create {HELLO}" in ended.err


@pytest.mark.parametrize(
    "change",
    [
        {"after": {"Category": "UTILITY", "Components": [{"Type": "BODY", "Text": "Send me your password."}]}},
        {"action": "delete"}, {"reason": "x"}, {"before": {"Category": "UTILITY"}},
        {"key": BYE, "name": "farewell"},
    ],
)  # fmt: skip
def test_an_altered_plan_with_the_old_digest_writes_nothing(story: Story, change: dict[str, Any]) -> None:
    story.version(OLD, en=CUSTOMER)
    story.version("farewell", en=REWORDED)
    plan = story.root / "plan.json"
    assert story.run("plan", "--out", str(plan), "--target", HELLO).code == 0
    document = json.loads(plan.read_bytes())
    document["spaces"][0]["changes"][0].update(change)
    plan.write_text(json.dumps(document))
    ended = story.run("apply", str(plan))
    assert (ended.code, "its content does not fit its digest" in ended.err) == (9, True)
    assert story.run("status").out.count("not there") >= 2


def test_a_row_that_no_digest_covers_permits_nothing(story: Story) -> None:
    """A deletion that somebody adds to the file as waiting is none that the new plan has."""
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.review(OLD)
    plan = saved(story)
    document = json.loads(plan.read_bytes())
    (row,) = document["spaces"][0]["changes"]
    row.update(action="blocked", reason="waiting")
    plan.write_text(json.dumps(document))
    told = receipt(story, plan, "--with-waiting")
    assert [row["outcome"] for row in told["changes"]] == ["blocked"]
    assert HELLO in story.run("status").out


def test_what_waited_goes_with_the_same_plan_once_nothing_holds_it(story: Story) -> None:
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.review(OLD)
    story.version(NEW, en=CUSTOMER)
    story.write(f"templates/{OLD}.yaml", f"Name: {OLD}\nLanguage: en\ntemplatesync: {{state: absent}}\n")
    plan = saved(story)
    first = receipt(story, plan, "--with-waiting")
    assert {row["key"]: row["outcome"] for row in first["changes"]} == {
        f"template/{NEW}@en": "done",
        HELLO: "blocked",
    }
    story.review(NEW)
    without = receipt(story, plan)
    assert "Not in the approved plan, and left as it is: 1 - template/order_update@en delete" in without["said"]
    second = receipt(story, plan, "--with-waiting")
    assert "Not in the approved plan" not in second["said"]
    ends = {row["key"]: row["outcome"] for row in second["changes"]}
    assert ends == {f"template/{NEW}@en": "already-done", HELLO: "done"}
    again = {row["key"]: row["outcome"] for row in receipt(story, plan, "--with-waiting")["changes"]}
    assert again == {f"template/{NEW}@en": "already-done", HELLO: "already-done"}


def in_review(story: Story, **own: Any) -> Path:
    """A plan that has a new text as blocked, for the review of the old one runs."""
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.version(OLD, en=REWORDED, own=own)
    return saved(story)


def ends(told: dict[str, Any]) -> dict[str, str]:
    return {row["key"]: row["outcome"] for row in told["changes"]}


def test_what_a_review_blocked_goes_out_with_the_same_plan_once_that_is_over(story: Story) -> None:
    plan = in_review(story)
    assert ends(receipt(story, plan, "--with-waiting", code=6)) == {HELLO: "blocked"}
    story.review(OLD, "fail")
    without = receipt(story, plan, code=6)
    assert ends(without) == {HELLO: "blocked"}
    assert "the approved plan has it as blocked; now it would be updated" in without["said"]
    assert "a review is running" not in without["said"]
    assert f"Not in the approved plan, and left as it is: 1 ~ {HELLO} update" in without["said"]
    second = receipt(story, plan, "--with-waiting")
    assert ends(second) == {HELLO: "done"} and "not_in_plan" not in second
    assert ends(receipt(story, plan, "--with-waiting")) == {HELLO: "already-done"}


def test_a_tombstone_that_a_review_blocked_goes_once_that_is_over(story: Story) -> None:
    story.version("farewell", en=REWORDED)
    story.version(OLD, en=CUSTOMER)
    story.merge()
    story.write(f"templates/{OLD}.yaml", f"Name: {OLD}\nLanguage: en\ntemplatesync: {{state: absent}}\n")
    plan = saved(story)
    assert ends(receipt(story, plan, "--with-waiting", code=6)) == {HELLO: "blocked"}
    story.review(OLD, "fail")
    assert ends(receipt(story, plan, "--with-waiting")) == {HELLO: "done"}


@pytest.mark.parametrize(
    ("state", "reason"),
    [("auditing", "auditing"), ("pass", "approved"), ("paused", "approved"), ("disabled", "disabled")],
)
def test_what_a_new_plan_blocks_stays_blocked_for_what_is_in_its_way_now(story: Story, state: str, reason: str) -> None:
    """A review that still runs, or a state in which nothing is changed by itself."""
    plan = in_review(story)
    story.review(OLD, state)
    told = receipt(story, plan, "--with-waiting", code=6)
    assert ends(told) == {HELLO: "blocked"}
    assert [row["code"] for row in told["changes"]] == [reason]
    assert ("a review is running" in told["said"]) is (state == "auditing")


def test_another_text_than_the_plan_saw_stays(story: Story) -> None:
    """In the file, or live."""
    plan = in_review(story)
    story.review(OLD, "fail")
    story.version(OLD, en="Good evening $(customer), your order $(order) will be with you soon.")
    told = receipt(story, plan, "--with-waiting", code=6)
    assert ends(told) == {HELLO: "blocked"}
    assert [row["key"] for row in told["not_in_plan"]] == [HELLO]
    story.merge()
    story.review(OLD, "fail")
    story.version(OLD, en=REWORDED)
    assert ends(receipt(story, plan, "--with-waiting", code=6)) == {HELLO: "blocked"}


def altered(plan: Path, key: str, **change: Any) -> None:
    """What no digest covers is altered by somebody."""
    document = json.loads(plan.read_bytes())
    (row,) = (each for each in document["spaces"][0]["changes"] if each["key"] == key)
    row.update(change)
    plan.write_text(json.dumps(document))


def test_an_altered_row_brings_no_text_that_no_file_wants(story: Story) -> None:
    plan = in_review(story)
    story.review(OLD, "fail")
    altered(plan, HELLO, after={"Category": "UTILITY", "Components": [{"Type": "BODY", "Text": "Your password?"}]})
    assert ends(receipt(story, plan, "--with-waiting", code=6)) == {HELLO: "blocked"}


def test_an_altered_row_lets_nothing_through_that_a_new_plan_blocks(story: Story) -> None:
    """Not even by an option that the altered plan seems to have been made with."""
    story.version(OLD, en=CUSTOMER)
    story.version("farewell", en=CUSTOMER, own={"replaces": "nothing_there"})
    story.approved(OLD, "farewell")
    story.review(OLD, "paused")
    story.review("farewell", "fail")
    story.version(OLD, en=NAME, own={"on_approved": "modify"})
    story.version("farewell", en=REWORDED, own={"replaces": "nothing_there"})
    plan = saved(story)
    altered(plan, HELLO, reason="auditing", live_status="auditing")
    altered(plan, BYE, breaking=["said by somebody to break senders"])
    assert ends(receipt(story, plan, "--with-waiting", code=6)) == {HELLO: "blocked", BYE: "done"}


def test_a_plan_with_two_rows_of_one_resource_is_none(story: Story) -> None:
    plan = in_review(story)
    document = json.loads(plan.read_bytes())
    document["spaces"][0]["changes"] *= 2
    plan.write_text(json.dumps(document))
    ended = story.run("apply", str(plan), "--with-waiting")
    assert (ended.code, "it is not a whole plan" in ended.err) == (9, True)


def test_it_goes_with_a_plan_file(story: Story) -> None:
    assert story.run("apply", "--yes", "--with-waiting").code == 64
