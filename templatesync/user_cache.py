"""The folder in which this program keeps what it may forget: the user's own, and outside of every project.

A pull request must not be able to put anything there, nor another user of the machine.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


class UnfitError(Exception):
    """Why a folder or a file is left alone."""


def place(environment: Mapping[str, str]) -> Path | None:
    """The folder of the files, if there is a home at all. A relative XDG_CACHE_HOME is invalid, says its standard."""
    base = Path(environment.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "templatesync"
    home = environment.get("HOME") or environment.get("USERPROFILE")
    return Path(home) / ".cache" / "templatesync" if home else None


def ready(folder: Path | None, project: Path) -> Path:
    """The folder, made when it is missing; raises UnfitError when others could have a hand in it."""
    if folder is None:
        raise UnfitError("there is no home folder; let XDG_CACHE_HOME name a folder of your own")
    try:
        if folder.resolve().is_relative_to(project.resolve()):
            raise UnfitError(f"{folder} is inside the project; let XDG_CACHE_HOME name a folder outside")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnfitError(f"{folder} cannot be used: {reason}") from None
    if not stat.S_ISDIR(status.st_mode):
        raise UnfitError(f"{folder} is a link; put a folder there")
    private(status, str(folder))
    return folder


def private(status: os.stat_result, name: str) -> None:
    """Raises UnfitError for what another user owns or may change."""
    if not hasattr(os, "geteuid"):  # Windows: what is in a profile is its user's
        return
    if status.st_uid != os.geteuid():
        raise UnfitError(f"{name} belongs to another user; delete it")
    if status.st_mode & 0o077:
        raise UnfitError(f"{name} is open to other users; delete it, or take their rights away with chmod go-rwx")
