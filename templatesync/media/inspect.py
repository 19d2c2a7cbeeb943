"""What a file is, told by its first bytes and not by its name. Pure but for reading the file it is given."""

from __future__ import annotations

from typing import BinaryIO

from templatesync.media import images, office, video
from templatesync.media.window import NotReadError, Window
from templatesync.model.media import LARGEST, Sight

_READERS = (
    (images.PNG, images.png),
    (images.JPEG, images.jpeg),
    (office.PDF, office.pdf),
    (office.OLE, office.ole),
    (office.ZIP, office.archive),
)
# What people try, so that they are told what they have.
_OTHERS = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 sound"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_RIFF = {b"WEBP": "a WebP picture", b"AVI ": "an AVI film", b"WAVE": "a WAV sound"}
_POINTER = b"version https://git-lfs.github.com/spec/"


def inspect(file: BinaryIO, size: int, name: str) -> Sight:
    """What an open file of that size is. Reads a bounded part of it, whatever it says about itself."""
    window = Window(file, size, name)
    head = window.read(0, 64)
    try:
        sight = _sight(window, head)
        if sight.media_type and not head.startswith(office.ZIP) and size <= LARGEST and office.zip_end(window):
            flaws = (*sight.flaws, "it is a ZIP archive at the same time")
            return sight._replace(flaws=flaws)
        return sight
    except NotReadError:
        return Sight("", "a file of more parts than a medium has")


def _sight(window: Window, head: bytes) -> Sight:
    if not head:
        return Sight("", "an empty file")
    if head.startswith(_POINTER):
        return Sight("", "a pointer of Git LFS, not the file itself")
    for magic, reader in _READERS:
        if head.startswith(magic):
            return reader(window)
    if head[4:8] == b"ftyp":
        return video.film(window)
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        return Sight("", _RIFF[head[8:12]])
    other = next((what for magic, what in _OTHERS if head.startswith(magic)), "of no format that WhatsApp takes")
    return office.text(window) or Sight("", other)  # some signatures may begin a text as well
