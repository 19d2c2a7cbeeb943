"""In a diff, two texts that differ never look equal: judged by an eye that sees only letters, signs and lines."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eye import NOBODY_SEES, PASSES, seen, texts

from templatesync.commands.plan import PlanResult
from templatesync.documents.yaml_writer import to_yaml
from templatesync.look.apart import alone, apart, lines_apart
from templatesync.model.change import Action, Change, Difference, Plan, SpacePlan
from templatesync.model.errors import ExitCode
from templatesync.model.json_value import canonical_json
from templatesync.model.resource import Key
from templatesync.render.escape import block
from templatesync.render.formats import FORMATS
from templatesync.render.terminal import Style


@given(texts, texts)
def test_texts_that_differ_look_different(before: str, after: str) -> None:
    one, other = (block(text, "|") for text in apart(before, after))
    assert (list(map(seen, one)) == list(map(seen, other))) == (before == after)


@given(texts, st.sampled_from([*NOBODY_SEES, *PASSES]), st.integers(0, 9), st.integers(0, 9), texts)
def test_one_change_that_nobody_sees_is_shown(text: str, hidden: str, at: int, end: int, more: str) -> None:
    """Also beside another change that everybody sees."""
    before, after = text, f"{text[:at]}{PASSES.get(hidden, '')}{text[at:]}"
    after = f"{text[:at]}{hidden}{text[at:]}" if hidden not in PASSES else after
    for one, other in ((before, after), (after, before)):
        left, right = (list(map(seen, block(shown, "|"))) for shown in apart(one, other))
        assert left != right
        left, right = (list(map(seen, block(shown, "|"))) for shown in apart(f"{one}\nq", f"{other}\n{more}w"))
        assert left[: one.count("\n") + 1] != right[: one.count("\n") + 1]


@given(texts)
def test_what_stands_alone_shows_all_that_nobody_sees(text: str) -> None:
    shown = "\n".join(block(alone(text), "|"))
    assert not [
        char for char in shown if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    ]
    assert not re.search("[^\\S\n]{2}|[^\\S\n ]|[ ]$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a \nb", "a\nc", ("a<U+0020>\nb", "a\nc")),
        ("a  b", "a b", ("a <U+0020>b", "a b")),
        ("a\r\nb", "a\nb", ("a<U+000D>\nb", "a\nb")),
        ("caf\u00e9", "cafe\u0301", ("caf<U+00E9>", "cafe<U+0301>")),
        ("see ❤\ufe0f", "see ❤", ("see ❤<U+FE0F>", "see ❤")),
        ("a\u00a0b", "c", ("a<U+00A0>b", "c")),
        ("one\nx\u200dy", "two\nxy", ("one\nx<U+200D>y", "two\nxy")),
        ("https://apple.com/a", "https://\u0430pple.com/b", ("https://apple.com/a", "https://<U+0430>pple.com/b")),
        ("apple2", "аррӏе1", ("apple2", "<U+0430><U+0440><U+0440><U+04CF><U+0435>1")),
        ("a\nа", "а\na", ("a\n<U+0430>", "<U+0430>\na")),
        ("\u200b", "<U+200B>", ("<U+200B>", "<U+003C>U+200B>")),
        ("नमस्ते", "मित्र", ("नमस्ते", "मित्र")),
        ("Мы ждём вас с нами", "Мы ждем вас у нас", ("Мы ждём вас с нами", "Мы ждем вас у нас")),
        ("Zürich, niño", "Zurich, nino", ("Zürich, niño", "Zurich, nino")),
        ("您好！", "您好。", ("您好！", "您好。")),
    ],
)
def test_what_is_shown_and_what_stays_readable(before: str, after: str, shown: tuple[str, str]) -> None:
    assert apart(before, after) == shown


@given(texts, texts)
def test_the_lines_of_a_file_are_apart_too(before: str, after: str) -> None:
    old, new = (re.sub("\n", "", text) for text in (before, after))
    lines = lines_apart(["--- a", "+++ b", "@@ -1,2 +1,2 @@", " same", f"-{old}", f"+{new}"])
    assert lines[:3] == ["--- a", "+++ b", "@@ -1,2 +1,2 @@"] and len(lines) == 6
    one, other = (block(line[1:], "|") for line in lines[4:])
    # The blanks at the beginning are the form of a file, and stand where everybody counts them.
    if old.lstrip(" ") != new.lstrip(" "):
        assert list(map(seen, one)) != list(map(seen, other))
    assert not [line for line in lines[4:] if re.match(r"---|\+\+\+", line) and line[3:4] in ("", " ")]


@pytest.mark.parametrize("value", [True, None, 1, [1], {"a": "b"}])
def test_a_text_is_no_value_that_is_written_alike(value: object) -> None:
    """`true` and `"true"`."""
    said = to_yaml(value).rstrip("\n") if isinstance(value, dict) else canonical_json(value)
    one, other = _of_a_plan(Difference("Text", "replace", value, said))  # type: ignore[arg-type]
    assert one != other


def test_a_value_of_several_parts_shows_its_blanks() -> None:
    shown = _of_a_plan(Difference("Buttons", "add", None, {"Text": "Buy\u00a0now", "Url": "x\u2060y"}))
    assert shown == ["Text: Buy<U+00A0>now", 'Url: "x\\u2060y"']


def _of_a_plan(difference: Difference) -> list[str]:
    """The lines of a plan that say what was and what is to be."""
    change = Change(Key("template", "a", "en"), Action.UPDATE, "a.yaml", diff=(difference,))
    text = FORMATS["plan"]["text"](
        PlanResult(Plan((SpacePlan("local", "c", changes=(change,)),)), (), ExitCode.OK), Style()
    )
    return [line.strip()[2:] for line in text.split("\n") if line.strip()[:2] in ("- ", "+ ")]
