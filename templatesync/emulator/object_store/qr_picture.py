"""Pictures of QR codes: true PNG and SVG, and small. Pure; knows no QR code's row.

They look like QR codes and differ when the text does, but no camera reads them: nobody prints those of an emulator.
"""

from __future__ import annotations

import hashlib
import struct
import zlib

SIDE = 25
BORDER = 4
_FINDER = 8
_WHITE = b"\xff"


def png(text: str) -> bytes:
    """264 by 264 pixels in black and white: each module is eight pixels wide, hence one byte."""
    blank = _WHITE * (SIDE + 2 * BORDER)
    rows = [blank] * BORDER
    for row in _modules(text):
        rows.append(_WHITE * BORDER + bytes(0 if dark else 255 for dark in row) + _WHITE * BORDER)
    rows += [blank] * BORDER
    # Each line of pixels begins with the number of its filter, which is 0 for none.
    lines = b"".join((b"\0" + row) * 8 for row in rows)
    pixels = len(blank) * 8
    header = struct.pack(">IIBBBBB", pixels, pixels, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def svg(text: str) -> bytes:
    """The same as one path."""
    dark = "".join(
        f"M{x + BORDER} {y + BORDER}h1v1h-1z"
        for y, row in enumerate(_modules(text))
        for x, one in enumerate(row)
        if one
    )
    side = SIDE + 2 * BORDER
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    ).encode()


def _modules(text: str) -> list[list[bool]]:
    bits = int.from_bytes(hashlib.shake_256(text.encode()).digest(SIDE * SIDE // 8 + 1))
    return [[_module(x, y, bits) for x in range(SIDE)] for y in range(SIDE)]


def _module(x: int, y: int, bits: int) -> bool:
    """A finder in three corners, noise elsewhere."""
    if ((x < _FINDER or x >= SIDE - _FINDER) and y < _FINDER) or (x < _FINDER and y >= SIDE - _FINDER):
        # How far from the middle of the nearest finder, which is three modules from the edge.
        away = max(abs(min(x, SIDE - 1 - x) - 3), abs(min(y, SIDE - 1 - y) - 3))
        return away in (0, 1, 3)
    return bool(bits >> (y * SIDE + x) & 1)
