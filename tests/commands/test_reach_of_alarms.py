"""How far an alarm reaches: it reads all that it is about, says where it does not, and never ends as if it had."""

from __future__ import annotations

import json
import shutil

import pytest
from support.emulated_project import LOCAL
from support.plan_scenarios import SHORT, hello
from support.watched_project import Watched

CONSOLE = "Hello $(name), somebody wrote this in the console."


WORDS = {"kind": "qr_code", "PhoneNumber": "6587654321", "PrefilledMessage": "Hello there"}


@pytest.mark.parametrize("alarm", ["unmanaged", "drift"])
@pytest.mark.parametrize("number", ["6587654321", "6587654322"])
def test_an_alarm_sees_codes_whatever_kinds_the_files_have(watched: Watched, alarm: str, number: str) -> None:
    """No file has a code, or none of that number: lists that nothing else asks for are what an alarm is for."""
    watched.control("space", cust_space_id=LOCAL, phone_numbers=["6587654321", "6587654322"])
    watched.says(hello())
    watched.says({**WORDS, "PhoneNumber": number}, "qr_codes/console.yaml")
    watched.cli("apply", "--yes")
    watched.says(hello(Name="mine") if number == "6587654321" else WORDS, "qr_codes/console.yaml")
    watched.cli("apply", "--yes")
    assert [watched.cli(command, "--fail-on", alarm).code for command in ("status", "plan")] == [6, 6]
    if number == "6587654321":
        listings = json.loads(watched.cli("plan", "--format", "json").out)["spaces"][0]["listings"]
        assert {each["kind"]: each["looked"] for each in listings}["qr_code"] is False
        assert "Not looked at: flows, QR codes" in " ".join(watched.cli("plan").out.split())


def test_a_narrowed_alarm_says_what_it_does_not_see(watched: Watched) -> None:
    """By a target it asks the same of both commands."""
    watched.says(hello())
    watched.says(hello(Name="other"), "templates/b.yaml")
    watched.has(hello())
    watched.has(hello(CONSOLE, Name="other"))
    watched.has(hello(Name="console"))
    for target, code in (("template/hello", 0), ("template/other", 0), ("template/*", 6)):
        for command in ("status", "plan"):
            ended = watched.cli(command, "--target", target, "--fail-on", "unmanaged")
            assert (ended.code, "what --target names alone" in ended.err) == (code, True), (command, target)
    for command in ("status", "plan"):
        codes = [
            watched.cli(command, "--target", f"template/{name}", "--fail-on", "drift").code
            for name in ("hello", "other")
        ]
        assert codes == [0, 6]


def test_an_alarm_by_git_or_a_receipt_says_what_it_does_not_see(watched: Watched) -> None:
    watched.says(hello())
    receipt = str(watched.root / "receipt.json")
    watched.cli("apply", "--yes", "--target", "template/hello", "--receipt", receipt)
    assert "what --receipt has alone" in watched.cli("status", "--receipt", receipt, "--fail-on", "unmanaged").err
    narrow = watched.cli("plan", "--changed-since", "HEAD", "--fail-on", "drift")
    assert "an edit of the rest it does not see" in narrow.err
    assert "does not see" not in watched.cli("plan", "--fail-on", "drift").err


@pytest.mark.parametrize("fault", ["500", "garbage", "denied"])
@pytest.mark.parametrize("flow", [False, True])
def test_a_list_that_files_need_and_nobody_can_read_ends_both_alike(watched: Watched, fault: str, flow: bool) -> None:
    """As a space that cannot be read, whatever other kinds can be listed, and before any alarm or review."""
    watched.says(hello())
    watched.has(hello())
    if flow:
        watched.says({"kind": "flow", "FlowName": "book", "Categories": ["OTHER"]}, "flows/book.yaml")
    watched.fault(fault, "ListChatappTemplate", times=99)
    code = 4 if fault == "denied" else 5
    for command in (("status",), ("status", "--exit-code"), ("status", "--fail-on", "drift"), ("plan",)):
        assert watched.cli(*command).code == code, command
    watched.lift()
    watched.fault(fault, "ListPhoneMessageQrdl", times=99)
    assert [watched.cli(command).code for command in ("status", "plan")] == [0, 0], "no file needs it"
    watched.lift()
    watched.fault("500", "GetChatappTemplateDetail", times=99)
    assert [watched.cli(*each).code for each in (("status",), ("status", "--content"), ("plan",))] == [0, 5, 5]


@pytest.mark.parametrize("command", ["status", "plan"])
@pytest.mark.parametrize("said", ["", ","])
def test_an_alarm_on_nothing_is_a_slip(watched: Watched, command: str, said: str) -> None:
    watched.says(hello())
    ended = watched.cli(command, "--fail-on", said)
    assert (ended.code, "a variable of the pipeline may be empty" in ended.err) == (64, True)
    assert not watched.arrived(), "nothing was asked"


def test_a_category_that_we_changed_in_the_file_is_nobody_elses_doing(watched: Watched) -> None:
    """It waits for somebody who appeals or takes it back; what the platform chose is in no version."""
    watched.says(hello())
    watched.has(hello())
    watched.says(hello(Category="MARKETING"))
    assert watched.conditions("--content") == {"template/hello@en": ["pending"]}
    assert watched.alarmed() == (0, 0)
    assert watched.cli("status", "--fail-on", "recategorised").code == 0
    assert watched.conditions() == {"template/hello@en": ["recategorised"]}, "nobody asked whose change it is"
    shutil.rmtree(watched.root / ".git")
    assert watched.alarmed() == (6, 6), "without history nobody else can have done it"


def test_a_category_that_the_platform_chose_is_drift(watched: Watched) -> None:
    watched.says(hello(SHORT))
    watched.says(hello())
    watched.has(hello(Category="MARKETING"))
    assert watched.conditions("--content") == {"template/hello@en": ["recategorised"]}
    assert watched.alarmed() == (6, 6)
    assert watched.cli("status", "--fail-on", "recategorised").code == 6
