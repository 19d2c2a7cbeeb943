"""`emulator`: serve the stand-in for the service on loopback until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from templatesync.commands.prepare import open_project
from templatesync.commands.session import DATABASE, open_emulator
from templatesync.emulator.app import Emulator
from templatesync.emulator.server import serve
from templatesync.emulator.settings import Settings
from templatesync.model.errors import LocalError, UsageError
from templatesync.project.choosing import named, one_of


def emulator(
    directory: Path,
    settings: Settings,
    *,
    port: int,
    database: Path | None,
    space: str,
    quirks: Mapping[str, str],
    ready: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Serve until `stop` is set. With a space of a project, the database and the review are those of that space.

    `quirks` are names with values as `chosen_quirks` gives them, in place of those of the settings.
    """
    from templatesync.emulator.store.database import StoreError

    try:
        if space:
            project = open_project(directory)
            chosen = one_of(named(project, [space]), "the emulator serves one space's database")
            if chosen.emulator is None:
                raise UsageError(f"the space {space} is not an emulator")
            if database is not None and database != project.state / DATABASE:
                raise UsageError("--space and --db exclude each other")
            served = open_emulator(project, chosen)
            served.set_quirks(quirks)
        else:
            if database is not None and not database.parent.is_dir():
                raise UsageError(f"there is no folder {database.parent} to keep {database.name} in")
            served = Emulator(replace(settings, quirks=quirks), db=database)
    except StoreError as error:
        raise LocalError(str(error)) from None
    try:
        serve(served, port, ready, stop)
    except OSError as error:
        raise UsageError(f"port {port} cannot be used: {error.strerror}", hint="--port 0 takes a free one") from None
    finally:
        served.close()


def chosen_quirks(given: Sequence[str]) -> Mapping[str, str]:
    """Quirks from `NAME=VALUE`. Raises UsageError for what there is not, and for a name that is given twice."""
    from templatesync.emulator.quirks import choose

    quirks: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise UsageError(f"--quirk takes NAME=VALUE, not {each!r}", hint="`emulator --quirks` lists them")
        if name in quirks:
            raise UsageError(f"the quirk {name} is given twice")
        quirks[name] = value
    try:
        choose(quirks)
    except ValueError as wrong:
        raise UsageError(str(wrong), hint="`emulator --quirks` lists them") from None
    return quirks


def list_quirks() -> str:
    """Every quirk and its values, each with a line."""
    from templatesync.emulator.quirks.table import as_text

    return as_text()
