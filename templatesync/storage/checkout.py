"""What of this machine's disk is part of a checkout, where a pull request decides what is there. Opens no file."""

from __future__ import annotations

import os
from pathlib import Path

from templatesync.storage.git import work_tree

PROJECT_FILE = "templatesync.yaml"


def inside_checkout(path: Path, project: Path) -> bool:
    """Whether a place is part of the work tree around a project, links followed; raises OSError and ValueError."""
    return path.resolve().is_relative_to(_root(project.resolve()))


def _root(folder: Path) -> Path:
    """The root of the work tree around a resolved folder, or the folder. A submodule is part of what is around it."""
    root = work_tree(folder) or folder
    while (root / ".git").is_file() and (around := work_tree(root.parent)) is not None:
        root = around
    return root


def link_within(path: Path) -> Path | None:
    """The first link on the way to a place, its last step included, that lies in a checkout; None without one.

    Links elsewhere are their owner's, such as `/dev/stdout` or a home on another disk.
    """
    place = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow the links
    for each in (*reversed(place.parents), place):
        if each.is_symlink() and _in_a_checkout(each.parent.resolve()):
            return each
    return None


def _in_a_checkout(folder: Path) -> bool:
    if work_tree(folder) is not None:
        return True
    return any((each / PROJECT_FILE).is_file() for each in (folder, *folder.parents))
