"""`status`: what lists tell, what only content tells, whose change a difference is, and what nobody can say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jsonschema
import pytest
from support.emulated_project import LOCAL
from support.faulty_service import Front
from support.git_repository import Repository
from support.plan_scenarios import OTHER, SHORT, gone, hello, own, there

from templatesync.commands.status_earlier import before
from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import HttpResponse
from templatesync.model.condition import Condition
from templatesync.model.errors import UsageError
from templatesync.schema.loading import schema_dir
from templatesync.service.transport import EmulatorTransport

SCHEMA = json.loads((schema_dir() / "status.schema.json").read_text(encoding="utf-8"))
LISTS = {"QueryChatappBindWaba", "ListChatappTemplate", "ListFlow", "QueryChatappPhoneNumbers", "ListPhoneMessageQrdl"}
DETAIL = "GetChatappTemplateDetail"
KEY = "template/hello@en"
CONSOLE = hello(Name="console")


def document(front: Front, *options: str, code: int = 0) -> dict[str, Any]:
    ended = front.cli("status", "--format", "json", *options)
    assert ended.code == code, ended
    found: dict[str, Any] = json.loads(ended.out)
    jsonschema.Draft7Validator(SCHEMA).validate(found)
    return found


def rows(front: Front, *options: str, code: int = 0) -> dict[str, dict[str, Any]]:
    (space,) = document(front, *options, code=code)["spaces"]
    return {row["key"]: row for row in space["resources"]}


def conditions(front: Front, *options: str, code: int = 0) -> dict[str, list[str]]:
    return {key: row["conditions"] for key, row in rows(front, *options, code=code).items()}


def live(front: Front, body: Mapping[str, Any], status: str = "pass", **more: Any) -> None:
    front.live(**there({"Category": "UTILITY", **body}, status) | more)


@pytest.fixture
def front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Front]:
    fresh = Front(tmp_path, monkeypatch, capsys)
    yield fresh
    fresh.end()


@pytest.fixture
def one(front: Front) -> Front:
    """A template as its file says, and one that somebody made in the console."""
    front.want(hello())
    live(front, hello())
    live(front, CONSOLE)
    return front


# --- from lists -------------------------------------------------------------------------------------------------------


def test_only_lists_are_asked(one: Front) -> None:
    told = rows(one)
    asked = Counter(call["operation"] for call in one.calls())
    assert set(asked) <= LISTS and asked["ListChatappTemplate"] == 1
    assert [(row["status"], row["content"], row["quality"], row["category"]) for row in told.values()] == [
        ("pass", "not read", "not read", "UTILITY")
    ] * 2
    assert [row["drift"] for row in told.values()] == [["not read"]] * 2, "nothing at all would mean equal"


@pytest.mark.slow
def test_forty_spaces_cost_their_lists_and_the_wanted_flows(front: Front) -> None:
    """200 templates in each: 8,000 are told from 360 calls, and not one detail is asked."""
    brands = [f"cams-{number:02}" for number in range(40)]
    front.project(spaces={name.replace("cams-", "brand"): {"cust_space_id": name} for name in brands})
    names = [f"notice_{number:02}" for number in range(40)]
    languages = ["ar", "de", "en", "es", "fr"]
    for name in names:
        body = {"Name": name, "Category": "UTILITY", "Languages": languages}
        components = [{"Type": "BODY", "Text": f"Your {name} is due."}]
        front.put(f"templates/{name}.yaml", to_yaml(body | {"Components": components}))
    front.put("flows/book.yaml", "kind: flow\nFlowName: book\nCategories: [OTHER]\n")
    rows = [
        {"TemplateName": name, "Language": language, "TemplateCode": name, "AuditStatus": "pass", "Category": "UTILITY"}
        for name in names
        for language in languages
    ]
    flows = {name: {"FlowId": f"id-{name}", "FlowName": name, "Status": "DRAFT"} for name in ("book", "other")}
    asked: Counter[str] = Counter()

    def answer(operation: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        if operation == "GetFlow":
            return {"Data": flows[said["FlowId"][0].removeprefix("id-")]}
        page = json.loads(said["Page"][0])
        part = slice((page["Index"] - 1) * page["Size"], page["Index"] * page["Size"])
        if operation == "ListFlow":
            return {"Data": [*flows.values()][part]}
        return {"ListTemplate": rows[part], "Total": len(rows)}

    def handle(request: Any) -> Any:
        operation = request.headers["x-acs-action"]
        asked[operation] += 1
        if operation not in ("ListChatappTemplate", "ListFlow", "GetFlow"):
            return front.emulator.handle(request)
        told = answer(operation, parse_qs(f"{request.target.partition('?')[2]}&{request.body.decode()}"))
        body = json.dumps({"Code": "OK", "RequestId": "R", **told}).encode()
        return HttpResponse(200, {"content-type": "application/json", "content-length": str(len(body))}, body)

    front.over(EmulatorTransport(handle))
    ended = front.cli("status", "--all-spaces", "--format", "json")
    assert ended.code == 0, ended
    document = json.loads(ended.out)
    assert document["summary"] == {"resources": 8080, "content": "not read", "conditions": {"unmanaged": 40}}
    assert set(asked) <= LISTS | {"GetFlow"} and asked["GetFlow"] == 40
    assert asked["ListChatappTemplate"] <= 120 and asked.total() <= 400


def test_people_are_told_that_content_was_not_read(one: Front) -> None:
    for form in ("text", "markdown"):
        assert "`--content` reads and compares" in one.cli("status", "--format", form).out
        assert "`--content` reads and compares" not in one.cli("status", "--content", "--format", form).out


def test_what_somebody_made_in_the_console_is_named(one: Front) -> None:
    (space,) = document(one)["spaces"]
    assert space["unmanaged"] == ["template/console@en"]
    assert conditions(one) == {"template/console@en": ["unmanaged"], KEY: []}
    for form in ("text", "markdown"):
        said = one.cli("status", "--format", form).out
        assert "console" in said and "templatesync import template/console@en" in said


def test_another_spelling_of_what_a_file_wants_is_not_unmanaged(front: Front) -> None:
    front.want(hello(SHORT, Language="zh_CN"))
    live(front, hello(SHORT, Language="zh-CN"))
    told = rows(front, "--fail-on", "unmanaged")
    assert {key: (row["status"], row["conditions"]) for key, row in told.items()} == {
        "template/hello@zh_CN": ("unknown", ["unreadable"])
    }
    assert "template/hello@zh-CN, which may be the same in another spelling" in told["template/hello@zh_CN"]["notes"][0]
    assert conditions(front, "--fail-on", "missing", code=6), "nobody can say"


def test_what_is_not_ours_is_not_shown(one: Front) -> None:
    one.project(spaces={"shop": {"cust_space_id": LOCAL}}, policy={"manage": ["hel*"]})
    assert set(rows(one, "--fail-on", "unmanaged")) == {KEY}


@pytest.mark.parametrize(
    ("state", "condition"),
    [("paused", "paused"), ("disabled", "disabled"), ("fail", "rejected"), ("under_appeal", "unknown_state")],
)
def test_a_state_is_a_condition(front: Front, state: str, condition: str) -> None:
    front.want(hello())
    live(front, hello(), state if condition != "unknown_state" else "pass")
    if condition == "unknown_state":
        front.settings(quirks={"audit-status": "unknown"})
    assert conditions(front, "--fail-on", condition, code=6) == {KEY: [condition]}
    assert conditions(front, "--fail-on", "unmanaged") == {KEY: [condition]}


def test_another_category_is_told_by_the_list(front: Front) -> None:
    front.want(hello())
    live(front, hello(Category="MARKETING"))
    assert conditions(front, "--fail-on", "recategorised", code=6) == {KEY: ["recategorised"]}
    assert not [call for call in front.calls() if call["operation"] == DETAIL]


@pytest.mark.parametrize("word", ["lower"])
def test_a_category_in_other_letters_is_the_same(front: Front, word: str) -> None:
    front.want(hello())
    live(front, hello())
    front.settings(quirks={"category": word})
    assert conditions(front, "--fail-on", "recategorised") == {KEY: []}


def test_what_is_not_there_is_for_an_apply(front: Front) -> None:
    front.want(hello())
    (row,) = rows(front, "--fail-on", "missing").values()
    assert (row["status"], row["conditions"], row["drift"]) == ("not there", ["pending"], ["missing"])


def test_samples_that_nobody_knows_are_told_by_language(front: Front) -> None:
    front.want(own(hello(SHORT), samples="unknown"))
    live(front, hello(SHORT))
    assert conditions(front, "--fail-on", "samples_unknown", code=6) == {KEY: ["samples_unknown"]}


# --- content ----------------------------------------------------------------------------------------------------------


def test_whose_change_it_is(front: Front) -> None:
    """What is merged and not applied is no drift."""
    repository = Repository.new(front.root)
    front.want(hello())
    repository.commit()
    live(front, hello())
    front.want(hello(Components=OTHER))
    repository.commit()
    assert conditions(front, "--content") == {KEY: ["pending"]}
    assert conditions(front, "--fail-on", "drift") == {KEY: ["pending"]}


def test_an_edit_in_the_console_is_drift(front: Front) -> None:
    repository = Repository.new(front.root)
    front.want(hello())
    repository.commit()
    live(front, hello(Components=OTHER))
    assert conditions(front) == {KEY: []}, "lists do not tell"
    assert conditions(front, "--fail-on", "drift", code=6) == {KEY: ["edited"]}
    said = front.cli("status", "--content").out
    assert f"edited (1): `templatesync import --update {KEY}` takes it into the file" in said


def test_on_a_narrow_screen_each_cell_has_its_title(one: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "56")
    lines = one.cli("status", "--content").out.splitlines()
    assert lines[1].split() == ["RESOURCE", "STATE", "CONDITION"]
    assert "      quality: not read, content: not read" in lines
    assert any(line.startswith("      quality: ") and line.endswith("content: as the file says") for line in lines)
    # What is so of all of them is said once, below.
    assert "content: not read" not in one.cli("status").out


def test_without_history_nobody_can_say(front: Front) -> None:
    front.want(hello(Components=OTHER))
    live(front, hello())
    assert conditions(front, "--fail-on", "drift") == {KEY: ["differs"]}
    assert conditions(front, "--fail-on", "differs", code=6) == {KEY: ["differs"]}
    assert "nobody can tell" in front.cli("status", "--content").out


def test_an_alarm_that_content_gives_has_it_read(one: Front) -> None:
    assert rows(one, "--fail-on", "unmanaged", code=6)[KEY]["content"] == "not read"
    assert rows(one, "--fail-on", "edited")[KEY]["content"] == "as the file says"
    assert one.cli("status", "--fail-on", "quality_fell").code == 64
    assert one.cli("status", "--fail-on", "health").code == 64


def test_content_that_cannot_be_read_is_no_all_clear(one: Front) -> None:
    one.fault("denied", DETAIL, times=99)
    told = document(one, "--fail-on", "edited", code=6)
    (row,) = [row for row in told["spaces"][0]["resources"] if row["key"] == KEY]
    assert (row["status"], row["content"], row["conditions"]) == ("pass", "could not be read", ["unreadable"])
    assert told["fail_on"] == {"conditions": ["edited"], "met": {}, "undecided": {"edited": 1}}
    one.lift()
    assert document(one, "--fail-on", "edited")["fail_on"]["undecided"] == {}


def test_a_list_that_is_not_whole_is_no_all_clear(front: Front) -> None:
    front.want(hello())
    live(front, hello())
    assert document(front, "--fail-on", "unmanaged")["fail_on"]["undecided"] == {}
    front.fault("denied", "ListFlow", times=99)
    told = document(front, "--fail-on", "unmanaged", code=6)
    assert told["fail_on"]["undecided"] == {"unmanaged": 1}
    assert "flows" in told["spaces"][0]["unmanaged_unsure"]
    assert "more may be unmanaged" in front.cli("status").out


def test_another_account_is_told(one: Front) -> None:
    one.project(spaces={"shop": {"cust_space_id": LOCAL, "waba_id": "1234567890"}})
    (space,) = document(one, "--fail-on", "unmanaged", code=6)["spaces"]
    assert "not 1234567890" in space["notes"][0] and space["unmanaged_unsure"] == "it is another account"
    assert "not 1234567890" in one.cli("status").out


# --- files with errors ------------------------------------------------------------------------------------------------


def test_errors_in_files_hide_no_state(one: Front) -> None:
    """Of a file with errors it is known which resource it is about, which is then neither compared nor unmanaged."""
    broken = hello(Name="console", Category="NONSENSE")
    one.want(hello(), broken)
    ended = one.cli("status", "--fail-on", "unmanaged", "--format", "json")
    assert ended.code == 0 and "NONSENSE" in ended.err and "templates/02.yaml" in ended.err
    found = {row["key"]: row for row in json.loads(ended.out)["spaces"][0]["resources"]}
    told = found["template/console@en"]
    assert (told["status"], told["content"], told["conditions"]) == ("pass", "file has errors", [])
    assert found[KEY]["content"] == "not read"
    assert document(one, "--fail-on", "edited", code=6)["fail_on"]["undecided"] == {"edited": 1}


def test_what_is_wrong_for_one_space_is_wrong_there_alone(front: Front) -> None:
    """The variable of the file has a value in the other one."""
    spaces = {"shop": {"cust_space_id": LOCAL, "vars": {"word": "world"}}, "other": {"cust_space_id": "cams-2"}}
    front.project(spaces=spaces)
    front.want(hello("Hello ${{ word }}, your parcel is on its way to you."))
    live(front, hello("Hello world, your parcel is on its way to you."))
    told = {space["space"]: space for space in document(front, "--all-spaces", "--content")["spaces"]}
    assert [row["content"] for row in told["shop"]["resources"]] == ["as the file says"]
    assert [row["content"] for row in told["other"]["resources"]] == ["file has errors"]


@pytest.mark.parametrize("text", ["Name: [", "kind: nonsense\nName: a\n", "Category: UTILITY\n", "- a\n"])
def test_where_a_file_says_nothing_nobody_knows_what_has_no_file(one: Front, text: str) -> None:
    one.put("templates/99.yaml", text)
    told = document(one, "--fail-on", "unmanaged", code=6)
    assert told["fail_on"] == {"conditions": ["unmanaged"], "met": {}, "undecided": {"unmanaged": 1}}
    assert told["spaces"][0]["unmanaged"] == []
    assert "templates/99.yaml" in told["spaces"][0]["unmanaged_unsure"]
    found = {row["key"]: row["conditions"] for row in told["spaces"][0]["resources"]}
    assert found == {KEY: [], "template/console@en": []}


# --- a receipt, and an earlier status ---------------------------------------------------------------------------------


def test_a_receipt_narrows_to_what_was_submitted(one: Front) -> None:
    receipt = one.root / "receipt.json"
    one.want(hello(), hello(Name="second"), gone("console"))
    assert one.cli("apply", "--yes", "--receipt", str(receipt), "--settle", "0").code == 0
    told = rows(one, "--receipt", str(receipt), "--exit-code", code=7)
    assert {key: row["status"] for key, row in told.items()} == {
        "template/console@en": "not there",
        "template/second@en": "auditing",
    }
    one.review("pass", "second")
    one.forget()
    assert set(rows(one, "--receipt", str(receipt), "--content")) == {"template/console@en", "template/second@en"}
    assert len([call for call in one.arrived() if call["operation"] == DETAIL]) == 1, "nothing else is read"
    one.want(hello())  # its file is gone, and it is told all the same
    assert rows(one, "--receipt", str(receipt), "--exit-code")["template/second@en"]["conditions"] == ["unmanaged"]


def test_what_a_receipt_has_seen_is_missing(front: Front, tmp_path: Path) -> None:
    receipt = front.root / "receipt.json"
    front.want(hello())
    assert front.cli("apply", "--yes", "--receipt", str(receipt), "--settle", "0").code == 0
    front.review("pass")
    assert conditions(front, "--receipt", str(receipt), "--fail-on", "missing") == {KEY: []}
    console = front.other(tmp_path / "console")
    console.want(gone())
    console.apply()
    assert conditions(front, "--receipt", str(receipt), "--fail-on", "missing", code=6) == {KEY: ["missing"]}
    assert conditions(front) == {KEY: ["pending"]}


def test_receipts_of_others_are_refused(one: Front, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    space = {"space": "shop", "cust_space_id": "cams-other", "changes": []}
    other.write_text(json.dumps({"format_version": "1.0", "spaces": [space]}))
    assert one.cli("status", "--receipt", str(other)).code == 64
    other.write_text('{"format_version": "1.0", "spaces": []}')
    assert rows(one, "--receipt", str(other)) == {}, "it had nothing to do"
    assert one.cli("status", "--receipt", str(tmp_path / "none")).code == 64


def test_what_is_new_since(one: Front, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps(document(one)))
    told = rows(one, "--since", str(earlier))
    assert [(row["new"], row["over"], row.get("was")) for row in told.values()] == [([], [], None)] * 2
    one.want(hello(), CONSOLE)
    one.review("paused")
    live(one, hello(Name="another"))
    told = rows(one, "--since", str(earlier))
    assert {key: (row["new"], row["over"], row.get("was")) for key, row in told.items()} == {
        KEY: (["paused"], [], "pass"),
        "template/console@en": ([], ["unmanaged"], None),
        "template/another@en": (["unmanaged"], [], ""),
    }
    earlier.write_text(json.dumps(document(one)))
    one.want(hello(), gone("another"))
    assert one.cli("apply", "--yes", "--settle", "0").code == 0
    (space,) = document(one, "--since", str(earlier))["spaces"]
    assert space["gone"] == ["template/another@en"]
    assert (
        "template of earlier.json not there any more: template/another@en"
        in one.cli("status", "--since", str(earlier)).out
    )


def test_quality_fell(one: Front, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    told = document(one, "--content")
    now = {row["key"]: row["quality"] for row in told["spaces"][0]["resources"]}[KEY]
    for was, fell in (("GREEN", now != "GREEN"), ("", False), ("PURPLE", False)):
        for row in told["spaces"][0]["resources"]:
            row["quality"] = was
        earlier.write_text(json.dumps(told))
        found = document(one, "--since", str(earlier), "--fail-on", "quality_fell", code=6 if fell else 0)
        assert ("quality_fell" in found["summary"]["conditions"]) == fell, was
    # One that read lists alone would let every quality fall unseen.
    earlier.write_text(one.cli("status", "--format", "json").out)
    refused = one.cli("status", "--since", str(earlier), "--fail-on", "quality_fell")
    assert (refused.code, "status --content" in refused.err) == (64, True)


def test_a_status_of_the_first_release_is_understood(one: Front, tmp_path: Path) -> None:
    """It told no conditions and nothing that has no file; that is not new because it is told now."""
    old = {"key": KEY, "kind": "template", "name": "hello", "language": "en", "status": "pass", "reason": "",
           "quality": "GREEN", "category": "UTILITY", "drift": ["category_drift"]}  # fmt: skip
    space = {"space": "shop", "cust_space_id": LOCAL, "emulator": False, "resources": [old]}
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps({"format_version": "1.0", "spaces": [space]}))
    one.review("paused")
    told = rows(one, "--since", str(earlier))
    assert (told[KEY]["new"], told["template/console@en"]["new"]) == (["paused"], [])
    assert told[KEY]["over"] == [], "what that release knew is no list of conditions"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[" * 9999, '{"format_version": "2.0", "spaces": []}', '{"format_version": "1.0", "spaces": {}}',
     '{"format_version": "1.0", "spaces": [1]}', '{"format_version": 1, "spaces": []}',
     '{"format_version": "1.0", "spaces": [{"space": "shop", "cust_space_id": "c", "resources": [{"key": 1}]}]}'],
)  # fmt: skip
def test_what_is_no_status_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^a\.json is no status$"):
        before(text.encode(), "a.json")


# --- exit codes -------------------------------------------------------------------------------------------------------


def test_of_several_codes_the_gravest_is_told(one: Front) -> None:
    one.want(hello(), hello(Name="second"))
    live(one, hello(Name="second"), "fail")
    assert one.cli("status", "--exit-code").code == 8
    one.review("auditing")
    assert one.cli("status", "--exit-code").code == 8
    told = document(one, "--exit-code", "--fail-on", "unmanaged,rejected", code=6)
    assert told["fail_on"]["met"] == {"rejected": 1, "unmanaged": 1}
    assert one.cli("status", "--target", KEY, "--exit-code").code == 7
    one.fault("denied", "*", times=99)
    assert one.cli("status", "--exit-code", "--fail-on", "unmanaged").code == 4


def test_what_nobody_manages_is_waited_for_by_nobody(one: Front) -> None:
    one.review("auditing", "console")
    assert one.cli("status", "--exit-code").code == 0
    one.review("fail", "console")
    assert conditions(one, "--exit-code")["template/console@en"] == ["rejected", "unmanaged"]


def test_a_tombstone_that_waits_is_pending(one: Front) -> None:
    one.want(hello(), gone("console"))
    assert conditions(one, "--fail-on", "unmanaged")["template/console@en"] == ["pending"]


def test_every_condition_has_a_way_on() -> None:
    assert all(condition.way_on for condition in Condition)


def test_json_says_what_to_do_about_each_condition(one: Front) -> None:
    """By the key of the resource, as a shell takes it: a pipeline or a bot hands the sentence on as it is."""
    live(one, hello(Name="odd name"))
    one.want(hello(), hello(Name="later"))
    told = rows(one)
    assert all(row.get("what_to_do", {}).keys() == set(row["conditions"]) for row in told.values())
    said = told["template/console@en"]["what_to_do"]["unmanaged"]
    assert said.startswith("`templatesync import template/console@en` writes its file")
    assert "import template/odd%20name@en`" in told["template/odd%20name@en"]["what_to_do"]["unmanaged"]
    assert "what_to_do" not in told[KEY] and "plan" in told["template/later@en"]["what_to_do"]["pending"]


def test_markdown_fits_and_says_what_is_left_out(front: Front) -> None:
    front.want(hello())
    for number in range(800):
        live(front, hello(Name=f"console_{number:03}_{'x' * 200}"))
    said = front.cli("status", "--format", "markdown").out
    assert len(said) <= 60_000 and "left out here; `templatesync status --format json` has all of it" in said
    assert "unmanaged (800)" in said.replace("**", "")
