"""What a file may hold that is wrong. It is a finding, the other files are still checked, and nothing is written."""

from __future__ import annotations

import pytest
from support.counted_work import work_of
from support.hostile_files import HEAD, HOSTILE_YAML
from support.projects import GOOD, MEMORY, Ended, Shop

from templatesync.documents import limits


def refused(shop: Shop, text: str | bytes, rule: str, line: int = 1, column: int | None = None) -> Ended:
    """A bad file beside a bad one of another kind: both are told, and plan and apply refuse."""
    shop.bad(text)
    shop.write("templates/other.yaml", "Name: Other\n")
    ended = shop.validate()
    assert ended.code == 3
    assert "name-charset" in ended.rules("templates/other.yaml")
    found = [finding for finding in ended.findings if finding["file"] == "templates/bad.yaml"]
    assert (rule, line) in {(finding["rule"], finding["line"]) for finding in found}, found
    if column is not None:
        assert column in {finding["column"] for finding in found if finding["rule"] == rule}
    for command in (["plan"], ["apply", "--yes"]):
        stopped = shop.run(*command)
        assert (stopped.code, stopped.out) == (3, "")
        assert "templates/bad.yaml" in stopped.err
    assert not (shop.root / ".templatesync").exists()
    return ended


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "yaml-empty"),
        ("# nothing\n# here\n", "yaml-empty"),
        ("---\n# nothing\n", "yaml-empty"),
        ("null\n", "yaml-top"),
        ("---\n---\n", "yaml-top"),
        ("just text\n", "yaml-top"),
        ("- Name: a\n", "yaml-top"),
        ("[]", "yaml-top"),
        ("42", "yaml-top"),
    ],
)
def test_a_file_of_nothing_or_of_no_mapping(shop: Shop, text: str, rule: str) -> None:
    ended = refused(shop, text, rule, line=1 if text != "---\n---\n" else 2)
    assert sum(finding["file"] == "templates/bad.yaml" for finding in ended.findings) in (1, 2)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("Name: a\n\tCategory: UTILITY\n", 2, 1),
        ("Name: a\n  Category: UTILITY\n", 2, 11),
        ("Name: 'a\nCategory: b\n", 1, 7),
        ("Name: [a\n", 1, 7),
        ("Name: a: b\n", 1, 8),
        ("Name: @a\n", 1, 7),
        ("Name:\n  - a\n b: c\n", 3, 2),
    ],
)
def test_a_mistake_of_syntax_is_told_at_its_place(shop: Shop, text: str, line: int, column: int) -> None:
    ended = refused(shop, text, "yaml-syntax", line, column)
    (found,) = (finding for finding in ended.findings if finding["file"] == "templates/bad.yaml")
    assert found["hint"]
    shown = shop.run("validate").out
    assert f"{line:>5} │ {text.splitlines()[line - 1]}".expandtabs(4) in shown


@pytest.mark.parametrize(
    "text",
    [
        "Name: a\n<<<<<<< HEAD\nLanguage: en\n=======\nLanguage: de\n>>>>>>> other\n",
        "Name: a\n<<<<<<< HEAD\n||||||| base\n=======\n>>>>>>> other\n",
        "Name: a\r\n=======\r\nLanguage: de\r\n>>>>>>> other\r\n",
    ],
)
def test_markers_of_a_merge_are_told_as_such(shop: Shop, text: str) -> None:
    ended = refused(shop, text, "yaml-syntax", 2, 1)
    assert "git could not merge the file here" in ended.out and "delete the markers" in ended.out


def test_indentation_is_named_among_the_causes(shop: Shop) -> None:
    ended = refused(shop, "Name: a\n  Category: UTILITY\n", "yaml-syntax", 2, 11)
    assert "keys of one mapping start in one column" in ended.out
    ended = refused(shop, "Components:\n  - a: b\n    c: d\n  e: f\n", "yaml-syntax", 4, 3)
    assert "items of one list start in one column" in ended.out


def test_an_empty_project_file(shop: Shop) -> None:
    shop.write("templatesync.yaml", "# nothing\n")
    ended = shop.run("validate")
    assert (ended.code, "the project file is empty; it needs at least version and spaces" in ended.out) == (3, True)


def test_a_duplicate_key_names_both_lines(shop: Shop) -> None:
    ended = refused(shop, "Name: a\nCategory: UTILITY\nName: b\n", "yaml-duplicate-key", 3, 1)
    assert "on line 1" in ended.out
    refused(shop, 'Name: a\n"Name": b\n', "yaml-duplicate-key", 2, 1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Name: &n a\nCategory: *n\n", 1),
        ("base: &b {Name: a}\n<<: *b\n", 2),
        ("a: &a [*a]\n", 1),
        ("&a Name: b\n", 1),
        ("--- &a\nName: b\n", 1),
        ("<<: {Name: a}\n", 1),
    ],
)
def test_anchors_aliases_and_merge_keys_are_findings(shop: Shop, text: str, line: int) -> None:
    refused(shop, text, "yaml-alias", line)


MOST_WORK = 16 * limits.YamlLimits().size
"""Calls: sixteen for each byte of the largest file, whatever it holds."""
# These could take memory or the whole process with them; the others could only take time.
DANGEROUS = {"open brackets, all of it", "keys in keys", "a million keys", "alias bomb", "documents", "empty documents",
             "languages, again and again", "unknown variables", "known variables", "one line"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_no_file_takes_more_than_a_bounded_amount_of_work(shop: Shop, name: str) -> None:
    shop.bad(HOSTILE_YAML[name])
    if name in DANGEROUS:
        ended = shop.child("validate", memory=MEMORY)
    else:
        work, ended = work_of(lambda: shop.run("validate"))
        assert work < MOST_WORK
    assert ended.code == 3, ended
    assert "templates/bad.yaml:" in ended.out
    assert len(ended.out) < 200_000


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!binary", "!!set", "!mine", "!include", "!!str"])
def test_tags_are_findings(shop: Shop, tag: str) -> None:
    ended = refused(shop, f"Name: {tag} x\n", "yaml-tag", 1)
    assert tag.removeprefix("!!") in ended.out


@pytest.mark.parametrize("word", ["no", "on", "yes", "12:30", "2020-01-01", "1_0", "0b1", "y", "=", "1.2.3", "12e03x"])
def test_words_that_old_yaml_takes_for_something_else_are_text(shop: Shop, word: str) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_word").replace("name: Ann", f"name: {word}"))
    ended = shop.validate()
    assert (ended.code, ended.rules()) == (0, set())


@pytest.mark.parametrize("word", ["012", "1e3", "~", "null", "true", "False", "0x1f", "1.5", "-0", ""])
def test_values_where_a_text_is_meant_are_to_be_quoted(shop: Shop, word: str) -> None:
    bad = GOOD.replace("shop_hello", "shop_word").replace("{name: Ann}", f"\n  name: {word}")
    shop.bad(bad)
    ended = shop.validate()
    (found,) = ended.findings
    assert (ended.code, found["rule"], found["line"]) == (3, "wrong-type", 8)
    assert "quotes" in found["hint"] or "write a text" in found["hint"]


@pytest.mark.parametrize("word", [".nan", ".inf", "-.INF", ".NaN"])
def test_infinity_and_not_a_number_are_findings(shop: Shop, word: str) -> None:
    refused(shop, f"Name: a\nExample: {{a: {word}}}\n", "yaml-number", 2, 14)


@pytest.mark.parametrize("key", ["1", "true", "~", "1.5", "[a, b]", "{a: b}"])
def test_keys_that_are_no_text_are_findings(shop: Shop, key: str) -> None:
    refused(shop, f"Name: a\nExample:\n  ? {key}\n  : b\n", "yaml-key", 3, 5)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "gb18030"])
def test_other_encodings_are_findings(shop: Shop, encoding: str) -> None:
    shop.bad(GOOD.replace("Ann", "Zoë 您好" if encoding != "latin-1" else "Zoë").encode(encoding))
    ended = shop.validate()
    assert ended.code == 3
    assert ended.rules() in ({"yaml-encoding"}, {"yaml-character"})  # ASCII in UTF-16 is UTF-8 with zeros in it


def test_a_byte_order_mark_and_foreign_line_ends_are_read(shop: Shop) -> None:
    text = GOOD.replace("shop_hello", "shop_crlf").replace("Hello $(name), your", "|-\n      Hello $(name), your")
    shop.bad(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    ended = shop.validate()
    assert (ended.code, ended.rules()) == (0, {"yaml-crlf"})
    shop.bad(text.rstrip("\n").encode())
    assert shop.validate().rules() == set()


@pytest.mark.parametrize("sign", ["\u0085", "\u2028", "\u2029"])
def test_line_ends_that_versions_of_yaml_read_differently_are_findings(shop: Shop, sign: str) -> None:
    refused(shop, f"Name: a{sign}b\n", "yaml-character", 1, 8)


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x07", "\x7f", "\x9b", "\ufffe", "\ufeff", "\ue000", "\U0010ffff"])
def test_control_characters_are_named_and_never_printed(shop: Shop, sign: str) -> None:
    raw = refused(shop, f"Name: a\nExample: {{a: b{sign}c}}\n", "yaml-character", 2, 15)
    escaped = refused(shop, f'Name: a\nExample: {{a: "b\\U{ord(sign):08X}c"}}\n', "yaml-character", 2, 14)
    for ended in (raw, escaped):
        assert f"U+{ord(sign):04X}" in ended.out
        assert sign not in ended.out


def test_half_a_character_is_a_finding(shop: Shop) -> None:
    refused(shop, 'Name: "\\ud800"\n', "yaml-syntax", 1)
    refused(shop, b"Name: \xed\xa0\x80\n", "yaml-encoding", 1)


@pytest.mark.parametrize(
    ("sign", "rule"),
    [("\u202e", "text-bidi"), ("\u2066", "text-bidi"), ("\u200b", "text-unseen"), ("\u2060", "text-unseen")],
)
def test_characters_that_hide_or_reorder_are_told_and_never_printed(shop: Shop, sign: str, rule: str) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_bidi").replace("today", f"to{sign}day"))
    ended = shop.validate()
    assert (ended.code, ended.rules()) == (0, {rule})
    for command in (["validate"], ["plan"], ["plan", "--format", "json"]):
        assert sign not in shop.run(*command).said
    assert f"to<U+{ord(sign):04X}>day" in shop.run("validate").out
    assert f"to\\u{ord(sign):04x}day" in shop.run("plan", "--format", "json").out


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u0430", "e\u0301"])
def test_a_name_has_no_character_that_only_looks_like_one_of_its_own(shop: Shop, sign: str) -> None:
    refused(shop, GOOD.replace("shop_hello", f"shop_{sign}x"), "name-charset", 1, 7)


@pytest.mark.parametrize("sign", ["\u00e9", "e\u0301", "\U0001f468\u200d\U0001f469", "\U0001f1e9\U0001f1ea"])
def test_limits_count_code_points(shop: Shop, sign: str) -> None:
    """A text just at the limit of 1,024 passes or is told to be too long; it never breaks a counter."""
    for count in (1024 // len(sign), 1024 // len(sign) + 1):
        shop.bad(GOOD.replace("Hello $(name), your parcel has left our studio today.", sign * count))
        ended = shop.validate()
        assert ("body-1024" in ended.rules()) == (len(sign) * count > 1024)


@pytest.mark.parametrize("number", ["1" * 5_000, "-" + "9" * 20, "1e400", "0x" + "f" * 400, "0." + "1" * 4_000])
def test_numbers_that_no_computer_holds_are_findings(shop: Shop, number: str) -> None:
    refused(shop, f"Name: a\nMessageSendTtlSeconds: {number}\n", "yaml-number", 2, 24)


@pytest.mark.parametrize("number", ["-0", "0.1e-3", "5.960464477539063e-08"])
def test_numbers_that_any_computer_holds_are_read(shop: Shop, number: str) -> None:
    refused(shop, f"Name: a\nMessageSendTtlSeconds: {number}\n", "required-create")


def test_unknown_fields_get_the_nearest_name(shop: Shop) -> None:
    bad = HEAD + "- {Type: BODY, Text: hello, Tetx: a}\n- {Type: BUTTONS, buttonss: [], Buttonss: []}\nkimd: template\n"
    ended = refused(shop, bad, "unknown-field", 5)
    hints = {finding["rule"]: finding["hint"] for finding in ended.findings if "unknown" in finding["rule"]}
    assert "did you mean" in hints["unknown-field"]
    assert "kind" in ended.out


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{{1}}", "body-no-double-braces"),
        ("$( name )", "var-syntax"),
        ("$(a b)", "var-syntax"),
        ("$(a", "var-syntax"),
        ("$($(a))", "var-syntax"),
        ("$()", "var-syntax"),
        ("$(a)$(b)", "var-adjacent"),
        ("$(a) here", "var-not-lead"),
        ("here $(a)", "var-not-trail"),
        ("${{ a", "variable-syntax"),
    ],
)
def test_variables_written_wrongly_are_findings(shop: Shop, text: str, rule: str) -> None:
    at = 10 if rule == "var-syntax" else 9  # the very variable, or the text
    refused(shop, HEAD + f'- Type: BODY\n  Text: "{text}"\n', rule, 6, at)


def test_samples_missing_and_extra_are_findings(shop: Shop) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_samples").replace("name: Ann", "order: Ann"))
    assert {"var-example-each", "var-example-extra"} <= shop.validate().rules()
