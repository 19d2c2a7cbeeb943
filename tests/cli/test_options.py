"""The frame of all commands: help, global options on both sides, formats, colours, files, exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import pytest
from support.projects import GOOD, Shop

import templatesync
from templatesync.cli import main, run
from templatesync.commands.session import Connection
from templatesync.model.errors import ExitCode, LocalError
from templatesync.render.formats import FORMATS
from templatesync.storage import writing

COMMANDS = dict(main.commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_everything(shop: Shop, name: str) -> None:
    ended = shop.run(name, "--help")
    assert ended.code == 0
    assert f"  templatesync {name}" in ended.out, "an example"
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
    assert (COMMANDS[name].help or "").split("\n")[0].endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_terminal_of_80_columns(shop: Shop, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, shop.run(name, "--help").out.splitlines())) <= 80


def test_help_of_all(shop: Shop) -> None:
    for arguments in (["--help"], ["-h"]):
        ended = shop.run(*arguments)
        assert ended.code == 0
        assert all(f"  {name} " in ended.out for name in COMMANDS)
    assert shop.run("--version").out == f"templatesync {templatesync.__version__}\n"


def test_the_exit_codes_are_frozen() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0, "FAILURE": 1, "CHANGES": 2, "FINDINGS": 3, "DENIED": 4, "UNREACHABLE": 5, "REFUSED": 6, "PENDING": 7,
        "REJECTED": 8, "STALE": 9, "PARTIAL": 10, "USAGE": 64, "BUG": 70, "INTERRUPTED": 130, "TERMINATED": 143,
    }  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_formats_are_those_that_are_rendered(name: str) -> None:
    offered = [parameter for parameter in COMMANDS[name].params if parameter.name == "format"]
    choices = [list(parameter.type.choices) for parameter in offered if isinstance(parameter.type, click.Choice)]
    assert choices == ([list(FORMATS[name])] if name in FORMATS else [])


def globals_of(command: click.Command) -> dict[str, Any]:
    return {parameter.name: parameter for parameter in command.params if parameter.name in ON_BOTH_SIDES}


ON_BOTH_SIDES = ["directory", "spaces", "all_spaces", "output", "quiet", "verbose", "profile", "endpoint", "color"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_global_options(name: str) -> None:
    assert list(globals_of(COMMANDS[name])) == ON_BOTH_SIDES == list(globals_of(main))


@pytest.mark.parametrize(
    "arguments",
    [["--space", "local", "-v", "plan"], ["plan", "--space", "local", "-v"], ["-v", "plan", "--space", "local"]],
)
def test_global_options_stand_on_either_side(shop: Shop, arguments: list[str]) -> None:
    assert shop.run("apply", "--yes").code == 0
    assert "template/shop_hello@en  unchanged" in shop.run(*arguments).out


def test_what_may_be_chosen_is_listed_without_escapes(shop: Shop) -> None:
    said = shop.run("ci", "init").err
    assert "github" in said and "\\t" not in said


def test_spaces_add_up(shop: Shop) -> None:
    shop.write("templatesync.yaml", "version: 1\nspaces:\n  a: {emulator: true}\n  b: {emulator: true}\n")
    ended = shop.run("--space", "a", "plan", "--space", "b")
    assert [line.split(" (")[0] for line in ended.out.splitlines() if line.startswith("Space")] == [
        "Space a EMULATOR", "Space b EMULATOR",
    ]  # fmt: skip
    assert "All spaces: 2 to create" in ended.out
    assert shop.run("plan").code == 64  # several spaces, and none by default


def test_the_nearer_folder_wins(shop: Shop, tmp_path: Path) -> None:
    assert shop.run("validate", "-C", str(tmp_path)).code == 64
    assert shop.run("-C", "/nowhere", "validate", "-C", str(shop.root / "templates")).code == 0


def test_output_goes_to_a_file(shop: Shop, tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    for arguments in (["plan", "--format", "json", "-o", str(target)], ["-o", str(target), "plan", "--format", "json"]):
        ended = shop.run(*arguments)
        assert (ended.code, ended.out) == (0, "")
        assert json.loads(target.read_text())["summary"]["create"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["plan.json"]


def test_a_folder_is_refused_before_anything_is_done(shop: Shop, tmp_path: Path) -> None:
    assert shop.run("apply", "--yes", "-o", str(tmp_path)).code == 64
    assert not (shop.root / ".templatesync").exists()


def test_what_was_done_is_told_even_when_the_file_cannot_be_written(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise LocalError(f"{path} cannot be written: no space left")

    monkeypatch.setattr(writing, "write_file", full)
    ended = shop.run("apply", "--yes", "--format", "json", "-o", str(tmp_path / "receipt"))
    assert (ended.code, "receipt cannot be written: no space left" in ended.err) == (1, True)
    assert json.loads(ended.out)["spaces"][0]["changes"][0]["outcome"] == "done"


def test_format_and_version_stand_on_either_side(shop: Shop) -> None:
    assert json.loads(shop.run("--format", "json", "plan").out)["summary"]["create"] == 1
    assert shop.run("--format", "json", "plan", "--format", "text").out.startswith("Space local")
    for arguments in (["--format", "env", "plan"], ["--format", "yaml", "outputs"], ["--format", "json", "schema"]):
        assert shop.run(*arguments).code == 64
    assert shop.run("plan", "--version").out == shop.run("--version").out


def test_a_timeout_beyond_all_numbers_is_refused(shop: Shop) -> None:
    assert shop.run("status", "--wait", "--timeout", "9" * 400).code == 64
    assert shop.run("status", "--wait", "--timeout", "9" * 400 + "h").code == 64


@pytest.mark.slow
def test_without_standard_input_apply_asks_nobody(shop: Shop) -> None:
    ended = shop.child("apply", shell="<&-")
    assert (ended.code, "without a terminal" in ended.err) == (64, True)


def test_a_connection_shows_no_environment() -> None:
    assert "hidden" not in repr(Connection(environment={"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hidden"}))


def test_quiet_says_nothing_besides(shop: Shop) -> None:
    assert shop.run("apply", "--yes", "-q").err == ""
    shutil.rmtree(shop.root / ".templatesync")  # with the journal: what was made a moment ago would be looked for
    assert shop.run("apply", "--yes").err == "applying 1 change\n"


ESC = "\x1b["


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),  # not a terminal
        (["--color"], {}, True),
        (["--color"], {"NO_COLOR": "1"}, True),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"NO_COLOR": "1"}, False),
    ],
)
def test_colours(
    shop: Shop, arguments: list[str], environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    shop.bad("Name: A\n")
    assert (ESC in shop.run("validate", *arguments).out) == coloured
    assert ESC not in shop.run("validate", "--format", "json", *arguments).out


@pytest.mark.parametrize(
    "command",
    [["plan"], ["plan", "--format", "json"], ["apply", "--yes"], ["apply", "--yes", "--format", "json"], ["status"],
     ["status", "--format", "json"], ["outputs"], ["outputs", "--format", "env"], ["import"],
     ["import", "--format", "json"]],
    ids=" ".join,
)  # fmt: skip
def test_every_output_names_the_space_and_the_emulator(shop: Shop, command: list[str]) -> None:
    ended = shop.run(*command)
    assert ended.code == 0
    if "json" in command or command == ["outputs"]:
        document = json.loads(ended.out)
        assert document["format_version"] == "1.0"
        (space,) = document.get("spaces") or [document]
        assert (space["space"], space["emulator"]) == ("local", True)
    else:
        assert "local" in ended.out
        assert "EMULATOR" in ended.out


def test_a_defect_is_one_line_and_a_log(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import tempfile

    from templatesync.commands import rules
    from templatesync.service.secret import Secret

    odd = Secret("like no/other key")

    def broken(name: str) -> None:
        raise ValueError(f"a half of a sign: \udc80, and {quote(odd.reveal(), safe='')}")

    monkeypatch.setattr(rules, "rules", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert shop.capsys is not None
    assert run(["rules"]) == 70
    said = shop.capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("templatesync: this is a defect of templatesync: ValueError\n")
    assert "Traceback" not in said.err
    (log,) = tmp_path.glob("*.log")
    assert "ValueError: a half of a sign: \\udc80, and ***" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_interrupted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from templatesync.commands import validate

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(validate, "validate", interrupt)
    assert shop.run("validate").code == 130


def test_findings_stop_plan_with_a_hint_each(shop: Shop) -> None:
    shop.bad(GOOD.replace("shop_hello", "shop_x").replace("Category", "Catgory"))
    ended = shop.run("plan")
    assert ended.code == 3
    assert "hint: did you mean Category?" in ended.err
    assert ended.err.splitlines()[-1].startswith("templatesync: ")
