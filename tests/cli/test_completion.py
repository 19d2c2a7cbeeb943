"""TAB: what is offered where, from files alone, in bash through its own function; and nothing where nobody knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from support.projects import Shop

from templatesync.cli import main

TWO = """\
Name: shop_goodbye
Category: UTILITY
Languages: [en, pt_BR]
---
kind: flow
FlowName: shop_book
---
Name: "$(touch here)"
Language: en
---
Name: ';reboot'
Language: en
"""


@pytest.fixture(autouse=True)
def files(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("templates/two.yaml", TWO)
    monkeypatch.chdir(shop.root)


def offered(*words: str) -> list[str]:
    """What is offered for the last word, which may be empty."""
    *before, begun = words
    shell = ShellComplete(main, {}, "templatesync", "_TEMPLATESYNC_COMPLETE")
    return [item.value for item in shell.get_completions(list(before), begun) if item.type == "plain"]


@pytest.mark.parametrize(
    ("words", "offers"),
    [
        (("pl",), ["plan"]),
        (("plan", "--space", "l"), ["local"]),
        (("--space", ""), ["local"]),
        (("plan", "--target", "template/shop_g"), ["template/shop_goodbye@en", "template/shop_goodbye@pt_BR"]),
        (("import", "flow"), ["flow/shop_book"]),
        (("apply", "--resubmit", "template/shop_h"), ["template/shop_hello@en"]),
        (("new-version", "shop"), ["shop_book", "shop_goodbye", "shop_hello"]),
        (("retire", "shop_g"), ["shop_goodbye"]),
        (("rules", "rej-dup-l"), ["rej-dup-local"]),
        (("schema", "ru"), []),
        (("schema", "pl"), ["plan"]),
        (("fmt", "--format", "j"), ["json"]),
        (("plan", "--fail-on", "blocked,br"), ["blocked,breaking"]),
        (("plan", "--only", "new-version,de"), ["new-version,delete"]),
        (("status", "--fail-on", "quality"), ["quality_fell"]),
        (("help", "exit"), ["exit-codes"]),
        (("help", "check"), ["check-payload"]),
        (("emulator", "--quirk", "list-la"), ["list-lag="]),
    ],
)
def test_what_begins_as_somebody_has_begun_is_offered(words: tuple[str, ...], offers: list[str]) -> None:
    assert offered(*words) == offers


def test_a_name_that_a_shell_would_obey_is_not_offered() -> None:
    assert offered("retire", "") == ["shop_book", "shop_goodbye", "shop_hello"]
    assert not {key for key in offered("plan", "--target", "") if set(key) & set("$;`(") and "%" not in key}


@pytest.mark.parametrize("text", ["", "version: [", "version: 1\nspaces: {}\n", "\x00"])
def test_a_broken_project_offers_nothing_and_says_nothing(
    shop: Shop, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write("templatesync.yaml", text)
    assert (offered("plan", "--space", ""), offered("plan", "--target", "t")) == ([], [])
    assert capsys.readouterr() == ("", "")


def test_no_project_or_another_folder(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert offered("plan", "--space", "") == []
    assert offered("-C", str(shop.root), "plan", "--space", "") == ["local"]
    assert offered("plan", "-C", str(shop.root), "--target", "template/shop_h") == ["template/shop_hello@en"]


def test_bash_gets_what_stands_behind_that_which_it_cuts_off(shop: Shop, tmp_path: Path) -> None:
    program = tmp_path / "templatesync"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m templatesync "$@"\n')
    program.chmod(0o755)
    script = """
        eval "$(_TEMPLATESYNC_COMPLETE=bash_source templatesync)"
        compopt() { echo "compopt $1 $2"; }
        tab() {
            COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
            _templatesync_completion templatesync
            echo "${COMPREPLY[*]}"
        }
        tab 'templatesync plan --target template/shop_goodbye@'
        tab 'templatesync plan --target "template/shop_goodbye@p'
        tab 'templatesync plan --space=lo'
        tab 'templatesync apply p'
    """
    around = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "COMP_WORDBREAKS": " \t\n\"'@><=;|&(:"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=shop.root, env=around, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["en pt_BR", "template/shop_goodbye@pt_BR", "local", "compopt -o default", ""]
