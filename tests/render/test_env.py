"""Outputs as variables: whoever reads them gets our variables with our codes, and nothing that a name or code says."""

from __future__ import annotations

import re
import subprocess

from hypothesis import example, given
from hypothesis import strategies as st
from support.output_readers import hostile

from templatesync.commands.outputs import OutputRow, OutputsResult, SpaceOutputs
from templatesync.model.errors import ExitCode
from templatesync.render.env import outputs
from templatesync.render.terminal import Style

NAMES = ["path", "ifs", "ld_preload", "bash_env", "1", "", "a b", "x=y", "x<<EOF", "您好", "a;b", "$(touch x)"]
CODES = [
    "12345",
    "x\nPATH=/evil",
    "x\r\nIFS=a",
    "x\x85y",
    "x\u2028y",
    "x\x0by",
    "x\x0cy",
    "$(touch x)",
    "`x`",
    "a b",
    "'",
]
name = st.one_of(st.sampled_from(NAMES), hostile)
code = st.one_of(st.sampled_from(CODES), hostile)
kinds = st.sampled_from([("template", "TEMPLATE_"), ("flow", "FLOW_"), ("qr-code", "QR_")])
row = st.builds(
    lambda name, language, kind, status, usable, code: OutputRow(
        name, language, kind[0], name, status, usable, {}, code, kind[1]
    ),
    name, name, kinds, hostile, st.booleans(), code,
)  # fmt: skip


def written(rows: list[OutputRow], space: str = "local") -> str:
    return outputs(OutputsResult((SpaceOutputs(space, "c", True, tuple(rows)),), ExitCode.OK), Style())


@given(st.lists(row, max_size=4), hostile)
@example([OutputRow("path", "", "template", "path", "pass", True, {}, "x\nLD_PRELOAD=/evil")], "a\nPATH=b")
def test_every_reader_of_lines_sees_our_variables_and_plain_codes(rows: list[OutputRow], space: str) -> None:
    """Whatever it takes for the end of a line, and whether or not it knows comments."""
    text = written(rows, space)
    assert text.isascii() and text.splitlines() == text.split("\n")[:-1]
    codes = {row.code for row in rows}
    for line in text.splitlines():
        assert len(line) < 700
        if line.startswith("#"):
            assert not re.search("[=<]", line)
            continue
        variable, _, value = line.partition("=")
        assert re.fullmatch(r"(TEMPLATE|FLOW|QR)_[A-Z0-9_]*", variable)
        assert value in codes and re.fullmatch(r"[A-Za-z0-9_.:/@%+,-]+", value)


def test_a_shell_takes_them_as_they_are() -> None:
    rows = [
        OutputRow(
            f"{name}{number}", "en", kind, "x", f"s\n{code}", number % 2 == 0, {}, code if number else "1a2b", prefix
        )
        for number, code in enumerate(CODES)
        for name, kind, prefix in [(NAMES[number], "template", "TEMPLATE_"), ("menu", "qr-code", "QR_")]
    ]
    script = 'set -eu; before=$PATH; eval "$1"; test "$PATH" = "$before"; printf \'%s\' "$QR_MENU0_EN"'
    ended = subprocess.run(["sh", "-c", script, "sh", written(rows)], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("1a2b", "", 0)


def test_a_code_that_readers_take_differently_is_told_and_not_written() -> None:
    text = written([OutputRow("a", "en", "template", "a", "pass", True, {}, "two words", "TEMPLATE_")])
    assert "\n# TEMPLATE_A_EN is not written: its code has characters that not all readers take alike\n" in text
