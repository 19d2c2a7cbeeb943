"""Receipts that the command line hands over: read once, whoever asks. Knows no option."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.commands.given_file import given_file
from templatesync.model.errors import UsageError
from templatesync.planning.comparison import few
from templatesync.planning.receipt import Receipt, latest, parse
from templatesync.project.settings import Space

_LARGEST = 256 << 20


def read_receipt(path: Path | None) -> Receipt | None:
    """The receipt in a file; None without one. Raises UsageError for what is no receipt, or cannot be read."""
    if path is None:
        return None
    return parse(given_file(path, _LARGEST), path.name)


class Known(NamedTuple):
    """What several receipts say of some spaces, and why any of them were left out."""

    said: Receipt
    left_out: tuple[str, ...] = ()


def known_receipts(paths: Sequence[Path], spaces: Sequence[Space]) -> Known | None:
    """What receipts say, the oldest first; None without any. One that is broken is left out, with the reason.

    Raises UsageError for what is no file that can be read.
    """
    if not paths:
        return None
    found, broken = [], []
    for path in paths:
        data = given_file(path, _LARGEST)
        try:
            found.append(parse(data, path.name))
        except UsageError as error:
            broken.append(f"{error}; what it left, nobody can say")
    each = {space.name: latest(found, space.name, space.cust_space_id) for space in spaces}
    return Known(Receipt(each), tuple(broken))


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
