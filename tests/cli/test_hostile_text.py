"""No output is obeyed by what shows it, whatever a file, the service or a file name says."""

from __future__ import annotations

import io
import itertools
import json
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.output_readers import OBEYED
from support.page_reader import read
from support.projects import Shop

from templatesync.commands import apply as apply_command
from templatesync.commands import import_, new_version, status, status_rows, update, validate
from templatesync.commands import plan as plan_command
from templatesync.commands.importing import files as import_files
from templatesync.commands.versions.file_edits import EditedFile, EditsResult, Step
from templatesync.model.attempt import Attempt, Recovered
from templatesync.model.change import Action, Change, Difference, Note, Plan, Refusal, SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.errors import ExitCode
from templatesync.model.finding import Finding, Severity
from templatesync.model.outcome import Outcome, OutcomeKind
from templatesync.model.resource import Key
from templatesync.model.strictness import SettingChange, Since, Strictness
from templatesync.render.formats import FORMATS
from templatesync.render.progress import Progress
from templatesync.render.terminal import Style, block, joined, safe
from templatesync.validation.check import Report

VISIBLE = """\
Name: shop_parcel
Category: UTILITY
Language: en
Components:
  - {Type: BODY, Text: "Hello $(name), your parcel has left our studio today."}
  - Type: BUTTONS
    Buttons:
      - {Type: URL, Text: Track, Url: "https://www.example.com/track", UrlType: static}
Example: {name: Ann}
"""
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u2028\u2029\ud800-\udfff]"
)
WORDS = [
    *(
        "::error::x",
        "::set-output name=a::b",
        "##[error]",
        "##vso[a]",
        "##teamcity[",
        "section_end:1",
        "##",
        "[",
        ":",
        "::",
        "#",
        "<!--",
        "`",
        "Ann",
        "您好",
    ),
    *(" ", "\n", "\r", "\t", "\x1b[31m", "\x9b", "\x07", "\x1b]8;;http://x\x07"),
    *("\u202e", "\u2066", "\u200b", "\u2028", "\udc80"),
]
hostile = st.lists(st.sampled_from(WORDS), max_size=5).map("".join)


def shown_plainly(text: str) -> None:
    """Nothing acts on a terminal; no line is a command of a CI runner."""
    assert not FORBIDDEN.search(text), ascii(FORBIDDEN.search(text))
    assert not OBEYED.search(text)
    assert not [line for line in text.split("\n") if line.lstrip().startswith("::")]


def spoiled(value: Any, texts: Any) -> Any:
    """The same value with other texts wherever a stranger writes them."""
    if isinstance(value, Enum) or value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return texts() if value == "?" else value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(spoiled(each, texts) for each in value))
    if isinstance(value, tuple | list):
        return type(value)(spoiled(each, texts) for each in value)
    if isinstance(value, dict):
        return {spoiled(key, texts): spoiled(each, texts) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: spoiled(getattr(value, each.name), texts) for each in fields(value)})
    return value


KEY = Key("template", "?", "?")
CHANGE = Change(
    KEY, Action.UPDATE, "?", "?", 3, "d", "d", "?", (Note("?", "?"), Note("", "?")), True, "yes", (Note("?", "?"),), "",
    (Difference("?", "replace", "?", {"?": "?"}), Difference("?", "add", None, "?"), Difference("?", "move", 1, 2)),
    {"?": "?"}, {"?": "?"},
)  # fmt: skip
ROWS = (CHANGE, replace(CHANGE, action=Action.BLOCKED))
SPACE = SpacePlan("local", "?", "?", True, ROWS, (KEY, KEY), (Refusal("a", "?"),))
BROKEN = SpacePlan("other", "?", error=Refusal("?", "?"))
FINDING = Finding("?", Severity.ERROR, "?", "?", 1, 3, "?", "?", ("?",), "?")
OUTCOME = Outcome(CHANGE, OutcomeKind.FAILED, "?", "?", "?", {"template_code": "?"})
RECOVERED = Recovered(Attempt("?", Action.CREATE, 0.0, code="?", request_id="?"), OutcomeKind.UNKNOWN, "?")
ROW = status_rows.StatusRow(
    "?", "template", "?", "?", "?", "?", "?", "?", ("content",), stays=("?",), notes=("?",), was="?",
    conditions=(Condition.EDITED, Condition.UNMANAGED), new=(Condition.EDITED,),
)  # fmt: skip
STATUS = status_rows.SpaceStatus(SPACE, (ROW,), unsure="?", gone=("?",), notes=(Note("?", "?"),))
UPDATED = update.UpdatedFile("?", ("?",), (update.TakenOver("?", ("?",), ("?",), "?"),), ("?",))
EDITED = (EditedFile("?", "created", ("+?", "-?", "@?", "?")), EditedFile("?", "deleted"))
SETTINGS = Strictness(("r",), silenced={"?": {"r": 1}}, policy={"manage": ["?"], "protect": ["?", "?"]},
                      edits_approved=("?",), since=Since("?", (SettingChange("c", "?", True),)))  # fmt: skip
RESULTS: list[tuple[str, Any]] = [
    ("validate", validate.ValidateResult(Report((FINDING,), 1, 1), {"": ("?",)}, ExitCode.FINDINGS,
                                         strictness=SETTINGS)),
    ("plan", plan_command.PlanResult(Plan((SPACE, BROKEN), SETTINGS), (FINDING,), ExitCode.OK)),
    ("apply", apply_command.ApplyResult(Plan((SPACE,)), ((SPACE, (OUTCOME,)), (BROKEN, ())), (), ExitCode.OK,
                                        {"local": (RECOVERED,)})),
    ("status", status.StatusResult((STATUS, status_rows.SpaceStatus(BROKEN, (), Refusal("?", "?"))), ExitCode.OK,
                                   since="?", findings=(FINDING,), lines={"": ("?",)})),
    ("import", import_.ImportResult((import_files.WrittenFile("?", ("?",), "?", ("?",)),),
                              (import_files.Skipped("?", "?"), import_files.Skipped("?", "?", False)), ExitCode.OK,
                              (import_.ImportedSpace("?", False, Refusal("?", "?")),))),
    ("import --update", update.UpdateResult((UPDATED,),
                                            (update.NotTaken("?", "?"),), ExitCode.OK, "?", error=Refusal("?", "?"))),
    ("new-version", new_version.NewVersionResult("?", "?", EDITED, file="?", replaces="?", copies=("?",))),
    ("finish", EditsResult("?", "?", EDITED, ("?",), ("?",), (Step("?", "?"), Step("?")), kept=("?",))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "result"), RESULTS, ids=[name for name, _ in RESULTS])
@settings(max_examples=35 * DEPTH)
@given(data=st.data())
def test_results_are_shown_plainly(name: str, result: Any, data: st.DataObject) -> None:
    given_ = spoiled(result, lambda: data.draw(hostile))
    if name == "validate":
        file = given_.report.findings[0].file
        given_ = given_._replace(lines={file: (data.draw(hostile),)})
    for style in (Style(), Style(verbose=True)):
        shown_plainly(FORMATS[name]["text"](given_, style))
    text = FORMATS[name]["json"](given_, Style())
    shown_plainly(text)
    json.loads(text)


@settings(max_examples=30)
@given(data=st.data())
def test_a_plan_as_a_page_holds_nothing_but_text(data: st.DataObject) -> None:
    (plan,) = [result for name, result in RESULTS if name == "plan"]
    page = FORMATS["plan"]["html"](spoiled(plan, lambda: data.draw(hostile)), Style())
    shown_plainly(page)
    read(page)


@given(hostile, hostile, st.sampled_from(["- ", "  + ", "│"]))
def test_the_pieces(one: str, two: str, margin: str) -> None:
    shown_plainly(safe(one))
    shown_plainly("\n".join(block(one, margin)))
    shown_plainly(joined([safe(one) + safe(two), f"  {safe(one)}"]))
    assert len(joined([safe(one)]).split("\n")) == 2


@given(hostile)
def test_what_is_harmless_is_shown_as_it_is(text: str) -> None:
    plain = re.sub("[^A-Za-z您好 ]", "", text)
    assert safe(plain) == plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(hostile, hostile)
def test_progress_obeys_nothing(name: str, language: str) -> None:
    stream = Terminal()
    progress = Progress(stream, quiet=False)
    progress.read(name)
    progress.started(2)
    progress.ended(OUTCOME._replace(change=replace(CHANGE, key=Key("template", name, language))))
    progress.clear()
    said = stream.getvalue().replace("\r\x1b[K", "")
    shown_plainly(said)
    assert stream.getvalue().endswith("\r\x1b[K")


def test_progress_of_nobody() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    for stream in (None, Closed()):
        progress = Progress(stream, quiet=False)
        progress.started(1)
        progress.ended(OUTCOME)
        progress.message("x")
        progress.clear()


def test_plain_lines_in_ci() -> None:
    times = iter([0.0, 1.0, 6.0, 6.0, 7.0])
    stream = io.StringIO()
    progress = Progress(stream, quiet=False, clock=lambda: next(times))
    progress.started(3)
    change = replace(CHANGE, key=Key("template", "a", "en"))
    for _ in range(3):
        progress.ended(OUTCOME._replace(change=change, kind=OutcomeKind.DONE))
    assert stream.getvalue() == "applying 3 changes\n2 of 3 settled, template/a@en last\n"


def test_what_is_not_done_is_not_called_done() -> None:
    for stream, told in ((io.StringIO(), "1 of 1 settled (1 unknown), "), (Terminal(), "] 1/1 (1 unknown) ")):
        progress = Progress(stream, quiet=False, clock=itertools.count(0.0, 9.0).__next__)
        progress.started(1)
        progress.ended(OUTCOME._replace(kind=OutcomeKind.UNKNOWN))
        assert told in stream.getvalue()


def test_what_is_waited_for_is_told() -> None:
    """At once, then as often as a line says something; of a change that has ended nothing is said any more."""
    times = itertools.chain([0.0, 1.0, 2.0, 9.0, 9.0, 9.0], itertools.repeat(20.0))
    stream = io.StringIO()
    progress = Progress(stream, quiet=False, clock=lambda: next(times))
    progress.started(2)
    for name in ("a", "b", "c"):
        progress.waiting(Key("template", name, "en"))
    progress.ended(OUTCOME._replace(change=replace(CHANGE, key=Key("template", "a", "en"))))
    progress.waiting(Key("template", "b", "en"))
    assert stream.getvalue().splitlines() == [
        "applying 2 changes",
        "waiting until the service shows 1 change (up to 2 minutes)",
        "waiting until the service shows 3 changes (up to 2 minutes)",
        "waiting until the service shows 2 changes (up to 2 minutes)",
    ]


@pytest.mark.parametrize(
    "word", ["x\n##vso[a]::b", "##teamcity[x]\u202e", "::error::x", "\x1b]8;;x\x07section_start:1:a"]
)
def test_a_wrong_call_is_quoted_and_not_obeyed(shop: Shop, word: str) -> None:
    """A pipeline may put the name of a branch there."""
    for arguments in (
        [word],
        ["rules", word],
        ["plan", f"--{word}"],
        ["plan", "--target", word],
        ["plan", "--format", word],
    ):
        ended = shop.run(*arguments)
        assert ended.code and ended.err
        shown_plainly(ended.out + ended.err)


def test_a_plan_shows_a_change_that_nobody_sees(shop: Shop) -> None:
    """Beside one that everybody sees, and in an address."""
    shop.write("templates/good.yaml", VISIBLE)
    assert shop.run("apply", "--yes").code == 0
    changed = VISIBLE.replace("your parcel", "y\u043eur\u00a0parcel").replace("today", "soon")
    shop.write("templates/good.yaml", changed.replace("/track", "/tr\u0430ck"))
    out = shop.run("plan").out
    said = " ".join(out.split())
    assert "{+y<U+043E>ur<U+00A0>" in said and "{+soon+}" in said
    assert "{+tr<U+0430>ck+}" in said or "+ https://www.example.com/tr<U+0430>ck" in said
