"""No workflow file of ours gives a stranger anything, and the rules that hold it to that notice planted faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.pipeline.fork_rules import faults
from support.pipeline.shipped import PROJECTS, of_this_repository, written
from support.pipeline.workflow import read, read_action

PIN = "de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
GOOD = f"""\
name: plan
on: pull_request
permissions: {{}}
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {{contents: read}}
    steps:
      - uses: actions/checkout@{PIN}
        with: {{persist-credentials: false}}
      - run: echo "$TITLE"
        env: {{TITLE: "${{{{ github.event.pull_request.title }}}}"}}
  plan:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {{id-token: write}}
    steps:
      - run: echo "$KEY"
        env: {{KEY: "${{{{ secrets.KEY }}}}"}}
"""
AFTER = """\
name: comment
on: {workflow_run: {workflows: [plan], types: [completed]}}
permissions: {}
jobs:
  comment:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {pull-requests: write, actions: read}
    steps:
      - run: sh comment.sh
        env: {TOKEN: "${{ github.token }}"}
"""
CHECK = "    permissions: {contents: read}\n"


@pytest.mark.parametrize("project", PROJECTS)
def test_what_is_written_for_a_project_gives_a_stranger_nothing(project: str, tmp_path: Path) -> None:
    files = {name: text for name, text in written(tmp_path, project).items() if name.endswith(".yml")}
    assert {".github/workflows/plan.yml", ".github/workflows/comment-fork.yml"} < files.keys()
    assert [fault for name, text in files.items() for fault in faults(name, text)] == []
    action = ".github/actions/templatesync/action.yml"
    actions = {"./.github/actions/templatesync": read_action(action, files.pop(action))}
    for name, text in files.items():
        assert read(name, text, actions).jobs


def test_what_this_repository_has_for_itself_gives_a_stranger_nothing() -> None:
    files = of_this_repository()
    assert [fault for name, text in files.items() for fault in faults(name, text)] == []
    assert read_action("action.yml", files["action.yml"])


@pytest.mark.parametrize("text", [GOOD, AFTER])
def test_what_is_good_is_left_alone(text: str) -> None:
    assert faults("it.yml", text) == []


@pytest.mark.parametrize(
    ("text", "right", "wrong", "told"),
    [
        (GOOD, "permissions: {}", "permissions: {contents: read}", "on top are not empty"),
        (GOOD, "permissions: {}\n", "", "on top are not empty"),
        (GOOD, f"@{PIN}", "@v6", "is not pinned"),
        (GOOD, f"@{PIN}", "@de0fac2", "is not pinned"),
        (GOOD, " # v6.0.2", "", "which version"),
        (GOOD, "{persist-credentials: false}", "{fetch-depth: 0}", "leaves its token"),
        (GOOD, '"$TITLE"', "${{ github.event.pull_request.title }}", "text of a script"),
        (GOOD, CHECK, "    permissions: {contents: read, checks: write}\n", "a fork gets it to run, and it has checks"),
        (GOOD, CHECK, "    permissions: {id-token: write}\n", "it has id-token: write"),
        (GOOD, CHECK, "    permissions: write-all\n", "it has permissions: write-all"),
        (GOOD, CHECK, "", "its own permissions"),
        (GOOD, CHECK, f"{CHECK}    environment: production\n", "it has an environment"),
        (GOOD, "github.event.pull_request.title", "secrets.KEY", "it has secret KEY"),
        (GOOD, "github.event.pull_request.title", "toJSON(secrets)", "all secrets at once"),
        (GOOD, "permissions: {}\n", 'permissions: {}\nenv: {KEY: "${{ secrets.KEY }}"}\n', "check: a fork gets it"),
        (GOOD, "== github.repository", "!= ''", "plan: a fork gets it to run"),
        (GOOD, "== github.repository", "== github.repository || always()", "plan: a fork gets it to run"),
        (GOOD, "    timeout-minutes: 10\n", "", "six hours"),
        (GOOD, "on: pull_request\n", "on: pull_request_target\n", "actions/checkout brings files"),
        (GOOD, "on: pull_request\n", "on: [pull_request_target]\n", "it has secret KEY"),
        (AFTER, "actions: read", "contents: write", "it has contents: write"),
        (AFTER, "github.token", "secrets.KEY", "it has secret KEY"),
        (AFTER, "run: sh comment.sh", "run: git fetch origin pull/1/head", "a script gets code"),
        (AFTER, "- run: sh comment.sh", "- uses: ./.github/actions/it", "brings files"),
    ],
)
def test_a_planted_fault_is_noticed(text: str, right: str, wrong: str, told: str) -> None:
    assert right in text
    assert re.search(re.escape(told), "\n".join(faults("it.yml", text.replace(right, wrong))))
