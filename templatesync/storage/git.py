"""Files of a git repository as they were at a revision. Runs git and nothing that a repository names; knows no project.

A repository may be hostile, in its settings as in its files. What is run here reads objects by their ids, and neither
checks out, compares, filters nor fetches: so no hook, filter, helper or other program of a setting has an occasion. The
environment is not handed on, but for what git needs to find itself and its user's settings (`safe.directory`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.model.errors import UsageError
from templatesync.storage.git_objects import Blob, Contents, incomplete

if TYPE_CHECKING:
    from subprocess import Popen

_KEPT = ("PATH", "HOME", "USERPROFILE", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "SUDO_UID")
_PLACES = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME")
_SET = {
    "GIT_ALLOW_PROTOCOL": "none",  # no lazy fetch of a partial clone: that would start helpers of its settings
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_TRACE2": "0",
    "GIT_TRACE2_EVENT": "0",
    "GIT_TRACE2_PERF": "0",
    "LC_ALL": "C",
}
_FLAGS = ("--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs")
_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)
_TIMEOUT = 120.0
_MOST_LISTED = 256 << 20
"""Bytes of a list of files. A million names take some 100 MB; a tree may hold itself many times over, and so list far
more than it has."""
_MOST_SAID = 4_000
_LINK, _FILES = "120000", ("100644", "100755", "100664")
_WAYS = "a branch, a tag or a commit, or BRANCH... for where this branch left it"


def prefix(folder: Path) -> str:
    """The path of a resolved folder from the root of its work tree, with `/`; empty for the root, or without git."""
    root = work_tree(folder)
    return "" if root is None or root == folder else folder.relative_to(root).as_posix()


def work_tree(folder: Path) -> Path | None:
    """The root of the work tree around a resolved folder. `.git` is a folder, or in linked work trees and submodules a
    file.
    """
    for root in (folder, *folder.parents):
        try:
            if (root / ".git").exists():
                return root
        except OSError:  # a folder above that may not be looked into
            return None
    return None


class Commits(NamedTuple):
    """What HEAD goes back to, newest first and each before its parents, and at which of them this clone ends.

    `more`: there are others that nobody asked for.
    """

    ids: Sequence[str]
    ends: frozenset[str]
    more: bool = False


class Touched(NamedTuple):
    """A commit that changed files: by path from the root, what each became, or None for one that went.

    Of a merge these are the files that it has otherwise than each of its parents. `new` are the paths that were not
    there before.
    """

    commit: str
    files: Mapping[str, Blob | None]
    new: frozenset[str]


class Repository:
    """The repository around a folder of a work tree. Raises UsageError when there is none that git would read."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        root = work_tree(folder)
        if root is None:
            raise UsageError(f"{folder} is in no git repository", hint="only files in git have earlier revisions")
        self._root = root
        self._prefix = prefix(folder)
        self._program = _program(environment, root)
        self._environment = _environment(environment, root)
        code, out, err = self._run("rev-parse", "--show-toplevel")
        if code or not _same(out.removesuffix("\n"), root):
            said = f": {err.splitlines()[0]}" if err else ""
            raise UsageError(f"git does not read the repository in {root}{said}", hint=_owner_hint(err, root))

    def commit(self, revision: str) -> str:
        """The full id of the commit that a revision means; `A...` means where HEAD left A.

        Raises UsageError, with what to fetch when the clone is shallow.
        """
        name = revision.removesuffix("...")
        if not name or name.startswith("-") or not name.isprintable():
            raise UsageError(f"{revision!r} is no revision", hint=f"give {_WAYS}")
        found = self._commit(name)
        if found is None:
            raise UsageError(f"{name} is no revision in this clone", hint=self._fetching(name, deep=name != revision))
        return found if name == revision else self._merge_base(name, found)

    def files(self, commit: str) -> dict[str, Blob]:
        """The files below the folder at a commit, by path with `/`. What lies in submodules is not among them."""
        tree = f"{commit}:{self._prefix}"
        if self._run("rev-parse", "--verify", "--quiet", tree)[0]:
            return {}
        code, out, _ = self._run("ls-tree", "-r", "-z", "--full-tree", tree)
        if code:
            raise incomplete(commit)
        found = {}
        for line in out.split("\0")[:-1]:
            head, _, name = line.partition("\t")
            mode, _, object_id = head.split(" ")
            if mode == _LINK or mode in _FILES:
                found[name] = Blob(object_id, mode == _LINK)
        return found

    def commits(self, most: int) -> Commits:
        """Every commit that HEAD goes back to, at most so many; none before the first one."""
        head = self._commit("HEAD")
        if head is None:
            return Commits((), frozenset())
        code, out, _ = self._run("rev-list", "--date-order", f"--max-count={most + 1}", head)
        if code:
            raise incomplete(head)
        ids = out.split()
        return Commits(ids[:most], self._shallow(), len(ids) > most)

    def touched(self, commits: Sequence[str], folders: Collection[str]) -> Iterator[Touched]:
        """What commits changed below some folders, in their order; those that changed nothing there are left out.

        No folder, or an empty one, stands for the whole repository.
        """
        places = () if "" in folders else ("--", *sorted(folders))
        # Of trees alone: neither renames nor texts are looked for, so that no file is read.
        asked = ("diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z", "--no-renames", *places)
        code, out, _ = self._run(*asked, said="".join(f"{each}\n" for each in commits))
        if code:
            raise incomplete(commits[0])
        fields = iter(out.split("\0")[:-1])
        commit, files, new = "", dict[str, Blob | None](), set[str]()
        for field in fields:
            if not field.startswith(":"):
                if commit:
                    yield Touched(commit, files, frozenset(new))
                commit, files, new = field, {}, set()
                continue
            path = next(fields, "")
            modes, ids = _sides(field)
            if modes[-1] == _LINK or modes[-1] in _FILES:
                files[path] = Blob(ids[-1], modes[-1] == _LINK)
                if not any(mode == _LINK or mode in _FILES for mode in modes[:-1]):
                    new.add(path)
            else:
                files[path] = None
        if commit:
            yield Touched(commit, files, frozenset(new))

    def default_branch(self) -> str:
        """The branch that others are merged into, as `origin` says, else by its usual name; empty when nobody knows."""
        code, out, _ = self._run("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        if not code:
            return out.strip().removeprefix("origin/")
        for name in ("main", "master"):
            if self._commit(f"refs/heads/{name}") or self._commit(f"refs/remotes/origin/{name}"):
                return name
        code, out, _ = self._run("symbolic-ref", "--quiet", "--short", "HEAD")  # before the first commit
        return "" if code or self._commit("HEAD") else out.strip()

    def origin(self) -> str:
        """The address of the remote `origin`; empty when there is none. It may hold a password."""
        return self._run("config", "--get", "remote.origin.url")[1].strip()

    @contextmanager
    def contents(self, commit: str) -> Iterator[Contents]:
        """What reads the contents of files at a commit; it is closed at the end."""
        import subprocess

        with self._start("cat-file", "--batch", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                yield Contents(commit, process.stdin, process.stdout)
            finally:
                process.kill()
                with suppress(OSError):  # there is nobody who reads it
                    process.stdin.close()

    def _commit(self, name: str) -> str | None:
        code, out, _ = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        if code == 0:  # in a second step, for some ways to name a revision take all that follows for their own
            code, out, _ = self._run("rev-parse", "--verify", "--quiet", f"{out.strip()}^{{commit}}")
        return None if code else out.strip()

    def _merge_base(self, name: str, other: str) -> str:
        head = self._commit("HEAD")
        if head is None:
            raise UsageError("there is no commit yet", hint="commit first")
        code, out, _ = self._run("merge-base", other, head)
        base = out.strip()
        if not code and not self._cut_off(base, other, head):
            return base
        if self._shallow():
            raise UsageError(
                f"this clone does not go back to where this branch left {name}",
                hint=self._fetching(name, deep=True),
            )
        raise UsageError(f"{name} and this branch have no commit in common", hint=f"give {_WAYS}")

    def _cut_off(self, base: str, *heads: str) -> bool:
        """Whether history ends between the heads and their base: a later one may be hidden then."""
        ends = self._shallow()
        if not ends:
            return False
        code, out, _ = self._run("rev-list", *heads, f"^{base}")
        return code != 0 or not ends.isdisjoint(out.split())

    def _shallow(self) -> frozenset[str]:
        """The commits at which a shallow clone ends; none in a whole one."""
        code, out, _ = self._run("rev-parse", "--git-path", "shallow")
        try:
            return frozenset() if code else frozenset((self._root / out.strip()).read_text("ascii").split())
        except (OSError, UnicodeDecodeError):
            return frozenset()

    def _fetching(self, name: str, *, deep: bool = False) -> str:
        if not self._shallow():
            return f"give {_WAYS}; `git fetch` brings what others have pushed"
        ref = re.split(r"[~^@:]", name)[0]
        branch = ref.removeprefix("origin/")
        both = branch if re.fullmatch("[0-9a-f]{7,64}", ref) else f"{branch}:{ref}"
        both = both if branch == ref else f"{branch}:refs/remotes/{ref}"
        depth = "--unshallow" if deep else "--depth=1"
        said = f"`git fetch {depth} origin {both}` gets it" if ref != "HEAD" else "`git fetch --unshallow` gets it"
        return f"this clone is shallow: {said}; for actions/checkout, `fetch-depth: 0` does"

    def _start(self, *arguments: str, stdin: int, stderr: int) -> Popen[bytes]:
        import subprocess

        settings = [word for each in _SETTINGS for word in ("-c", each)]
        command = [self._program, *_FLAGS, *settings, "-C", str(self._root), *arguments]
        # Not a program of the project's, no shell, and every word is a flag, an id or what git verifies.
        return subprocess.Popen(  # noqa: S603
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=self._environment
        )

    def _run(self, *arguments: str, said: str = "") -> tuple[int, str, str]:
        """Exit code, stdout and stderr of git with `said` as its input.

        Raises UsageError for what takes too long or says too much.
        """
        import subprocess
        from tempfile import TemporaryFile

        if not said:
            return self._ended(subprocess.DEVNULL, arguments)
        with TemporaryFile() as given:  # a file, because a pipe would have to be filled and emptied at once
            given.write(said.encode())
            given.seek(0)
            return self._ended(given.fileno(), arguments)

    def _ended(self, given: int, arguments: Sequence[str]) -> tuple[int, str, str]:
        import subprocess
        from threading import Timer

        with self._start(*arguments, stdin=given, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            timer = Timer(_TIMEOUT, process.kill)
            timer.start()
            try:
                out = process.stdout.read(_MOST_LISTED + 1)
                if len(out) > _MOST_LISTED:
                    process.kill()
                err = process.stderr.read(_MOST_SAID)
                code = process.wait()
            finally:
                timer.cancel()
                process.kill()
        if code < 0 or len(out) > _MOST_LISTED:
            raise UsageError(f"the repository in {self._root} is too large to be read")
        return code, os.fsdecode(out), err.decode(errors="replace")


def _sides(head: str) -> tuple[list[str], list[str]]:
    """Modes and ids of a line of `diff-tree --raw`: those of each parent, and what the commit has."""
    text = head.lstrip(":")
    parents = len(head) - len(text)
    words = text.split(" ")
    return words[: parents + 1], words[parents + 1 : 2 * parents + 2]


def _environment(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """What git is told. A place inside the repository, or a relative one, would have settings of the project."""
    kept = {name: environment[name] for name in _KEPT if name in environment}
    return {name: value for name, value in kept.items() if name not in _PLACES or _outside(Path(value), root)} | _SET


def _outside(place: Path, root: Path) -> bool:
    try:
        return place.is_absolute() and not place.resolve().is_relative_to(root)
    except (OSError, ValueError, RuntimeError):
        return False


def _program(environment: Mapping[str, str], root: Path) -> str:
    """git, from a folder of PATH that is outside the repository: no pull request can put it there."""
    import shutil

    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        place = Path(folder)
        if place.is_absolute() and not place.resolve().is_relative_to(root):
            found = shutil.which("git", path=folder)
            if found and Path(found).parent == place:  # Windows looks into the current folder first
                return found
    raise UsageError("git is not installed, or not on PATH", hint="install it: earlier revisions are read through it")


def _same(said: str, root: Path) -> bool:
    try:
        return Path(said).samefile(root)
    except (OSError, ValueError):
        return False


def _owner_hint(err: str, root: Path) -> str:
    return f"`git config --global --add safe.directory {root}`, if you trust its owner" if "ownership" in err else ""
