"""The stand-in for GitHub refuses what GitHub refuses: by token, by permission, by form; and tells lists in pages."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import pytest
from support.pipeline.state import Token
from support.pipeline.world import NAME, PipelineWorld


def gh(world: PipelineWorld, token: Token | str, *words: str) -> subprocess.CompletedProcess[str]:
    address = f"{world.github.url}/repos/{NAME}/{words[-1]}"
    environment = world.env(token if isinstance(token, str) else token.value)
    command = [str(world.folder / "bin/gh"), "api", *words[:-1], address]
    return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def filled(hosted: PipelineWorld) -> PipelineWorld:
    """A repository with an issue, a pull request, and 35 comments on each."""
    hosted.push({"a.txt": "a"}, quietly=True)
    person = hosted.github.person("ann")
    assert gh(hosted, person, "-f", "title=An issue", "issues").returncode == 0
    hosted.propose("change", {"a.txt": "b"})
    for number in (1, 2):
        for text in range(35):
            hosted.github.comment(hosted.repository, number, "ann", f"c{text}")
    return hosted


WRITES = {
    "a comment of an issue": (("-f", "body=x", "issues/1/comments"), "issues"),
    "a comment of a pull request": (("-f", "body=x", "issues/2/comments"), "pull-requests"),
    "an issue": (("-f", "title=x", "issues"), "issues"),
    "a check run": (("-f", "name=x", "-f", "head_sha=HEAD", "-f", "conclusion=success", "check-runs"), "checks"),
    "a status": (("-f", "state=success", "-f", "context=x", "statuses/HEAD"), "statuses"),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_write_takes_its_permission(filled: PipelineWorld, what: str) -> None:
    words, permission = WRITES[what]
    words = tuple(word.replace("HEAD", filled.repository.git.sha("main")) for word in words)
    all_of_it = dict.fromkeys(("issues", "pull-requests", "checks", "statuses", "actions", "contents"), "read")
    denied = gh(filled, filled.github.job_token(NAME, all_of_it), *words)
    assert (denied.returncode, denied.stderr) == (1, "gh: Resource not accessible by integration (HTTP 403)\n")
    done = gh(filled, filled.github.job_token(NAME, {permission: "write"}), *words)
    assert (done.returncode, done.stderr) == (0, "")


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
    assert gh(filled, filled.github.job_token(NAME, {permission: "read"}), path).returncode == 0
    others = {"issues", "pull-requests", "checks", "statuses", "actions", "contents"} - {permission}
    denied = gh(filled, filled.github.job_token(NAME, dict.fromkeys(others, "write")), path)
    assert "HTTP 403" in denied.stderr


def test_tokens(filled: PipelineWorld) -> None:
    token = filled.github.job_token(NAME, {"issues": "write"})
    token.revoked = True
    assert "Bad credentials (HTTP 401)" in gh(filled, token, "issues/1").stderr
    assert "HTTP 401" in gh(filled, "made-up", "issues/1").stderr
    foreign = filled.github.job_token("stranger/shop", {"issues": "write"})
    assert "Not Found (HTTP 404)" in gh(filled, foreign, "issues/1").stderr
    assert gh(filled, "", "issues/1").returncode == 4
    environment = filled.env("x") | {"GH_ENTERPRISE_TOKEN": ""}
    address = f"{filled.github.url}/repos/{NAME}/issues/1"
    alone = subprocess.run([filled.folder / "bin/gh", "api", address], env=environment, capture_output=True, text=True)
    assert "HTTP 404" in alone.stderr  # GH_TOKEN is for github.com alone


def test_lists_are_told_in_pages(filled: PipelineWorld) -> None:
    token = filled.github.job_token(NAME, {"issues": "read"})
    assert gh(filled, token, "--jq", "length", "issues/1/comments").stdout == "30\n"
    paged = gh(filled, token, "--paginate", "--jq", ".[].body", "issues/1/comments?per_page=10")
    assert paged.stdout.split() == [f"c{number}" for number in range(35)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-f", "body=", "issues/1/comments"), "Invalid request. (HTTP 422)"),
        (("-F", "body=@LONG", "issues/1/comments"), "Validation Failed (HTTP 422)"),
        (("-f", "state=good", "statuses/HEAD"), "Validation Failed (HTTP 422)"),
        (("-f", "name=x", "-f", "head_sha=0000", "check-runs"), "Validation Failed (HTTP 422)"),
        (("-X", "DELETE", "issues/comments/9999"), "Not Found (HTTP 404)"),
        (("-f", "ref=main", "actions/workflows/it.yml/dispatches"), "Not Found (HTTP 404)"),
        (("pulls/1",), "Not Found (HTTP 404)"),
        (("nothing",), "Not Found (HTTP 404)"),
    ],
)
def test_what_has_the_wrong_form_is_refused(filled: PipelineWorld, words: tuple[str, ...], told: str) -> None:
    (filled.folder / "long").write_text("x" * 65_537)
    places: Mapping[str, str] = {"LONG": str(filled.folder / "long"), "HEAD": filled.repository.git.sha("main")}
    for name, text in places.items():
        words = tuple(word.replace(name, text) for word in words)
    every = dict.fromkeys(("issues", "pull-requests", "checks", "statuses", "actions"), "write")
    assert told in gh(filled, filled.github.job_token(NAME, every), *words).stderr


def test_a_check_run_belongs_to_the_app_that_wrote_it(filled: PipelineWorld) -> None:
    sha = filled.repository.git.sha("main")
    words = ("-f", "name=templatesync plan (x)", "-f", f"head_sha={sha}", "-f", "conclusion=success", "check-runs")
    other = filled.github.app_token(NAME, "other[bot]", "other-app", {"checks": "write"})
    assert gh(filled, other, *words).returncode == 0
    ours = filled.github.job_token(NAME, {"checks": "write"})
    (made,) = filled.repository.checks
    assert "HTTP 403" in gh(filled, ours, "-X", "PATCH", "-f", "external_id=1", f"check-runs/{made}").stderr
    assert "HTTP 403" in gh(filled, filled.github.person("ann"), *words).stderr
    slugs = gh(filled, ours, "--jq", ".check_runs[].app.slug", f"commits/{sha}/check-runs")
    assert slugs.stdout == "other-app\n"


def test_faults_that_a_test_plans(filled: PipelineWorld) -> None:
    token = filled.github.job_token(NAME, {"issues": "write"})
    filled.github.refuse("GET", "issues/1", 500, "<html>oops")
    assert gh(filled, token, "issues/1").returncode == 1
    assert gh(filled, token, "issues/1").returncode == 0


def test_which_pull_request_brought_a_commit(hosted: PipelineWorld) -> None:
    hosted.push({"a.txt": "a"}, quietly=True)
    token = hosted.github.job_token(NAME, {"pull-requests": "read"})
    for number, how in enumerate(("merge", "squash", "rebase"), 1):
        pull = hosted.propose(how, {f"{how}.txt": how})
        hosted.merge(pull, how)
        told = gh(hosted, token, "--jq", ".[].number", f"commits/{hosted.repository.git.sha('main')}/pulls")
        assert told.stdout == f"{number}\n"
    hosted.push({"b.txt": "b"}, quietly=True)
    told = gh(hosted, token, "--jq", ".[].number", f"commits/{hosted.repository.git.sha('main')}/pulls")
    assert told.stdout == ""
