"""`validate --fix` as a user runs it: what is mended, what is left, and what stays to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from support.projects import GOOD, Shop, tree

from templatesync.kinds import KINDS
from templatesync.schema.loading import load as schema
from templatesync.validation import fix
from templatesync.validation.fix import FILE_FIXES, Fixes
from templatesync.validation.registry import RULES, fixable

CASES = sorted((Path(__file__).parent / "fix_cases").glob("*.yaml"))
BODY = "Hello $(name), your teapot leaves the kiln on Friday, so come by."
TEXT = GOOD.replace("shop_hello", "shop_bad").replace("Hello $(name), your parcel has left our studio today.", BODY)

FIXABLE = {rule for rule in RULES if fixable(rule)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_file_becomes_what_is_expected(shop: Shop, case: Path) -> None:
    path = shop.write("templates/bad.yaml", case.read_bytes())
    shop.run("validate", "--fix")
    assert path.read_text(encoding="utf-8") == case.with_suffix(".expected").read_text(encoding="utf-8")
    before = tree(shop.root)
    again = json.loads(shop.run("validate", "--fix", "--format", "json").out)
    assert again["fixed"] == []
    assert tree(shop.root) == before


@pytest.mark.parametrize(
    ("old", "new", "rule", "message"),
    [
        ("Hello {{1}}, your", "Hello $(var1), your", "body-no-double-braces", "{{1}} is now $(var1)"),
        ("Hello {{name}}, your", "Hello $(name), your", "body-no-double-braces", "{{name}} is now $(name)"),
        ("Hello $( name ), your", "Hello $(name), your", "var-syntax", "$( name ) is now $(name)"),
        ("Hello ＄（name）, your", "Hello $(name), your", "var-syntax", "＄（name） is now $(name)"),
    ],
)
def test_variables_are_written_as_the_platform_wants(shop: Shop, old: str, new: str, rule: str, message: str) -> None:
    path = shop.bad(TEXT.replace("Hello $(name), your", old))
    told = json.loads(shop.run("validate", "--fix", "--format", "json").out)
    assert not list(Draft7Validator(schema("findings")).iter_errors(told))
    (fixed,) = told["fixed"]
    assert (fixed["file"], fixed["line"], fixed["rule"]) == ("templates/bad.yaml", 6, rule)
    assert fixed["message"].startswith(message)
    assert f"Text: {new} teapot" in path.read_text(encoding="utf-8")


def test_line_ends_are_mended_and_nothing_else(shop: Shop) -> None:
    text = TEXT.replace(BODY, f"|-\n      {BODY}")
    path = shop.bad(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    path.chmod(0o600)
    ended = shop.run("validate", "--fix")
    assert ended.code == 0
    assert ended.out == "templates/bad.yaml:1: fixed: line ends are now LF [yaml-crlf]\n" + (
        "1 fixed; valid: 2 files, 2 resources, no findings\n"
    )
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.encode()
    assert path.stat().st_mode & 0o777 == 0o600


def test_other_line_ends_stay_where_something_else_is_mended(shop: Shop) -> None:
    text = TEXT.replace("Example: {name: Ann}\n", "# the end\n").replace("\n", "\r\n")
    path = shop.bad(text)
    shop.run("validate", "--fix")
    wanted = text.replace("by.\r\n", 'by.\r\nExample: {name: "TODO: sample of name"}\r\n')
    assert path.read_bytes() == wanted.encode()


def test_a_missing_sample_cannot_be_sent_unnoticed(shop: Shop) -> None:
    shop.bad(TEXT.replace("Example: {name: Ann}\n", ""))
    ended = shop.run("validate", "--fix")
    assert ended.code == 3
    assert "name is added to Example [var-example-each]" in ended.out and "[example-placeholder]" in ended.out
    refused = shop.run("apply", "--yes")
    assert refused.code == 3 and "example-placeholder" in refused.err
    shop.bad((shop.root / "templates/bad.yaml").read_text(encoding="utf-8").replace("TODO: sample of name", "Ann"))
    assert shop.run("apply", "--yes").code == 0


def test_what_would_bring_a_new_error_is_left(shop: Shop) -> None:
    """The text would end with a variable; the other file is mended all the same."""
    text = TEXT.replace(BODY, '"Hello dear customer, this is for you: {{name}}"')
    path = shop.bad(text)
    other = shop.write("templates/other.yaml", TEXT.replace("shop_bad", "shop_other").replace("$(name)", "{{name}}"))
    ended = shop.run("validate", "--fix")
    assert ended.code == 3 and "1 fixed; invalid" in ended.out and "[body-no-double-braces]" in ended.out
    assert path.read_text(encoding="utf-8") == text
    assert "Hello $(name)," in other.read_text(encoding="utf-8")


def test_two_variables_never_become_one(shop: Shop) -> None:
    text = TEXT.replace(BODY, '"Hello $(var1), your parcel {{1}} has left today."')
    path = shop.bad(text.replace("name: Ann", "var1: Ann"))
    before = path.read_bytes()
    assert shop.run("validate", "--fix").code == 3
    assert path.read_bytes() == before


def test_what_is_silenced_or_off_is_not_mended(shop: Shop) -> None:
    line = "AllowCategoryChange: true"
    text = TEXT.replace("Language: en", f"Language: en\n{line}")
    path = shop.bad(text.replace(line, f"{line}  # templatesync: ignore allow-category-change-gone"))
    before = path.read_bytes()
    assert "\n0 fixed; valid" in shop.run("validate", "--fix").out  # behind what is silenced or off
    assert path.read_bytes() == before
    path = shop.bad(text)
    shop.write("templatesync.yaml", (shop.root / "templatesync.yaml").read_text(encoding="utf-8")
               + "rules: {allow-category-change-gone: off}\n")  # fmt: skip
    assert "\n0 fixed; valid" in shop.run("validate", "--fix").out  # behind what is silenced or off
    assert path.read_text(encoding="utf-8") == text


def test_paths_narrow_what_is_mended(shop: Shop) -> None:
    text = TEXT.replace("$(name)", "{{name}}")
    one = shop.write("templates/one.yaml", text.replace("shop_bad", "shop_one"))
    two = shop.write("templates/two.yaml", text.replace("shop_bad", "shop_two"))
    ended = shop.run("validate", "--fix", str(one))
    assert ended.code == 0
    assert ended.out == (
        "templates/one.yaml:6: fixed: {{name}} is now $(name) [body-no-double-braces]\n"
        "1 fixed; valid: 1 file, 1 resource, no findings\n"
    )
    assert "{{name}}" in two.read_text(encoding="utf-8")


def test_a_broken_file_stays_and_does_not_stop_the_rest(shop: Shop) -> None:
    broken = shop.bad("a: [\n")
    other = shop.write("templates/other.yaml", TEXT.replace("shop_bad", "shop_other").replace("$(name)", "{{name}}"))
    assert shop.run("validate", "--fix").code == 3
    assert broken.read_text(encoding="utf-8") == "a: [\n"
    assert "Hello $(name)," in other.read_text(encoding="utf-8")


def test_a_code_in_another_spelling_is_not_put_beside_the_right_one(shop: Shop) -> None:
    text = TEXT.replace("Language: en", "Languages: [en_US, en-us]")
    path = shop.bad(text)
    assert shop.run("validate", "--fix").code == 3
    assert path.read_text(encoding="utf-8") == text


def test_what_somebody_saves_meanwhile_is_not_overwritten(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.bad(TEXT.replace("$(name)", "{{1}}"))
    other = shop.write("templates/also.yaml", TEXT.replace("shop_bad", "shop_also").replace("$(name)", "{{1}}"))
    before = other.read_bytes()
    made = fix.fix

    def slow(*given: Any) -> Fixes:
        fixes = made(*given)
        path.write_text("Name: what_the_editor_saved\n", encoding="utf-8")
        return fixes

    monkeypatch.setattr(fix, "fix", slow)
    ended = shop.run("validate", "--fix")
    assert (ended.code, ended.out) == (1, "")
    assert "templates/bad.yaml has changed meanwhile" in ended.err and "run it again" in ended.err
    assert path.read_text(encoding="utf-8") == "Name: what_the_editor_saved\n"
    assert other.read_bytes() == before


def test_rules_say_what_can_be_mended(shop: Shop) -> None:
    listed = json.loads(shop.run("rules", "--format", "json").out)["rules"]
    assert {rule["id"] for rule in listed if rule["fixable"]} == FIXABLE
    assert "validate --fix" in shop.run("rules", "var-syntax").out
    assert "validate --fix" not in shop.run("rules", "body-1024").out


def test_what_can_be_mended_are_rules() -> None:
    assert FILE_FIXES.keys() <= FIXABLE <= RULES.keys()
    # The one name that may belong to a rule of another release: the code is then told in two parts.
    assert {name for kind in KINDS.values() for name in kind.rules.fixes} - FIXABLE <= {"lang-case"}
