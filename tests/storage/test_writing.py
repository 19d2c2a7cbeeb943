"""Files of ours are written inside the project only."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from templatesync.model.errors import LocalError
from templatesync.storage.writing import create_file, write_file


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "project"
    outside.mkdir()
    root.mkdir()
    (root / "templates").symlink_to(outside)
    with pytest.raises(LocalError, match="templates is a symbolic link"):
        create_file(root, "templates/new.yaml", "Name: new")
    assert list(outside.iterdir()) == []


def test_what_is_there_stays(tmp_path: Path) -> None:
    assert create_file(tmp_path, "a/b.yaml", "first")
    assert not create_file(tmp_path, "a/b.yaml", "second")
    assert (tmp_path / "a" / "b.yaml").read_text() == "first"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/plan.json").write_text("old")
    (tmp_path / "plan.json").symlink_to("real/plan.json")
    write_file(tmp_path / "plan.json", "new")
    assert (tmp_path / "plan.json").is_symlink()
    assert (tmp_path / "real/plan.json").read_text() == "new"


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_file(pipe, "data")
    reader.join(10)
    assert (read, stat.S_ISFIFO(pipe.lstat().st_mode)) == (["data"], True)


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    # A terminal of our own: were it replaced, no device that others need would be gone.
    master, slave = os.openpty()
    try:
        link = tmp_path / "terminal"
        link.symlink_to(os.ttyname(slave))
        write_file(link, "data")
        assert os.read(master, 10) == b"data"
        assert link.is_symlink()
        assert stat.S_ISCHR(link.stat().st_mode)
    finally:
        os.close(master)
        os.close(slave)
