"""Reading a revision runs git and nothing else: no program that a repository, its files or its settings name."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support.git_repository import SETTINGS, Repository
from support.projects import GOOD, PROJECT, Shop

from templatesync.cli import run
from templatesync.storage import git

OLD = GOOD.replace("today", "last week")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A project in a folder of a repository: committed, then edited."""
    repository = Repository.new(tmp_path / "repository")
    Shop(repository.root / "shop").write("templates/good.yaml", OLD)
    repository.commit()
    Shop(repository.root / "shop")
    return repository


def changed(folder: Path, capsys: pytest.CaptureFixture[str], revision: str = "HEAD") -> str:
    """What `validate` says it was narrowed to."""
    capsys.readouterr()
    assert run(["-C", str(folder), "validate", "--changed-since", revision]) == 0, capsys.readouterr().err
    return capsys.readouterr().err.split("changed since")[0]


ONE = "narrowed to 1 of 1 resources "


def program(tmp_path: Path) -> tuple[Path, Path]:
    """A program that leaves a mark when it runs."""
    mark, path = tmp_path / "mark", tmp_path / "evil"
    path.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n", encoding="utf-8")
    path.chmod(0o755)
    return path, mark


SETTING = (
    "diff.orderFile", "diff.renames", "diff.algorithm", "mailmap.file", "log.mailmap", "core.attributesFile",
    "core.fsmonitor", "core.pager", "pager.cat-file", "pager.ls-tree", "pager.rev-parse", "core.sshCommand",
    "core.gitProxy", "core.askPass", "core.editor", "credential.helper", "diff.external", "diff.evil.textconv",
    "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "merge.evil.driver",
    "gpg.program", "uploadpack.packObjectsHook", "remote.origin.uploadpack", "core.alternateRefsCommand",
    "alias.cat-file", "alias.ls-tree", "alias.rev-parse", "sequence.editor", "trace2.eventTarget", "log.showSignature",
)  # fmt: skip


def test_no_setting_hook_or_attribute_runs_a_program(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evil, mark = program(tmp_path)
    (repository.root / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n", encoding="utf-8")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "attributes")
    for name in SETTING:
        value = "true" if name == "log.showSignature" else f"!{evil}" if name.startswith("alias") else str(evil)
        repository.git("config", name, value)
    hooks = repository.root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit", "fsmonitor-watchman"):
        (hooks / hook).symlink_to(evil)
    for name in ("GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_ASKPASS", "GIT_EDITOR", "PAGER"):
        monkeypatch.setenv(name, str(evil))
    monkeypatch.setenv("GIT_EXEC_PATH", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    for revision in ("HEAD~1", "HEAD~1..."):
        assert changed(repository.root / "shop", capsys, revision) == ONE
    found = git.Repository((repository.root / "shop").resolve(), os.environ)
    commits = found.commits(9)
    assert [len(each.files) for each in found.touched(commits.ids, ["shop"])] == [1, 2]
    assert [len(each.files) for each in found.touched(commits.ids, [""])] == [2, 2]
    with found.contents(commits.ids[0]) as contents:
        assert contents.at(commits.ids[1], "shop/templates/good.yaml", 1 << 20) is not None
    assert not mark.exists()


@pytest.mark.parametrize("folder", ["repository/bin", "repository/shop", "relative"])
def test_git_is_never_a_program_of_the_repository(
    repository: Repository, folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    evil, mark = program(tmp_path)
    place = repository.root / "shop" if folder == "relative" else tmp_path / folder
    place.mkdir(exist_ok=True)
    evil.rename(place / "git")
    monkeypatch.chdir(place)
    monkeypatch.setenv("PATH", f"{'.' if folder == 'relative' else place}{os.pathsep}{os.environ['PATH']}")
    assert changed(repository.root / "shop", capsys) == ONE
    assert not mark.exists()


def test_a_project_that_looks_like_a_repository_is_none(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its files may be called HEAD, objects and config: who reads them as a repository obeys a pull request."""
    evil, mark = program(tmp_path)
    shop = repository.root / "shop"
    bare = tmp_path / "bare"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True, env={**os.environ, **SETTINGS})
    (bare / "config").write_text(f"[core]\nbare = true\nfsmonitor = {evil}\nworktree = /\n", encoding="utf-8")
    for path in bare.iterdir():
        path.rename(shop / path.name)
    assert changed(shop, capsys) == ONE
    assert not mark.exists()


def test_a_partial_clone_fetches_nothing_by_itself(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To fetch is to run what its settings name. What is not there is told, with what brings it."""
    evil, mark = program(tmp_path)
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit()
    clone = repository.clone(tmp_path / "partial", "--filter=blob:none")
    url = clone.git("config", "remote.origin.url")
    for remote in (f"ext::{evil}", "ssh://host/path", str(repository.root)):
        clone.git("config", "remote.origin.url", remote)
        for name in ("core.sshCommand", "remote.origin.uploadpack"):
            clone.git("config", name, str(evil))
        clone.git("config", "protocol.allow", "always")
        clone.git("config", "protocol.ext.allow", "always")
        assert run(["-C", str(clone.root / "shop"), "validate", "--changed-since", "HEAD~1"]) == 64
        said = capsys.readouterr().err
        assert "this clone lacks files of" in said
        assert not mark.exists()
    clone.git("config", "remote.origin.url", url)
    for name in ("core.sshCommand", "remote.origin.uploadpack"):
        clone.git("config", "--unset", name)
    subprocess.run(said.split("`")[1], shell=True, cwd=clone.root, check=True, env={**os.environ, **SETTINGS})
    assert changed(clone.root / "shop", capsys, "HEAD~1") == ONE


def test_a_tree_that_holds_itself_many_times_over_ends(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten folders in each of ten, eight deep: a few kilobytes that list a hundred million names."""
    blob = repository.git("hash-object", "-w", "shop/templatesync.yaml")
    entry = f"100644 blob {blob}"
    for _ in range(8):
        lines = "".join(f"{entry}\tname_{number}\n" for number in range(10))
        made = subprocess.run(
            ["git", "mktree"], input=lines, cwd=repository.root, check=True, capture_output=True, text=True
        )
        entry = f"040000 tree {made.stdout.strip()}"
    lines = f"{entry}\tshop\n"
    made = subprocess.run(
        ["git", "mktree"], input=lines, cwd=repository.root, check=True, capture_output=True, text=True
    )
    commit = repository.git("commit-tree", made.stdout.strip(), "-m", "bomb")
    monkeypatch.setattr("templatesync.storage.git._MOST_LISTED", 1 << 20)
    assert run(["-C", str(repository.root / "shop"), "validate", "--changed-since", commit]) == 64
    assert "is too large to be read" in capsys.readouterr().err


def test_a_repository_of_somebody_else_is_not_read(
    repository: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give files away")
    for path in (repository.root, *repository.root.rglob("*")):
        os.chown(path, 12345, 12345)
    assert run(["-C", str(repository.root / "shop"), "validate", "--changed-since", "HEAD"]) == 64
    said = capsys.readouterr().err
    assert "git does not read the repository" in said
    assert "safe.directory" in said


def test_names_and_contents_are_read_as_they_are(
    repository: Repository, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shop = repository.root / "shop"
    names = ("a b", "-x", "é", "tab\tname", "new\nline", 'quo"te', "back\\slash", "*")
    for number, name in enumerate(names):
        text = GOOD.replace("shop_hello", f"shop_{number}").replace("today", f"on day {number}")
        (shop / f"templates/{name}.yaml").write_text(text, encoding="utf-8")
    repository.commit()
    assert changed(shop, capsys) == f"narrowed to 0 of {len(names) + 1} resources "


def test_a_hidden_folder_is_not_read(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """As in the work tree: else its resource would be one of the project then, and missing now."""
    shop = repository.root / "shop"
    (shop / "templates/.hidden").mkdir()
    (shop / "templates/.hidden/a.yaml").write_text(GOOD.replace("shop_hello", "other"), encoding="utf-8")
    (shop / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    repository.commit()
    assert run(["-C", str(shop), "validate", "--changed-since", "HEAD"]) == 0
    assert "in no file" not in capsys.readouterr().err


@pytest.mark.slow
def test_neither_home_nor_temporary_folder_nor_a_place_to_write_is_needed(repository: Repository) -> None:
    around = {"HOME": None, "USERPROFILE": None, "TMPDIR": "/nowhere", "XDG_CONFIG_HOME": None}
    shop = object.__new__(Shop)
    shop.root = repository.root / "shop"
    ended = shop.child("validate", "--changed-since", "HEAD", environment=around, file_size=0, memory=1 << 30)
    assert (ended.code, ONE in ended.err) == (0, True)
