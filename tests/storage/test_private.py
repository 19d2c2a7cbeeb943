"""The one door to state: nothing through links, only plain files of ours, bounded, and nothing changed before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from templatesync.model.errors import LocalError
from templatesync.storage.checkout import inside_checkout
from templatesync.storage.private import (
    STATE,
    NotPrivateError,
    open_private,
    private_folder,
    read_private,
    replace_private,
)
from templatesync.storage.seal import fits, seal


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder of state in a project."""
    folder = tmp_path / "project" / STATE / "journal"
    private_folder(folder)
    return folder


def _link(path: Path) -> None:
    (path.parent / "target").write_text("kept", encoding="utf-8")
    path.symlink_to(path.parent / "target")


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def _second_name(path: Path) -> None:
    (path.parent / "target").write_text("kept", encoding="utf-8")
    (path.parent / "target").chmod(0o600)
    os.link(path.parent / "target", path)


def _checked_out(path: Path) -> None:
    path.write_text("from git", encoding="utf-8")
    path.chmod(0o644)


KINDS: tuple[Callable[[Path], None], ...] = (
    os.mkfifo, _link, _dangling, _second_name, _checked_out, Path.mkdir,
    lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to("/dev/full"),
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_only_plain_files_of_ours_are_opened(state: Path, number: int) -> None:
    path = state / "space.jsonl"
    KINDS[number](path)
    for flags in (os.O_RDONLY, os.O_RDWR, os.O_WRONLY | os.O_CREAT | os.O_APPEND, os.O_WRONLY | os.O_TRUNC):
        with pytest.raises(NotPrivateError, match=str(path)):
            open_private(path, flags)
    with pytest.raises(NotPrivateError):
        read_private(path, 100)
    target = state / "target"
    assert not target.exists() or target.read_text(encoding="utf-8") == "kept"
    assert not (state / "nowhere").exists()


@pytest.mark.parametrize("depth", [0, 1])
def test_no_folder_on_the_way_is_a_link(tmp_path: Path, depth: int) -> None:
    outside = tmp_path / "outside"
    (outside / "journal").mkdir(parents=True)
    root = tmp_path / "project"
    link = root / STATE if depth == 0 else root / STATE / "journal"
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    path = root / STATE / "journal" / "space.jsonl"
    with pytest.raises(LocalError, match="symbolic link"):
        private_folder(path.parent)
    with pytest.raises(NotPrivateError, match="symbolic link"):
        open_private(path, os.O_WRONLY | os.O_CREAT)
    with pytest.raises(NotPrivateError, match="symbolic link"):
        replace_private(path, [b"x"])
    assert sorted(outside.rglob("*")) == [outside / "journal"]


def test_a_file_among_the_folders_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / STATE)
    with pytest.raises(NotPrivateError, match="not a folder"):
        private_folder(tmp_path / STATE / "lock")


def test_what_is_of_another_user_is_not_touched(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = state / "space.jsonl"
    replace_private(path, [b"before"])
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    for act in (
        lambda: private_folder(state / "more"),
        lambda: open_private(path, os.O_RDWR | os.O_TRUNC),
        lambda: replace_private(path, [b"after"]),
    ):
        with pytest.raises(NotPrivateError, match="another user"):
            act()
    assert path.read_bytes() == b"before"
    assert sorted(each.name for each in state.iterdir()) == [path.name]


def test_sizes_are_bounded(state: Path) -> None:
    path = state / "space.jsonl"
    assert read_private(path, 10) is None
    replace_private(path, [b"12345", b"67890"], sync=True)
    assert read_private(path, 10) == b"1234567890"
    os.truncate(path, 1 << 40)
    with pytest.raises(NotPrivateError, match="at most 10 are read"):
        read_private(path, 10)


@pytest.mark.parametrize("umask", [0, 0o077])
def test_what_is_made_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / STATE / "journal"
    before = os.umask(umask)
    try:
        private_folder(folder)
        os.close(open_private(folder / "a", os.O_WRONLY | os.O_CREAT))
        replace_private(folder / "b", [b""])
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_what_replaces_a_link_leaves_its_target(state: Path) -> None:
    path = state / "space.jsonl"
    _link(path)
    replace_private(path, [b"ours"])
    assert read_private(path, 10) == b"ours"
    assert (state / "target").read_text(encoding="utf-8") == "kept"


def test_the_checkout_is_the_whole_work_tree_links_followed(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "shop").mkdir()
    (tmp_path / "home").symlink_to(root)
    project = root / "shop"
    assert inside_checkout(project / ".config", project)
    assert inside_checkout(root / "home", project)
    assert inside_checkout(tmp_path / "home" / ".config", project)
    assert not inside_checkout(tmp_path / "elsewhere", project)
    (project / ".git").write_text("gitdir: ../.git/modules/shop\n", encoding="utf-8")
    assert inside_checkout(root / "home", project), "a submodule is part of what is around it"


def test_a_seal_is_of_one_user_and_one_thing(tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "state"
    made = seal(home, project, "account", "space")
    assert len(made) == 64
    assert fits(made, seal(home, project, "account", "space"))
    assert not fits(made, seal(home, project, "account", "spacf"))
    assert not fits(made, seal(home, project, "accounts", "pace"))
    assert not fits(made, seal(tmp_path / "another", project, "account", "space"))
    assert not fits("", seal(project / "state", project, "account", "space"))
    assert not fits(None, seal(None, project))
    assert sorted(path.name for path in home.iterdir()) == ["seal.key"]
