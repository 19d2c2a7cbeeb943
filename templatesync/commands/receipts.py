"""Receipts that the command line hands over: read once, whoever asks. Knows no option and no space."""

from __future__ import annotations

from pathlib import Path

from templatesync.model.errors import UsageError
from templatesync.model.finding import Finding
from templatesync.planning.receipt import Receipt, parse
from templatesync.storage.reading import read_file

_LARGEST = 256 << 20


def read_receipt(path: Path | None) -> Receipt | None:
    """The receipt in a file; None without one. Raises UsageError for what is no receipt, or cannot be read."""
    if path is None:
        return None
    data = read_file(path, str(path), _LARGEST)
    if isinstance(data, Finding):
        raise UsageError(f"{path}: {data.message}")
    return parse(data, path.name)
