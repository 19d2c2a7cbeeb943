"""comment.sh against GitHub's API: one comment of ours, edited in place, and nobody else's touched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.pipeline.scripts import run_script
from support.pipeline.state import BOT, Pull
from support.pipeline.world import PipelineWorld, pipeline_world

MARKER = "<!-- templatesync comment=production project=. part={} -->\n"
WRITE = {"pull-requests": "write"}


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineWorld]:
    """One for all of these: what they share is nothing but the repository."""
    with pipeline_world(tmp_path_factory.mktemp("hosted")) as world:
        yield world


@pytest.fixture
def pull(hosted: PipelineWorld) -> Pull:
    """Open, and with a comment of a person."""
    now, sha, number = datetime.now(UTC), "a" * 40, next(hosted.repository.numbers)
    made = Pull(number, "ann", "A change", "", hosted.repository.name, "change", sha, "main", sha, now, now)
    hosted.repository.pulls[number] = made
    hosted.github.comment(hosted.repository, number, "ann", "Looks good")
    return made


def comment(
    hosted: PipelineWorld, pull: Pull, *texts: str, permissions: dict[str, str] = WRITE, **env: str
) -> subprocess.CompletedProcess[str]:
    files = []
    for number, text in enumerate(texts):
        files.append(hosted.folder / f"part-{number}.md")
        files[-1].write_text(text, encoding="utf-8")
    return run_script(hosted, "comment.sh", str(pull.number), *map(str, files), permissions=permissions, **env)


def test_one_comment_is_edited_in_as_many_parts_as_it_takes(hosted: PipelineWorld, pull: Pull) -> None:
    assert comment(hosted, pull, "<!-- templatesync:plan -->\nfirst\n").returncode == 0
    (first,) = [one for one in hosted.repository.comments_of(pull.number) if one.author == BOT]
    assert first.body == MARKER.format(1) + "<!-- templatesync:plan -->\nfirst\n"
    assert comment(hosted, pull, "a\n", "b\n", "c\n").returncode == 0
    assert hosted.comments(pull) == [MARKER.format(number) + f"{text}\n" for number, text in enumerate("abc", 1)]
    assert comment(hosted, pull, "d\n").returncode == 0
    assert hosted.comments(pull) == [MARKER.format(1) + "d\n"]
    assert first.body == MARKER.format(1) + "d\n"
    assert comment(hosted, pull).returncode == 0
    assert hosted.comments(pull) == []
    assert hosted.comments(pull, "ann") == ["Looks good"]


NOT_OURS = [
    ("eve", MARKER.format(1) + "mine"),  # our marker, by somebody else
    ("github-actions", MARKER.format(1)),
    (BOT, "Another tool's\n" + MARKER.format(1)),  # ours stands in the first line
    (BOT, MARKER.format(1).replace("production", "staging")),
    (BOT, MARKER.format(1).replace("project=.", "project=shop")),
    (BOT, MARKER.format(1).replace("production", "production-eu")),
    (BOT, MARKER.format(1).replace("<!--", "<!-- ")),
    (BOT, ""),
]


def test_what_is_not_ours_stays_and_ours_is_found_on_a_later_page(hosted: PipelineWorld, pull: Pull) -> None:
    rows = [*NOT_OURS, *[("ann", "more")] * 120]
    others = [hosted.github.comment(hosted.repository, pull.number, author, body) for author, body in rows]
    ours = hosted.github.comment(hosted.repository, pull.number, BOT, MARKER.format(1) + "earlier\n")
    assert comment(hosted, pull, "ours\n").returncode == 0
    assert [(one.author, hosted.repository.comments[one.id].body) for one in others] == rows
    assert ours.body == MARKER.format(1) + "ours\n"
    assert hosted.comments(pull).count(ours.body) == 1


def test_of_two_runs_at_once_the_older_comment_stays_with_the_newer_text(hosted: PipelineWorld, pull: Pull) -> None:
    """Ours looks before the other has written, which GitHub shows by a first page without it."""
    other = hosted.github.comment(hosted.repository, pull.number, BOT, MARKER.format(1) + "theirs\n")
    hosted.github.refuse("GET", "/comments", 200, [])
    assert comment(hosted, pull, "ours\n").returncode == 0
    assert hosted.comments(pull) == [MARKER.format(1) + "ours\n"]
    assert other.id in hosted.repository.comments


@pytest.mark.parametrize("permissions", [{"pull-requests": "read"}, {}])
def test_a_token_that_may_not_write_ends_well(hosted: PipelineWorld, pull: Pull, permissions: dict[str, str]) -> None:
    """The first may read what is there, the other not even that."""
    ours = hosted.github.comment(hosted.repository, pull.number, BOT, MARKER.format(1) + "first\n")
    done = comment(hosted, pull, "second\n", permissions=permissions)
    assert done.returncode == 0
    assert done.stdout.startswith("::notice title=templatesync::This token may not comment here.")
    assert hosted.comments(pull) == [ours.body]


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [
        ("POST", 502, "<html>Bad gateway</html>"),
        ("GET", 403, {"message": "You have exceeded a secondary rate limit"}),
    ],
)
def test_what_goes_wrong_is_told(hosted: PipelineWorld, pull: Pull, method: str, status: int, body: object) -> None:
    hosted.github.refuse(method, "/comments", status, body)
    done = comment(hosted, pull, "text\n")
    assert done.returncode == 1
    assert "::error title=templatesync::The comment could not be written." in done.stdout


def test_a_comment_that_has_gone_meanwhile_is_no_failure(hosted: PipelineWorld, pull: Pull) -> None:
    comment(hosted, pull, "first\n")
    hosted.github.refuse("DELETE", "/comments", 404, {"message": "Not Found"})
    done = comment(hosted, pull)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_part_that_has_gone_meanwhile_is_written_anew(hosted: PipelineWorld, pull: Pull) -> None:
    comment(hosted, pull, "first\n")
    (ours,) = (one for one in hosted.repository.comments_of(pull.number) if one.author == BOT)
    hosted.github.refuse("PATCH", "/comments", 404, {"message": "Not Found"})
    del hosted.repository.comments[ours.id]
    hosted.github.refuse("GET", "/comments", 200, [{"id": ours.id, "user": {"login": BOT}, "body": ours.body}])
    assert comment(hosted, pull, "second\n").returncode == 0
    assert hosted.comments(pull) == [MARKER.format(1) + "second\n"]


def test_only_an_edit_begins_nothing_and_each_author_has_a_comment(hosted: PipelineWorld, pull: Pull) -> None:
    ours = hosted.github.comment(hosted.repository, pull.number, BOT, MARKER.format(1) + "something\n")
    assert comment(hosted, pull, "no\n", TEMPLATESYNC_ONLY_EDIT="true", TEMPLATESYNC_AUTHOR="app[bot]").returncode == 0
    assert hosted.comments(pull) == [MARKER.format(1) + "something\n"]
    assert comment(hosted, pull, "nothing\n", TEMPLATESYNC_ONLY_EDIT="true").returncode == 0
    assert hosted.comments(pull) == [ours.body] == [MARKER.format(1) + "nothing\n"]


def test_what_is_too_long_is_cut_at_a_line_and_says_so(hosted: PipelineWorld, pull: Pull) -> None:
    """GitHub counts as UTF-16 does."""
    line = "模板审核é👩‍💻a" * 10
    assert comment(hosted, pull, f"{line}\n" * 1_000).returncode == 0
    (body,) = hosted.comments(pull)
    assert 64_000 < len(body.encode("utf-16-le")) // 2 <= 65_536
    kept = body.removeprefix(MARKER.format(1)).split("\n\n\n")[0].splitlines()
    assert set(kept) == {line}
    assert body.endswith("The rest has no room in a comment: the artifact of this run has all of it.\n")


TEXT = """\
$(touch x) `touch x` ${HOME}
@/etc/passwd
null
\\n \\t %s
'"; exit 9 #
-e
"""


def test_a_text_is_a_text(hosted: PipelineWorld, pull: Pull) -> None:
    assert comment(hosted, pull, TEXT).returncode == 0
    assert hosted.comments(pull) == [MARKER.format(1) + TEXT]
    assert not Path("x").exists()
