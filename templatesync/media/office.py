"""PDF, the documents of Office, and text. Pure; unpacks nothing."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from templatesync.media.window import Window
from templatesync.model.media import TYPE, MediaInfo

PDF = b"%PDF-"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

_OFFICE = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_WORDS = {".doc": "a Word document", ".xls": "an Excel workbook", ".ppt": "a PowerPoint presentation"}
# What ends a ZIP archive: 22 bytes and a comment.
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 0xFFFF
# Bytes of the list of an archive's files; one of an Office document has a few kilobytes.
_LIST = 1 << 20
_TEXT = 64 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def pdf(window: Window) -> MediaInfo:
    """A file that begins like PDF."""
    whole = b"%%EOF" in window.read(max(window.size - 2048, 0), 2048)
    return MediaInfo("application/pdf", "a PDF document", () if whole else ("it is cut off: its %%EOF is missing",))


def ole(window: Window) -> MediaInfo:
    """A file of Office before 2007. All its programs share one form, so the ending says whose it is."""
    ending = PurePosixPath(window.name).suffix.lower()
    if ending not in _WORDS:
        return MediaInfo("", "a file of an old Office", ("the name of such a file ends with .doc, .xls or .ppt",))
    flaws = () if window.size >= 1536 else ("it is cut off: its first parts are missing",)
    return MediaInfo(TYPE[ending], _WORDS[ending], flaws)


def archive(window: Window) -> MediaInfo:
    """A ZIP archive: a document of today's Office, or something else."""
    end = zip_end(window)
    if end is None:
        return MediaInfo("", "a ZIP archive that is cut off")
    names = set(_names(window.read(end[0], min(end[1], _LIST))))
    for folder, ending in _OFFICE.items():
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return MediaInfo(TYPE[ending], _WORDS[ending[:-1]])
    return MediaInfo("", "a ZIP archive")


def zip_end(window: Window) -> tuple[int, int] | None:
    """Where the list of a ZIP archive begins and how long it is; None when the file does not end as one."""
    tail = window.read(max(window.size - _END_SIZE - _LONGEST_COMMENT, 0), _END_SIZE + _LONGEST_COMMENT)
    at = tail.rfind(_END)
    while at >= 0:
        end = tail[at : at + _END_SIZE]
        if len(end) == _END_SIZE and at + _END_SIZE + int.from_bytes(end[20:], "little") == len(tail):
            return int.from_bytes(end[16:20], "little"), int.from_bytes(end[12:16], "little")
        at = tail.rfind(_END, 0, at)
    return None


def _names(listed: bytes) -> Iterator[str]:
    at = 0
    while listed[at : at + 4] == b"PK\x01\x02":
        sizes = [int.from_bytes(listed[at + place : at + place + 2], "little") for place in (28, 30, 32)]
        yield listed[at + 46 : at + 46 + sizes[0]].decode("utf-8", "replace")
        at += 46 + sum(sizes)


def text(window: Window) -> MediaInfo | None:
    """A file without a signature, if its beginning is text."""
    beginning = window.read(0, _TEXT)
    try:
        words = codecs.getincrementaldecoder("utf-8")().decode(beginning, final=window.size <= _TEXT)
    except UnicodeDecodeError:
        return None
    if _CONTROL.search(words):
        return None
    if window.name.lower().endswith(".txt"):
        return MediaInfo("text/plain", "a text")
    return MediaInfo("", "a text", ("the name of a text ends with .txt",))
