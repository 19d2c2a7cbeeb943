"""What a file is, told by its first bytes and not by its name. Pure but for reading the file it is given."""

from __future__ import annotations

from typing import BinaryIO

from templatesync.media import images, office, video
from templatesync.media.window import NotReadError, Window
from templatesync.model.media import LARGEST, MediaInfo

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
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 sound"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_RIFF = {b"WEBP": "a WebP picture", b"AVI ": "an AVI video", b"WAVE": "a WAV sound"}
_POINTER = b"version https://git-lfs.github.com/spec/"


def inspect(file: BinaryIO, size: int, name: str) -> MediaInfo:
    """What an open file of that size is. Reads a bounded part of it, whatever it says about itself."""
    window = Window(file, size, name)
    head = window.read(0, 64)
    try:
        info = _info(window, head)
        if info.media_type and not head.startswith(office.ZIP) and size <= LARGEST and office.zip_end(window):
            flaws = (*info.flaws, "it is a ZIP archive at the same time")
            return info._replace(flaws=flaws)
        return info
    except NotReadError:
        return MediaInfo("", "a file of more parts than a medium has")


def _info(window: Window, head: bytes) -> MediaInfo:
    if not head:
        return MediaInfo("", "an empty file")
    if head.startswith(_POINTER):
        return MediaInfo("", "a pointer of Git LFS, not the file itself")
    for magic, reader in _READERS:
        if head.startswith(magic):
            return reader(window)
    if head[4:8] == b"ftyp":
        return video.video(window)
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        return MediaInfo("", _RIFF[head[8:12]])
    other = next((what for magic, what in _OTHERS if head.startswith(magic)), "of no format that WhatsApp takes")
    return office.text(window) or MediaInfo("", other)  # some signatures may begin a text as well
