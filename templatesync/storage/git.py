"""Where a folder stands in its git work tree. Runs no git and reads no file of it."""

from __future__ import annotations

from pathlib import Path


def prefix(folder: Path) -> str:
    """The path of a resolved folder from the root of its work tree, with `/`; empty for the root, or without git.

    `.git` is a folder, or in linked work trees and submodules a file.
    """
    for root in (folder, *folder.parents):
        try:
            found = (root / ".git").exists()
        except OSError:  # a folder above that may not be looked into
            return ""
        if found:
            return "" if root == folder else folder.relative_to(root).as_posix()
    return ""
