"""`emulator`: serve the stand-in for the service on loopback until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from templatesync.commands.prepare import open_project
from templatesync.commands.session import DATABASE, open_emulator
from templatesync.emulator.app import Emulator
from templatesync.emulator.server import serve
from templatesync.emulator.settings import Settings
from templatesync.model.errors import LocalError, UsageError


def emulator(
    directory: Path,
    settings: Settings,
    *,
    port: int,
    database: Path | None,
    space: str,
    ready: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Serve until `stop` is set. With a space of a project, the database and the review are those of that space."""
    from templatesync.emulator.store.database import StoreError

    try:
        if space:
            project = open_project(directory)
            chosen = project.space(space)
            if chosen.emulator is None:
                raise UsageError(f"the space {space} is not an emulator")
            if database is not None and database != project.state / DATABASE:
                raise UsageError("--space and --db exclude each other")
            served = open_emulator(project, chosen)
        else:
            if database is not None and not database.parent.is_dir():
                raise UsageError(f"there is no folder {database.parent} to keep {database.name} in")
            served = Emulator(settings, db=database)
    except StoreError as error:
        raise LocalError(str(error)) from None
    try:
        serve(served, port, ready, stop)
    except OSError as error:
        raise LocalError(f"port {port} cannot be used: {error.strerror}") from None
    finally:
        served.close()
