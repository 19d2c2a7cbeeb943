"""The stand-in for gh says what gh says: the same calls to both, wherever the real one is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.pipeline.world import NAME, PipelineWorld, tokens

GH = shutil.which("gh")

CALLS: dict[str, list[str]] = {
    "a whole answer": ["R/pulls"],
    "one value": ["R/issues/1", "--jq", ".title"],
    "values of all kinds": ["R/issues/1", "--jq", '.number, .closed_by, true, {b: "<&", a: 1.5}, [.title]'],
    "values and an error": ["R/issues/1", "--jq", ".number, ([.title, 1] | @tsv), (.title | @tsv)"],
    "all pages": ["R/issues/1/comments", "--paginate", "--jq", ".[].body"],
    "pages of a size": ["R/issues/1/comments?per_page=7", "--paginate", "--jq", ".[].body"],
    "one page": ["R/issues/1/comments", "--jq", "length"],
    "a list in an object": ["R/actions/artifacts?per_page=2", "--paginate", "--jq", ".artifacts[].name"],
    "what is not there": ["R/issues/99"],
    "nothing of it": ["R/issues/99", "--silent"],
    "an error, and what was to be read of it": ["R/issues/99", "--jq", ".title"],
    "what one may not": ["R/environments", "--jq", "."],
    "what is not taken": ["R/issues", "-f", "body=x"],
    "texts and numbers": ["R/issues/1/comments", "-f", "body=1", "--jq", ".body"],
    "typed": ["-X", "PATCH", "R/issues/1", "-F", "title=true", "-F", "body=@FILE"],
    "a list": ["-X", "PATCH", "R/issues/1", "-f", "labels[]=a", "-f", "labels[]=b", "--jq", ".labels"],
    "a file as the body": ["-X", "POST", "R/issues/1/comments", "--input", "FILE", "--silent"],
    "a query": ["-X", "GET", "R/issues", "-f", "state=all", "-F", "per_page=1", "--jq", "length"],
    "a wrong program": ["R/issues/1", "--jq", ".title.x"],
    "an unknown flag": ["R/issues/1", "--slurp"],
    "no address": [],
    "two addresses": ["R/issues/1", "R/issues/2"],
    "pages of a POST": ["-X", "POST", "R/issues", "--paginate"],
    "nothing to delete": ["-X", "DELETE", "R/issues/comments/1"],
    "bytes": ["R/actions/artifacts/ARTIFACT/zip"],
    "a file as it is": ["-H", "Accept: application/vnd.github.raw", "R/contents/a.txt?ref=main"],
}


@pytest.mark.skipif(GH is None, reason="gh is not installed")
@pytest.mark.parametrize("call", CALLS)
def test_the_same_call_ends_the_same(hosted: PipelineWorld, call: str, tmp_path: Path) -> None:
    fill(hosted)
    ended = []
    for program in (GH, str(tmp_path / "bin/gh")):
        token = hosted.github.job_token(NAME, {"issues": "write", "pull-requests": "write", "contents": "read"} | MORE)
        ended.append(called(hosted, str(program), CALLS[call], token.value, tmp_path))
    real, ours = ended
    assert real[0] == ours[0]
    assert told(real[1]) == told(ours[1])
    # The language of jq is another program in gh, and words its errors in its own way.
    if call not in ("a wrong program", "values and an error"):
        assert real[2].splitlines()[:1] == ours[2].splitlines()[:1]


MORE = {"actions": "none"}


def fill(world: PipelineWorld) -> None:
    world.push({"a.txt": "ä\r\n"}, quietly=True)
    token = world.github.person("ann").value
    environment = world.env(token)
    for words in (["issues", "-f", "title=A <b> & c"], *[["issues/1/comments", "-f", f"body=n{n}"] for n in range(3)]):
        address = f"{world.github.url}/repos/{NAME}/{words[0]}"
        subprocess.run([str(world.folder / "bin/gh"), "api", address, *words[1:]], env=environment, check=True)
    for number in range(3, 40):
        world.github.comment(world.repository, 1, "ann", f"n{number}")


def called(world: PipelineWorld, program: str, words: list[str], token: str, folder: Path) -> tuple[int, bytes, str]:
    (folder / "file").write_text('{"body": "of a file"}')
    replaced = [
        word.replace("R/", f"{world.github.url}/repos/{NAME}/").replace("FILE", str(folder / "file")) for word in words
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GH_CONFIG_DIR": str(folder), **tokens(token)}
    done = subprocess.run([program, "api", *replaced], env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr.decode()


def told(out: bytes) -> object:
    """What was answered, without what counts on from one call to the next."""
    try:
        whole = json.loads(out)
    except ValueError:
        return out
    if isinstance(whole, dict):
        whole = {key: value for key, value in whole.items() if key not in ("id", "comments", "updated_at", "html_url")}
    return whole
