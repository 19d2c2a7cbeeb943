"""Which version `outputs` tells programs to send, whatever is merged, approved, adopted, pinned or paused, and when."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from support.version_story import ARABIC, CUSTOMER, NAME, NEW, OLD, REWORDED, Story

from templatesync.emulator import Codes, Settings

BEFORE, AFTER = "{customer, order}", "{name, order}"
EN, AR = (OLD, "en"), (OLD, "ar")


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Story:
    """Nothing is there yet."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return Story(folder, capsys)


@pytest.fixture
def story(empty: Story) -> Story:
    """The first version is approved."""
    empty.version(OLD, en=CUSTOMER)
    empty.approved(OLD)
    return empty


def test_a_renamed_variable_waits_for_adopt(story: Story) -> None:
    story.version(NEW, en=NAME)
    assert story.uses() == {EN: OLD, (NEW, "en"): f"{NEW}!"}
    story.approved(NEW)
    rows = story.rows()
    assert (rows[EN]["current"], rows[EN]["variables"]) == (OLD, ["customer", "order"])
    assert rows[EN]["contract"].startswith(BEFORE)
    assert rows[EN]["stays"] == [
        f"senders stay with {OLD}, not {NEW}: it asks them for something else; "
        "once they are ready, say `adopt: true` in the newer file"
    ]
    assert (rows[NEW, "en"]["usable"], rows[NEW, "en"]["variables"]) == (True, ["name", "order"])
    codes = {digest: rows[name, "en"]["template_code"] for digest, name in ((BEFORE, OLD), (AFTER, NEW))}
    assert story.codes() == {OLD: {"en": codes}}
    story.version(NEW, en=NAME, own={"adopt": True})
    assert story.uses() == {EN: NEW}
    assert "stays" not in story.rows()[EN]
    assert story.codes() == {OLD: {"en": codes}}  # whoever was deployed before goes on


def test_a_new_wording_takes_over_once_it_is_approved(story: Story) -> None:
    story.version(NEW, en=REWORDED)
    assert story.uses() == {EN: OLD}
    story.merge()
    assert story.uses() == {EN: OLD}
    assert story.rows()[EN]["stays"] == [f"senders stay with {OLD}, not {NEW}: not all of its languages are in use"]
    story.review(NEW)
    assert story.uses() == {EN: NEW}
    assert story.codes() == {OLD: {"en": {BEFORE: story.rows()[EN]["template_code"]}}}


def test_one_language_in_review_keeps_all_where_they_are(story: Story) -> None:
    story.version(NEW, en=REWORDED, ar=ARABIC)
    story.merge()
    story.review(NEW, language="en")
    assert story.uses() == {EN: OLD}  # Arabic has no senders yet
    story.review(NEW, language="ar")
    assert story.uses() == {EN: NEW, AR: NEW}


def test_a_language_goes_on_whatever_becomes_of_the_others(empty: Story) -> None:
    """The older version of it was ended, and the newer one is all that its senders have."""
    story = empty
    story.version(OLD, en=CUSTOMER, ar=ARABIC)
    story.version(NEW, en=REWORDED)
    story.approved(OLD, NEW)
    story.version(OLD, ar=ARABIC)
    story.write("templates/gone.yaml", f"Name: {OLD}\nLanguage: en\ntemplatesync: {{state: absent}}\n")
    story.merge()
    story.version(NEW, en=REWORDED, ar=ARABIC.replace("اليوم", "الآن"))
    story.merge()
    assert story.uses() == {EN: NEW, AR: OLD}
    story.review(NEW, language="ar")
    story.review(NEW, language="en", status="paused")
    assert story.uses() == {EN: f"{NEW}!", AR: OLD}


def test_a_version_that_is_given_up_makes_room_for_another(story: Story) -> None:
    """Its tombstone and the next version replace the same one. It was in use, and goes on until that is."""
    story.version(NEW, en=REWORDED)
    story.approved(NEW)
    for said in (["retire", NEW], ["new-version", OLD]):
        assert story.run(*said).code == 0
    path = story.root / "templates/order_update_v3.yaml"
    path.write_text(path.read_text().replace("left", "departed from"))
    story.merge()
    assert story.uses() == {EN: NEW}
    story.review("order_update_v3")
    assert story.run("finish", OLD).code == 0
    story.merge()
    assert story.run("finish", OLD, "--gone").code == 0
    assert [each.name for each in (story.root / "templates").iterdir()] == ["order_update_v3.yaml"]
    assert story.uses() == {EN: "order_update_v3"}


def test_what_is_live_under_the_name_that_senders_know_goes_on(story: Story) -> None:
    """Its file and the link to it are gone, and the version that says its name is not in use yet, or was adopted."""
    story.version(NEW, en=REWORDED)
    path = story.root / f"templates/{NEW}.yaml"
    path.write_text(path.read_text().replace("replaces:", "output:"))
    (story.root / f"templates/{OLD}.yaml").unlink()
    story.merge()
    assert story.uses() == {EN: OLD}
    old = story.rows()[EN]["template_code"]
    story.merge("--prune")
    assert story.codes() == {OLD: {"en": {BEFORE: old}}}
    story.review(NEW)
    assert story.uses() == {EN: NEW}
    told = story.run("plan").out
    assert f"{OLD} has no file: a tombstone deletes it, and so does `--prune`" in " ".join(told.split())
    story.merge("--prune")
    assert story.uses() == {EN: NEW}


def test_a_version_without_arabic_leaves_arabic_where_it_was(empty: Story) -> None:
    story = empty
    story.version(OLD, en=CUSTOMER, ar=ARABIC)
    story.approved(OLD)
    story.version(NEW, en=REWORDED)
    story.approved(NEW)
    assert story.uses() == {EN: NEW, AR: OLD}
    codes, rows = story.codes()[OLD], story.rows()
    assert codes == {"en": {BEFORE: rows[EN]["template_code"]}, "ar": {BEFORE: rows[AR]["template_code"]}}
    assert codes["en"] != codes["ar"]


def test_a_pin_brings_senders_back(story: Story) -> None:
    story.version(NEW, en=REWORDED)
    story.approved(NEW)
    assert story.uses() == {EN: NEW}
    story.version(OLD, en=CUSTOMER, own={"pinned": True})
    assert story.uses() == {EN: OLD}
    assert story.rows()[EN]["stays"] == [f"senders stay with {OLD}, not {NEW}: {OLD} is pinned"]
    assert story.codes() == {OLD: {"en": {BEFORE: story.rows()[EN]["template_code"]}}}
    story.version(OLD, en=CUSTOMER)
    assert story.uses() == {EN: NEW}


def test_a_pin_brings_back_what_was_adopted(story: Story) -> None:
    story.version(NEW, en=NAME, own={"adopt": True})
    story.approved(NEW)
    assert story.uses() == {EN: NEW}
    both = story.codes()
    story.version(OLD, en=CUSTOMER, own={"pinned": True})
    assert story.uses() == {EN: OLD, (NEW, "en"): NEW}
    assert story.codes() == both and set(both[OLD]["en"]) == {BEFORE, AFTER}


@pytest.mark.parametrize("order", [*permutations(("approve", "adopt", "deploy"))], ids="-".join)
def test_in_whatever_order_things_happen(story: Story, order: tuple[str, ...]) -> None:
    """An old program finds its code all the time, a new one from the approval on; the name moves when all is done."""
    story.version(NEW, en=NAME)
    story.merge()
    done: set[str] = set()
    deployed = BEFORE
    for step in order:
        if step == "approve":
            story.review(NEW)
        elif step == "adopt":
            story.version(NEW, en=NAME, own={"adopt": True})
        else:
            deployed = AFTER
        done.add(step)
        codes = story.codes()[OLD]["en"]
        assert set(codes) == ({BEFORE, AFTER} if "approve" in done else {BEFORE})
        assert deployed in codes or "approve" not in done
        assert story.uses()[EN] == (NEW if done >= {"approve", "adopt"} else OLD)


def test_a_paused_version_is_no_code(story: Story) -> None:
    story.version(NEW, en=REWORDED)
    story.approved(NEW)
    story.review(NEW, "paused")
    assert story.uses() == {EN: OLD}
    assert story.codes() == {OLD: {"en": {BEFORE: story.rows()[EN]["template_code"]}}}
    story.review(OLD, "paused")
    assert story.uses() == {EN: f"{OLD}!"}
    assert story.codes() == {}


def test_what_allow_send_holds_back_is_no_code(empty: Story) -> None:
    offer = "Hello $(customer), cups are cheaper until Friday. Reply STOP to hear no more of us."
    empty.version(OLD, category="MARKETING", more={"AllowSend": False}, en=offer)
    empty.approved(OLD)
    assert empty.rows()[EN]["status"] == "pass"
    assert empty.uses() == {EN: f"{OLD}!"}
    assert empty.codes() == {}


def test_each_language_has_its_own_code_where_the_service_gives_it_one(empty: Story) -> None:
    empty.version(OLD, en=CUSTOMER, ar=ARABIC)
    assert empty.run("plan").code == 0  # there is an emulator from now on
    for language, text in (("en", CUSTOMER), ("ar", ARABIC)):
        empty.control(
            "template",
            Settings(codes=Codes.PER_LANGUAGE),
            name=OLD,
            language=language,
            category="UTILITY",
            components=[{"Type": "BODY", "Text": text}],
        )
    found, rows = empty.codes()[OLD], empty.rows()
    assert found == {"en": {BEFORE: rows[EN]["template_code"]}, "ar": {BEFORE: rows[AR]["template_code"]}}
    assert found["en"] != found["ar"]


def test_an_old_version_whose_file_is_gone_goes_on(story: Story) -> None:
    story.version(NEW, en=NAME)
    story.approved(NEW)
    (story.root / "templates" / f"{OLD}.yaml").unlink()
    assert story.uses() == {EN: OLD, (NEW, "en"): NEW}
    assert set(story.codes()[OLD]["en"]) == {BEFORE, AFTER}


def test_three_versions_are_walked_one_after_the_other(story: Story) -> None:
    story.version(NEW, en=NAME)
    story.version("order_update_v3", en=CUSTOMER)
    story.approved(NEW, "order_update_v3")
    assert story.uses() == {EN: "order_update_v3", (NEW, "en"): NEW}
    assert story.codes()[OLD]["en"][BEFORE] == story.rows()[EN]["template_code"]


def test_codes_are_of_one_space_and_of_what_can_be_sent(story: Story) -> None:
    story.version("news", en="Nothing of this is approved, $(customer), and nobody sends it.")
    text = story.run("outputs", "--format", "codes").out
    assert list(json.loads(text)) == [OLD]
    story.write("templatesync.yaml", "version: 1\nspaces:\n  a: {emulator: true}\n  b: {emulator: true}\n")
    for name in ("codes", "env"):
        ended = story.run("outputs", "--format", name, "--space", "a", "--space", "b")
        assert (ended.code, ended.out) == (64, "")
        assert f"--format {name} shows one space" in ended.err and "--space" in ended.err
