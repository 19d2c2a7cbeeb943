"""`import --update`: a live edit goes into its file and language, or it is told why not and nothing is changed."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import LOCAL, World
from support.flow_project import ASSET, Flows
from support.kind_specimens import PHONE
from support.plan_scenarios import TEXT, hello, there

from templatesync.commands.update import UpdateResult
from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.errors import ExitCode, FindingsError, UsageError
from templatesync.model.finding import Finding
from templatesync.project import workspace
from templatesync.project.settings import load
from templatesync.validation.check import check

A, B = "template/hello@en", "template/hello@id"
LATER = "Hello $(name), your parcel comes tomorrow."
FILE = "templates/a.yaml"

ONE = """\
# Sent at dispatch.
Name: hello
Category: UTILITY
Language: en
Components:
  # read by customers
  - Type: BODY
    Text: "Hello $(name), your parcel is on its way to you."  # one sentence
  - Type: FOOTER
    Text: Thank you
Example:
  name: Ann  # made up
"""
TWO = """\
Name: hello
Category: UTILITY
Languages: [en, id]
Components:
  - Type: BODY
    Text:
      en: Hello $(name), your parcel is on its way to you.
      id: Halo $(name), paket Anda sedang dalam perjalanan.  # asked Sri
  - Type: FOOTER
    Text: Parcels & more  # our name
Example: {name: Ann}
"""


def edit(world: World, *components: dict[str, Any], language: str = "en", **more: Any) -> None:
    """What somebody changes in the console."""
    body = {"Components": list(components), "Language": language, "Example": {"name": "Eva"}, **more}
    world.live(**there(hello(**body)))


def again(world: World, *components: dict[str, Any]) -> None:
    """A later edit of the same template."""
    other = world.other(world.root / "console")
    other.project(policy={"on_approved": "modify"})
    other.want(hello(Components=list(components), Example={"name": "Eva"}))
    world.settings(modify_approved="allow")
    other.apply(allow_breaking=True)
    world.review("pass")


def body(text: str = TEXT) -> dict[str, Any]:
    return {"Type": "BODY", "Text": text}


def footer(text: str = "Thank you") -> dict[str, Any]:
    return {"Type": "FOOTER", "Text": text}


def read(world: World, name: str = FILE) -> str:
    return (world.root / name).read_bytes().decode()


def told(result: UpdateResult) -> dict[str, str]:
    return {each.key: each.reason for each in result.left}


def taken(result: UpdateResult) -> list[str]:
    return [each.key for file in result.files for each in file.taken]


def errors(world: World) -> tuple[Finding, ...]:
    return check(workspace.read(load(world.root))).errors


def quiet(world: World, *spaces: str) -> bool:
    return all(row["action"] == "no_op" for row in world.document(*spaces)["spaces"][0]["changes"])


def test_only_what_differs_is_edited(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body(LATER), footer())
    result = world.update()
    (file,) = result.files
    assert (result.exit_code, taken(result), file.file) == (ExitCode.OK, [A], FILE)
    assert read(world) == ONE.replace(TEXT, LATER)  # samples are nobody's content
    assert [line for line in file.diff if line[0] in "+-"][2:] == [
        f'-    Text: "{TEXT}"  # one sentence',
        f'+    Text: "{LATER}"  # one sentence',
    ]
    assert quiet(world)


def test_nothing_to_do_is_told(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body(), footer())
    result = world.update(A)
    assert (result.exit_code, result.files, result.left, result.equal) == (ExitCode.OK, (), (), 1)


def test_nothing_is_written_unless_it_was_agreed_to(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body(LATER), footer())
    result = world.update(write=False)
    assert (taken(result), result.written, read(world)) == ([A], False, ONE)


def test_a_byte_order_mark_and_line_ends_stay(world: World) -> None:
    world.put(FILE, "")
    text = ONE.replace('"Hello', "|\n      Hello").replace('you."', "you.").replace("  # one sentence", "")
    (world.root / FILE).write_bytes(BOM_UTF8 + text.replace("\n", "\r\n").encode())
    edit(world, body("Hello $(name),\n\nyour parcel comes tomorrow."), footer("Bye"))
    assert taken(world.update()) == [A]
    data = (world.root / FILE).read_bytes()
    assert data.startswith(BOM_UTF8 + b"# Sent")
    assert data.count(b"\n") == data.count(b"\r\n")
    lines = "|-\r\n      Hello $(name),\r\n\r\n      your parcel comes tomorrow.\r\n"
    assert f"Text: {lines}" in data.decode()
    assert quiet(world)


def test_parts_come_and_go_in_the_style_of_a_person(world: World) -> None:
    world.put(FILE, ONE)
    buttons = [{"Type": "QUICK_REPLY", "Text": "Later"}, {"Type": "QUICK_REPLY", "Text": "Where is it?"}]
    edit(world, body(), {"Type": "BUTTONS", "Buttons": buttons})
    assert taken(world.update()) == [A]
    text = read(world)
    assert "FOOTER" not in text
    assert "  - Type: BUTTONS\n    Buttons:\n      - Type: QUICK_REPLY\n        Text: Later\n" in text
    assert "# one sentence\n" in text
    assert quiet(world)
    more = [*reversed(buttons), {"Type": "QUICK_REPLY", "Text": "Stop"}]
    again(world, body(), {"Type": "BUTTONS", "Buttons": more})
    assert taken(world.update()) == [A]
    assert quiet(world)


def test_a_comment_in_what_would_go_keeps_it(world: World) -> None:
    text = ONE.replace("    Text: Thank you\n", "    Text: Thank you  # ask Eva first\n")
    world.put(FILE, text)
    edit(world, body(LATER))
    result = world.update()
    assert result.exit_code is ExitCode.PARTIAL
    assert "ask Eva first" in told(result)[A]
    assert read(world) == text


def test_only_that_language_is_edited(world: World) -> None:
    world.put(FILE, TWO)
    edit(world, body("Halo $(name), paket Anda tiba besok pagi."), footer("Parcels & more"), language="id")
    edit(world, body(), footer("Parcels and more"))
    result = world.update(B)
    assert taken(result) == [B]
    assert read(world) == TWO.replace("Halo $(name), paket Anda sedang dalam perjalanan.",
                                      "Halo $(name), paket Anda tiba besok pagi.")  # fmt: skip
    assert taken(world.update(A)) == [A]
    assert "    Text:  # our name\n      en: Parcels and more\n      id: Parcels & more\n" in read(world)
    assert quiet(world)


def test_one_text_for_all_stays_one_when_all_have_changed(world: World) -> None:
    world.put(FILE, TWO)
    edit(world, body("Halo $(name), paket Anda sedang dalam perjalanan."), footer("Post"), language="id")
    edit(world, body(), footer("Post"))
    assert taken(world.update()) == [A, B]
    assert read(world) == TWO.replace("Parcels & more", "Post")


def test_what_several_languages_share_is_told(world: World) -> None:
    world.put(FILE, TWO)
    edit(world, body("Halo $(name), paket Anda sedang dalam perjalanan."), language="id")
    edit(world, body(), footer("Parcels & more"))
    result = world.update("template/hello")
    assert "give each a document of its own" in told(result)[B]
    assert (read(world), result.equal) == (TWO, 1)


VARIABLES = {"spaces": {"local": {"emulator": True, "vars": {"shop": "Ann & Co", "city": "Rome"}}}}


def test_a_variable_stays_where_its_value_stands(tmp_path: Path) -> None:
    world = World(tmp_path, **VARIABLES)
    world.put(FILE, ONE.replace("your parcel is", "your parcel of ${{ shop }} in ${{city}} is"))
    edit(world, body("Hello $(name), the parcel of Ann & Co from Rome comes."), footer())
    assert taken(world.update()) == [A]
    assert 'Text: "Hello $(name), the parcel of ${{ shop }} from ${{city}} comes."  # one' in read(world)
    assert quiet(world)


def test_a_variable_that_has_another_value_live_is_told(tmp_path: Path) -> None:
    world = World(tmp_path, **VARIABLES)
    text = ONE.replace("your parcel is", "your parcel of ${{ shop }} is")
    world.put(FILE, text)
    edit(world, body("Hello $(name), the parcel of Ann and Co comes."), footer())
    result = world.update()
    assert "${{ shop }}" in told(result)[A]
    assert (read(world), result.exit_code) == (text, ExitCode.PARTIAL)


def test_what_no_file_can_say_is_told(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body("Hello $(name), your parcel of ${{ shop }} comes."), footer("Bye"))
    result = world.update()
    assert "which a file keeps for variables" in told(result)[A]
    assert (read(world), result.files, result.exit_code) == (ONE, (), ExitCode.PARTIAL)
    assert not quiet(world)


def test_what_was_accepted_is_so_no_more_once_it_is_taken_over(world: World) -> None:
    world.put(FILE, f"{ONE}templatesync: {{told_back: {{'Components[BODY].Text': '{0:016}'}}}}\n")
    edit(world, body(LATER), footer())
    assert taken(world.update()) == [A]
    assert read(world) == ONE.replace(TEXT, LATER)
    assert quiet(world)


def test_a_text_that_is_told_in_a_code_stays_as_customers_read_it(world: World) -> None:
    replies = "      - {Type: QUICK_REPLY, Text: Tea}\n      - {Type: QUICK_REPLY, Text: Tom & Ann}\n"
    parts = f"    Text: You & us\n  - Type: BUTTONS\n    Buttons:\n{replies}"
    said = ONE.replace("    Text: Thank you\n", parts)
    world.put(FILE, said)
    buttons = [{"Type": "QUICK_REPLY", "Text": text} for text in ("Tea", "Tom &amp; Ann")]
    edit(world, body(LATER), footer("You &amp; us"), {"Type": "BUTTONS", "Buttons": buttons})
    ((took,),) = [file.taken for file in world.update().files]
    assert {path.partition("]")[0] for path in took.told_back} == {"Components[BUTTONS", "Components[FOOTER"}
    assert read(world).partition("templatesync:")[0] == said.replace(TEXT, LATER)
    assert quiet(world)


RENAMED = "Hello $(client) $(day), see you then, all the best."


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (RENAMED, "var-adjacent"),
        ("Hello {{1}}, your parcel comes.", "body-no-double-braces"),
        ("$(name), all of it is on its way to you, and it is coming {{ soon }}", "body-no-double-braces var-not-lead"),
    ],
)
def test_what_breaks_a_rule_is_taken_over_and_silenced_as_it_lives(world: World, text: str, rules: str) -> None:
    world.put(FILE, ONE)
    samples = {"client": "Eva", "day": "Monday"} if text == RENAMED else {"name": "Eva"}
    edit(world, body(text), footer(), Example=samples)
    result = world.update()
    assert [(each.key, each.told_back) for file in result.files for each in file.taken] == [(A, ())]
    (note,) = [note for file in result.files for note in file.notes if "silences" in note]
    assert rules.replace(" ", ", ") in note
    assert re.search(rf"# templatesync: ignore {rules} while [0-9a-f]{{12}}\n", read(world))
    assert text in read(world) and "told_back" not in read(world)
    assert not errors(world) and quiet(world)
    world.put(FILE, read(world).replace("Thank you", "Thanks"))
    assert {finding.rule for finding in errors(world)} == {*rules.split()}


def test_what_breaks_a_rule_in_one_language_is_taken_over(world: World) -> None:
    world.put(FILE, f"# ours\n---\n{TWO}")
    edit(world, body(), footer("Parcels & more"))
    edit(world, body("$(name), paket Anda tiba besok pagi di rumah."), footer("Parcels & more"), language="id")
    assert taken(world.update()) == [B]
    assert "id: $(name), paket Anda tiba besok pagi di rumah.  # asked Sri\n" in read(world)
    assert not errors(world) and quiet(world)


def test_what_stays_as_it_was_gets_no_comment(world: World) -> None:
    text = ONE.replace("    Text: Thank you\n", "    Text: Thank you  # ask Eva first\n")
    world.put(FILE, text)
    edit(world, body(RENAMED), Example={"client": "Eva", "day": "Monday"})
    world.update()
    assert read(world) == text


def test_a_renamed_variable_without_a_sample_is_unknown(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body(RENAMED), footer(), Example={})
    assert taken(world.update()) == [A]
    assert "samples: unknown" in read(world) and "TODO" not in read(world)
    assert not errors(world) and quiet(world)


def test_new_variables_bring_their_samples(world: World) -> None:
    world.put(FILE, ONE)
    text = "Hello $(name), your parcel $(number) is on its way."
    world.live(**there(hello(text, footer(), Example={"name": "Eva", "number": "12"})))
    assert taken(world.update()) == [A]
    assert 'number: "12"' in read(world)
    assert "name: Ann  # made up" in read(world)
    assert quiet(world)


@pytest.mark.parametrize(
    ("block", "left"),
    [
        ("templatesync: {samples: unknown}\n", ""),
        ("templatesync:\n  samples:\n    unknown: [en]\n", ""),
        ("templatesync:\n  protected: true  # for good\n  samples: unknown\n",
         "templatesync:\n  protected: true  # for good\n"),
    ],
)  # fmt: skip
def test_samples_that_come_are_unknown_no_more(world: World, block: str, left: str) -> None:
    plain = "Hello, your parcel is on its way to you."
    text = ONE.replace(TEXT, plain).replace("Example:\n  name: Ann  # made up\n", "")
    world.put(FILE, text + block)
    edit(world, body(LATER), footer())
    assert taken(world.update()) == [A]
    assert "samples" not in read(world) and "name: Eva" in read(world)
    assert left in read(world)
    assert quiet(world)


def test_samples_of_all_languages_that_come_are_unknown_no_more(world: World) -> None:
    # The emulator tells no samples of hello@id, as the service does of some.
    plain = TWO.replace(" $(name)", "").replace("Example: {name: Ann}\n", "").replace("id: Halo", "es: Halo")
    world.put(FILE, plain.replace("id]", "es]") + "templatesync: {samples: {unknown: [en, es]}}\n")
    edit(world, body(LATER), footer("Parcels & more"))
    parts = [body("Hola $(name), tu paquete llega pronto."), footer("Parcels & more")]
    world.live(**there(hello(Language="es", Components=parts, Example={"name": "Sri"})))
    assert taken(world.update()) == [A, "template/hello@es"]
    assert "samples" not in read(world)
    assert "    en: Eva\n    es: Sri\n" in read(world)
    assert quiet(world)


def test_samples_of_one_language_leave_the_others_unknown(world: World) -> None:
    world.put(FILE, TWO.replace("Example: {name: Ann}", "templatesync: {samples: unknown}"))
    edit(world, body(LATER), footer("Parcels & more"))
    edit(world, body("Halo $(name), paket Anda sedang dalam perjalanan."), footer("Parcels & more"), language="id")
    assert taken(world.update()) == [A]
    assert "samples: {unknown: [id]}" in read(world) and "  name:\n    en: Eva\n" in read(world)
    assert quiet(world)


def test_an_edit_that_brings_no_samples_leaves_them_unknown(world: World) -> None:
    text = ONE.replace("Example:\n  name: Ann  # made up\n", "# templatesync: ignore var-example-each\n")
    world.put(FILE, f"# templatesync: ignore var-example-each\n{text}templatesync: {{samples: unknown}}\n")
    world.live(**there(hello(LATER, footer(), Example={})))
    assert taken(world.update()) == [A]
    assert "samples: unknown" in read(world) and LATER in read(world)
    assert quiet(world)


def test_what_other_spaces_share_is_told(tmp_path: Path) -> None:
    world = World(tmp_path, spaces={"local": {"emulator": True}, "other": {"emulator": True}}, default_space="local")
    world.put(FILE, ONE)
    edit(world, body(LATER), footer())
    (file,) = world.update().files
    assert file.notes == ("the file belongs to other as well, which will want it, too",)


@pytest.mark.parametrize(
    ("text", "keys", "words", "fault"),
    [
        (ONE, (A,), "it is not there", True),
        (ONE, (), "it is not there", False),
        (to_yaml({"Name": "hello", "Language": "en", "templatesync": {"state": "absent"}}), (A,), "absent", True),
    ],
)
def test_what_cannot_be_taken_over_is_told(
    world: World, text: str, keys: tuple[str, ...], words: str, fault: bool
) -> None:
    world.put(FILE, text)
    (left,) = world.update(*keys).left
    assert (words in left.reason, left.fault) == (True, fault)
    assert read(world) == text


def test_nothing_is_concluded_from_a_list_that_is_not_whole(world: World) -> None:
    world.put(FILE, ONE)
    world.settings(quirks={"total": "too-large"})
    assert all("not whole" in reason for reason in told(world.update()).values())


def test_a_file_with_errors_is_refused(world: World) -> None:
    world.put(FILE, ONE.replace("UTILITY", "USEFUL"))
    edit(world, body(LATER), footer())
    with pytest.raises(FindingsError):
        world.update()


def test_another_spelling_of_the_key_is_written_as_the_service_has_it(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body(LATER), footer(), Name="Hello")
    result = world.update()
    assert [each.now for file in result.files for each in file.taken] == ["template/Hello@en"]
    assert "Name: Hello\n" in read(world)
    assert "# templatesync: ignore name-charset while " in read(world)
    assert quiet(world)


def test_two_that_it_may_be_are_told(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body(LATER), footer(), Name="Hello")
    edit(world, body(LATER), footer(), Name="HELLO")
    assert "template/HELLO@en, template/Hello@en" in told(world.update())[A]


def test_a_file_that_changes_meanwhile_stays_as_it_is(world: World) -> None:
    from templatesync.commands.update import update

    world.put(FILE, ONE)
    edit(world, body(LATER), footer())

    def saved(result: UpdateResult) -> bool:
        world.put(FILE, ONE + "# saved by an editor\n")
        return True

    result = update(world.root, (), False, world.connection, confirm=saved)
    assert "changed meanwhile" in told(result)[A]
    assert (result.files, result.exit_code) == ((), ExitCode.PARTIAL)
    assert read(world).endswith("# saved by an editor\n")


def test_a_file_that_may_not_be_written_stays_as_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(FILE, ONE)
    edit(world, body(LATER), footer())
    monkeypatch.setattr("os.access", lambda path, mode: False)  # who runs the tests may do everything
    result = world.update()
    assert (told(result), read(world)) == ({A: f"{FILE} may not be written"}, ONE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'Hello $(name), it''s on its way to you.'", "'Hello $(name), it''s here.'"),
        (">-\n      Hello $(name), your parcel\n      is on its way.", ">-\n      Hello $(name), it's here."),
        ("|\n\n      Hello $(name), there it is.\n\n", "|-\n      Hello $(name), it's here.\n\n"),
        ("Hello $(name), there it\n      goes.", "Hello $(name), it's here."),
    ],
)
def test_a_text_keeps_its_style(world: World, old: str, new: str) -> None:
    text = ONE.replace(f'"{TEXT}"  # one sentence', "%s")
    world.put(FILE, text % old)
    edit(world, body("Hello $(name), it's here."), footer())
    assert taken(world.update()) == [A]
    assert read(world) == text % new
    assert quiet(world)


def test_a_text_with_a_hidden_character_is_written_with_an_escape(world: World) -> None:
    world.put(FILE, ONE)
    edit(world, body("Hello $(name),\u200byour parcel comes."), footer())
    world.update()
    assert "\u200b" not in read(world)
    assert quiet(world)


def test_one_space_at_a_time(tmp_path: Path) -> None:
    world = World(tmp_path, spaces={"local": {"emulator": True}, "other": {"emulator": True}}, default_space="local")
    world.put(FILE, ONE)
    from templatesync.commands.update import update

    with pytest.raises(UsageError, match="one space"):
        update(world.root, ("local", "other"), False, world.connection)


def test_nothing_is_taken_from_another_account(tmp_path: Path) -> None:
    world = World(tmp_path, spaces={"local": {"emulator": True, "waba_id": "1"}})
    world.put(FILE, ONE)
    edit(world, body(LATER), footer())
    result = world.update()
    assert (result.error is not None, result.files, read(world)) == (True, (), ONE)
    assert result.exit_code is not ExitCode.OK


@pytest.mark.parametrize(("quirk", "value", "text"), [("blanks", "collapsed", "Where is A & B?"),
                                                      ("characters", "html", "Where is  A &amp; B?")])  # fmt: skip
def test_a_qr_code_whose_message_is_its_name(world: World, quirk: str, value: str, text: str) -> None:
    world.put(FILE, ONE)
    edit(world, body(), footer())
    said = f'kind: qr_code\nPhoneNumber: "{PHONE}"\nPrefilledMessage: Where is  A & B?  # x\n'
    world.put("qr_codes/a.yaml", said)
    world.apply()
    world.settings(quirks={quirk: value})
    assert len(taken(world.update())) == 1
    assert read(world, "qr_codes/a.yaml") == said.replace("Where is  A & B?", text)
    assert quiet(world)


def test_the_json_of_a_flow(tmp_path: Path) -> None:
    world = Flows(tmp_path)
    world.flow()
    world.apply()
    other = {**ASSET, "screens": [{**ASSET["screens"][0], "title": "Another"}, *ASSET["screens"][1:]]}
    world.edit(json=other)
    result = world.update()
    assert taken(result) == ["flow/book"]
    assert json.loads(read(world, "flows/book.json")) == other
    assert quiet(world)


def test_the_json_of_a_flow_that_breaks_a_rule(tmp_path: Path) -> None:
    world = Flows(tmp_path)
    world.flow()
    world.apply()
    layout = {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": "Hello"}]}
    other = {"version": ASSET["version"], "screens": [{"id": "ONE", "terminal": True, "layout": layout}]}
    world.edit(json=other)
    assert taken(world.update()) == ["flow/book"]
    assert json.loads(read(world, "flows/book.json")) == other
    assert re.match(r"# templatesync: ignore fj-terminal-footer while [0-9a-f]{12}\n", read(world, "flows/book.yaml"))
    assert not errors(world) and quiet(world)


def test_a_flow_under_the_name_that_the_service_has(tmp_path: Path) -> None:
    world = Flows(tmp_path)
    world.flow("Book")
    world.apply()
    world.settings(quirks={"flow-names": "lower"})
    assert taken(world.update()) == ["flow/Book"]
    assert "FlowName: book\n" in read(world, "flows/Book.yaml")
    assert quiet(world)


def test_a_flow_that_another_file_names_as_well_is_told(tmp_path: Path) -> None:
    world = Flows(tmp_path)
    world.flow()
    world.put("flows/b.yaml", read(world, "flows/book.yaml").replace("FlowName: book", "FlowName: other"))
    world.apply()
    world.edit(json={**ASSET, "screens": [{**ASSET["screens"][0], "title": "Another"}, *ASSET["screens"][1:]]})
    assert told(world.update()) == {"flow/book": "flows/book.json is named by flow/other as well"}


def test_what_refers_to_a_flow_goes_on_referring_to_it(tmp_path: Path) -> None:
    world = Flows(tmp_path)
    world.flow()
    world.flow("other")
    world.apply()
    world.edit("book", status="PUBLISHED")
    world.edit("other", status="PUBLISHED")
    filled = [entry["parameters"]["FlowId"] for entry in world.writes() if entry["operation"] == "UpdateFlowJSONAsset"]
    other = filled[-1]  # in the order of their names
    button = {"Type": "FLOW", "Text": "Choose", "FlowId": "${{ flows.book }}", "NavigateScreen": "CHOOSE_DATE"}
    world.put(FILE, to_yaml(hello(TEXT, {"Type": "BUTTONS", "Buttons": [button]})))
    edit(world, body(), {"Type": "BUTTONS", "Buttons": [{**button, "FlowId": other}]})
    assert taken(world.update(A)) == [A]
    assert "${{ flows.other }}" in read(world)


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Any]:
    """Runs the command line."""
    from support.beliefs.story import Plot, Teller, nothing

    teller = Teller(tmp_path, Plot("update", nothing, "modify", "allow"))
    teller.world.put(FILE, ONE)
    edit(teller.world, body(LATER), footer())
    teller.world.control("space", cust_space_id=LOCAL)

    def run(*arguments: str) -> Any:
        return teller.tell("update", *arguments), teller.world

    return run


def test_the_command_asks_or_is_told_to(shop: Callable[..., Any]) -> None:
    ended, world = shop("import", "--update", A)
    assert (ended.code, "--yes" in ended.errors) == (64, True)
    ended, world = shop("import", "--update", "--dry-run", A)
    assert (ended.code, read(world)) == (0, ONE)
    assert f'+    Text: "{LATER}"  # one sentence' in ended.text
    assert "Nothing was written." in ended.text
    ended, world = shop("import", "--update", "--yes", "--format", "json", A)
    assert (ended.code, ended.document["written"]) == (0, True)
    (file,) = ended.document["files"]
    assert (file["file"], file["taken"][0]["key"], file["taken"][0]["paths"]) == (FILE, A, ["Components[BODY].Text"])
    assert read(world) == ONE.replace(TEXT, LATER)
    ended, _ = shop("import", "--update", "--yes", A)
    assert (ended.code, "1 equal already" in ended.text) == (0, True)


@pytest.mark.parametrize("options", [("--yes",), ("--update", "--from-meta", "a.json"), ("--dry-run",)])
def test_options_that_do_not_go_together(shop: Callable[..., Any], options: tuple[str, ...]) -> None:
    ended, _ = shop("import", *options)
    assert ended.code == 64
