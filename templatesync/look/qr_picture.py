"""A link as the squares of a QR code. Needs segno, which is an extra; without it there is no picture."""

from __future__ import annotations

from collections.abc import Iterable

_BORDER = 4
"""Modules of quiet zone that ISO/IEC 18004 asks for."""


def qr_path(link: str) -> tuple[str, int]:
    """The dark modules as the path of an SVG, and how wide the picture is in modules. Empty where none can be made."""
    if not link:
        return "", 0
    try:
        import segno
    except ImportError:
        return "", 0
    try:
        rows = list(segno.make(link, micro=False).matrix_iter(border=_BORDER))
    except (ValueError, LookupError):  # longer than a code can be, or in no encoding that it knows
        return "", 0
    runs = [
        f"M{start} {number}h{end - start}v1H{start}z" for number, row in enumerate(rows) for start, end in _dark(row)
    ]
    return "".join(runs), len(rows)


def _dark(row: Iterable[int]) -> list[tuple[int, int]]:
    """Where dark modules begin and end in a row."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        elif dark:
            found.append((place, place + 1))
    return found
