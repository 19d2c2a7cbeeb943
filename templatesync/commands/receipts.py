"""Receipts that the command line hands over: read once, whoever asks. Knows no option."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from templatesync.commands.given_file import given_file
from templatesync.planning.comparison import few
from templatesync.planning.receipt import Receipt, parse
from templatesync.project.settings import Space

_LARGEST = 256 << 20


def read_receipt(path: Path | None) -> Receipt | None:
    """The receipt in a file; None without one. Raises UsageError for what is no receipt, or cannot be read."""
    if path is None:
        return None
    return parse(given_file(path, _LARGEST), path.name)


def speaks_of(receipt: Receipt, space: Space) -> bool:
    """Whether it is about a space: a name may have been another customer's then."""
    found = receipt.spaces.get(space.name)
    return found is not None and found.cust_space_id == space.cust_space_id


def nothing_of(receipt: Receipt, spaces: Sequence[Space], name: str) -> str:
    """That it says nothing of some spaces, and of which it does; empty when it is about all of them.

    One without spaces is of an apply that had nothing to do.
    """
    lacking = [space for space in spaces if not speaks_of(receipt, space)]
    if not receipt.spaces or not lacking:
        return ""
    told = [f"{each} ({of.cust_space_id})" if any(each == space.name for space in lacking) else each
            for each, of in receipt.spaces.items()]  # fmt: skip
    return f"{name} is a receipt of {few(told)}, and has nothing of {few(space.name for space in lacking)}"
