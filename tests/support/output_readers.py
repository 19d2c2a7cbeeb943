"""What reads the outputs: the grammar of GitHub's runner, and what no output may hold. Written from their own rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from templatesync.commands.validate import ValidateResult
from templatesync.model.errors import ExitCode
from templatesync.model.finding import Finding, Severity
from templatesync.model.strictness import SettingChange, Since, Strictness
from templatesync.validation.check import Report

# Line ends are for each format to allow.
ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000f0000-\U0010ffff]"
)
# What a CI runner obeys anywhere in a line: GitHub and Azure, TeamCity, GitLab, Travis.
OBEYED = re.compile(r"##[\w.-]*\[|section_(start|end):|travis_(fold|time):", re.IGNORECASE)
WORDS = [
    *("```", "~~~", "::error::x", "::error file=a::x", "::set-output name=a::b", "::stop-commands::x", "##[error]x"),
    *(
        "##",
        "[",
        "##[group]",
        "##vso[task.setvariable variable=PATH]",
        "##teamcity[buildStatus]",
        "vso[",
        "section_start:1:a",
        "travis_fold:start:a",
        "--- a",
        "+++",
        ":",
        "::",
        ",",
        "=",
        "%",
        "%0A::error::x",
        "%25",
        "</td>",
        "<script>",
        "]]>",
        "<![CDATA[",
    ),
    *("&amp;", "&", '"', "'", "=cmd()", "@team", "#1", "](http://x)", "[a](1)", "{0}", "\\", "`", "<!--", "-->", "../"),
    *(" ", "\n", "\r", "\r\n", "\t", "\x00", "\x1b[31m", "\x9b", "\x07", "\x1b]8;;http://x\x07", "\x85"),
    *("\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufe0f", "\u2028", "\ufeff", "\ufffe", "\U000e0041"),
    *("\ue000", "\U000f0000", "\U0001d173", "\u2065", "\u2800", "\U000e0200", "\ufff9", "\ufdd0"),
    *("\ud800", "\udc80", "\udfff", "Ann", "您好", "e\u0301", "👩\u200d🔬", "\u00ad"),
]
hostile = st.lists(st.sampled_from(WORDS), max_size=6).map("".join)


def finding(texts: Any = hostile) -> Any:
    """A finding with hostile text in every field that holds any."""
    return st.builds(
        Finding,
        rule=texts,
        severity=st.sampled_from(list(Severity)),
        message=texts,
        file=texts,
        line=st.integers(1, 3),
        column=st.integers(1, 40),
        key=texts,
        path=texts,
        spaces=st.lists(texts, max_size=2).map(tuple),
        hint=texts,
    )


def results(most: int = 4) -> Any:
    """Results of `validate` with such findings, source lines, names of files and place in a repository."""

    def build(found: list[Finding], line: str, clean: list[str], prefix: str, strict: bool) -> ValidateResult:
        ordered = tuple(sorted(found, key=Finding.sort_key))
        lines = {each.file: (line, line, line) for each in ordered}
        files = tuple(dict.fromkeys((*clean, *(each.file for each in ordered))))
        code = ExitCode.FINDINGS if any(each.severity is Severity.ERROR for each in ordered) else ExitCode.OK
        known = Strictness(
            ("rule",), policy={"protect": clean}, since=Since(prefix, (SettingChange("x", line, strict),))
        )
        return ValidateResult(
            Report(ordered, len(files), 1), lines, code, files, prefix, strict, strictness=known if clean else None
        )

    return st.builds(
        build, st.lists(finding(), max_size=most), hostile, st.lists(hostile, max_size=2), hostile, st.booleans()
    )


@dataclass(frozen=True)
class Command:
    """What the runner makes of a line."""

    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> tuple[list[Command], list[str]]:
    """The commands of a log, and its other lines.

    The runner reads lines that end with CR, LF or both, takes off blanks, and looks for `::name properties::data`; when
    that is not there, for `##[name properties]data` anywhere in the line. That it does not know a name is no excuse.
    """
    found, others = [], []
    for line in re.split("\r\n|\r|\n", log):
        match = re.match(r"::([^ ]*?)(?: (.*?))?::(.*)\Z", line.lstrip(), re.DOTALL)
        if match:
            pairs = (pair.split("=", 1) for pair in (match[2] or "").strip().split(",") if pair)
            kept = {pair[0]: pair[1].lstrip("=") for pair in pairs if len(pair) == 2 and pair[1]}
            undone = {name: _undone(value, {"%3A": ":", "%2C": ","}) for name, value in kept.items()}
            found.append(Command(match[1], undone, _undone(match[3], {})))
        elif "##[" in line:
            found.append(Command("##[", {}, line))
        else:
            others.append(line)
    return found, others


def _undone(text: str, more: dict[str, str]) -> str:
    for token, char in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(token, char)
    return text
