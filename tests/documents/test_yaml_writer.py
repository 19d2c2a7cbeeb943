"""What is written must be read back by every reader, look like a person's work, and keep its comments closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from templatesync.documents.yaml_reader import load
from templatesync.documents.yaml_writer import to_yaml

# What the strict loader takes in some form: no control characters, no private use, no halves of a pair.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), include_characters="\n\t"))
LINES = st.lists(st.sampled_from(["", " ", "  two", "one", "# c", "- x", "a: b", "x ", "---", "%", "\tt"])).map(
    "\n".join
)
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: len(repr(number)) < 17)
    | TEXT
    | LINES
)
KEY = TEXT | st.sampled_from(["<<", "=", "no", "Type", "k" * 1500, "?", "x: y", "é" * 600])
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4), max_leaves=12
)
BODY = st.dictionaries(KEY, VALUE, max_size=5)

SPECIAL = [
    "", "no", "No", "yes", "on", "off", "y", "n", "true", "null", "NULL", "~", "nan", ".nan", ".inf", "12:30",
    "1:30:45", "2020-01-01", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43 -5", "0123", "0o17", "0x1F", "0b1",
    "1e3", "1.5", "1_000", "+1", "-1", ".5", "-", "- a", "?", "? a", ":", ": a", "a:", "a: b", "a #b", "#a", "a#b",
    "@a", "`a", "%a", "&a", "*a", "!a", "|", ">", ">-", "'a'", '"a"', "{a}", "[a]", "a, b", "=", "<<", "<", ",",
    " a", "a ", "\ta", "a\tb", "a\rb", "a\r\nb", "---", "...", "--- a", "$(name)", "${{ site }}/x", "https://a.b/c?d=e",
    "\x00", "\x1b[31m", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ufeff", "\ufffe", "\uffff", "\U0001fffe",
    "\u202eabc", "\u200b", "a\u200db", "می\u200cخواهم", "👩\u200d👧", "\u00a0a", "a\u00a0", "café", "订单", "✅ ok",
    "\\n", "a\n", "a\n\n", "\n", "\n\n", "\na", "\n a", " a\nb", "a\n b", "a \nb", "a\n\nb", "a\n \nb", "a\nb\n\n\n",
    "#\n#", "x\n# templatesync: ignore body-required", "10 left", "10", "5G", "\\", "\ue000", "\U000f0000",
]  # fmt: skip


def strict(text: str) -> Any:
    """The value of the only document, as templatesync itself reads it."""
    loaded = load(text.encode(), "a.yaml")
    assert loaded.findings == ()
    (document,) = loaded.documents
    return document.data


def test_looks_like_a_person_wrote_it() -> None:
    body = {
        "Name": "parcel_ready",
        "Category": "UTILITY",
        "Languages": ["en", "nb", "no"],
        "MessageSendTtlSeconds": 3600,
        "Components": [
            {"Type": "HEADER", "Format": "TEXT", "Text": {"en": "Parcel ready", "nb": "Klar: pakken", "no": "Klar"}},
            {"Type": "BODY", "Text": "Hello $(name)!\n\nYour parcel is here. Code:\n  $(code)\nBye."},
            {"Type": "BUTTONS", "Buttons": [{"Type": "URL", "Text": "Map", "Url": "https://example.com/$(place)"}]},
        ],
        "Example": {"name": "Ann", "code": "0042"},
        "Empty": [{}, [], [["a", 1], "a, b"]],
    }
    assert to_yaml(body, header=["Our own note", ""]) == (
        """\
# Our own note
#
Name: parcel_ready
Category: UTILITY
Languages: [en, nb, "no"]
MessageSendTtlSeconds: 3600
Components:
  - Type: HEADER
    Format: TEXT
    Text:
      en: Parcel ready
      nb: "Klar: pakken"
      "no": Klar
  - Type: BODY
    Text: |-
      Hello $(name)!

      Your parcel is here. Code:
        $(code)
      Bye.
  - Type: BUTTONS
    Buttons:
      - Type: URL
        Text: Map
        Url: https://example.com/$(place)
Example:
  name: Ann
  code: "0042"
Empty:
  - {}
  - []
  -
    - [a, 1]
    - a, b
"""
    )


@pytest.mark.parametrize("text", SPECIAL)
def test_every_reader_sees_the_same_text(text: str) -> None:
    body = {"Text": text, text: "x", "In": [text, {text: text}]}
    written = to_yaml(body)
    assert yaml.load(written, yaml.CSafeLoader) == body
    assert yaml.load(written, yaml.CBaseLoader) == body
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\u200b\ufeff]", written)


@pytest.mark.parametrize(
    "text", ["Hi $(name), it is here.", "it's 5 o'clock", "10 left", "a#b", "a, b", "50% off", "是"]
)
def test_ordinary_text_stands_without_quotes(text: str) -> None:
    assert to_yaml({"Text": text}) == f"Text: {text}\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\n\n", "|+\n  a\n"),
        (" a\nb", "|2-\n   a\n  b"),
        ("\n a", "|2-\n\n   a"),
        ("a \nb", '"a \\nb"'),
        ("a\tb", '"a\\tb"'),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db", '"a\\u200Db"'),
        ("\U000e0067", '"\\U000E0067"'),
        ("\ud800", '"\\uD800"'),
    ],
)
def test_style(text: str, written: str) -> None:
    assert to_yaml({"Text": text}) == f"Text: {written}\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "null"), (True, "true"), (-3, "-3"), (1.5, "1.5"), (1e16, "1.0e+16"), (1e-7, "1.0e-07"), (2.0, "2.0"),
     (float("inf"), ".inf"), (float("-inf"), "-.inf"), (float("nan"), ".nan"),
     ([], "[]"), ({}, "{}"), ((1, "a"), "[1, a]")],
)  # fmt: skip
def test_other_values(value: Any, written: str) -> None:
    assert to_yaml({"Key": value}) == f"Key: {written}\n"


def test_nothing_at_all() -> None:
    assert to_yaml({}) == "{}\n"


def test_a_long_list_goes_down_the_page() -> None:
    words = [f"word{number}" for number in range(40)]
    assert to_yaml({"Words": words}).splitlines()[1] == "  - word0"


def test_comments_stand_where_their_values_begin() -> None:
    body = {"Name": "a", "List": [{"Type": "X"}, "b"], "Text": "a\nb", "Map": {"k": "v"}}
    comments = {("Name",): "one", ("List", 0): "two", ("List", 1): "three", ("Text",): "four", ("Map",): "five"}
    written = to_yaml(body, comments=comments)
    assert [line for line in written.splitlines() if "#" in line] == [
        "Name: a  # one", "  - Type: X  # two", "  - b  # three", "Text: |-  # four", "Map:  # five",
    ]  # fmt: skip
    assert strict(written) == body


def test_an_order_to_ignore_a_rule_works_only_where_we_give_it() -> None:
    order = "templatesync: ignore body-required"
    assert load(to_yaml({"a": "b"}, header=[order]).encode(), "a.yaml").documents[0].ignored[0] == {"body-required"}
    forged = to_yaml({"Text": f"a\n# {order}"}, header=[f"was: x # {order}"], comments={("Text",): f"x # {order}"})
    assert dict(load(forged.encode(), "a.yaml").documents[0].ignored) == {}


@given(BODY)
def test_law_the_strict_loader_reads_back_the_value(body: dict[str, Any]) -> None:
    assert strict(to_yaml(body)) == body


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text()), min_size=1, max_size=4))
def test_law_old_readers_see_the_same_texts(body: dict[str, Any]) -> None:
    written = to_yaml(body)
    assert yaml.load(written, yaml.CSafeLoader) == body
    assert yaml.load(written, yaml.SafeLoader) == body


@given(st.lists(st.text()), st.text())
def test_law_comments_never_become_content(header: list[str], remark: str) -> None:
    body = {"Name": "a", "Text": "x\ny"}
    paths = [("Name",), ("Text",)]
    assert strict(to_yaml(body, header=header, comments=dict.fromkeys(paths, remark))) == body
