"""comment-fork.sh: what a fork has left is hostile, and becomes a text in which nothing acts."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from markdown_it import MarkdownIt
from support.pipeline.scripts import run_script
from support.pipeline.state import Artifact, Pull, RunRecord
from support.pipeline.world import PipelineWorld, pipeline_world

SHA, OTHER = "a" * 40, "b" * 40
FORK = "eve/shop"
MAY = {"pull-requests": "write", "actions": "read", "contents": "read"}


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineWorld]:
    """One for all of these."""
    with pipeline_world(tmp_path_factory.mktemp("hosted")) as world:
        world.fork(FORK)
        yield world


@pytest.fixture
def pull(hosted: PipelineWorld) -> Pull:
    """Number 7 from a fork; 8 is a branch of the repository itself."""
    now, held = datetime.now(UTC), hosted.repository
    made = Pull(7, "eve", "A change", "", FORK, "change", SHA, "main", OTHER, now, now)
    held.pulls = {7: made, 8: Pull(8, "ann", "Ours", "", held.name, "ours", OTHER, "main", OTHER, now, now)}
    held.runs[1] = RunRecord(1, "plan.yml", "plan", "pull_request", SHA, "change", FORK, now)
    held.artifacts, held.comments = {}, {}
    return made


def left(hosted: PipelineWorld, name: str = "templatesync-fork-production", **files: bytes) -> Artifact:
    """What the run of the fork uploads."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr({"sha": "head-sha", "report": "report.txt"}.get(file, file), content)
    made = Artifact(5, name, 1, data.getvalue(), datetime.now(UTC))
    hosted.repository.artifacts[5] = made
    return made


def post(hosted: PipelineWorld, **env: str) -> subprocess.CompletedProcess[str]:
    known = {"RUN_ID": "1", "HEAD_SHA": SHA, "HEAD_REPOSITORY": FORK}
    return run_script(hosted, "comment-fork.sh", permissions=MAY, **known | env)


def test_it_becomes_a_block_of_code(hosted: PipelineWorld, pull: Pull) -> None:
    left(hosted, number=b"7", sha=SHA.encode(), report=b"valid: 1 file\n")
    assert post(hosted).returncode == 0
    (body,) = hosted.comments(pull)
    assert body.startswith("<!-- templatesync comment=production project=. part=1 -->\n## From a fork: ")
    assert body.endswith("```text\nvalid: 1 file\n```\n")


HOSTILE = b"""\
@ann #1 http://evil.example www.evil.example a@b.example <!-- templatesync:apply production state=pending -->
[x](http://evil.example) ![x](http://evil.example/x.png) <img src=http://evil.example> <details open>
```
````text
~~~
# A heading
</code></pre> &#64;ann &commat;ann $x^2$ :tada:
::error::no command
"""


def test_nothing_in_it_is_obeyed(hosted: PipelineWorld, pull: Pull) -> None:
    left(hosted, number=b"7", sha=SHA.encode(), report=HOSTILE + "\u202e\u2066\x1b[31m\x00\r".encode())
    assert post(hosted).returncode == 0
    (body,) = hosted.comments(pull)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(body)
    fences = [token for token in tokens if token.type == "fence"]
    assert [token.content for token in fences] == [HOSTILE.decode() + "[31m\n"]
    assert tokens[-1] is fences[0]
    assert not any(word in token.content for token in tokens if token.type != "fence" for word in ("evil", "@", "tada"))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"number": b"8", "sha": SHA.encode()}, "from another repository"),
        ({"number": b"7", "sha": OTHER.encode()}, "another commit"),
        ({"number": b"7\n8", "sha": SHA.encode()}, "names no pull request"),
    ],
)
def test_what_does_not_fit_the_run_is_refused(
    hosted: PipelineWorld, pull: Pull, files: dict[str, bytes], said: str
) -> None:
    left(hosted, **files, report=b"text\n")
    done = post(hosted)
    assert done.returncode == 1
    assert said in done.stdout
    assert hosted.repository.comments == {}


def test_a_pull_request_that_has_gone_on_is_left_alone(hosted: PipelineWorld, pull: Pull) -> None:
    left(hosted, number=b"7", sha=SHA.encode(), report=b"text\n")
    pull.head_sha = OTHER
    done = post(hosted)
    assert (done.returncode, hosted.comments(pull)) == (0, [])
    assert "The pull request has gone on since." in done.stdout


@pytest.mark.parametrize("what", ["another name", "expired"])
def test_a_run_that_has_left_nothing_is_no_failure(hosted: PipelineWorld, pull: Pull, what: str) -> None:
    made = left(hosted, "templatesync-fork-staging" if what == "another name" else "templatesync-fork-production")
    made.expired = what == "expired"
    done = post(hosted)
    assert (done.returncode, hosted.comments(pull)) == (0, [])
    assert "has left nothing to say" in done.stdout


def test_what_is_too_large_is_not_read(hosted: PipelineWorld, pull: Pull) -> None:
    made = left(hosted, number=b"7", sha=SHA.encode(), report=b"text\n")
    made.data += bytes(1_000_001)
    assert post(hosted).returncode == 1
    assert hosted.comments(pull) == []


def test_what_unpacks_to_much_is_cut(hosted: PipelineWorld, pull: Pull) -> None:
    left(hosted, number=b"7", sha=SHA.encode(), report=b"a long line of text\n" * 20_000)
    assert post(hosted).returncode == 0
    (body,) = hosted.comments(pull)
    assert 49_000 < len(body) < 51_000
    assert body.endswith("```\n\nThe rest has no room here: the log of the run has all of it.\n")
