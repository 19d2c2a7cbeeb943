"""`ci init gitlab`: the files, what is told to do, and a `.gitlab-ci.yml` that is somebody's own."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from support.git_repository import SETTINGS, Repository
from support.projects import PROJECT, Shop, tree

PIPELINE = ".gitlab/templatesync.yml"
REAL = PROJECT.replace(
    "default_space: local\n",
    "  production:\n    cust_space_id: cams-kei0000\n    vars: {site: https://www.example.com}\n",
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    repository = Repository.new(tmp_path / "repository")
    repository.git("remote", "add", "origin", "git@gitlab.example.com:acme/apps/Shop.git")
    made = Shop(repository.root, capsys)
    made.write("templatesync.yaml", REAL)
    return made


def test_the_files_and_what_is_left(shop: Shop, compare: Callable[[str, str], None]) -> None:
    ended = shop.run("ci", "init", "gitlab")
    assert (ended.code, ended.err) == (0, "")
    compare("ci_init_gitlab", ended.out)
    assert yaml.safe_load((shop.root / ".gitlab-ci.yml").read_text()) == {"include": [{"local": PIPELINE}]}
    before = tree(shop.root)
    again = json.loads(shop.run("ci", "init", "gitlab", "--format", "json").out)
    assert (again["written"], again["kept"], again["own"]) == ([], [".gitlab-ci.yml", PIPELINE], [])
    assert tree(shop.root) == before


def test_what_is_given_is_a_default_of_an_input(shop: Shop) -> None:
    role = "acs:ram::1234567890123456:role/reads"
    assert shop.run("ci", "init", "gitlab", "--plan-role", role, "--environment", "shop").code == 0
    head, _ = yaml.safe_load_all((shop.root / PIPELINE).read_text())
    inputs = {name: row["default"] for name, row in head["spec"]["inputs"].items()}
    assert (inputs["plan-role"], inputs["apply-role"]) == (role, "$TEMPLATESYNC_APPLY_ROLE")
    assert (inputs["space"], inputs["environment"]) == ("production", "shop")


def test_a_pipeline_of_your_own_stays_and_is_told_what_to_include(shop: Shop) -> None:
    own = shop.write(".gitlab-ci.yml", "build: {script: [make]}\n")
    ended = shop.run("ci", "init", "gitlab")
    assert ended.code == 0
    assert "5. Your .gitlab-ci.yml stays as it is. Add this" in ended.out
    assert own.read_text() == "build: {script: [make]}\n"
    assert (shop.root / PIPELINE).is_file()
    own.write_text(f"include: [{{local: {PIPELINE}}}]\nbuild: {{script: [make]}}\n")
    again = shop.run("ci", "init", "gitlab")
    assert (again.code, "stays as it is" in again.out) == (0, False)


def test_another_file_in_our_place_stops_it(shop: Shop) -> None:
    shop.write(PIPELINE, "mine: {}\n")
    before = tree(shop.root)
    ended = shop.run("ci", "init", "gitlab")
    assert (ended.code, ended.out) == (64, "")
    assert f"{PIPELINE} is there already" in ended.err
    assert tree(shop.root) == before


def test_any_branch_may_plan_and_one_may_apply(shop: Shop) -> None:
    out = shop.run("ci", "init", "gitlab").out
    told = [json.loads(word)["Statement"][0]["Condition"] for word in shlex.split(out) if word.startswith('{"Version"')]
    ours = "project_path:acme/apps/Shop:ref_type:branch:ref:"
    assert [each.get("StringLike") for each in told] == [{"oidc:sub": [f"{ours}*"]}, None]
    assert told[1]["StringEquals"]["oidc:sub"] == [f"{ours}main"]
