"""Flows in states that nobody knows, with a JSON that nobody can read, or told in another spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.flow_project import ASSET, Flows
from support.flow_space import (
    BOOK,
    KEYS,
    KIND,
    OTHER_ASSET,
    PUBLISH,
    SIGN_UP,
    decided,
    live,
    wanted,
)
from support.kind_calls import Called, only

from templatesync.kinds.flow.policy import UNREAD
from templatesync.model.resource import Key, Options

# --- states -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "reason"), [("RETIRED", "unknown state 'RETIRED'"), ("", "unknown state")])
def test_a_state_that_nobody_knows_blocks(status: str, reason: str) -> None:
    for options in (Options(), PUBLISH):
        decision, _ = decided(wanted(options=options), live(status))
        assert (decision.action, decision.reason) == ("blocked", reason)
        assert any("--resubmit flow/book" in note.text for note in decision.notes)
    assert decided(wanted(), live(status), resubmit=True)[0].action == "update"
    assert KIND.policy.deletable(live(status)) == reason
    assert KIND.file.unparse(live(status)).reason


def test_what_is_sent_again_on_purpose_is_sent_whole(filled: Called) -> None:
    there = filled.run(KIND.remote.read(BOOK, None))
    assert there is not None
    filled.asked()
    filled.run(KIND.remote.update(wanted(options=Options()), replace(there, status="RETIRED")))
    assert filled.asked() == ["ModifyFlow", "GetChatappUploadAuthorization", "UpdateFlowJSONAsset"]


@pytest.mark.parametrize(("key", "does"), [(BOOK, ["DeleteFlow"]), (SIGN_UP, ["DeleteFlow", "DeprecateFlow"])])
def test_a_deletion_in_a_state_that_nobody_knows(filled: Called, key: Key, does: list[str]) -> None:
    there = filled.run(KIND.remote.read(key, None))
    assert there is not None
    filled.asked()
    filled.run(KIND.remote.delete(replace(there, status="RETIRED")))
    assert filled.asked() == does
    assert filled.run(KIND.remote.read(key, there)) is None


# --- a JSON that cannot be read ---------------------------------------------------------------------------------------


unread = pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("flow-file", value) for value in ("denied", "not-there", "page", "cut")),
        *(("flow-path", value) for value in ("other-host", "empty-text", "missing")),
    ],
)


@unread
def test_a_flow_whose_json_cannot_be_read_can_be_used(filled: Called, name: str, value: str) -> None:
    filled.quirks(**{name: value})
    listing = filled.run(KIND.remote.fetch(only(*KEYS)))
    assert (listing.failed, listing.complete) == ({}, True)
    sign_up, book, bare = (listing.live[key] for key in KEYS)
    assert (UNREAD in sign_up.facts, UNREAD in book.facts, UNREAD in bare.facts) == (True, True, False)
    assert KIND.policy.settled(sign_up)
    assert sign_up.body is not None
    assert "screens" not in KIND.references.summary(sign_up.body)
    decision, pair = decided(wanted(SIGN_UP), sign_up)
    assert decision.action == "no_op"
    assert [note.code for note in decision.notes] == [UNREAD]
    assert pair.content == KIND.content.canonical(wanted(SIGN_UP))
    assert KIND.file.unparse(sign_up).reason.startswith("its JSON could not be read: ")
    assert KIND.file.unparse(bare).reason == ""


@unread
def test_a_draft_whose_json_cannot_be_read_is_not_called_as_it_should_be(filled: Called, name: str, value: str) -> None:
    filled.quirks(**{name: value})
    book = filled.run(KIND.remote.read(BOOK, None))
    assert book is not None
    decision, _ = decided(wanted(options=Options()), book)
    assert (decision.action, decision.reason) == ("blocked", "unreadable")
    assert "`--resubmit flow/book`" in decision.notes[0].text
    assert decided(wanted(options=Options()), book, resubmit=True)[0].action == "update"
    assert decided(wanted(content=None, options=Options()), book)[0].action == "no_op"
    # What is published is what the file says, since nobody can change it afterwards.
    assert decided(wanted(), book)[0].action == "update"
    filled.asked()
    filled.run(KIND.remote.update(wanted(content=OTHER_ASSET), book))
    assert [each for each in filled.asked() if each in KIND.remote.writes] == [
        "GetChatappUploadAuthorization",
        "UpdateFlowJSONAsset",
        "PublishFlow",
    ]
    filled.quirks()
    there = filled.run(KIND.remote.read(BOOK, None))
    assert there is not None
    assert there.body is not None
    assert there.body["AssetContent"] == OTHER_ASSET


# --- spellings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sign  up", " sign up ", True),
        ("Caf\u00e9", "Cafe\u0301", True),
        ("sign up", "signup", False),
        ("book", "book_v2", False),
    ],
)
def test_near_misses(one: str, other: str, same: bool) -> None:
    assert (KIND.file.likeness(Key("flow", one), None) == KIND.file.likeness(Key("flow", other), None)) is same


@pytest.mark.parametrize(
    ("fields", "same"),
    [
        ({"Categories": ["other"]}, True),
        ({"Categories": ["SURVEY"]}, False),
        ({"EndpointUri": "HTTPS://Example.com"}, True),
        ({"EndpointUri": "https://example.com/Flow"}, False),
        ({"content": {**ASSET, "routing_model": None}}, True),
        ({"content": OTHER_ASSET}, False),
        ({"status": "PUBLISHED"}, False),
    ],
    ids=str,
)
def test_what_a_customer_sees(fields: dict[str, Any], same: bool) -> None:
    fields = {"EndpointUri": "https://example.com/", **fields}
    resource = wanted(options=Options(), EndpointUri="https://example.com/")
    wants, has = KIND.content.canonical(resource), KIND.content.current(live(**fields))
    assert (KIND.content.visible(wants) == KIND.content.visible(has)) is same


def test_the_commands_leave_a_published_flow_alone_whose_json_cannot_be_read(tmp_path: Any) -> None:
    flows = Flows(tmp_path)
    flows.flow(options={"publish": True})
    flows.settings(quirks={"flow-file": "denied"})
    flows.settle()
    assert flows.change()["notes"][0].startswith(f"{UNREAD}: its JSON could not be read: Download: ")
    flows.emulator.end()
