"""One function for each place that shows text: what is read there is what was written, and nothing is obeyed."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from support.output_readers import ACTS, OBEYED, Command, commands, hostile

from templatesync.render import escape


@given(hostile)
def test_what_is_visible(text: str) -> None:
    shown = escape.visible(text)
    assert not ACTS.search(shown) and "\n" not in shown and not OBEYED.search(shown)
    assert escape.visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m\x9b", "<U+001B>[31m<U+009B>"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("a\u202eb\u2066\u200b", "a<U+202E>b<U+2066><U+200B>"),
        ("\ud800\udc80", "<U+D800><U+DC80>"),
        ("\U000e0041", "<U+E0041>"),
        ("##[group]", "#<U+0023>[group]"),
        ("##vso[a] ###teamcity[b]", "#<U+0023>vso[a] ##<U+0023>teamcity[b]"),
        ("section_start:1:a travis_fold:start:a", "section<U+005F>start:1:a travis<U+005F>fold:start:a"),
        ("a\u0301\u0302\u0303\u0304\u0305", "a\u0301\u0302\u0303<U+0304><U+0305>"),
        ("😀\U000e0141\U000e0142", "😀\U000e0141<U+E0142>"),
        ("👩\u200d\u200d🔬", "👩<U+200D><U+200D>🔬"),
        ("\ue000\U000f0001\U000e0fff\u2800", "<U+E000><U+F0001><U+E0FFF><U+2800>"),
        ("##\ufe0f[group]", "##<U+FE0F>[group]"),
        ("\ufe0f::error::", "<U+FE0F>::error::"),
        ("ad\u200dmin", "ad<U+200D>min"),
        ("👩\u200d🔬 می\u200cروم क्\u200dष ❤\ufe0f ©\ufe0f 1\ufe0f\u20e3", None),
        ("您好, Zürich — “naïve” 한국", None),
    ],
)
def test_what_stays_and_what_is_shown(text: str, shown: str | None) -> None:
    assert escape.visible(text) == (text if shown is None else shown)


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
    assert (root.text or "", root.get("b")) == (escape.lines(text), escape.lines(value))
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
    assert not re.search(r"[`*\[\]|~<>\\$\"']|[@#](?!\u200b)|www\.|https?:/", _without_references(written))
    assert html.unescape(written).replace("\u200b", "") == escape.visible(text)
    assert html.unescape(escape.html_text(text)).replace("\u200b", "") == escape.visible(text)


@given(hostile)
def test_html_code_is_text_to_be_copied(text: str) -> None:
    written = escape.html_code(text)
    assert not re.search(r"[`*\[\]|~<>\\$\"']|[@#](?!\u200b)", _without_references(written))
    assert html.unescape(written).replace("\u200b", "") == escape.visible(text)


def _without_references(written: str) -> str:
    return re.sub(r"&(?:#[0-9]+|[a-z]+);", "", written.replace("&#8203;", "\u200b"))


@pytest.mark.parametrize(("text", "written"), [("cams-kei0000", "`cams-kei0000`"), ("a`b", "<code>a&#96;b</code>")])
def test_an_id_is_code_in_few_characters(text: str, written: str) -> None:
    assert escape.short_code(text) == written


@pytest.mark.parametrize(
    ("last", "first", "apart"),
    [("a", "b", True), ("@", "a", True), ("w", ".", True), ("a", " ", False), (",", "a", False), ("", "a", False)],
)
def test_two_texts_are_kept_apart_where_they_would_be_one_name(last: str, first: str, apart: bool) -> None:
    assert bool(escape.apart_here(last, first)) is apart


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
