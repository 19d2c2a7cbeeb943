"""`plan --format github` and Markdown as a workflow runs them: what is written where, and when it cannot be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.output_readers import commands
from support.projects import GOOD, Shop

from templatesync.cli import pipeline
from templatesync.model.errors import LocalError

OUTPUTS = "has-changes reviews breaking blocked waiting deletes unmanaged digest truncated exit-code".split()


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The files that a runner names."""
    named = {"GITHUB_STEP_SUMMARY": tmp_path / "summary.md", "GITHUB_OUTPUT": tmp_path / "output"}
    for name, path in named.items():
        path.write_text("before\n")
        monkeypatch.setenv(name, str(path))
    return named


def outputs(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines()[1:])


def test_summary_and_outputs_are_written_and_said(shop: Shop, files: dict[str, Path]) -> None:
    ended = shop.run("plan", "--format", "github", "--detailed-exitcode")
    summary = files["GITHUB_STEP_SUMMARY"].read_text()
    assert summary.startswith("before\n<!-- templatesync:plan local digest=")
    assert summary.removeprefix("before\n") == shop.run("plan", "--format", "markdown").out
    found = outputs(files["GITHUB_OUTPUT"])
    assert list(found) == OUTPUTS
    assert found | {"digest": ""} == {
        "has-changes": "true",
        "reviews": "1",
        "breaking": "0",
        "blocked": "0",
        "waiting": "0",
        "deletes": "0",
        "unmanaged": "0",
        "digest": "",
        "truncated": "false",
        "exit-code": "2",
    }
    assert f"digest={found['digest']}" in summary and ended.code == 2
    assert "written to $GITHUB_STEP_SUMMARY" in ended.out and "written to $GITHUB_OUTPUT" in ended.out


def test_one_plan_in_several_formats(shop: Shop, files: dict[str, Path], tmp_path: Path) -> None:
    """What a pipeline shows, keeps and applies is read once, so that all of it says the same."""
    also = [f"--also={name}={tmp_path / name}" for name in ("markdown", "html", "json", "text")]
    ended = shop.run("plan", "--format", "github", "--out", str(tmp_path / "plan.json"), "--detailed-exitcode", *also)
    assert ended.code == 2
    saved = (tmp_path / "plan.json").read_text()
    assert (tmp_path / "json").read_text() == saved
    assert (tmp_path / "markdown").read_text() == files["GITHUB_STEP_SUMMARY"].read_text().removeprefix("before\n")
    assert json.loads(saved)["digest"] in (tmp_path / "text").read_text()
    assert "<html" in (tmp_path / "html").read_text()


@pytest.mark.parametrize("said", ["html", "html=", "github=x", "nothing=x", "html=no-folder/x", "html=."])
def test_another_format_needs_a_place(shop: Shop, said: str) -> None:
    ended = shop.run("plan", "--also", said)
    assert (ended.code, ended.out) == (64, "")
    assert "--also" in ended.err or "no file that can be written" in ended.err


def test_a_file_that_cannot_be_written_hides_nothing_else(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LocalError("no room")

    monkeypatch.setattr(pipeline, "write_file", full)
    ended = shop.run("plan", "--also", f"html={tmp_path / 'html'}")
    assert ended.code == 1 and "create" in ended.out
    assert "the plan could not be saved as html: no room" in ended.err


def test_without_changes_nothing_is_annotated(shop: Shop, files: dict[str, Path]) -> None:
    shop.run("apply", "--yes")
    ended = shop.run("plan", "--format", "github")
    assert outputs(files["GITHUB_OUTPUT"])["has-changes"] == "false"
    assert commands(ended.out)[0] == []


def test_annotations_are_at_the_lines_that_change(shop: Shop, files: dict[str, Path]) -> None:
    shop.run("apply", "--yes")
    shop.write("templates/good.yaml", GOOD.replace("has left", "left"))
    shop.write("templates/new.yaml", "\n\n" + GOOD.replace("shop_hello", "shop_new").replace("has left", "just left"))
    (root := shop.root / ".git").mkdir()
    found, _ = commands(shop.run("plan", "--format", "github").out)
    assert root.is_dir()
    assert [(each.name, each.properties["file"], each.properties["line"]) for each in found] == [
        ("warning", "templates/good.yaml", "6"),
        ("notice", "templates/new.yaml", "3"),
    ]


def test_ten_annotations_at_most(shop: Shop, files: dict[str, Path]) -> None:
    for number in range(30):
        text = GOOD.replace("shop_hello", f"shop_{number}").replace("parcel", f"parcel number {number}")
        shop.write(f"templates/{number}.yaml", text)
    found, _ = commands(shop.run("plan", "--format", "github").out)
    assert len(found) == 10 and "and 22 more changes" in found[-1].data


@pytest.mark.parametrize("trouble", ["unset", "link", "folder", "pipe", "no folder", "full"])
def test_what_cannot_be_written_is_on_stdout_and_said(
    shop: Shop, files: dict[str, Path], trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files["GITHUB_STEP_SUMMARY"]
    elsewhere = path.with_name("elsewhere")
    elsewhere.write_text("")
    path.unlink()
    if trouble == "unset":
        monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    elif trouble == "link":
        path.symlink_to(elsewhere)
    elif trouble == "folder":
        path.mkdir()
    elif trouble == "pipe":
        os.mkfifo(path)
    elif trouble == "no folder":
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path / "summary"))
    else:
        path.write_bytes(b"x" * ((1 << 20) - 10))
    ended = shop.run("plan", "--format", "github")
    assert ended.code == 0
    assert "The summary of this step: $GITHUB_STEP_SUMMARY" in ended.out and "so here it is instead" in ended.out
    assert "<!-- templatesync:plan local digest=" in ended.out
    assert outputs(files["GITHUB_OUTPUT"])["has-changes"] == "true"
    assert elsewhere.read_text() == ""


def test_a_link_leads_to_a_page_and_nowhere_else(shop: Shop) -> None:
    said = shop.run("plan", "--format", "markdown", "--link", "https://ci.example/run/1?a=b").out
    assert "](https://ci.example/run/1?a=b)" in said
    for link in ("javascript:alert(1)", "https://a b", "https://a)x", "x", "https://a/(b"):
        assert shop.run("plan", "--format", "markdown", "--link", link).code == 64


def test_outputs_that_nobody_takes_are_on_stdout(
    shop: Shop, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_OUTPUT")
    ended = shop.run("plan", "--format", "github")
    assert "The outputs of this step: $GITHUB_OUTPUT is not set, so here they are instead.\nhas-changes=" in ended.out
