"""Words of other tools get an answer in the words of this one; no answer and no suggestion is a dangerous word."""

from __future__ import annotations

import re

import click
import pytest
from support.projects import Shop

from templatesync.cli import main
from templatesync.cli.foreign import ANSWERS, SUGGESTED

COMMANDS = dict(main.commands)
DANGEROUS = re.compile(
    r"--(prune|allow-[a-z-]+|yes|resubmit|settle|fix|update|trial|insecure-endpoint|ecs|known|all-spaces|wait)\b"
)
PLAN = "`templatesync plan` shows what apply would do"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("apply --dry-run", PLAN),
        ("apply -dry-run", PLAN),
        ("apply --dry-run=server", PLAN),
        ("apply --space local --dry-run --yes", PLAN),
        ("diff", PLAN),
        ("diff -u templates", PLAN),
        ("plan -n", PLAN),
        ("pull", "`templatesync import` writes what is live as files"),
        ("export --format yaml", "`templatesync import`"),
        ("sync", "`templatesync plan` shows what differs"),
        ("destroy -auto-approve", "write `state: absent`"),
        ("apply -destroy", "write `state: absent`"),
        ("rm template/a", "write `state: absent`"),
        ("delete", "write `state: absent`"),
        ("down", "write `state: absent`"),
        ("push", "`templatesync apply`"),
        ("deploy production", "`templatesync apply`"),
        ("up --skip-preview", "`templatesync apply`"),
        ("login", "`templatesync doctor`"),
        ("refresh", "`templatesync plan` reads what is live each time"),
        ("apply -auto-approve", "`templatesync apply PLANFILE`"),
        ("apply --auto-approve", "`templatesync apply PLANFILE`"),
        ("apply -y", "`templatesync apply PLANFILE`"),
        ("apply --force", "nothing is forced"),
        ("apply -var a=b", "`vars` in templatesync.yaml"),
        ("plan -var=a=b", "`vars` in templatesync.yaml"),
        ("plan -var-file=prod.tfvars", "`vars` in templatesync.yaml"),
        ("plan -out=plan.json", "two dashes, --out"),
        ("plan -target template/a", "two dashes, --target"),
        ("plan -prune", "two dashes"),
        ("plan -lock=false", "a lock ends with the run"),
        ("plan -json", "`--format json`"),
        ("plan -o json", "`--format json` chooses the format, and `-o ./json`"),
        ("plan -ojson", "`--format json`"),
        ("plan -o=json", "`--format json`"),
        ("-chdir=shop plan", "`-C DIR`"),
        ("apply -f templates/a.yaml", "`--target KEY`"),
        ("plan --namespace shop", "`--space NAME`"),
        ("lint", "`templatesync validate`"),
        ("check", "`templatesync validate`"),
        ("test", "`templatesync validate`"),
        ("show", "`templatesync status`"),
        ("list", "`templatesync status`"),
        ("commands", "`templatesync --help`"),
        ("version", "`templatesync --version`"),
        ("fmt --diff", "`templatesync fmt --check`"),
    ],
)
def test_a_foreign_word_is_answered_in_one_sentence(shop: Shop, typed: str, said: str) -> None:
    ended = shop.run(*typed.split())
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.err
    assert ended.err.startswith("templatesync: there is no ") or "-o takes a file" in ended.err
    assert ended.err.count("\n") == 1 and not DANGEROUS.search(ended.err)
    assert not [path for path in shop.root.iterdir() if path.name not in ("templatesync.yaml", "templates")]


def test_own_words_stay_own(shop: Shop) -> None:
    """What a command has itself is never answered, nor what is the value of an option or stands behind `--`."""
    assert "are for --update" in shop.run("import", "--dry-run").err
    assert "has the key --dry-run" in shop.run("plan", "--target", "--dry-run").err
    assert "here:" not in shop.run("validate", "--", "-n").err
    assert shop.run("plan", "-o", str(shop.root / "json")).code == 0
    assert ANSWERS.keys().isdisjoint(COMMANDS)


@pytest.mark.parametrize("word", ANSWERS)
def test_answers_name_what_there_is_and_nothing_dangerous(word: str) -> None:
    said = ANSWERS[word]
    assert not re.search(r"--(prune|allow|yes|resubmit|settle|fix)", said)
    for quoted in re.findall(r"`templatesync ([^`]+)`", said):
        name, *rest = quoted.split()
        known = COMMANDS.get(name, main)
        options = {option for each in known.params for option in each.opts} | {"--help"}
        assert name in COMMANDS or name in ("--help", "--version")
        assert {each for each in rest if each.startswith("-")} <= options


def slips(word: str) -> list[str]:
    """A word with a letter too few, two that have changed places, and one too many."""
    middle = len(word) // 2
    turned = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return [word[:-1], turned, word + "s"]


def test_nothing_dangerous_is_ever_suggested(shop: Shop) -> None:
    for name, command in COMMANDS.items():
        known = {option for each in command.params if isinstance(each, click.Option) for option in each.opts}
        own = known - ({option for each in main.params for option in each.opts} if name != "apply" else set())
        typed = {slip for option in own if option.startswith("--") for slip in slips(option)}
        for slip in {slip for slip in typed if slip.startswith("--")} - known:  # not -o-ut, which names a file
            ended = shop.run(name, slip)
            offered = set(re.findall(r"'(--[a-z-]+)'", ended.err.partition("Did you mean")[2]))
            assert offered <= SUGGESTED and not any(map(DANGEROUS.match, offered)), ended.err
    for slip in {slip for name in COMMANDS for slip in slips(name)} - COMMANDS.keys():
        ended = shop.run(slip)
        offered = set(re.findall(r"'([a-z-]+)'", ended.err.partition("ean")[2]))
        assert ended.code == 64 and offered <= SUGGESTED, ended.err


@pytest.mark.parametrize(
    ("typed", "meant"), [("--spcae", "--space"), ("--targte", "--target"), ("--fromat", "--format")]
)
def test_what_changes_nothing_is_suggested(shop: Shop, typed: str, meant: str) -> None:
    ended = shop.run("apply", typed, "x")
    assert ended.code == 64 and f"'{meant}'" in ended.err
