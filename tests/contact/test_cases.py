"""Situations that people met with the live service, in words of our own; each with all of its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.beliefs.story import JSON, Plot, Teller, Told, nothing
from support.beliefs.verdict import rows
from support.emulated_project import LOCAL

from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator.quirks import QUIRKS

TEXT = "Hello $(guest), your table on $(day) is booked, please come ten minutes early."
OTHER = "Hello $(guest), your table on $(day) is booked, please bring the voucher along."
KEY = "template/table_note@en"
PLOT = Plot("case", nothing, "modify", "allow")

Body = Mapping[str, Any]


def note(text: str = TEXT, *more: Body, name: str = "table_note", **fields: Any) -> Body:
    components = [{"Type": "BODY", "Text": text}, *more]
    whole = {"Name": name, "Category": "UTILITY", "Language": "en", "Components": components}
    return {**whole, "Example": {"guest": "Ann", "day": "Monday"}, **fields}


GONE = {"Name": "table_note", "Language": "en", "templatesync": {"state": "absent"}}


class Case(Teller):
    """A project of a few templates."""

    def files(self, *bodies: Body) -> None:
        self.want("case", {f"templates/{number}.yaml": to_yaml(body) for number, body in enumerate(bodies)}, {})

    def live(self, body: Body, status: str = "pass") -> None:
        """Put it there as the console would."""
        low = {name.lower(): value for name, value in body.items()}
        self.world.control("template", cust_space_id=LOCAL, status=status, **low)

    def quirks(self, **quirks: str) -> None:
        """Be otherwise from now on."""
        self.world.settings(quirks={name.replace("_", "-"): value for name, value in quirks.items()})

    def run(self, *arguments: str) -> Told:
        return self.tell(" ".join(arguments), *arguments, *JSON)

    def text(self, *arguments: str) -> str:
        """What a person reads."""
        told = self.tell(" ".join(arguments), *arguments)
        return told.errors + told.text

    def plan(self, *options: str) -> dict[str, str]:
        """Actions by key."""
        return {row["key"]: row["action"] for row in rows(self.run("plan", *options))}

    def apply(self, *options: str) -> dict[str, str]:
        """Ends by key."""
        return {row["key"]: row["outcome"] for row in rows(self.run("apply", "--yes", *options))}

    def row(self, key: str = KEY) -> Mapping[str, Any]:
        """The row of a plan."""
        (found,) = [row for row in rows(self.run("plan")) if row["key"] == key]
        return found

    def sent(self, operation: str) -> list[Mapping[str, str]]:
        """The parameters of each call of an operation."""
        history = self.world.control("history")
        return [entry["parameters"] for entry in history if entry["operation"] == operation]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = Case(tmp_path, PLOT)
    made.world.settings(modify_approved="allow")
    yield made
    made.world.emulator.end()


# --- a state that no page lists ---------------------------------------------------------------------------------------

REJECTED = [("audit-status", value) for value in ("send-fail", "upper", "capitalized", "meta", "meta-lower")]
UNKNOWN = [("audit-status", value) for value in ("numbers", "unknown", "empty", "null", "missing")]


@pytest.mark.parametrize("quirk", REJECTED, ids="=".join)
def test_other_words_for_rejected_are_rejected(case: Case, quirk: tuple[str, str]) -> None:
    case.live(note(), "fail")
    case.world.settings(quirks=dict([quirk]))
    case.files(note())
    assert case.run("status", "--exit-code").code == 8
    assert case.row()["notes"] != []
    case.files(note(OTHER))
    assert (case.row()["action"], case.row()["review"]) == ("update", True)
    assert case.plan("--resubmit", KEY) == {KEY: "update"}
    case.files(GONE)
    assert case.apply() == {KEY: "done"}


@pytest.mark.parametrize("quirk", UNKNOWN, ids="=".join)
def test_an_unknown_state_is_never_in_order_and_there_is_a_way_out(case: Case, quirk: tuple[str, str]) -> None:
    case.live(note())
    case.world.settings(quirks=dict([quirk]))
    case.files(note())
    assert case.run("status", "--exit-code").code != 0
    assert case.row()["notes"] != []
    assert case.run("outputs").document["spaces"][0]["outputs"][0]["usable"] is False
    case.files(note(OTHER))
    assert case.row()["action"] == "blocked"
    assert "--resubmit" in case.text("plan")


# --- a switch of another category -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("quirk", [{"allow-send": "false"}, {"allow-send": "null"}, {"allow-send-false": "refused"}])
def test_a_switch_that_counts_for_another_category_is_neither_sent_nor_compared(
    case: Case, wanted: bool, quirk: Mapping[str, str]
) -> None:
    case.world.settings(quirks=quirk)
    case.files(note(AllowSend=wanted))
    assert case.apply() == {KEY: "done"}
    assert case.plan() == {KEY: "no_op"}
    assert case.sent("ModifyChatappTemplateProperties") == []
    findings = case.run("validate").document["findings"]
    assert {each["severity"] for each in findings if "AllowSend" in each["message"]} & {"warning", "error"}


# --- a name that the service keeps ------------------------------------------------------------------------------------


def test_a_name_that_is_held_back_is_told_with_the_way_out(case: Case) -> None:
    case.live(note())
    case.quirks(held_names="deleted")
    case.files(GONE)
    assert case.apply() == {KEY: "done"}
    case.files(note())
    (row,) = rows(case.run("apply", "--yes"))
    assert row["outcome"] == "failed"
    assert "another Name" in row["message"]
    assert "plan again" not in row["message"]
    (refused,) = [entry for entry in case.world.control("history") if entry["code"] != "OK"][-1:]
    assert refused["code"] in json.dumps(row)


# --- fields without effect --------------------------------------------------------------------------------------------

EFFECTLESS: Mapping[str, Body] = {
    "Format": note(TEXT, {"Type": "FOOTER", "Text": "The studio", "Format": "TEXT"}),
    "Caption": {**note(), "Components": [{"Type": "BODY", "Text": TEXT, "Caption": "See"}]},
    "FileName": {**note(), "Components": [{"Type": "BODY", "Text": TEXT, "FileName": "a.pdf"}]},
    "AddSecretRecommendation": {
        **note(),
        "Components": [{"Type": "BODY", "Text": TEXT, "AddSecretRecommendation": True}],
    },
    "CodeExpirationMinutes": note(TEXT, {"Type": "FOOTER", "Text": "The studio", "CodeExpirationMinutes": 5}),
    "Example": note(Example={"guest": "Ann", "day": "Monday", "nobody": "x"}),
}


@pytest.mark.parametrize("field", EFFECTLESS)
def test_what_has_no_effect_is_neither_sent_nor_compared(case: Case, field: str) -> None:
    if field != "Example":
        case.world.settings(quirks={"dropped-field": field})
    case.files(EFFECTLESS[field])
    assert case.apply() == {KEY: "done"}
    case.decide()
    assert case.plan() == {KEY: "no_op"}
    (sent,) = case.sent("CreateChatappTemplate")
    assert f'"{field if field != "Example" else "nobody"}"' not in sent["Components"] + sent["Example"]


@pytest.mark.parametrize("said", [True, False])
def test_format_of_what_can_only_be_text_is_no_change(case: Case, said: bool) -> None:
    case.quirks(text_format="told")
    footer = {"Type": "FOOTER", "Text": "The studio", **({"Format": "TEXT"} if said else {})}
    case.files(note(TEXT, footer))
    assert case.apply() == {KEY: "done"}
    case.decide()
    assert case.plan() == {KEY: "no_op"}


# --- a listing in another form ----------------------------------------------------------------------------------------

LISTINGS = [("rows-under", value) for value in QUIRKS["rows-under"].values]
LISTINGS += [("lists", value) for value in QUIRKS["lists"].values] + [("names", "snake"), ("objects", "text")]


@pytest.mark.parametrize("quirk", LISTINGS, ids="=".join)
def test_a_listing_in_another_form_is_no_empty_account(case: Case, quirk: tuple[str, str]) -> None:
    case.live(note())
    case.live(note(name="other_note"))
    case.files(note())
    case.world.settings(quirks=dict([quirk]))
    assert case.plan().get(KEY) in ("no_op", "blocked", None)
    assert case.run("plan", "--detailed-exitcode").code != 0 or case.row()["action"] == "no_op"
    told = case.run("import")
    assert told.code != 0 or len(told.document["written"]) == 1
    status = rows(case.run("status"))
    assert [row["status"] for row in status if row["status"] == "not there"] == []
    assert case.run("apply", "--yes").writes == ()


def test_no_list_and_no_total_are_no_empty_account(case: Case) -> None:
    case.live(note())
    case.files(note())

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "ListChatappTemplate":
            answer.pop("ListTemplate")
            answer.pop("Total")

    case.world.emulator.after = after
    assert "create" not in case.plan().values()
    assert case.run("plan", "--detailed-exitcode").code != 0
    assert [row["status"] for row in rows(case.run("status")) if row["status"] == "not there"] == []
    assert case.tell("import", "import", *JSON, root=_empty(case)).code != 0


# --- one template that cannot be understood ---------------------------------------------------------------------------


def _example_as_text(detail: dict[str, Any]) -> None:
    detail["Example"] = json.dumps(detail["Example"])


def _hyphen(detail: dict[str, Any]) -> None:
    detail["Language"] = "en-US"


def _capitals(detail: dict[str, Any]) -> None:
    detail["Language"] = "EN"


def _nothing(detail: dict[str, Any]) -> None:
    detail.clear()


def _list_for_text(detail: dict[str, Any]) -> None:
    detail["Components"][0]["Text"] = ["Hello"]


def _object_for_list(detail: dict[str, Any]) -> None:
    detail["Components"] = {"x": detail["Components"]}


def _null(detail: dict[str, Any]) -> None:
    detail["Components"] = None


STRANGE = (_example_as_text, _hyphen, _capitals, _nothing, _list_for_text, _object_for_list, _null)


@pytest.mark.parametrize("strange", STRANGE)
def test_one_strange_template_hides_no_other(case: Case, strange: Any) -> None:
    case.live(note(name="strange_note"))
    case.live(note())
    case.files(note(OTHER), note(name="strange_note"))

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail" and (answer.get("Data") or {}).get("Name") == "strange_note":
            strange(answer["Data"])

    case.world.emulator.after = after
    plan = case.plan()
    assert plan[KEY] == "update"
    assert plan["template/strange_note@en"] in ("blocked", "no_op")
    states = {row["key"]: row["status"] for row in rows(case.run("status"))}
    assert states[KEY] == "pass"
    assert case.apply()[KEY] == "done"
    imported = case.tell("import", "import", *JSON, root=_empty(case))
    keys = [key for file in imported.document["written"] for key in file["keys"]]
    assert KEY in keys
    assert imported.code != 0 or "template/strange_note@en" in keys


def _empty(case: Case) -> Path:
    """An empty project beside it."""
    root = case.world.root.parent / "imported"
    root.mkdir()
    (root / "templatesync.yaml").write_text((case.world.root / "templatesync.yaml").read_text("utf-8"), "utf-8")
    return root


# --- blanks that nobody sees ------------------------------------------------------------------------------------------

BLOCK = """\
Name: table_note
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: |
      Hello $(guest),

      your table on $(day) is booked, please come early.
  - {Type: FOOTER, Text: ' The studio '}
Example: {guest: Ann, day: Monday}
"""


@pytest.mark.parametrize("ends", ["", *QUIRKS["text-ends"].values])
def test_blanks_at_the_ends_of_a_text_are_neither_sent_nor_compared(case: Case, ends: str) -> None:
    case.world.settings(quirks={"text-ends": ends} if ends else {})
    case.want("case", {"templates/note.yaml": BLOCK}, {})
    assert case.apply() == {KEY: "done"}
    case.decide()
    assert case.plan() == {KEY: "no_op"}
    (sent,) = case.sent("CreateChatappTemplate")
    texts = [each["Text"] for each in json.loads(sent["Components"])]
    assert texts == [text.strip() for text in texts]


def test_blanks_at_the_ends_are_found_and_mended(case: Case) -> None:
    case.want("case", {"templates/note.yaml": BLOCK}, {})
    found = case.run("validate").document["findings"]
    assert {each["path"] for each in found} >= {"Components[BODY].Text", "Components[FOOTER].Text"}
    case.run("validate", "--fix")
    assert "|-" in (case.world.root / "templates/note.yaml").read_text("utf-8")
    assert case.run("validate").document["findings"] == []


def test_a_difference_that_cannot_be_seen_is_shown(case: Case) -> None:
    case.live(note("Hello $(guest), your table on $(day) is\u00a0booked, please come early."))
    case.files(note("Hello $(guest), your table on $(day) is booked, please come early."))
    shown = case.text("plan")
    if case.plan() == {KEY: "update"}:
        assert re.search(r"is\W*<U\+00A0>\W*booked", shown)


# --- a placeholder that became text -----------------------------------------------------------------------------------

ENCODED = ("%7B%7B1%7D%7D", "%7b%7b1%7d%7d", "%24%28name%29", "%7Bname%7D")


def linked(url: str, **more: Any) -> Body:
    button = {"Type": "URL", "Text": "See the pass", "Url": url, **more}
    example = {"guest": "Ann", "day": "Monday", **({"code": "77"} if "$(code)" in url else {})}
    return note(TEXT, {"Type": "BUTTONS", "Buttons": [button]}, Example=example)


@pytest.mark.parametrize("encoded", ENCODED)
@pytest.mark.parametrize("variable", ["", "$(code)"])
def test_an_encoded_placeholder_is_found_and_mended(case: Case, encoded: str, variable: str) -> None:
    kind = "dynamic" if variable else "static"
    case.files(linked(f"https://gate.example.com/p/{encoded}{variable}", UrlType=kind))
    findings = case.run("validate").document["findings"]
    found = [each for each in findings if encoded.lower() in each["message"].lower()]
    assert {each["severity"] for each in found} <= {"warning", "error"}
    assert found != []
    case.run("validate", "--fix")
    text = (case.world.root / "templates/0.yaml").read_text("utf-8")
    if variable:  # without one nobody knows what was meant
        assert encoded not in text


def test_an_importer_says_what_a_placeholder_has_become(case: Case) -> None:
    button = {"type": "URL", "text": "See the pass", "url": "https://gate.example.com/p/%7B%7B1%7D%7D{{1}}"}
    body = {"type": "BODY", "text": "Hello *{{1}}*, your pass is ready, no printout is needed."}
    components = [
        {**body, "example": {"body_text": [["Ann"]]}},
        {"type": "BUTTONS", "buttons": [{**button, "example": ["https://gate.example.com/p/77"]}]},
    ]
    entry = {"name": "gate_pass", "language": "en", "category": "UTILITY", "status": "APPROVED"}
    export = case.world.root / "export.json"
    export.write_text(json.dumps({"data": [{**entry, "components": components}]}), "utf-8")
    told = case.run("import", "--from-meta", str(export))
    assert "%7B%7B1%7D%7D" in json.dumps(told.document)
    (file,) = (case.world.root / "templates").glob("gate_pass.yaml")
    assert "77" in file.read_text("utf-8")
