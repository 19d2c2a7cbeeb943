"""What a media file is, as values, and the types that WhatsApp takes. Pure; reads no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from templatesync.model.finding import Finding

LARGEST = 100 * 1024 * 1024
"""Bytes. The largest medium that WhatsApp takes is a document of 100 MB; of a larger file only the head is read."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
ENDING: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-powerpoint": ".ppt",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    "text/plain": ".txt",
}
"""The ending of each type that WhatsApp takes."""
TYPE: Mapping[str, str] = {ending: media_type for media_type, ending in ENDING.items()}

ENDINGS = (*ENDING.values(), ".jpeg")
"""What the name of a media file ends with. Settings, keys and sources of a project are never taken for media."""


class MediaInfo(NamedTuple):
    """What the bytes of a file say: a type that WhatsApp takes, or none; the same in words; and what is wrong.

    `flaws` are clauses such as "it is cut off", or say what keeps the file from having a type. Sizes are in pixels, 0
    where they are not told.
    """

    media_type: str
    what: str
    flaws: tuple[str, ...] = ()
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Media:
    """A media file as it was when the files of the project were read.

    `digest` is the SHA-256 of its content in hex, empty for a file of more than `LARGEST` bytes. `content` reads the
    same bytes again, or says why it cannot: others may have changed the file.
    """

    name: str
    size: int
    digest: str
    info: MediaInfo
    content: Callable[[], bytes | Finding] = field(repr=False, compare=False)

    @property
    def stored_as(self) -> str:
        """A name that follows from the content: whoever stores it twice has it once."""
        own = PurePosixPath(self.name).suffix.lower()
        return self.digest + ENDING.get(self.info.media_type, own)

    @property
    def media_type(self) -> str:
        """What it is stored as, even if it is nothing that WhatsApp is known to take."""
        return self.info.media_type or "application/octet-stream"
