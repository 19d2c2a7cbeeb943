"""One apply at a time to a space of a machine, from however many checkouts; and what comes after a killed one."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from support.fault_cases import ACCOUNT, CREATE, DELETE, MODIFY
from support.faulty_service import KEY_ID, Front
from support.kind_specimens import SPECIMENS, want
from support.plan_scenarios import LATER, OTHER, TEXT, gone, hello, there

from templatesync.applying.waiting import AFTER_A_RUN, NOTHING_KNOWN
from templatesync.model.errors import ExitCode

QR_CODE = SPECIMENS["qr_code"].file()


class Killed(BaseException):
    """As by SIGKILL: nothing of the program runs on."""


def clone(front: Front) -> Path:
    """Another checkout of the project, with its files and without its state."""
    target = front.root.parent / "clone"
    shutil.copytree(front.root, target, ignore=shutil.ignore_patterns(".templatesync"))
    return target


def killed(front: Front, operation: str) -> None:
    """An apply that is killed as it sends a write; whether the service got that, nobody knows."""

    def die(called: str) -> None:
        if called == operation:
            front.emulator.before = None
            raise Killed

    front.emulator.before = die
    with pytest.raises(Killed):
        front.cli("apply", "--yes", "--settle", "0")


def test_two_checkouts_cannot_write_to_one_space_at_once(front: Front) -> None:
    front.want(hello())
    second = clone(front)
    ended = []
    front.once_read(lambda: ended.append(front.cli("-C", str(second), "apply", "--yes")))
    assert front.cli("apply", "--yes").code == ExitCode.OK
    assert [each.code for each in ended] == [ExitCode.FAILURE]
    assert "another apply is writing to shop on this machine" in ended[0].err
    assert front.effects("CreateChatappTemplate") == 1


def test_another_key_of_the_same_account_waits_too(front: Front) -> None:
    """A space has one id, whoever signs."""
    front.want(hello())
    second = clone(front)
    codes = []

    def other() -> None:
        front.keys("LTAI5tANOTHERKEYID000009", "anotherSecretOfTheKey009")
        codes.append(front.cli("-C", str(second), "apply", "--yes").code)
        front.keys(KEY_ID, "CANARYsecretOfTheKey0009")

    front.once_read(other)
    assert front.cli("apply", "--yes").code == ExitCode.OK
    assert codes == [ExitCode.FAILURE]


def apply_elsewhere(front: Front, checkout: Path) -> None:
    """As from another machine, which knows nothing of what is done on this one."""
    home = front.home.with_name("another home")
    home.mkdir()
    front.setenv("HOME", str(home))
    ended = front.cli("-C", str(checkout), "apply", "--yes")
    front.setenv("HOME", str(front.home))
    assert ended.code == ExitCode.OK


def test_two_machines_that_do_the_same_at_once_do_it_once(front: Front) -> None:
    """No lock reaches from one to the other, but each looks once more before it writes."""
    front.live(**there(hello(Name="edited"), "fail"))
    front.live(**there(hello(Name="old"), "fail"))
    front.want(hello(), hello(LATER, Name="edited"), gone("old"))
    theirs = clone(front)
    front.once_read(lambda: apply_elsewhere(front, theirs))
    ended = front.carry_out()
    assert (ended.code, Counter(ended.ends.values())) == (ExitCode.OK, {"already-done": 3})
    assert [len(front.calls(operation)) for operation in (CREATE, MODIFY, DELETE)] == [1, 1, 1]


def test_of_two_machines_that_want_different_things_the_later_one_is_stale(front: Front) -> None:
    front.live(**there(hello(Name="edited"), "fail"))
    front.want(hello(), hello(LATER, Name="edited"))
    theirs = clone(front)
    front.want(hello(LATER), hello(Name="edited", Components=OTHER, Example={"name": "Ann"}))
    front.once_read(lambda: apply_elsewhere(front, theirs))
    ended = front.carry_out()
    assert (ended.code, ended.ends) == (ExitCode.STALE, {"hello": "stale", "edited": "stale"})
    assert [len(front.calls(operation)) for operation in (CREATE, MODIFY, DELETE)] == [1, 1, 0]


def test_other_spaces_and_other_endpoints_are_not_held_up(front: Front) -> None:
    front.want(hello())
    second = clone(front)
    codes = []

    def other() -> None:
        front.endpoint = "http://127.0.0.1:10"
        codes.append(front.cli("-C", str(second), "apply", "--yes").code)
        front.endpoint = "http://127.0.0.1:9"

    front.once_read(other)
    front.cli("apply", "--yes")
    assert codes == [ExitCode.OK]


def test_a_home_that_cannot_be_written_leaves_the_lock_to_the_checkout(front: Front) -> None:
    front.want(hello())
    (front.home / ".local").write_text("", encoding="utf-8")
    assert front.cli("apply", "--yes").code == ExitCode.OK
    assert list((front.root / ".templatesync" / "lock").glob("*.lock"))


def test_the_lock_says_that_a_run_was_cut_off_when_its_journal_is_gone(front: Front) -> None:
    front.live(**there(hello(TEXT), "fail"))
    front.want(hello(LATER))
    killed(front, "ModifyChatappTemplate")
    shutil.rmtree(front.root / ".templatesync")
    ended = front.carry_out()
    assert ended.ends == {"hello": "done"}
    assert front.took >= AFTER_A_RUN
    assert "a run that was cut off may still be writing it" in ended.err
    assert "--settle SECONDS" in ended.err


def test_after_a_run_that_came_to_its_end_nothing_is_waited_for(front: Front) -> None:
    front.live(**there(hello(TEXT), "fail"))
    front.want(hello(LATER))
    front.carry_out("--settle", "0")
    shutil.rmtree(front.root / ".templatesync")
    front.review("fail")
    front.want(hello(TEXT))
    front.clock.sleep(120)
    front.carry_out()
    assert front.took < NOTHING_KNOWN


@pytest.mark.parametrize(("settle", "least"), [((), NOTHING_KNOWN), (("--settle", "33"), 33), (("--settle", "0"), 0)])
def test_a_machine_that_knows_of_no_run_looks_twice_before_an_edit(
    front: Front, settle: tuple[str, ...], least: float
) -> None:
    front.live(**there(hello(TEXT), "fail"))
    front.clock.sleep(120)
    front.want(hello(LATER))
    assert front.carry_out(*settle).ends == {"hello": "done"}
    assert least <= front.took < least + NOTHING_KNOWN


def test_a_machine_that_knows_of_no_run_looks_twice_before_a_second_one_could_be_made(front: Front) -> None:
    """A job elsewhere was cancelled as it made a code, which the service does only now."""
    want(front, QR_CODE)
    second = clone(front)
    front.settings(quirks={"slow-writes": "2"})

    def die(called: str, answer: object) -> None:
        if called == "CreatePhoneMessageQrdl":
            front.emulator.after = None
            raise Killed

    front.emulator.after = die
    with pytest.raises(Killed):
        front.cli("apply", "--yes", "--settle", "0")
    shutil.rmtree(front.home)
    front.home.mkdir()
    assert front.cli("-C", str(second), "apply", "--yes").code == ExitCode.OK
    assert front.effects("CreatePhoneMessageQrdl") == 1


@pytest.mark.parametrize("seconds", [3600.0, -3600.0])
def test_a_clock_that_is_set_between_two_looks_neither_ends_nor_lengthens_the_wait(
    front: Front, seconds: float
) -> None:
    front.live(**there(hello(TEXT), "fail"))
    front.clock.sleep(120)
    front.want(hello(LATER))
    front.before_call(ACCOUNT, 1, lambda: front.set_clock(seconds))
    assert front.carry_out().ends == {"hello": "done"}
    assert NOTHING_KNOWN <= front.took < 2 * NOTHING_KNOWN


def test_new_templates_need_no_second_look(front: Front) -> None:
    """The service itself refuses a second one of a name."""
    front.want(hello())
    assert front.carry_out().ends == {"hello": "done"}
    assert front.took < NOTHING_KNOWN


def test_a_run_that_has_nothing_to_do_keeps_the_word_of_one_that_was_cut_off(front: Front) -> None:
    """It is of another checkout, which has a journal of its own and other wishes."""
    front.live(**there(hello(TEXT), "fail"))
    front.want(hello(TEXT))
    second = clone(front)
    front.clock.sleep(120)
    front.cli("-C", str(second), "apply", "--yes")
    front.want(hello(LATER))
    killed(front, "ModifyChatappTemplate")
    front.cli("-C", str(second), "apply", "--yes")
    shutil.rmtree(front.root / ".templatesync")
    front.carry_out()
    assert front.took >= AFTER_A_RUN - 1


def test_an_older_journal_that_is_put_back_knows_nothing_of_the_run_after_it(front: Front) -> None:
    """As a cache of CI does."""
    front.live(**there(hello(TEXT), "fail"))
    front.want(hello(TEXT), hello(Name="other"))
    front.carry_out()
    shutil.copytree(front.root / ".templatesync", front.root.parent / "cache")
    front.clock.sleep(120)
    front.want(hello(LATER), hello(Name="other"))
    killed(front, "ModifyChatappTemplate")
    for _ in range(2):
        shutil.rmtree(front.root / ".templatesync")
        shutil.copytree(front.root.parent / "cache", front.root / ".templatesync")
        front.cli("apply", "--yes", "--target", "template/other@en")
    front.carry_out()
    assert front.took >= AFTER_A_RUN - 1


def test_a_first_run_that_is_killed_in_its_waiting_leaves_the_next_one_as_wise(front: Front) -> None:
    front.live(**there(hello(TEXT), "fail"))
    front.clock.sleep(120)
    front.want(hello(LATER))
    sleep = front.clock.sleep

    def die(seconds: float) -> None:
        raise Killed

    front.clock.sleep = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        front.cli("apply", "--yes")
    front.clock.sleep = sleep  # type: ignore[method-assign]
    sleep(3)
    assert front.carry_out().ends == {"hello": "done"}
    assert front.took >= NOTHING_KNOWN - 3


def test_what_has_just_been_made_is_not_made_again_without_a_journal(front: Front) -> None:
    """The folder is cleaned between two jobs on one machine, and a server that answers is behind."""
    front.settings(quirks={"list-lag": "2"})
    want(front, QR_CODE)
    front.carry_out("--settle", "0")
    shutil.rmtree(front.root / ".templatesync")
    front.settings(quirks={"list-lag": "30"})
    assert front.cli("apply", "--yes").code == ExitCode.OK
    assert front.effects("CreatePhoneMessageQrdl") == 1


def test_what_a_killed_run_had_done_is_on_the_screen(front: Front) -> None:
    front.want(hello(), hello(Name="other"))
    killed(front, "CreateChatappTemplate")
    ended = front.cli("apply", "--yes", "--settle", "0")
    assert "An earlier run was cut off before it could tell what came of 1 write" in " ".join(ended.out.split())
    assert "unknown: nothing shows of it; the plan says how it goes on (sent at 20" in " ".join(ended.out.split())


def test_a_journal_of_somebody_else_is_named_in_the_plan(front: Front) -> None:
    front.want(hello())
    journal = front.root / ".templatesync" / "journal" / "shop.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_text('{"event": "begin", "v": 2, "owner": "another"}\n', encoding="utf-8")
    journal.chmod(0o600)
    document = json.loads(front.cli("plan", "--format", "json").out)
    (note,) = document["spaces"][0]["notes"]
    assert "not the journal of this project and space; it is left out, and apply puts it aside" in note


@pytest.mark.parametrize("seconds", ["-1", "nan", "soon", "1e9"])
def test_no_time_at_all_is_wrong_usage(front: Front, seconds: str) -> None:
    front.want(hello())
    ended = front.cli("apply", "--yes", "--settle", seconds)
    assert ended.code == ExitCode.USAGE
    assert front.calls() == []
