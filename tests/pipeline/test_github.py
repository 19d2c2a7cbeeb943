"""The stand-in for GitHub refuses what GitHub refuses: by token, by permission, by form; and tells lists in pages."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from support.pipeline.front import answer
from support.pipeline.routes import Reply
from support.pipeline.state import Token
from support.pipeline.world import NAME, PipelineWorld, pipeline_world

NO_ACCESS = "Resource not accessible by integration"
PERMISSIONS = ("issues", "pull-requests", "checks", "statuses", "actions", "contents")


def ask(
    world: PipelineWorld, token: Token | str, path: str, body: dict[str, Any] | None = None, method: str = ""
) -> Reply:
    """As `gh api` asks, without a process of its own."""
    value = token if isinstance(token, str) else token.value
    headers = {"authorization": f"token {value}"} if value else {}
    data = b"" if body is None else json.dumps(body).encode()
    return answer(world.github, method or ("POST" if data else "GET"), f"/repos/{NAME}/{path}", headers, data)


def told(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body.get("message", "")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineWorld]:
    """A repository with an issue, a pull request, and 35 comments of ann's on each."""
    with pipeline_world(tmp_path_factory.mktemp("filled")) as world:
        world.push({"a.txt": "a"}, quietly=True)
        ask(world, world.github.person("ann"), "issues", {"title": "An issue"})
        world.propose("change", {"a.txt": "b"})
        for number in (1, 2):
            for text in range(35):
                world.github.comment(world.repository, number, "ann", f"c{text}")
        yield world


def head(world: PipelineWorld) -> str:
    return world.repository.git.sha("main")


@pytest.mark.parametrize(
    ("path", "body", "permission"),
    [
        ("issues/1/comments", {"body": "x"}, "issues"),
        ("issues/2/comments", {"body": "x"}, "pull-requests"),
        ("issues", {"title": "x"}, "issues"),
        ("check-runs", {"name": "x", "head_sha": "HEAD", "conclusion": "success"}, "checks"),
        ("statuses/HEAD", {"state": "success", "context": "x"}, "statuses"),
    ],
)
def test_a_write_takes_its_permission(filled: PipelineWorld, path: str, body: dict[str, Any], permission: str) -> None:
    path, body = path.replace("HEAD", head(filled)), body | ({"head_sha": head(filled)} if "head_sha" in body else {})
    reader = filled.github.job_token(NAME, dict.fromkeys(PERMISSIONS, "read"))
    assert told(ask(filled, reader, path, body)) == (403, NO_ACCESS)
    assert ask(filled, filled.github.job_token(NAME, {permission: "write"}), path, body).status == 201


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("pulls/2", "pull-requests"),
        ("issues/1", "issues"),
        ("commits/main", "contents"),
        ("contents/a.txt", "contents"),
        ("actions/runs", "actions"),
        ("environments", "actions"),
        ("commits/main/check-runs", "checks"),
        ("commits/main/status", "statuses"),
    ],
)
def test_reading_a_private_repository_takes_its_permission(filled: PipelineWorld, path: str, permission: str) -> None:
    assert ask(filled, filled.github.job_token(NAME, {permission: "read"}), path).status == 200
    others = dict.fromkeys(set(PERMISSIONS) - {permission}, "write")
    assert told(ask(filled, filled.github.job_token(NAME, others), path)) == (403, NO_ACCESS)


def test_tokens(filled: PipelineWorld) -> None:
    token = filled.github.job_token(NAME, {"issues": "write"})
    token.revoked = True
    assert told(ask(filled, token, "issues/1")) == (401, "Bad credentials")
    assert told(ask(filled, "made-up", "issues/1")) == (401, "Bad credentials")
    foreign = filled.github.job_token("stranger/shop", {"issues": "write"})
    assert told(ask(filled, foreign, "issues/1")) == (404, "Not Found")
    assert told(ask(filled, "", "issues/1")) == (404, "Not Found")


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"GH_TOKEN": "", "GH_ENTERPRISE_TOKEN": ""}, 4, "please run:  gh auth login"),
        ({"GH_ENTERPRISE_TOKEN": ""}, 1, "Not Found (HTTP 404)"),  # GH_TOKEN is for github.com alone
        ({"GH_TOKEN": ""}, 0, ""),
    ],
)
def test_gh_gives_a_token_to_its_own_host_only(
    filled: PipelineWorld, given: dict[str, str], code: int, said: str
) -> None:
    token = filled.github.job_token(NAME, {"issues": "read"})
    command = [filled.folder / "bin/gh", "api", f"{filled.github.url}/repos/{NAME}/issues/1"]
    done = subprocess.run(command, env=filled.env(token.value) | given, capture_output=True, text=True)
    assert (done.returncode, said in done.stderr) == (code, True)


def test_lists_are_told_in_pages(filled: PipelineWorld) -> None:
    token = filled.github.job_token(NAME, {"issues": "read"})
    path = "issues/1/comments"
    assert len(ask(filled, token, path).body) == 30
    seen = []
    for number in range(1, 9):
        reply = ask(filled, token, f"{path}?per_page=10&page={number}")
        seen += [comment["body"] for comment in reply.body if comment["user"]["login"] == "ann"]
        following = re.search(r"[?&]page=(\d+)[^>]*>; rel=\"next\"", reply.headers.get("Link", ""))
        if following is None:
            break
        assert following[1] == str(number + 1)
    assert seen == [f"c{text}" for text in range(35)]


@pytest.mark.parametrize(
    ("path", "body", "method", "refused"),
    [
        ("issues/1/comments", {"body": ""}, "POST", (422, "Invalid request.")),
        ("issues/1/comments", {"body": "x" * 65_537}, "POST", (422, "Validation Failed")),
        ("statuses/HEAD", {"state": "good"}, "POST", (422, "Validation Failed")),
        ("statuses/HEAD", {"state": "success", "description": "x" * 141}, "POST", (422, "Validation Failed")),
        ("check-runs", {"name": "x", "head_sha": "0000"}, "POST", (422, "Validation Failed")),
        ("check-runs", {"name": "x", "head_sha": "main", "conclusion": "good"}, "POST", (422, "Validation Failed")),
        ("check-runs", {"name": "x", "head_sha": "main", "output": {"title": "x"}}, "POST", (422, "Invalid request.")),
        ("issues/1", {"state": "gone"}, "PATCH", (422, "Validation Failed")),
        ("issues/comments/9999", None, "DELETE", (404, "Not Found")),
        ("actions/workflows/it.yml/dispatches", {"ref": "main"}, "POST", (404, "Not Found")),
        ("pulls/1", None, "GET", (404, "Not Found")),
        ("nothing", None, "GET", (404, "Not Found")),
    ],
)
def test_what_has_the_wrong_form_is_refused(
    filled: PipelineWorld, path: str, body: dict[str, Any] | None, method: str, refused: tuple[int, str]
) -> None:
    token = filled.github.job_token(NAME, dict.fromkeys(PERMISSIONS, "write"))
    assert told(ask(filled, token, path.replace("HEAD", head(filled)), body, method)) == refused


def test_a_check_run_belongs_to_the_app_that_wrote_it(filled: PipelineWorld) -> None:
    body = {"name": "templatesync plan (x)", "head_sha": head(filled), "conclusion": "success"}
    other = filled.github.app_token(NAME, "other[bot]", "other-app", {"checks": "write"})
    made = ask(filled, other, "check-runs", body).body
    ours = filled.github.job_token(NAME, {"checks": "write"})
    assert ask(filled, ours, f"check-runs/{made['id']}", {"external_id": "1"}, "PATCH").status == 403
    assert ask(filled, filled.github.person("ann"), "check-runs", body).status == 403
    checks = ask(filled, ours, f"commits/{head(filled)}/check-runs?check_name=templatesync plan (x)")
    assert [check["app"]["slug"] for check in checks.body["check_runs"]] == ["other-app"]


def test_faults_that_a_test_plans(filled: PipelineWorld) -> None:
    token = filled.github.job_token(NAME, {"issues": "write"})
    filled.github.refuse("GET", "issues/1", 500, "<html>oops")
    assert ask(filled, token, "issues/1") == Reply(500, "<html>oops")
    assert ask(filled, token, "issues/1").status == 200


def test_which_pull_request_brought_a_commit(hosted: PipelineWorld) -> None:
    hosted.push({"a.txt": "a"}, quietly=True)
    token = hosted.github.job_token(NAME, {"pull-requests": "read"})
    for number, how in enumerate(("merge", "squash", "rebase"), 1):
        hosted.merge(hosted.propose(how, {f"{how}.txt": how}), how)
        assert [pull["number"] for pull in ask(hosted, token, f"commits/{head(hosted)}/pulls").body] == [number]
    hosted.push({"b.txt": "b"}, quietly=True)
    assert ask(hosted, token, f"commits/{head(hosted)}/pulls").body == []
