"""PNG and JPEG: dimensions, colours, and whether all of the picture is there. Pure; decodes nothing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from templatesync.media.window import Window
from templatesync.model.media import MediaInfo

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"

_PNG_COLOURS = {0: "grey", 2: "RGB", 3: "a palette", 4: "grey with transparency", 6: "RGBA"}
_JPEG_COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}
# A frame header; the others between C0 and CF are tables, an extension and a condition.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _END, _ALONE = 0xDA, 0xD9, frozenset({0x01, *range(0xD0, 0xD8)})
# In a scan FF stands for itself before 00, and before the numbers of restarts.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_BLOCK = 64 * 1024


def png(window: Window) -> MediaInfo:
    """A file that begins like PNG."""
    head = window.read(len(PNG), 25)
    if head[:8] != b"\0\0\0\rIHDR" or len(head) < 25:
        return MediaInfo("image/png", "a PNG picture", ("it is broken: it does not begin with a whole IHDR",))
    if zlib.crc32(head[4:21]) != int.from_bytes(head[21:], "big"):
        return MediaInfo("image/png", "a PNG picture", ("it is broken: the checksum of its IHDR is wrong",))
    width, height = int.from_bytes(head[8:12], "big"), int.from_bytes(head[12:16], "big")
    depth, colour = head[16], _PNG_COLOURS.get(head[17], "unknown colours")
    flaws = (*_form(width, height, depth, colour, ("RGB", "RGBA")), *_chunks(window))
    return MediaInfo("image/png", f"a PNG picture of {width} x {height}", flaws, width, height)


def _form(width: int, height: int, depth: int, colour: str, good: tuple[str, ...]) -> Iterator[str]:
    if not (width and height):
        yield "it is broken: it has no width or no height"
    if depth != 8:
        yield f"it has {depth} bits for each colour, and WhatsApp takes 8"
    if colour not in good:
        yield f"its colours are {colour}, and WhatsApp takes RGB{' or RGBA' if 'RGBA' in good else ''}"


def _chunks(window: Window) -> Iterator[str]:
    """What is wrong with the parts of a PNG behind its signature."""
    at, pixels = len(PNG), False
    while True:
        head = window.read(at, 8)
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8:
            yield "it is cut off: its end is missing"
            return
        if not (name.isalpha() and name.isascii()):
            yield f"it is broken at byte {at:,}"
            return
        if at + 12 + length > window.size:
            yield f"it is cut off or broken: a part of {length:,} bytes begins at byte {at:,} of {window.size:,}"
            return
        pixels = pixels or name == b"IDAT"
        at += 12 + length
        if name == b"IEND":
            break
    if not pixels:
        yield "it is broken: there are no pixels in it"
    if at < window.size:
        yield f"something else of {window.size - at:,} bytes hangs behind its end"


def jpeg(window: Window) -> MediaInfo:
    """A file that begins like JPEG."""
    at, frame, scans = 2, b"", 0
    flaw = ""
    while not flaw:
        code, length = _segment(window, at)
        if code is None:
            flaw = f"it is broken at byte {at:,}" if at < window.size else "it is cut off: its end is missing"
        elif code == 0xFF:
            at += 1  # padding
        elif code == _END:
            break
        elif code in _ALONE:
            at += 2
        elif length is None or at + 2 + length > window.size:
            flaw = "it is cut off or broken: its last part is not whole"
        else:
            if code in _FRAMES:
                frame = frame or window.read(at + 4, 6)
            at += 2 + length
            if code == _START_OF_SCAN:
                scans += 1
                at = _next_marker(window, at)
    if len(frame) < 6:
        return MediaInfo("image/jpeg", "a JPEG picture", (flaw or "it is broken: it has no dimensions",))
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    flaws = [*_form(width, height, frame[0], _JPEG_COLOURS.get(frame[5], "unknown"), ("RGB",)), flaw]
    if not scans and not flaw:
        flaws.append("it is broken: there are no pixels in it")
    kept = tuple(filter(None, flaws))
    return MediaInfo("image/jpeg", f"a JPEG picture of {width} x {height}", kept, width, height)


def _segment(window: Window, at: int) -> tuple[int | None, int | None]:
    """The code of the marker at that place, and the length behind it; None for what is not there."""
    head = window.read(at, 4)
    if len(head) < 2 or head[0] != 0xFF:
        return None, None
    length = int.from_bytes(head[2:], "big") if len(head) == 4 else 0
    return head[1], length if length >= 2 else None


def _next_marker(window: Window, at: int) -> int:
    """Where the compressed pixels that begin at `at` end; the end of the file when nothing ends them."""
    while at < window.size:
        block = window.read(at, _BLOCK)
        if match := _MARKER.search(block):
            return at + match.start()
        at += max(len(block) - 1, 1)  # a marker may lie across two blocks
    return window.size
