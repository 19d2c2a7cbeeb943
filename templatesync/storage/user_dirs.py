"""Where a user's own files are, by the XDG Base Directory Specification. Knows names of folders; opens none.

The specification: "All paths set in these environment variables must be absolute. If an implementation encounters a
relative path in any of these variables it should consider the path invalid and ignore it." A relative one would be a
folder of whatever project is worked on, and a pull request could put things there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_OWN = "templatesync"


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder for what this program may forget; None when the user has no home."""
    return _folder(environment, "XDG_CACHE_HOME", ".cache")


def config_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder of the user's own settings; None when the user has no home."""
    return _folder(environment, "XDG_CONFIG_HOME", ".config")


def state_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder for what outlives a run and no other machine needs; None when the user has no home."""
    return _folder(environment, "XDG_STATE_HOME", ".local/state")


def _folder(environment: Mapping[str, str], variable: str, default: str) -> Path | None:
    base = Path(environment.get(variable, ""))
    if base.is_absolute():
        return base / _OWN
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "")
    return home / default / _OWN if home.is_absolute() else None
