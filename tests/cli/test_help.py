"""Help: the task first, examples, own options, exit codes; and what all commands have in common, by topic."""

from __future__ import annotations

import click
import pytest
from support.projects import Shop

from templatesync.cli import main
from templatesync.cli.exit_codes import ANY, ENDS, MEANING
from templatesync.cli.help_text import PURPOSES, told
from templatesync.cli.topics import TOPICS
from templatesync.model.errors import ExitCode
from templatesync.render.formats import FORMATS

ASKED = ["--help", *(f"{name} --help" for name in main.commands), *(f"help {topic}" for topic in TOPICS)]


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("asked", ASKED)
def test_nothing_is_wider_than_a_terminal(shop: Shop, asked: str) -> None:
    ended = shop.run(*asked.split())
    assert ended.code == 0
    assert [line for line in ended.out.splitlines() if len(line) > 80 or line != line.rstrip()] == []
    assert "\u2011" not in ended.out and ended.out.endswith("\n")


@pytest.mark.parametrize("name", main.commands)
def test_a_command_tells_its_task_then_examples_its_options_and_exit_codes(shop: Shop, name: str) -> None:
    said = shop.run(name, "--help").out
    parts = told(main.commands[name].help or "")
    assert said.startswith(parts.sentence.rstrip(".")[:60])
    assert len(parts.examples) >= 2
    titles = [part for part in ("Usage:", "Examples:", "Options:", "Exit codes:", "Common options:") if part in said]
    assert [said.index(title) for title in titles] == sorted(said.index(title) for title in titles)
    assert set(titles) >= {"Usage:", "Examples:", "Exit codes:", "Common options:"}
    assert said.endswith("Common options: `templatesync help options`\n")
    assert "  --space NAME" not in said and "  -C DIR" not in said
    for code, meaning in ENDS[name].items():
        assert f"  {int(code)} " in said and meaning.split()[0] in said
    assert shop.run("help", name).out == said


def test_every_command_has_one_place_in_the_list_and_its_exit_codes(shop: Shop) -> None:
    listed = [name for names in PURPOSES.values() for name in names]
    assert len(set(listed)) == len(listed)
    assert set(main.commands) <= set(listed)
    assert set(main.commands) == set(ENDS)
    said = shop.run("--help").out
    for name, command in main.commands.items():
        assert f"  {name} " in said and told(command.help or "").sentence in said
    assert all(topic in said for topic in TOPICS)
    assert shop.run("help").out == said


def test_every_exit_code_has_a_meaning_and_some_command(shop: Shop) -> None:
    assert set(MEANING) == set(ExitCode)
    assert {code for ends in ENDS.values() for code in ends} | set(ANY) == set(ExitCode)
    assert not {code for ends in ENDS.values() for code in ends} & set(ANY)
    said = shop.run("help", "exit-codes").out
    assert all(f"\n  {int(code)} " in said for code in ExitCode)


def test_every_format_is_explained(shop: Shop) -> None:
    said = shop.run("help", "formats").out
    explained = said.partition("By command")[0]
    assert [name for formats in FORMATS.values() for name in formats if f"\n  {name} " not in explained] == []


def test_the_common_options_are_told_once_and_for_all(shop: Shop) -> None:
    said = shop.run("help", "options").out
    common = [option for option in main.params if isinstance(option, click.Option) and option.name != "format"]
    assert len(common) > 8
    assert [option.opts[-1] for option in common if option.opts[-1] not in said and option.name != "version"] == []


def test_what_nobody_knows_is_told_with_what_there_is(shop: Shop) -> None:
    ended = shop.run("help", "keyes")
    assert (ended.code, ended.out) == (64, "")
    assert "'keyes'" in ended.err and "keys" in ended.err and "plan" in ended.err
    assert shop.run("help", "plan", "options").code == 64
