"""A file that somebody hands over on the command line, such as a plan or a receipt. Knows no format."""

from __future__ import annotations

from pathlib import Path

from templatesync.model.errors import UsageError
from templatesync.model.finding import Finding
from templatesync.storage.reading import read_file


def given_file(path: Path, largest: int, called: str = "") -> bytes:
    """Its bytes, at most `largest`. Raises UsageError, with what the file is `called`, when it cannot be read."""
    called = called or str(path)
    data = read_file(path, called, largest)
    if isinstance(data, Finding):
        raise UsageError(f"{called}: {data.message}")
    return data
