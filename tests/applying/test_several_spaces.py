"""Several spaces in one run: what goes wrong in one never hides or stops the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from templatesync.cli import run

PROJECT = """\
version: 1
spaces:
  zeta: {emulator: true}
  alpha: {emulator: true}
  away: {cust_space_id: cams-away0000}
"""
HELLO = """\
Name: hello
Category: UTILITY
Language: en
Components:
  - {Type: BODY, Text: We have received your order and will send it soon.}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templatesync.yaml").write_text(PROJECT)
    (tmp_path / "templates" / "hello.yaml").write_text(HELLO)
    return tmp_path


def plan(project: Path, capsys: pytest.CaptureFixture[str], *spaces: str, code: int = 0) -> dict[str, object]:
    capsys.readouterr()
    chosen = [part for space in spaces for part in ("--space", space)]
    assert run(["plan", "-C", str(project), *chosen, "--format", "json", "-q"]) == code
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_the_digest_does_not_depend_on_the_order_of_spaces(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = plan(project, capsys, "zeta", "alpha")["digest"]
    assert plan(project, capsys, "alpha", "zeta")["digest"] == digest
    arguments = ["apply", "-C", str(project), "--space", "zeta", "--space", "alpha", "-q"]
    assert run([*arguments, "--expect-digest", str(digest)]) == 0
    assert run([*arguments, "--expect-digest", "0" * 64]) == 9


def test_a_space_without_credentials_carries_an_error_and_the_others_go_on(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = plan(project, capsys, "alpha", "away", code=4)
    spaces = document["spaces"]
    assert isinstance(spaces, list)
    assert [("error" in space, space["summary"]["create"]) for space in spaces] == [(False, 1), (True, 0)]
    assert "no credentials found" in spaces[1]["error"]["message"]


def test_a_receipt_that_cannot_be_written_hides_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receipt = project / "receipts" / "one.json"
    receipt.parent.mkdir()
    receipt.parent.chmod(0o500)
    receipt.symlink_to("/dev/full")
    code = run(["apply", "-C", str(project), "--space", "alpha", "--yes", "-q", "--receipt", str(receipt)])
    out = capsys.readouterr().out
    assert "1 done" in out
    assert code in (0, 1)
    assert ("the receipt could not be written" in out) == (code == 1)
