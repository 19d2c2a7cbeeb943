"""`check-payload` as users run it: requests of any kind against the project's templates, and private values kept."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.projects import Ended, Shop

from templatesync.cli.options import Globals
from templatesync.schema.loading import schema_dir

ORDER = """\
Name: shop_order
Category: UTILITY
Languages: [en, pt_BR]
Components:
  - Type: BODY
    Text: {en: "Hello $(name), your order has left our studio today.", pt_BR: "Olá $(name), o seu pedido já saiu hoje."}
  - Type: BUTTONS
    Buttons:
      - {Type: QUICK_REPLY, Text: {en: Confirm, pt_BR: Sim}}
      - {Type: QUICK_REPLY, Text: {en: Cancel, pt_BR: Cancelar}}
Example: {name: Ann}
"""
NEWER = ORDER.replace("shop_order", "shop_order_v2").replace("name", "customer").replace("cuscustomer", "customer")
NEWER += "templatesync: {replaces: shop_order}\n"
RIGHT: dict[str, Any] = {
    "ChannelType": "whatsapp",
    "Type": "template",
    "From": "6581234567",
    "To": "6591234567",
    "TemplateName": "shop_order",
    "Language": "en",
    "TemplateParams": {"name": "Ann"},
    "Payload": ["Confirm", "Cancel"],
}


@pytest.fixture
def sender(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A project with what is sent, in CI, and nobody who could sign a request."""

    def refuse(self: Globals) -> Any:
        raise AssertionError("files alone suffice")

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(Globals, "connection", refuse)
    monkeypatch.chdir(shop.root)
    shop.write("templates/order.yaml", ORDER)
    return shop


def check(shop: Shop, document: Any, *options: str) -> Ended:
    shop.write("sent/request.json", document if isinstance(document, str | bytes) else json.dumps(document))
    return shop.run("check-payload", "sent", *options)


def found(ended: Ended) -> list[tuple[str, str]]:
    return [(each["code"], each["pointer"]) for each in ended.findings]


def test_a_right_request_passes(sender: Shop) -> None:
    ended = check(sender, [RIGHT, RIGHT])
    assert (ended.code, ended.out) == (0, "right: 1 file, 2 requests, no findings\n")


def test_findings_name_file_line_and_pointer(sender: Shop) -> None:
    sent = json.dumps({**RIGHT, "TemplateParams": {"name": "A\tB"}, "Payload": ["Cancel", "Confirm"]}, indent=1)
    ended = check(sender, sent)
    assert ended.code == 3
    assert "sent/request.json:9:3: error: the value of name has a line end, a tab" in ended.out
    assert "at /TemplateParams/name [send-value-characters]" in ended.out
    assert "hint: payloads are given by position" in ended.out
    assert ended.out.endswith("refused: 1 file, 1 request, 3 errors\n")


def test_the_document_fits_its_schema(sender: Shop) -> None:
    ended = check(sender, {**RIGHT, "Payload": ["Confirm"], "To": "+65 9"}, "--format", "json")
    document = json.loads(ended.out)
    schema = json.loads((schema_dir() / "check-payload.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)
    assert document["summary"] == {"files": 1, "requests": 1, "error": 1, "warning": 1, "left_out": 0}
    assert found(ended) == [("send-number", "/To"), ("send-payload-missing", "/Payload")]
    assert document["findings"][1]["key"] == "template/shop_order@en"


def test_annotations_are_few_and_name_the_file_in_the_repository(sender: Shop) -> None:
    (sender.root.parent / ".git").mkdir()
    wrong = [{**RIGHT, "TemplateParams": {f"v{number}": "x"}} for number in range(20)]
    lines = check(sender, wrong, "--format", "github").out.splitlines()
    assert len([line for line in lines if line.startswith("::error ")]) == 10
    assert lines[0].startswith(f"::error file={sender.root.name}/sent/request.json,line=1,col=")
    assert lines[-2].startswith("truncated: 10 of 40 findings")


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"TemplateName": "shop_ordr"}, "send-template", "did you mean shop_order?"),
        ({"TemplateName": None, "TemplateCode": "744c4b5c79c9432497a075bdfca36bf5"}, "send-template", "--codes FILE"),
        ({"TemplateName": None}, "send-template", "neither TemplateName nor TemplateCode"),
        ({"Language": None}, "send-language", "LanguageNotEmpty"),
        ({"Language": "en_US"}, "send-language", "did you mean en?"),
        ({"Language": "pt"}, "send-language", "did you mean pt_BR?"),
        ({"Language": "xx"}, "send-language", "LanguageNotSupport); the template is there in en, pt_BR"),
    ],
)
def test_which_template_is_meant(sender: Shop, changed: dict[str, Any], code: str, said: str) -> None:
    ended = check(sender, {**RIGHT, **changed}, "--format", "json")
    assert ended.code == 3
    (finding,) = ended.findings
    assert finding["code"] == code and said in finding["message"]


def test_a_code_is_a_name_or_stands_in_the_codes(sender: Shop) -> None:
    by_code = {**RIGHT, "TemplateName": None, "TemplateCode": "4711"}
    assert check(sender, {**by_code, "TemplateCode": "shop_order"}).code == 0
    contract = json.loads(sender.run("outputs", "--format", "contract").out)["contracts"]
    digest = contract["shop_order"]["languages"]["en"]["contract"]["digest"]
    codes = sender.write("codes.json", json.dumps({"shop_order": {"en": {digest: "4711"}}}))
    assert check(sender, by_code, "--codes", str(codes)).code == 0
    two = check(sender, {**by_code, "TemplateName": "other"}, "--codes", str(codes))
    assert two.code == 0 and "TemplateName is other, and the TemplateCode is for shop_order" in two.out
    old = sender.write("old.json", json.dumps({"shop_order": {"en": {"{who} 0123": "4711"}}}))
    ended = check(sender, by_code, "--codes", str(old))
    assert ended.code == 3 and "a contract that it has no more: {who} 0123" in ended.out
    ended = check(sender, {**by_code, "TemplateCode": "4712"}, "--codes", str(codes))
    assert ended.code == 3 and "none of the codes of --codes" in ended.out


def test_a_version_that_nobody_adopted_may_be_sent_too(sender: Shop) -> None:
    sender.write("templates/order_v2.yaml", NEWER)
    new = {**RIGHT, "TemplateParams": {"customer": "Ann"}}
    assert check(sender, [RIGHT, new, {**new, "TemplateName": "shop_order_v2"}]).code == 0
    ended = check(sender, {**new, "TemplateParams": {"customer": ""}}, "--format", "json")
    (finding,) = ended.findings
    assert finding["key"] == "template/shop_order_v2@en" and "fits best, shop_order_v2: {customer}" in finding["hint"]


def test_a_contract_file_takes_the_place_of_the_project(sender: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    contract = sender.write("contract.json", sender.run("outputs", "--format", "contract").out)
    away = Shop(tmp_path_factory.mktemp("away"), sender.capsys)
    (away.root / "templatesync.yaml").unlink()
    request = away.write("r.json", json.dumps(RIGHT))
    assert away.run("check-payload", str(request), "--contract", str(contract)).code == 0
    assert away.run("check-payload", str(request), "--contract", str(request)).code == 64


def test_stdin_is_a_file(sender: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = io.TextIOWrapper(io.BytesIO(json.dumps({**RIGHT, "To": "x"}).encode()))
    monkeypatch.setattr(sys, "stdin", sent)
    ended = sender.run("check-payload", "-")
    assert ended.code == 3 and ended.out.startswith("-:1:")


@pytest.mark.parametrize("paths", [[], ["empty"], ["missing.json"]])
def test_nothing_to_check_is_no_success(sender: Shop, paths: list[str]) -> None:
    (sender.root / "empty" / ".hidden").mkdir(parents=True)
    sender.write("empty/.hidden/request.json", json.dumps(RIGHT))
    ended = sender.run("check-payload", *paths)
    assert (ended.code, ended.out) == (64, "")


BAD = {
    "no json": b"Dear Ann",
    "empty": b"",
    "bom": b"\xef\xbb\xbf{}",
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "deep": b"[" * 100_000,
    "deep objects": b'{"TemplateParams":' * 50_000,
    "twice": b'{"To": "1", "To": "2"}',
    "nan": b'{"To": NaN}',
    "long number": b'{"To": 6591234567891234567890}',
    "surrogate": b'{"TemplateName": "\\ud800"}',
    "no request": b"[]",
    "a number": b"6591234567",
    "lists": b"[[[]]]",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_told_and_the_others_are_checked(sender: Shop, kind: str) -> None:
    sender.write("sent/bad.json", BAD[kind])
    ended = check(sender, {**RIGHT, "To": "x"}, "--format", "json")
    assert ended.code == 3
    assert {each["file"] for each in ended.findings} == {"sent/bad.json", "sent/request.json"}


def test_a_huge_file_and_a_link_are_not_read(sender: Shop) -> None:
    with sender.write("sent/huge.json", b"[").open("r+b") as huge:
        huge.truncate(17 << 20)
    (sender.root / "sent" / "link.json").symlink_to("request.json")
    (sender.root / "sent" / "folder").symlink_to(sender.root)
    ended = check(sender, RIGHT)
    assert ended.code == 3
    said = ended.out.splitlines()
    assert [line.split(":")[0] for line in said if "error" in line][:3] == [
        "sent/folder",
        "sent/huge.json",
        "sent/link.json",
    ]


def test_no_value_of_a_customer_is_told(sender: Shop) -> None:
    private = ("6591230001", "481516ABCDEFGHIJKL", "Annabel", "secret-token")
    sent = {
        **RIGHT,
        "From": f"+{private[0]}",
        "To": f"+{private[0]}",
        "TemplateParams": {"name": f"{private[2]}\t{private[1]}", "more": private[1], "number": 6591230001},
        "Payload": [private[3], private[2], private[1]],
        "FlowAction": {"FlowToken": private[3]},
    }
    inside = {**sent, "TemplateParams": json.dumps({"name": private[2] * 400})}
    astray = {**sent, "Type": private[0], "ChannelType": private[0], "Language": private[0], f"+{private[0]}": {}}
    unknown = {**sent, "TemplateName": f"+{private[0]}"}
    sender.write("sent/cut.json", '{"To": +6591230001}')
    sender.write("sent/bare.json", '{"To": "1", "TemplateParams": {"name": Annabel}}')
    sender.write("sent/colon.json", '{"TemplateParams": {"Annabel"}}')
    for form in ("text", "json", "github"):
        ended = check(sender, [sent, inside, astray, unknown], "--format", form)
        assert ended.code == 3
        assert [each for each in private if each in ended.said] == []


def test_hostile_names_reach_no_terminal(sender: Shop) -> None:
    name = "\x1b[31m\u202e::error::x"
    ended = check(sender, {**RIGHT, "TemplateParams": {"name": "A", name: "x", "y" * 5_000: "x"}, "Language": name})
    assert "\x1b" not in ended.out and "\u202e" not in ended.out
    assert max(map(len, check(sender, {**RIGHT, "TemplateName": "n" * 9_000}).out.splitlines())) < 400


def test_a_thousand_customers_make_no_flood(sender: Shop) -> None:
    entry = {"To": "x", "TemplateParams": {"name": ""}}
    whole = {name: RIGHT[name] for name in ("ChannelType", "From", "TemplateName", "Language")}
    ended = check(sender, [{**whole, "SenderList": [entry] * 1_000}], "--format", "json")
    document = json.loads(ended.out)
    assert len(document["findings"]) == 2_000
    assert document["summary"]["left_out"] == sum(document["summary"][each] for each in ("error", "warning")) - 2_000
    assert {each["severity"] for each in document["findings"]} == {"error"}


def test_files_of_the_project_must_be_sound(sender: Shop) -> None:
    sender.bad("Name: [\n")
    ended = check(sender, RIGHT)
    assert ended.code == 3 and "templates/bad.yaml" in ended.err


def test_every_code_stands_in_its_page() -> None:
    from templatesync.sending.check import Code

    page = (Path(__file__).parents[2] / "docs" / "reference" / "check-payload.md").read_text(encoding="utf-8")
    assert [each for each in Code if f"| `{each}` |" not in page] == []
