"""Folders and files that belong to this program's user alone. Knows no format."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from templatesync.model.errors import LocalError


def private_folder(folder: Path) -> None:
    """Make a folder for this program's own files, readable by its owner only, and keep it out of git."""
    root = next((each for each in (folder, *folder.parents) if each.name == ".templatesync"), folder)
    ignore = root / ".gitignore"
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)  # the mode is not that of parents it makes
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if root.name == ".templatesync" and not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise LocalError(f"{folder} cannot be written: {error.strerror}") from None


class NotPrivateError(Exception):
    """Why a folder or a file is left alone."""


def ready(folder: Path | None, project: Path) -> Path:
    """The folder, made when it is missing; raises NotPrivateError when others could have a hand in it."""
    if folder is None:
        raise NotPrivateError("there is no home folder; let XDG_CACHE_HOME name a folder of your own")
    try:
        if folder.resolve().is_relative_to(project.resolve()):
            raise NotPrivateError(f"{folder} is inside the project; let XDG_CACHE_HOME name a folder outside")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise NotPrivateError(f"{folder} cannot be used: {reason}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise NotPrivateError(f"{folder} is a link; put a folder there")
    private(status, str(folder))
    return folder


def private(status: os.stat_result, name: str) -> None:
    """Raises NotPrivateError for what another user owns or may change."""
    if not hasattr(os, "geteuid"):  # Windows: what is in a profile is its user's
        return
    if status.st_uid != os.geteuid():
        raise NotPrivateError(f"{name} belongs to another user; delete it")
    if status.st_mode & 0o077:
        raise NotPrivateError(f"{name} is open to other users; delete it, or take their rights away with chmod go-rwx")
