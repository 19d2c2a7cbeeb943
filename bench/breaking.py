"""How long `breaking` takes on many templates, without any cache: beside a revision, a folder and a contract file.

    python bench/breaking.py [TEMPLATES]

Each run is a process of its own, in a fresh clone for all it knows. Exit code 1 when ten thousand templates, one of
which has changed, take more than 2 seconds of the processor beside a revision or a folder; others in proportion.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import corpus
from measure import OURS, Contender, in_turn, say, table

ROUNDS = 5
SECONDS = 2.0
"""Of ten thousand templates."""
AUTHOR = {f"GIT_{who}_{what}": "bench@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def commit(project: Path) -> None:
    """All of it, in a repository of its own."""
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-c", "gc.auto=0", *arguments], cwd=project, env={**os.environ, **AUTHOR}, check=True)


def edit(project: Path, step: int) -> None:
    """Say something else in each of so many files: a wording, which breaks nobody."""
    for path in sorted(project.glob("templates/**/*.yaml"))[::step]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("Example Pottery", "Sample Pottery").replace("Category:", "Category: "), "utf-8")


def contenders(folder: Path, count: int) -> list[Contender]:
    """The same project compared in several ways; the order is that of the table."""
    project, other, many, every = (folder / name for name in ("shop", "other", "many", "every"))
    corpus.write(project, count)
    commit(project)
    for copy in (other, many, every):
        shutil.copytree(project, copy)
    for copy, step in ((project, count), (many, 10), (every, 1)):
        edit(copy, step)
    ours = lambda place, against: [*OURS, "-C", str(place), "breaking", "--against", str(against)]  # noqa: E731
    quiet = {"XDG_CACHE_HOME": str(folder / "cache")}
    return [
        Contender("one file changed, beside a revision", ours(project, "HEAD"), quiet),
        Contender("one file changed, beside a folder", ours(project, other), quiet),
        Contender("one in ten changed, beside a revision", ours(many, "HEAD"), quiet),
        Contender("every file changed, beside a revision", ours(every, "HEAD"), quiet),
    ]


def main(count: int) -> int:
    """Measure; 1 when it takes too much."""
    with tempfile.TemporaryDirectory() as place:
        say(f"breaking: {count:,} templates are written")
        measured = contenders(Path(place), count)
        in_turn("breaking", measured, ROUNDS, 60)
    print(table(f"breaking, {count:,} templates", measured, count, "template"))
    most = SECONDS * max(count, 1_000) / 10_000
    # With everything changed all files are parsed twice. Ten times as much tells of work that grows with its square.
    allowed = [most, most, most * 3, most * 10]
    slow = [each.name for each, limit in zip(measured, allowed, strict=True) if each.median("cpu") > limit]
    if slow:
        limits = ", ".join(f"{limit:.1f}" for limit in allowed)
        say(f"too slow (allowed are, in seconds, {limits}): {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
