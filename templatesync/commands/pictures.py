"""Saving the pictures that the service shows of live resources, such as those of QR codes. Knows no kind by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from templatesync.commands.session import Session
from templatesync.kinds import KINDS
from templatesync.model.calls import Calls
from templatesync.model.errors import LocalError, StoppedError
from templatesync.model.request import Answer, Download
from templatesync.model.resource import Key, Listing
from templatesync.project.settings import Space
from templatesync.service.driver.driver import Job
from templatesync.storage.names import file_name
from templatesync.storage.writing import create_file

LIMIT = 1 << 20
"""Bytes of a picture. A QR code has some thousands."""
_ENDINGS: Mapping[bytes, str] = {b"\x89PNG\r\n\x1a\n": ".png", b"<svg": ".svg", b"<?xml": ".svg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of one resource: the file it is in, or why there is none. `fault`: there should be one."""

    key: str
    file: str = ""
    reason: str = ""
    fault: bool = False


def save(
    session: Session, space: Space, listings: Iterable[Listing], folder: Path, wanted: Callable[[Key], bool]
) -> tuple[Picture, ...]:
    """Put the picture of each wanted resource that has one into `folder`, which is made. Overwrites nothing."""
    urls = {
        str(live.key): (live.key, url)
        for listing in listings
        for live in listing.live.values()
        if wanted(live.key) and (url := KINDS[live.key.kind].outputs.picture(live))
    }
    client = session.clients[space.name]
    jobs = [Job(client, _fetch(url), key, space.name) for key, (_, url) in sorted(urls.items())]
    saved = []
    for finished in session.driver.run(jobs):
        if finished.error is not None:
            raise finished.error
        if finished.value is None:
            raise StoppedError(session.driver.stopped_by)
        saved.append(_put(folder, urls[finished.job.label][0], finished.value))
    return tuple(saved)


def _fetch(url: str) -> Calls[Answer]:
    (answer,) = yield (Download(url, LIMIT),)
    return answer


def _put(folder: Path, key: Key, answer: Answer) -> Picture:
    if not answer.ok:
        return Picture(
            str(key), reason=f"its picture could not be fetched: {answer.message or answer.code}", fault=True
        )
    content: bytes = answer.data["content"]
    ending = next((ending for start, ending in _ENDINGS.items() if content.startswith(start)), "")
    if not ending:
        return Picture(str(key), reason="what the service gave for its picture is neither PNG nor SVG", fault=True)
    name = file_name(key.name.replace("/", "-"), ending)
    if create_file(folder, name, content):
        return Picture(str(key), str(folder / name))
    if _same(folder / name, content):
        return Picture(str(key), str(folder / name), "it is there already")
    return Picture(str(key), reason=f"{folder / name} is another picture; delete it to save this one", fault=True)


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError as error:
        raise LocalError(f"{path} cannot be read: {error.strerror}") from None
