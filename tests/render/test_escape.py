"""One function for each place that shows text: what is read there is what was written, and nothing is obeyed."""

from __future__ import annotations

import html
import re
import unicodedata
import xml.etree.ElementTree as ET
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from support.output_readers import ACTS, Command, commands, hostile

from templatesync.render import escape


@given(hostile)
def test_what_is_visible(text: str) -> None:
    shown = escape.visible(text)
    assert not ACTS.search(shown) and "\n" not in shown and "##[" not in shown
    assert escape.visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m\x9b", "\\u{1b}[31m\\u{9b}"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("a\u202eb\u2066\u200b", "a\\u{202e}b\\u{2066}\\u{200b}"),
        ("\ud800\udc80", "\\u{d800}\\u{dc80}"),
        ("\U000e0041", "\\u{e0041}"),
        ("##[group]", "#\\#[group]"),
        ("##\ufe0f[group]", "##\\u{fe0f}[group]"),
        ("\ufe0f::error::", "\\u{fe0f}::error::"),
        ("ad\u200dmin", "ad\\u{200d}min"),
        ("👩\u200d🔬 می\u200cروم क्\u200dष ❤\ufe0f ©\ufe0f 1\ufe0f\u20e3", None),
        ("您好, Zürich — “naïve” 한국", None),
    ],
)
def test_what_stays_and_what_is_shown(text: str, shown: str | None) -> None:
    assert escape.visible(text) == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a \nb", "a\nc", ("a\\u{20}\nb", "a\nc")),
        ("a\r\nb", "a\nb", ("a\\r\nb", "a\nb")),
        ("caf\u00e9", "cafe\u0301", ("caf\u00e9", "cafe\\u{301}")),
        ("see ❤\ufe0f", "see ❤", ("see ❤\\u{fe0f}", "see ❤")),
        ("a\u00a0b", "a b", ("a\\u{a0}b", "a b")),
        ("a\u00a0b", "c", ("a\u00a0b", "c")),
        ("नमस्ते", "मित्र", ("नमस्ते", "मित्र")),
    ],
)
def test_what_nobody_sees_is_shown_where_nothing_else_differs(before: str, after: str, shown: tuple[str, str]) -> None:
    assert escape.apart(before, after) == shown


@given(hostile, hostile)
def test_texts_that_differ_are_shown_differently(before: str, after: str) -> None:
    if unicodedata.normalize("NFKC", before) != unicodedata.normalize("NFKC", after):
        one, other = ([line.rstrip() for line in escape.block(text, "-")] for text in escape.apart(before, after))
        assert one != other


@given(hostile, hostile, hostile)
def test_a_workflow_command_is_one_command(title: str, file: str, data: str) -> None:
    line = f"::error file={escape.command_property('x' + file)},title={escape.command_property('x' + title)}"
    found, others = commands(f"{line}::{escape.command_data(data)}\n")
    wanted = {"file": escape.paragraph("x" + file), "title": escape.paragraph("x" + title).rstrip()}
    found[0].properties["title"] = found[0].properties["title"].rstrip()
    assert (found, others) == ([Command("error", wanted, escape.paragraph(data))], [""])


@given(hostile, hostile)
def test_xml_says_what_it_was_given(text: str, value: str) -> None:
    written = f'<a b="{escape.xml_attribute(value)}">{escape.xml_text(text)}</a>'
    root = ET.fromstring(written)
    assert (root.text or "", root.get("b")) == (escape.paragraph(text), escape.paragraph(value))
    assert list(root) == [] and not ACTS.search(written) and "]]>" not in written


@given(hostile)
def test_a_uri_has_no_scheme_no_host_and_every_byte(path: str) -> None:
    uri = escape.relative_uri(path)
    assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})*", uri)
    assert unquote_to_bytes(uri) in (path.encode("utf-8", "surrogatepass"), _bytes(path))


def _bytes(path: str) -> bytes | None:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None


def test_a_name_that_is_not_utf8_keeps_its_bytes() -> None:
    assert escape.relative_uri("templates/\udcff a:b.yaml") == "templates/%FF%20a%3Ab.yaml"


@given(hostile)
def test_markdown_text_is_text(text: str) -> None:
    written = escape.markdown_text(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~]", re.sub(r"\\[^\w\s]", "", written))
    assert not re.search(r"[<>]|[@#](?!\u200b)|www\.|https?:", written.replace("&#8203;", "\u200b"))
    plain = html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written)).replace("\u200b", "")
    assert plain == escape.visible(text)


@given(hostile)
def test_markdown_code_is_not_left(text: str) -> None:
    written = escape.markdown_code(text)
    fence = re.match("`+", written)
    assert fence
    inside = written[len(fence[0]) : -len(fence[0])]
    assert written.endswith(fence[0]) and escape.visible(text) == (inside[1:-1] if "`" in text else inside)
    assert len(fence[0]) not in [len(run) for run in re.findall("`+", inside)]


@given(hostile)
def test_a_sarif_message_holds_no_link(text: str) -> None:
    assert not re.search(r"\[[^\]]*\]\(", escape.sarif_message(text))
