"""A nightly alarm: never silent about what somebody may have changed elsewhere, and it says why it cannot tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from support.emulated_project import LOCAL
from support.flow_project import ASSET, TALKING
from support.plan_scenarios import LATER, SHORT, TEXT, gone, hello
from support.watched_project import FILE, Watched

from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import HttpResponse

CONSOLE = "Hello $(name), somebody wrote this in the console."


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: {"Code": "Template.Odd", "Message": "odd", "RequestId": "R"},
        lambda answer: {**answer, "Data": {**answer["Data"], "Components": "none"}},
    ],
)
def test_what_could_not_be_read_is_no_all_clear(watched: Watched, change: Callable[..., dict[str, Any]]) -> None:
    watched.says(hello())
    watched.says(hello(Name="other"), "templates/b.yaml")
    watched.has(hello())
    watched.has(hello(CONSOLE, Name="other"))
    watched.told("other", change)
    assert watched.alarmed() == (6, 6)
    said = watched.cli("plan", "--fail-on", "drift").err
    assert "shop: template/other@en: what is live could not be read, so it may be drift" in said


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (FILE, "Name: hello\n\tLanguage: en\n"),
        (FILE, "Name: hello\nName: hello\nLanguage: en\n"),
        ("templates/b.yaml", "# not hello\nName: [\n"),
    ],
)
def test_a_commit_that_nobody_could_apply_hides_no_edit(watched: Watched, file: str, text: str) -> None:
    """A slip in some commit, mended by the next: it was never live, so that it is no reason to doubt anything."""
    watched.says(hello(LATER))
    watched.puts(file, text)
    if file == FILE:
        watched.says(hello(TEXT))
    else:
        (watched.root / file).unlink()
        watched.says(hello(TEXT))
    watched.has(hello(CONSOLE))
    assert watched.conditions("--content") == {"template/hello@en": ["edited"]}
    assert watched.alarmed() == (6, 6)


def test_what_a_tombstone_may_mean_in_another_spelling_is_named(watched: Watched) -> None:
    watched.says(hello(Name="other"))
    watched.says(gone(), "templates/b.yaml")
    watched.has(hello(Name="other"))
    watched.has(hello(Name="Hello"))
    assert watched.conditions()["template/Hello@en"] == ["unmanaged"]
    assert watched.alarmed() == (6, 6)


def test_why_nobody_can_tell_is_said_of_a_file_that_is_not_committed(watched: Watched) -> None:
    watched.says(hello(Name="other"))
    watched.put("templates/b.yaml", to_yaml(hello(SHORT)))
    watched.has(hello(Name="other"))
    watched.has(hello(CONSOLE))
    for command in (("status", "--content"), ("plan", "--fail-on", "drift")):
        ended = watched.cli(*command)
        assert (ended.code, "what templates/b.yaml says is in no commit yet" in ended.text) == (0, True), ended


def test_a_receipt_of_another_space_is_told_by_name_and_by_customer(watched: Watched) -> None:
    """What it does not say must not be taken for an all-clear of what is gone."""
    watched.says(hello())
    receipt = watched.root / "receipt.json"
    watched.cli("apply", "--yes", "--receipt", str(receipt))
    document = json.loads(receipt.read_text("utf-8"))
    for change, of in (({"cust_space_id": "cams-other"}, "shop (cams-other)"), ({"space": "prod"}, "prod")):
        receipt.write_text(json.dumps(document | {"spaces": [document["spaces"][0] | change]}), encoding="utf-8")
        said = f"receipt.json is a receipt of {of}, and has nothing of shop"
        status = watched.cli("status", "--receipt", str(receipt))
        assert (status.code, said in status.err) == (64, True)
        plan = watched.cli("plan", "--fail-on", "drift", "--known", str(receipt))
        assert (plan.code, said in plan.err) == (0, True)


def test_a_receipt_narrows_what_is_named_as_well(watched: Watched) -> None:
    watched.says(hello())
    receipt = watched.root / "receipt.json"
    watched.cli("apply", "--yes", "--receipt", str(receipt))
    watched.has(hello(Name="console"))
    (space,) = json.loads(watched.cli("status", "--receipt", str(receipt), "--format", "json").out)["spaces"]
    assert ([row["name"] for row in space["resources"]], space["unmanaged"]) == (["hello"], [])


def test_quality_that_nobody_could_compare_is_no_all_clear(watched: Watched) -> None:
    """It was not read then, cannot be read now, or the earlier status is of another space; all else is as it was."""
    watched.says(hello())
    watched.has(hello())
    watched.says(hello(Name="other"), "templates/b.yaml")
    watched.has(hello(Name="other"))
    watched.has(hello(Name="console"))
    earlier = watched.root / "earlier.json"
    alarm = ("status", "--since", str(earlier), "--fail-on", "quality_fell")

    def stood(quality: str = "", **space: str) -> None:
        """As it is now, but for the space and the quality of one."""
        document = json.loads(watched.cli("status", "--format", "json", "--content").out)
        (found,) = document["spaces"]
        for row in found["resources"]:
            row["quality"] = quality or row["quality"] if row["name"] == "hello" else row["quality"]
        earlier.write_text(json.dumps(document | {"spaces": [found | space]}), encoding="utf-8")

    stood("not read")
    watched.review("pass", quality="GREEN")
    assert watched.cli(*alarm).code == 0
    watched.review("pass", quality="RED")
    assert watched.cli(*alarm).code == 6
    stood()
    assert watched.cli(*alarm).code == 0
    stood(space="other")
    assert watched.cli(*alarm).code == 6
    watched.review("pass", quality="YELLOW")
    stood()
    watched.told("hello", lambda answer: {"Code": "Template.Odd", "Message": "odd", "RequestId": "R"})
    ended = watched.cli(*alarm)
    assert (ended.code, "nobody can say whether anything is quality fell" in ended.out) == (6, True)


def test_what_was_submitted_and_is_not_there_has_no_review_that_is_over(watched: Watched) -> None:
    watched.says(hello())
    receipt = watched.root / "receipt.json"
    watched.cli("apply", "--yes", "--receipt", str(receipt))

    def rewrite(operation: str, response: HttpResponse) -> HttpResponse:
        if operation != "ListChatappTemplate":
            return response
        body = json.dumps(json.loads(response.body) | {"ListTemplate": [], "Total": 0}).encode()
        return replace(response, body=body, headers={**response.headers, "content-length": str(len(body))})

    watched.emulator.rewrite = rewrite
    assert watched.conditions("--receipt", str(receipt)) == {"template/hello@en": ["missing"]}
    assert watched.cli("status", "--receipt", str(receipt), "--exit-code").code == 7
    assert watched.cli("status", "--exit-code").code == 0, "without a receipt it waits for an apply"


@pytest.mark.parametrize(
    ("properties", "condition"),
    [
        ({"AllowSend": False}, "edited"),
        ({"CategoryChangePaused": True, "AllowSend": True}, "edited"),
        ({"AllowSend": True, "CategoryChangePaused": False, "MessageSendTtlSeconds": 2_592_000}, "pending"),
        ({}, "pending"),
    ],
)
def test_a_version_that_did_not_speak_of_a_switch_does_not_say_who_turned_it(
    watched: Watched, properties: dict[str, Any], condition: str
) -> None:
    """What the service has by itself waits for an apply; anything else somebody has set."""
    body = hello(Category="MARKETING")
    watched.says(body)
    turned = {name: not value for name, value in properties.items() if isinstance(value, bool)}
    watched.says(body | (turned or {"AllowSend": False}) | {"MessageSendTtlSeconds": 43_200})
    watched.has(body, properties=properties)
    assert watched.conditions("--content") == {"template/hello@en": [condition]}


def test_a_flow_that_had_no_json_once_is_no_excuse_for_another_one(watched: Watched) -> None:
    file = {"kind": "flow", "FlowName": "book", "Categories": ["OTHER"]}
    watched.says(file, "flows/book.yaml")
    watched.cli("apply", "--yes")
    watched.put("flows/book.json", json.dumps(ASSET))
    watched.says(file | {"Asset": "flows/book.json"}, "flows/book.yaml")
    assert watched.conditions("--content") == {"flow/book": ["pending"]}
    watched.control("flow", cust_space_id=LOCAL, flow_name="book", json=TALKING)
    assert watched.conditions("--content") == {"flow/book": ["edited"]}


def test_an_alarm_looks_at_everything(watched: Watched) -> None:
    """The row of a list may stay as it was while somebody changes what it stands for."""
    watched.says(hello())
    watched.has(hello())
    assert watched.cli("plan", "--cache").code == 0
    text = {"Components": [{"Type": "BODY", "Text": CONSOLE}]}
    watched.told("hello", lambda answer: {**answer, "Data": {**answer["Data"], **text}})
    ended = watched.cli("plan", "--cache", "--fail-on", "drift")
    assert (ended.code, "--fail-on drift has read everything" in ended.err) == (6, True)


@pytest.mark.parametrize("asked", [("--exit-code",), ("--wait",), ("--fail-on", "paused"), ("--fail-on", "drift")])
def test_another_account_gives_no_all_clear(watched: Watched, asked: tuple[str, ...]) -> None:
    """What it has is approved, perhaps; nobody has asked about that one."""
    watched.project(spaces={"shop": {"cust_space_id": LOCAL, "waba_id": "1234567890"}})
    watched.says(hello())
    watched.has(hello())
    assert watched.cli("status").code == 0
    assert watched.cli("status", *asked).code == 6


def test_markdown_says_which_are_new_and_what_is_over(watched: Watched) -> None:
    watched.says(hello())
    watched.says(hello(Name="other"), "templates/b.yaml")
    watched.has(hello(), status="fail")
    watched.has(hello(Name="other"))
    earlier = watched.root / "earlier.json"
    since = ("status", "--since", str(earlier), "--format", "markdown")
    watched.cli("status", "--format", "json", "-o", str(earlier))
    watched.review("fail", "other")
    assert "- **rejected** (2, 1 of them new)\n  - **new:** `other` en: rejected" in watched.cli(*since).out
    watched.review("pass")
    said = watched.cli(*since).out
    assert "- **rejected** (1, 1 of them new)\n  - `other` en: rejected" in said
    assert "- no longer rejected: `hello` en: approved" in said


def test_a_code_that_was_made_before_it_was_printed_waits_with_its_new_words(watched: Watched) -> None:
    """Its file names it only when its words are to change; they were in a file all the same."""
    watched.control("space", cust_space_id=LOCAL, phone_numbers=["6587654321"])
    file = {"kind": "qr_code", "PhoneNumber": "6587654321", "PrefilledMessage": "Hello there"}
    watched.says(file, "qr_codes/a.yaml")
    watched.cli("apply", "--yes")
    ((printed,),) = (space["outputs"] for space in json.loads(watched.cli("outputs", "--format", "json").out)["spaces"])
    named = {"QrdlCode": printed["qrdl_code"], "templatesync": {"spaces": ["shop"]}}
    watched.says({**file, "PrefilledMessage": "Good evening", **named}, "qr_codes/a.yaml")
    key = f"qr_code/6587654321/{printed['qrdl_code']}"
    assert watched.conditions("--content") == {key: ["pending"]}
    assert watched.alarmed() == (0, 0)
    watched.cli("apply", "--yes", "--allow-breaking")
    watched.says({**file, "PrefilledMessage": "Good night", **named}, "qr_codes/a.yaml")
    assert watched.conditions("--content") == {key: ["pending"]}


def test_the_way_to_a_repository_of_somebody_else_is_told_without_a_folder_of_this_machine(watched: Watched) -> None:
    """Usual in a container; who wants no silence there can ask for that."""
    watched.says(hello(SHORT))
    watched.says(hello(TEXT))
    watched.has(hello(CONSOLE))
    watched.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    watched.patch("templatesync.storage.git._KEPT", ("PATH", "HOME", "GIT_TEST_ASSUME_DIFFERENT_OWNER"))
    ended = watched.cli("status", "--fail-on", "drift")
    assert (ended.code, "safe.directory FOLDER" in " ".join(ended.out.split())) == (0, True), ended
    assert str(watched.root) not in ended.out
    assert watched.cli("status", "--fail-on", "drift,differs").code == 6


def test_the_old_version_is_told_although_it_has_no_file(watched: Watched) -> None:
    """Senders use it until the new one is approved: it is not unmanaged, and its state is somebody's business."""
    watched.says(hello(Name="hello_v2") | {"templatesync": {"replaces": "hello"}})
    watched.has(hello(), status="paused")
    assert watched.conditions() == {"template/hello@en": ["paused"], "template/hello_v2@en": ["pending"]}
    assert watched.cli("status", "--fail-on", "paused").code == 6
    assert watched.cli("status", "--fail-on", "drift").code == 0
    assert watched.conditions("--target", "template/hello_v2") == {"template/hello_v2@en": ["pending"]}
