"""Flows through the commands themselves: what is planned, what is done, what is refused, and where findings stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import ends, outcome
from support.flow_project import ASSET, KEY, TALKING, Flows
from support.hostile_urls import HOSTILE

from templatesync.commands.validate import validate
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import FindingsError
from templatesync.project import settings, workspace
from templatesync.validation import check


@pytest.fixture
def flows(tmp_path: Path) -> Iterator[Flows]:
    fresh = Flows(tmp_path)
    yield fresh
    fresh.emulator.end()


def test_a_draft_is_created_and_published_later(flows: Flows) -> None:
    flows.flow()
    assert flows.action() == ("create", "")
    flows.settle()
    assert flows.did() == ["CreateFlow", "UpdateFlowJSONAsset"]
    assert flows.change()["notes"][0].startswith("draft: ")
    flows.flow(options={"publish": True})
    change = flows.change()
    assert (change["action"], [row["path"] for row in change["diff"]]) == ("update", ["Published"])
    flows.settle()
    assert flows.did() == ["CreateFlow", "UpdateFlowJSONAsset", "PublishFlow"]
    assert flows.change()["live_status"] == "PUBLISHED"


def test_create_and_publish_is_one_change(flows: Flows) -> None:
    flows.talking({"publish": True})
    result = flows.apply()
    assert ends(result) == {KEY: "done"}
    assert flows.did() == ["CreateFlow", "UpdateFlowJSONAsset", "PublishFlow"]
    assert outcome(result).ids["flow_id"].isdecimal()
    assert flows.action() == ("no_op", "")


def test_publication_is_a_part_of_what_is_permitted(flows: Flows) -> None:
    flows.flow()
    without = flows.document()["digest"]
    flows.flow(options={"publish": True})
    assert flows.document()["digest"] != without


def test_only_what_differs_of_a_draft_is_sent(flows: Flows) -> None:
    flows.flow()
    flows.settle()
    flows.flow(Categories=["OTHER", "SURVEY"])
    assert flows.action() == ("no_op", "")
    flows.flow(Categories=["SIGN_UP"])
    flows.settle()
    other = {**ASSET, "screens": [{**ASSET["screens"][0], "title": "Another title"}, *ASSET["screens"][1:]]}
    flows.flow(Categories=["SIGN_UP"], json_=other)
    assert [row["path"] for row in flows.change()["diff"]] == ["Asset.screens[0].title"]
    flows.settle()
    assert flows.did() == ["CreateFlow", "UpdateFlowJSONAsset", "ModifyFlow", "UpdateFlowJSONAsset"]


def test_an_endpoint_that_the_file_does_not_say_stays(flows: Flows) -> None:
    flows.flow()
    flows.settle()
    flows.edit(endpoint_uri="https://example.com/flow")
    assert flows.action() == ("no_op", "")
    assert flows.change()["notes"][0].startswith("endpoint: https://example.com/flow stays")


def test_a_published_flow_is_left_alone_and_replaced(flows: Flows) -> None:
    flows.flow(options={"publish": True})
    flows.settle()
    flows.flow(options={"publish": True}, Categories=["SIGN_UP"])
    change = flows.change()
    assert (change["action"], change["reason"]) == ("blocked", "published")
    assert "replaces: book" in change["notes"][0]
    assert ends(flows.apply()) == {KEY: "blocked"}
    flows.flow(options={"publish": True})
    flows.flow("book_v2", options={"publish": True, "replaces": "book"}, Categories=["SIGN_UP"])
    assert flows.action("flow/book_v2") == ("create", "")
    flows.settle()


@pytest.mark.parametrize(("publish", "operation"), [(True, "DeprecateFlow"), (False, "DeleteFlow")])
def test_a_tombstone(flows: Flows, publish: bool, operation: str) -> None:
    flows.flow(options={"publish": publish})
    flows.settle()
    flows.put("flows/book.yaml", to_yaml({"kind": "flow", "FlowName": "book", "templatesync": {"state": "absent"}}))
    assert flows.action() == ("delete", "")
    flows.settle()
    assert flows.did()[-1] == operation
    assert flows.change()["live_status"] == ""


def test_a_deprecated_flow_makes_room_for_another(flows: Flows) -> None:
    flows.flow(options={"publish": True})
    flows.settle()
    flows.edit(status="DEPRECATED")
    assert flows.action() == ("create", "")
    flows.settle()


def test_two_live_flows_of_one_name(flows: Flows) -> None:
    flows.flow()
    flows.flow("other")
    flows.settle()
    flows.edit("other", new_name="book")
    change = flows.change()
    assert (change["action"], change["reason"]) == ("blocked", "ambiguous")
    history = [entry for entry in flows.control("history") if entry["operation"] == "GetFlow"]
    assert history
    assert change["notes"][0].count(" and ") >= 1
    flows.put("flows/book.yaml", to_yaml({"kind": "flow", "FlowName": "book", "templatesync": {"state": "absent"}}))
    action, reason = flows.action()
    assert (action, reason[:9]) == ("blocked", "ambiguous")
    did = flows.did()
    flows.apply()
    assert flows.did() == [*did, "CreateFlow", "UpdateFlowJSONAsset"]  # the file `other` has none now
    fresh = flows.other(flows.root / "fresh").import_(KEY)
    assert [(each.key, "have this name" in each.reason, each.fault) for each in fresh.skipped] == [(KEY, True, True)]


def test_a_name_inside_another_is_another(flows: Flows) -> None:
    flows.flow()
    flows.flow("book_v2")
    flows.flow("a_book")
    flows.settle()
    assert sorted(flows.did()) == ["CreateFlow"] * 3 + ["UpdateFlowJSONAsset"] * 3


def test_more_flows_than_a_page(flows: Flows) -> None:
    for number in range(25):
        flows.flow(f"flow_{number}", json_=None)
    flows.settle()
    assert len(flows.did()) == 25


@pytest.mark.parametrize("publish", [True, False])
def test_import_and_nothing_to_do(flows: Flows, tmp_path: Path, publish: bool) -> None:
    flows.talking({"publish": publish})
    flows.flow("empty", json_=None)
    flows.settle()
    elsewhere = flows.other(tmp_path / "elsewhere")
    elsewhere.put("flows/book.json", "taken")
    result = elsewhere.import_()
    assert [each.file for each in result.written] == ["flows/book-2.yaml", "flows/empty.yaml"]
    assert json.loads((tmp_path / "elsewhere/flows/book-2.json").read_bytes()) == TALKING
    assert not (tmp_path / "elsewhere/flows/empty.json").exists()
    (space,) = elsewhere.document()["spaces"]
    assert [(change["key"], change["action"]) for change in space["changes"]] == [
        ("flow/book", "no_op"),
        ("flow/empty", "no_op"),
    ]


def test_import_silences_the_rules_that_a_live_flow_breaks(flows: Flows, tmp_path: Path) -> None:
    flows.flow()
    flows.settle()
    flows.edit(json={"version": "9.9", "screens": []})
    elsewhere = flows.other(tmp_path / "elsewhere")
    elsewhere.import_()
    assert "templatesync: ignore fj-" in (tmp_path / "elsewhere/flows/book.yaml").read_text(encoding="utf-8")
    (space,) = elsewhere.document()["spaces"]
    assert [change["action"] for change in space["changes"]] == ["no_op"]


@pytest.mark.parametrize("url", HOSTILE[:12], ids=range(12))
def test_a_hostile_address_is_not_followed(flows: Flows, url: str) -> None:
    flows.flow()
    flows.settle()
    sent: list[str] = []

    def lie(operation: str, answer: dict[str, Any]) -> None:
        sent.append(operation)
        if operation == "GetFlowJSONAssest":
            answer["Data"]["FilePath"] = url

    flows.emulator.after = lie
    change = flows.change()
    assert (change["action"], change["reason"]) == ("blocked", "unreadable")
    assert "the answer leads to" in change["notes"][0]
    assert "" not in sent  # the object store has no operation


@pytest.mark.slow
@pytest.mark.parametrize("step", ["PublishFlow", "GetChatappUploadAuthorization"])
@pytest.mark.parametrize("kind", ["500", "drop_before", "drop_after", "denied"])
def test_whatever_breaks_on_the_way_is_healed(flows: Flows, step: str, kind: str) -> None:
    flows.flow(options={"publish": True})
    flows.fault(kind, step, times=9)
    flows.apply()
    flows.lift()
    if flows.action() != ("no_op", ""):
        flows.settle()
    assert flows.did().count("CreateFlow") == 1


# --- files that are named ---------------------------------------------------------------------------------------------


def findings(flows: Flows) -> list[tuple[str, str, int, int]]:
    report = check.check(workspace.read(settings.load(flows.root)))
    return [(each.rule, each.file, each.line, each.column) for each in report.findings]


@pytest.mark.parametrize(
    ("asset", "rule"),
    [
        ("flows/none.json", "asset-missing"),
        ("none/none.json", "asset-missing"),
        ("flows/book.yaml/x.json", "asset-missing"),
        ("../outside.json", "asset-path"),
        ("/etc/hosts.json", "asset-path"),
        ("flows/../flows/book.json", "asset-path"),
        ("flows//book.json", "asset-path"),
        ("./flows/book.json", "asset-path"),
        (".templatesync/x.json", "asset-path"),
        ("flows\\book.json", "asset-path"),
        ("C:/book.json", "asset-path"),
        ("flows/book.txt", "asset-path"),
        ("x/" * 300 + "a.json", "asset-path"),
    ],
)
def test_a_path_stays_inside_the_project(flows: Flows, asset: str, rule: str) -> None:
    flows.flow()
    flows.put("flows/book.yaml", to_yaml({"kind": "flow", "FlowName": "a", "Categories": ["OTHER"], "Asset": asset}))
    assert findings(flows) == [(rule, "flows/book.yaml", 4, 8)]


@pytest.mark.parametrize(
    ("fields", "rule", "line"),
    [
        ({"Categories": ["BOOKING"]}, "wrong-value", 3),
        ({"Categories": []}, "wrong-length", 3),
        ({"EndpointUri": "http://example.com/flow"}, "wrong-value", 4),
        ({"Endpoint": "https://example.com/flow"}, "unknown-field", 4),
        ({"templatesync": {"publish": True}}, "required-field", 1),
        ({"templatesync": {"published": True}}, "unknown-key", 5),
        ({"templatesync": {"on_approved": "modify"}}, "unknown-key", 5),
    ],
)
def test_what_the_schema_refuses(flows: Flows, fields: Any, rule: str, line: int) -> None:
    body = {"kind": "flow", "FlowName": "a", "Categories": ["OTHER"], **fields}
    flows.put("flows/a.yaml", to_yaml(body))
    assert [(name, at) for name, _, at, _ in findings(flows)] == [(rule, line)]


def test_variables_may_choose_the_file(flows: Flows) -> None:
    flows.project(spaces={name: {"emulator": True, "vars": {"which": name}} for name in ("one", "two")})
    body = {"kind": "flow", "FlowName": "a", "Categories": ["OTHER"], "Asset": "flows/${{ which }}.json"}
    flows.put("flows/a.yaml", to_yaml(body))
    flows.put("flows/one.json", json.dumps(ASSET))
    assert findings(flows) == [("asset-missing", "flows/a.yaml", 4, 8)]
    flows.put("flows/two.json", json.dumps({**ASSET, "version": "7.1"}))
    assert findings(flows) == []
    wanted = check.check(workspace.read(settings.load(flows.root)), wanted=True).wanted
    bodies = [next(iter(wanted[space].values())).body for space in ("one", "two")]
    assert [body["AssetContent"]["version"] for body in bodies] == ["7.2", "7.1"]


def test_links_are_not_followed(flows: Flows) -> None:
    flows.flow()
    flows.put("real/book.json", json.dumps(ASSET))
    (flows.root / "linked").symlink_to(flows.root / "real")
    (flows.root / "flows/book.json").unlink()
    (flows.root / "flows/book.json").symlink_to(flows.root / "real/book.json")
    assert ("file-kind", "flows/book.json", 1, 1) in findings(flows)
    text = (flows.root / "flows/book.yaml").read_text(encoding="utf-8")
    flows.put("flows/book.yaml", text.replace("flows/book.json", "linked/book.json"))
    assert ("file-kind", "linked/book.json", 1, 1) in findings(flows)


def test_findings_stand_in_the_json(flows: Flows) -> None:
    flows.flow()
    flows.put("flows/book.json", '{"version": "7.2",\n "screens": [],\n "screens": []}')
    assert findings(flows) == [("json-duplicate-key", "flows/book.json", 3, 2)]
    flows.put("flows/book.json", '{"version": "9.9",\n "screens": []}')
    found = findings(flows)
    assert found
    assert {file for _, file, _, _ in found} == {"flows/book.json"}
    rules = " ".join(sorted({rule for rule, _, _, _ in found}))
    text = (flows.root / "flows/book.yaml").read_text(encoding="utf-8")
    flows.put("flows/book.yaml", f"# templatesync: ignore {rules}\n{text}")
    assert findings(flows) == []


def test_a_target_concerns_its_json(flows: Flows) -> None:
    flows.flow()
    flows.flow("other", {})
    assert flows.action(targets=(KEY,)) == ("create", "")
    with pytest.raises(FindingsError):
        flows.document(targets=("flow/other",))


def test_validate_takes_the_json_for_what_it_is(flows: Flows) -> None:
    flows.flow(json_={"version": "9.9", "screens": []})
    flows.flow("other", {})
    by_json = validate(flows.root, [flows.root / "flows/book.json"], (), strict=False).report.findings
    by_yaml = validate(flows.root, [flows.root / "flows/book.yaml"], (), strict=False).report.findings
    assert by_json == by_yaml != ()
    assert {finding.key for finding in by_json} == {KEY}


def test_a_file_that_is_too_large(flows: Flows) -> None:
    flows.flow()
    flows.put("flows/book.json", " " * ((10 << 20) + 1))
    assert findings(flows) == [("json-limit", "flows/book.json", 1, 1)]
