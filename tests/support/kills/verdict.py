"""What must hold of every round, whenever its runs were killed. Knows rounds, and starts nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from support.kills.processes import Told, rows
from support.kills.round import Round
from templatesync.model.change import Action
from templatesync.model.errors import ExitCode
from templatesync.model.outcome import OutcomeKind


class Law(StrEnum):
    """The laws, in the order of their weight."""

    ONCE = "made twice"
    ONE_EDIT = "edited twice"
    TRUE = "said done, and is not"
    HEALS = "does not converge, and does not say what to do"
    SOUND = "broke"


class Wrong(NamedTuple):
    """One breach."""

    law: Law
    what: str

    def __str__(self) -> str:
        return f"{self.law}: {self.what}"


class Verdict(NamedTuple):
    """What came of a round. `more` is how many runs it took after the next one; None when it was told what to do."""

    wrong: tuple[Wrong, ...]
    in_write: bool
    fresh: bool
    more: int | None
    said: tuple[str, ...] = ()
    recovered: bool = False


NEXT_STEP = re.compile(
    r"\b(plan again|apply again|run (it|apply|plan) again|next (plan|apply|run)|look at|import|delete|remove|wait|"
    r"--resubmit|--settle|--known|--wait|change the file|spell the file|use another|ask |set `|make a new|check )",
    re.IGNORECASE,
)
"""Words that name something to do. Whether it is a good thing to do is for whoever reads the table."""

_GOOD_ENDS = (OutcomeKind.DONE, OutcomeKind.ALREADY_DONE)


def judge(played: Round) -> Verdict:
    """Judge a round by what the service holds and has received, and by what was said."""
    unread = played.runs[-1][1].document is None
    sentences = {row["key"]: _sentence(played, row) for row in played.left}
    return Verdict(
        (*_twice(played), *_broken(played), *_untrue(played), *_left_without_a_word(played, sentences)),
        any(told.in_write for told in played.killed),
        any(blow.fresh for blow in played.script.blows),
        None if played.left or unread else len(played.runs) - 1,
        tuple(filter(None, sentences.values())),
        any(_recovered(told) for told, _ in played.runs),
    )


def _left_without_a_word(played: Round, sentences: Mapping[str, str]) -> Iterator[Wrong]:
    """What is left, and nobody is told what to do. What waits for something else is told about with that."""
    if played.runs[-1][1].document is None:
        yield Wrong(Law.HEALS, f"the last plan says {played.runs[-1][1].err[-300:]!r}")
    for row in played.left:
        told = _told_of(played, row)
        if not sentences[row["key"]] and not any(text and key in told for key, text in sentences.items()):
            yield Wrong(Law.HEALS, f"{row['action']} {row['key']} is left: {told!r}")


def _twice(played: Round) -> Iterator[Wrong]:
    often = {key for key, number in played.truth.made.items() if number > 1}
    for key in sorted({*played.truth.doubles, *often}):
        yield Wrong(Law.ONCE, key)
    for what, number in Counter(played.twice).items():
        yield Wrong(Law.ONE_EDIT, f"{what}{f' ({number} times too many)' if number > 1 else ''}")


def _broken(played: Round) -> Iterator[Wrong]:
    for told in played.told:
        if told.hangs:
            yield Wrong(Law.SOUND, f"{told.step}: no end after {told.seconds:.0f} s")
        if "Traceback" in told.out + told.err or told.code == ExitCode.BUG:
            yield Wrong(Law.SOUND, f"{told.step}: {told.err[-300:]}")
    for told, _ in played.runs:
        if told.code in (ExitCode.USAGE, ExitCode.FINDINGS):
            yield Wrong(Law.SOUND, f"{told.step}: exit {told.code}: {told.err[-300:]}")


def _untrue(played: Round) -> Iterator[Wrong]:
    """What a run, or a plan without changes, says is done must be as the files say."""
    left = {row["key"] for row in played.left}
    converged = played.runs[-1][1].document is not None
    done = {row["key"] for told, _ in played.runs for row in rows(told.document) if row["outcome"] in _GOOD_ENDS}
    for key, mark in played.shop.marks.items():
        thing, called = played.truth.things.get(key), played.shop.called.get(key, key)
        if called in done or (converged and called not in left):
            if mark is None and thing is not None:
                yield Wrong(Law.TRUE, f"{key} is still there")
            elif mark is not None and (thing is None or mark not in thing.content):
                yield Wrong(Law.TRUE, f"{key} has no {mark!r}")


def _sentence(played: Round, row: dict[str, Any]) -> str:
    """What a person is told to do about a key; empty when nobody is told, or the run said that all is well."""
    ended = _receipt_row(played.runs[-1][0], row["key"])
    unsure = ended.get("outcome") in (OutcomeKind.UNKNOWN, OutcomeKind.BLOCKED, OutcomeKind.NOT_STARTED)
    if not unsure and row["action"] != Action.BLOCKED:
        return ""
    text = _told_of(played, row)
    return text if NEXT_STEP.search(text) else ""


def _told_of(played: Round, row: dict[str, Any]) -> str:
    ended = _receipt_row(played.runs[-1][0], row["key"])
    parts = [ended.get("outcome", "not planned"), ended.get("message", ""), row["reason"], *row["notes"]]
    return "; ".join(part for part in parts if part)


def _receipt_row(told: Told, key: str) -> dict[str, Any]:
    return next((row for row in rows(told.document) if row["key"] == key), {})


def _recovered(told: Told) -> bool:
    document = told.document or {}
    return any(space.get("recovered") for space in [document, *document.get("spaces", [])])


def counts(verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """The lines of the table."""
    broken = Counter(law for verdict in verdicts for law in {wrong.law for wrong in verdict.wrong})
    more = Counter(verdict.more for verdict in verdicts)
    return [
        ("rounds", len(verdicts)),
        ("killed in the middle of a write", sum(verdict.in_write for verdict in verdicts)),
        ("with everything removed that the run wrote down", sum(verdict.fresh for verdict in verdicts)),
        ("the next run told what the killed one had done", sum(verdict.recovered for verdict in verdicts)),
        ("rounds with a resource made twice", broken[Law.ONCE]),
        ("rounds with an edit carried out twice", broken[Law.ONE_EDIT]),
        ("rounds with something said to be done that is not", broken[Law.TRUE]),
        ("rounds that neither converge nor say what to do", broken[Law.HEALS]),
        ("rounds with a crash or a hang", broken[Law.SOUND]),
        ("converged with the next run", more[0]),
        ("converged after one more", more[1]),
        ("converged after two more", more[2]),
        ("said in words what is to be done", sum(bool(verdict.said) and not verdict.wrong for verdict in verdicts)),
    ]
