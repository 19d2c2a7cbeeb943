"""What earlier plans read of live resources, for `plan --cache`. Knows files and rows; no client and no kind by name.

A kind says what of a row in its listing tells that the content is still the same. Whether the service moves its rows
with every change, nobody knows: so this is asked for, a plan says what it took from here, and `apply` never looks.

The files are the user's own and outside of every project: a pull request must not be able to put one there. Whatever
is odd about one, it is left out with a note, and everything is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import templatesync
from templatesync.kinds.base import Kind
from templatesync.model.change import FromCache
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json, canonical_json
from templatesync.model.resource import Key, Listing
from templatesync.storage.private import NotPrivateError, read_private, ready, replace_private

FORMAT = 1
LIMIT = 128 << 20
"""Bytes of a file. Ten thousand templates take 30 MiB."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose resources are remembered: who asks, where, and for which space. Another one sees other things."""

    account: str
    endpoint: str
    cust_space_id: str

    @property
    def digest(self) -> str:
        """A name that gives nothing away."""
        return sha256([self.account, self.endpoint, self.cust_space_id])


@dataclass(frozen=True, slots=True)
class _Entry:
    """The content of one resource, as JSON, the fingerprint of its row, and when it was read, since 1970."""

    fingerprint: str
    read_at: float
    body: bytes


class DetailCache:
    """What is remembered of one space. `notes` are for people: why something was not read or not kept.

    Nothing in `project` is used, wherever the environment points. `clock` gives seconds since 1970.
    """

    def __init__(
        self, folder: Path | None, project: Path, owner: Owner, kinds: Mapping[str, Kind], clock: Callable[[], float]
    ) -> None:
        self.notes: list[str] = []
        self._owner = owner
        self._kinds = kinds
        self._now = clock()
        self._path: Path | None = None
        self._entries: dict[str, _Entry] = {}
        self._taken: dict[str, float] = {}
        try:
            path = ready(folder, project) / f"{owner.digest}.jsonl"
            self._path = path
            self._entries = dict(_load(path, owner, self._now))
        except NotPrivateError as error:
            self.notes.append(f"nothing comes from the cache: {error}")

    def recall(self, key: Key, row: Mapping[str, Json]) -> Mapping[str, Json] | None:
        """The content under a key, when it was read after a row that is the same."""
        entry, fingerprint = self._entries.get(str(key)), self._kinds[key.kind].remote.fingerprint
        if entry is None or fingerprint is None or entry.fingerprint != fingerprint(row):
            return None
        try:
            body = json.loads(entry.body)
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None

    def keep(self, listings: Mapping[str, Listing]) -> None:
        """Take over what was read now, and forget what is gone. What was not asked for stays as it is."""
        for name, listing in listings.items():
            fingerprint = self._kinds[name].remote.fingerprint
            if fingerprint is None:
                continue
            if listing.complete:
                there = {str(key) for key in listing.live}
                self._entries = {
                    key: entry for key, entry in self._entries.items() if key in there or not key.startswith(f"{name}/")
                }
            for key, row in listing.rows.items():
                live = listing.live.get(key)
                if key in listing.recalled:
                    self._taken[str(key)] = self._entries[str(key)].read_at
                elif live is not None and live.body is not None:
                    body = canonical_json(live.body).encode("utf-8", "surrogatepass")
                    self._entries[str(key)] = _Entry(fingerprint(row), self._now, body)

    @property
    def used(self) -> FromCache:
        """What the last reading took from here."""
        if not self._taken:
            return FromCache()
        oldest = datetime.fromtimestamp(min(self._taken.values()), UTC)
        return FromCache(len(self._taken), oldest.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def save(self) -> None:
        """Replace the file in one step: of two runs the last one counts, and neither sees half of the other's."""
        if self._path is None:
            return
        lines = [
            json.dumps([key, entry.fingerprint, entry.read_at]).encode() + b"\t" + entry.body
            for key, entry in self._entries.items()
        ]
        lines.append(b"")
        if sum(map(len, lines)) > LIMIT // 2:
            self.notes.append(f"nothing is kept in the cache: it would be larger than {LIMIT >> 21} MiB")
            return
        blocks = [_head(self._owner, lines), *(part for line in lines for part in (b"\n", line))]
        try:
            replace_private(self._path, blocks)
        except NotPrivateError as error:
            self.notes.append(f"nothing is kept in the cache: {error}")
        except OSError as error:
            self.notes.append(f"nothing is kept in the cache: {self._path.parent} cannot be written: {error.strerror}")


def _head(owner: Owner, lines: list[bytes]) -> bytes:
    total = hashlib.sha256()
    for line in lines:
        total.update(b"\n")
        total.update(line)
    head = {"format": FORMAT, "version": templatesync.__version__, "owner": owner.digest, "sha256": total.hexdigest()}
    return canonical_json(head).encode()


def _load(path: Path, owner: Owner, now: float) -> Iterator[tuple[str, _Entry]]:
    """The entries of a file, whole and ours, or none at all: raises NotPrivateError."""
    try:
        data = read_private(path, LIMIT)
    except OSError as error:
        raise NotPrivateError(f"{path} cannot be read: {error.strerror}") from None
    if data is None:
        return
    head, *lines = data.split(b"\n")
    del data
    if head != _head(owner, lines) or lines.pop():  # the last line ends, too
        raise NotPrivateError(f"{path} is damaged or from another release; it is made anew")
    for line in lines:
        told, _, body = line.partition(b"\t")
        key, fingerprint, read_at = json.loads(told)  # ours, says the head
        if read_at <= now:  # else a clock was wrong, and nobody can say how old it is
            yield key, _Entry(fingerprint, read_at, body)
