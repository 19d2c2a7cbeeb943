"""Templates that lead to flows: symbolic in a plan, an id at the service, and never sent before the flow is in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import ends
from support.flow_project import ASSET, FIRST, KEY, SECOND, TALKING, Flows

from templatesync.commands.new_version import new_version
from templatesync.commands.prepare import read_files
from templatesync.commands.validate import validate
from templatesync.model.errors import FindingsError, UsageError

TEMPLATE = "template/invite@en"
BOOK = "${{ flows.book }}"
PUBLISH = {"publish": True}


class Linked(Flows):
    """A project with one template that leads to a flow."""

    def invite(self, flow: str = BOOK, screen: str = FIRST, **fields: Any) -> None:
        button = {"Type": "FLOW", "Text": "Choose", "FlowId": flow, "FlowAction": "NAVIGATE", "NavigateScreen": screen}
        parts = [{"Type": "BODY", "Text": "Choose an evening; STOP ends it."}, {"Type": "BUTTONS", "Buttons": [button]}]
        self.want({"Name": "invite", "Category": "MARKETING", "Language": "en", "Components": parts, **fields})

    def sent_ids(self) -> list[str]:
        """What the templates of the emulator lead to."""
        return [
            str(button["FlowId"])
            for request in self.writes()
            if request["changed"]
            for part in json.loads(request["parameters"].get("Components", "[]"))
            for button in part.get("Buttons", [])
        ]

    def found(self) -> list[tuple[str, str, int]]:
        report = validate(self.root, (), (), strict=False).report
        return [(finding.rule, finding.file, finding.line) for finding in report.findings]


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    fresh = Linked(tmp_path)
    yield fresh
    fresh.emulator.end()


def test_the_flow_comes_first_and_the_template_gets_its_id(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    change = linked.change(TEMPLATE)
    assert change["notes"] == ["known_after_apply: flow/book is created first, and its id is known then"]
    assert change["after"]["Components"][1]["Buttons"][0]["FlowId"] == BOOK
    linked.settle()
    writes = [entry["operation"] for entry in linked.control("history") if entry["changed"]]
    assert writes.index("PublishFlow") < writes.index("CreateChatappTemplate")
    (flow_id,) = linked.sent_ids()
    assert flow_id.isdigit()


def test_a_plan_reads_the_same_before_and_after_the_flow_exists(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    before = linked.change(TEMPLATE)
    linked.apply(targets=(KEY,))
    after = linked.change(TEMPLATE)
    assert before | {"notes": []} == after
    assert linked.change(TEMPLATE)["notes"] == []


def test_a_saved_plan_holds_the_reference_and_applies(linked: Linked, tmp_path: Path) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    saved = tmp_path / "plan.json"
    linked.plan(out=saved)
    assert BOOK in saved.read_text(encoding="utf-8")
    assert set(ends(linked.apply(order={"plan_file": saved})).values()) == {"done"}


@pytest.mark.parametrize("spelling", [BOOK, "${{flows.book}}", "${{   flows.book }}", "${{ flows.b%6Fok }}"])
def test_every_spelling_and_the_id_itself_are_one(linked: Linked, spelling: str) -> None:
    linked.flow(options=PUBLISH)
    linked.invite(spelling)
    linked.settle()
    (flow_id,) = linked.sent_ids()
    for said in (BOOK, flow_id):
        linked.invite(said)
        assert linked.action(TEMPLATE) == ("no_op", "")


def test_a_name_with_a_blank_is_written_as_in_its_key(linked: Linked) -> None:
    linked.flow("book a class", options=PUBLISH)
    linked.invite("${{ flows.book%20a%20class }}")
    linked.settle()


def test_a_flow_that_stays_a_draft_blocks_and_says_why(linked: Linked) -> None:
    linked.flow()
    linked.invite()
    change = linked.change(TEMPLATE)
    assert (change["action"], change["reason"]) == ("blocked", "dependency")
    assert "publish: true" in change["notes"][0] and "flow/book" in change["notes"][0]
    assert ends(linked.apply()) == {KEY: "done", TEMPLATE: "blocked"}
    assert "flow/book is not for use yet" in linked.change(TEMPLATE)["notes"][0]
    linked.flow(options=PUBLISH)
    linked.settle()


def test_a_live_draft_without_a_file_blocks(linked: Linked) -> None:
    linked.flow()
    linked.apply()
    (linked.root / "flows/book.yaml").unlink()
    linked.invite()
    assert linked.change(TEMPLATE)["notes"][0].startswith("dependency: flow/book is draft; ")


def test_a_live_flow_without_a_file_is_found(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.apply()
    (linked.root / "flows/book.yaml").unlink()
    linked.invite()
    assert linked.found() == [("reference-outside", "templates/01.yaml", 11)]
    linked.settle()


def test_a_flow_that_nobody_knows_blocks(linked: Linked) -> None:
    linked.flow("books", options=PUBLISH)
    linked.invite()
    (finding,) = validate(linked.root, (), (), strict=False).report.findings
    assert (finding.rule, finding.severity.value, finding.hint) == ("reference-outside", "info", "did you mean books?")
    change = linked.change(TEMPLATE)
    assert change["notes"][0] == "dependency: flow/book is neither in the files nor live"
    assert ends(linked.apply()) == {"flow/books": "done", TEMPLATE: "blocked"}


def test_a_target_without_its_flow_blocks_until_the_flow_is_there(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    change = linked.change(TEMPLATE, targets=(TEMPLATE,))
    assert change["notes"][0] == "dependency: flow/book is no part of this plan"
    linked.apply(targets=(KEY,))
    assert linked.action(TEMPLATE, targets=(TEMPLATE,)) == ("create", "")


@pytest.mark.parametrize("operation", ["CreateFlow", "UpdateFlowJSONAsset", "PublishFlow"])
def test_what_leans_on_what_failed_is_not_started(linked: Linked, operation: str) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.fault("denied", operation)
    result = linked.apply()
    assert ends(result) == {KEY: "failed", TEMPLATE: "not-started"}
    ((_, outcomes),) = result.outcomes
    assert [outcome.code for outcome in outcomes][1] == "dependency"
    assert linked.sent_ids() == []
    linked.settle()


def test_a_published_flow_whose_file_has_changed_can_still_be_used(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.apply()
    linked.flow(options=PUBLISH, Categories=["SURVEY"])
    linked.invite()
    assert linked.action(KEY) == ("blocked", "published")
    assert linked.action(TEMPLATE) == ("create", "")


def test_the_screen_must_be_one_that_a_button_can_open(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite(screen=SECOND)
    assert linked.found() == [("flow-entry-screen", "templates/01.yaml", 13)]
    with pytest.raises(FindingsError):
        linked.plan()


def test_the_screen_of_a_live_flow_is_looked_at_too(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.apply()
    (flow_id,) = {entry["parameters"].get("FlowId") for entry in linked.control("history") if entry["changed"]} - {None}
    (linked.root / "flows/book.yaml").unlink()
    for flow in (BOOK, flow_id):
        linked.invite(flow, screen=SECOND)
        change = linked.change(TEMPLATE)
        assert (change["action"], change["reason"]) == ("blocked", "invalid")
        assert "(flow-entry-screen)" in change["notes"][0]
    linked.project(rules={"flow-entry-screen": "warning"})
    linked.invite(screen=SECOND)
    assert linked.action(TEMPLATE) == ("create", "")


def test_a_flow_in_use_by_a_file_is_not_pruned(linked: Linked) -> None:
    linked.project(policy={"protect": []})
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    (linked.root / "flows/book.yaml").unlink()
    change = linked.change(KEY, prune=True, allow_mass_change=1)
    assert (change["action"], change["reason"]) == ("blocked", "in use")
    assert TEMPLATE in change["notes"][0]


def test_a_tombstone_under_a_reference_is_an_error(linked: Linked) -> None:
    linked.flow(options={"state": "absent"})
    linked.invite()
    assert ("reference-absent", "templates/01.yaml", 11) in linked.found()


def test_templates_go_before_their_flow_and_it_stays_when_they_cannot(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.review("pass", "invite")
    linked.flow(options={"state": "absent"})
    linked.want({"Name": "invite", "Language": "en", "templatesync": {"state": "absent"}})
    linked.fault("denied", "DeleteChatappTemplate")
    result = linked.apply()
    assert ends(result) == {TEMPLATE: "failed", KEY: "not-started"}
    assert ends(linked.apply()) == {TEMPLATE: "done", KEY: "done"}
    assert [name for name in linked.did() if name != "CreateFlow"][-1] == "DeprecateFlow"


PLAIN = {
    "Name": "invite",
    "Category": "MARKETING",
    "Language": "en",
    "Components": [{"Type": "BODY", "Text": "Choose your evening."}],
}


@pytest.mark.parametrize("state", ["pass", "auditing"])
@pytest.mark.parametrize(
    "letting_go", [PLAIN, {"Name": "invite", "Language": "en", "templatesync": {"state": "absent"}}]
)
def test_a_flow_stays_while_what_leads_to_it_cannot_let_go(linked: Linked, letting_go: Any, state: str) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.review(state, "invite")
    linked.flow(options={"state": "absent"})
    linked.want(letting_go)
    goes = state == "pass" and letting_go is not PLAIN
    assert linked.action(allow_breaking=True) == (("delete", "") if goes else ("blocked", "in use"))
    linked.apply(allow_breaking=True)
    assert ("DeprecateFlow" in linked.did()) == goes


def test_a_flow_stays_while_a_template_without_a_file_leads_to_it(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.flow(options={"state": "absent"})
    linked.want({**PLAIN, "Name": "invite_v2", "templatesync": {"replaces": "invite"}})
    assert linked.action() == ("blocked", "in use")
    assert linked.action(prune=True) == ("blocked", "in use")  # what is being replaced is not pruned yet


def test_a_deletion_says_that_others_were_not_read(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.flow(options={"state": "absent"})
    linked.want({**PLAIN, "Name": "other"})
    note = "unread: 1 live resource outside this plan was not read, and may lead to what is deleted"
    change = linked.change()
    assert change["action"] == "delete" and change["notes"][-1] == note
    linked.want({**PLAIN})
    linked.review("fail", "invite")
    assert note not in linked.change(allow_breaking=True)["notes"]


def test_a_flow_stays_when_what_may_lead_to_it_cannot_be_read(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.review("fail", "invite")
    linked.flow(options={"state": "absent"})
    linked.want(PLAIN)

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail":
            answer.clear()
            answer.update({"Code": "InvalidParameter.Odd", "Message": "not now", "RequestId": "REQUEST"})

    linked.emulator.after = after
    change = linked.change(allow_breaking=True)
    assert (change["action"], change["reason"]) == ("blocked", "unreadable")
    assert TEMPLATE in change["notes"][0]


def test_a_flow_stays_when_what_leads_to_it_was_not_changed(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.review("fail", "invite")
    linked.flow(options={"state": "absent"})
    linked.want(PLAIN)
    linked.fault("denied", "ModifyChatappTemplate")
    assert ends(linked.apply(allow_breaking=True)) == {TEMPLATE: "failed", KEY: "not-started"}
    assert ends(linked.apply(allow_breaking=True)) == {TEMPLATE: "done", KEY: "done"}


def test_a_flow_stays_when_what_leads_to_it_is_stale_in_a_saved_plan(linked: Linked, tmp_path: Path) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    linked.review("fail", "invite")
    linked.flow(options={"state": "absent"})
    linked.want(PLAIN)
    saved = tmp_path / "plan.json"
    linked.plan(out=saved, allow_breaking=True)
    linked.want({**PLAIN, "Components": [{"Type": "BODY", "Text": "Choose your evening, or your morning."}]})
    assert ends(linked.apply(order={"plan_file": saved})) == {TEMPLATE: "stale", KEY: "not-started"}
    assert "DeprecateFlow" not in linked.did()
    assert ends(linked.apply(allow_breaking=True)) == {TEMPLATE: "done", KEY: "done"}


def test_import_writes_the_reference_of_a_known_flow(linked: Linked, tmp_path: Path) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    other = linked.other(tmp_path / "other")
    assert {written.keys[0] for written in other.import_().written} == {KEY, TEMPLATE}
    assert f'FlowId: "{BOOK}"' in (tmp_path / "other/templates/invite.yaml").read_text(encoding="utf-8")
    assert {change["action"] for change in other.document()["spaces"][0]["changes"]} == {"no_op"}


def test_import_leaves_an_id_whose_flow_was_not_read(linked: Linked, tmp_path: Path) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    other = linked.other(tmp_path / "other")
    other.import_(TEMPLATE)
    assert "flows." not in (tmp_path / "other/templates/invite.yaml").read_text(encoding="utf-8")
    assert {change["action"] for change in other.document()["spaces"][0]["changes"]} == {"no_op"}


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ("${{ flow.book }}", "FlowId refers to one of flows, not of flow"),
        ("${{ templates.book }}", "FlowId refers to one of flows, not of templates"),
        ("id ${{ flows.book }}", "a reference is the whole text of FlowId, with nothing around it"),
        ("${{ flows.book }}${{ flows.book }}", "a reference is the whole text of FlowId, with nothing around it"),
        ("${{ flows. }}", "this is not how a variable is written"),
        ("${{ flows.a b }}", "this is not how a variable is written"),
    ],
)
def test_a_reference_that_is_none_is_told(linked: Linked, flow: str, message: str) -> None:
    linked.flow(options=PUBLISH)
    linked.invite(flow)
    told = [finding.message for finding in validate(linked.root, (), (), strict=False).report.findings]
    assert message in told


def test_a_reference_in_another_field_is_told(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.want({"Name": "a", "Category": "UTILITY", "Language": "en",
                 "Components": [{"Type": "BODY", "Text": f"See {BOOK} for more about your order."}]})  # fmt: skip
    (finding,) = validate(linked.root, (), (), strict=False).report.errors
    assert finding.rule == "reference-syntax"
    assert finding.message == "a reference to another resource belongs only in a field that takes one (FlowId)"


def test_a_space_variable_may_hold_the_id(linked: Linked) -> None:
    linked.project(spaces={"local": {"emulator": True, "vars": {"booking": "424242"}}})
    linked.invite("${{ booking }}")
    linked.settle()
    assert linked.sent_ids() == ["424242"]
    assert not [entry for entry in read_files(linked.root).entries if entry.refers]


def test_each_space_has_a_flow_and_an_id_of_its_own(linked: Linked) -> None:
    linked.project(spaces={"one": {"emulator": True}, "two": {"emulator": True}})
    linked.flow(options=PUBLISH, json_=ASSET)
    linked.invite()
    result = linked.apply("one", "two")
    assert [outcome.kind.value for _, outcomes in result.outcomes for outcome in outcomes] == ["done"] * 4
    first, second = linked.sent_ids()
    assert first != second


def test_a_new_version_of_a_flow_has_a_json_of_its_own(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.invite()
    linked.settle()
    made = new_version(linked.root, KEY)
    assert (made.file, made.name, made.copies) == ("flows/book_v2.yaml", "book_v2", ("flows/book_v2.json",))
    linked.put("flows/book_v2.json", json.dumps(TALKING))
    linked.put(
        "flows/book_v2.yaml", (linked.root / made.file).read_text(encoding="utf-8") + "EndpointUri: https://a.co\n"
    )
    assert linked.action("flow/book_v2") == ("create", "")
    linked.invite("${{ flows.book_v2 }}")
    linked.review("fail", "invite")
    assert linked.action(TEMPLATE) == ("update", "")
    assert {key for key, end in ends(linked.apply()).items() if end == "done"} == {"flow/book_v2", TEMPLATE}
    assert (linked.root / "flows/book.json").read_text(encoding="utf-8") == json.dumps(ASSET)


def test_a_new_version_overwrites_no_json(linked: Linked) -> None:
    linked.flow(options=PUBLISH)
    linked.put("flows/book_v2.json", "mine")
    with pytest.raises(UsageError, match=r"flows/book_v2\.json is there already"):
        new_version(linked.root, "book")
    assert not (linked.root / "flows/book_v2.yaml").exists()


def test_a_name_that_two_kinds_have_must_be_a_key(linked: Linked) -> None:
    linked.flow("invite", options=PUBLISH)
    linked.invite("${{ flows.invite }}")
    with pytest.raises(UsageError, match="several resources") as raised:
        new_version(linked.root, "invite")
    assert raised.value.hint == "say flow/invite or template/invite"
    assert new_version(linked.root, "template/invite").file == "templates/invite_v2.yaml"
