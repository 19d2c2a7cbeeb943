"""Telling state that was written here from state that came with a checkout. Knows no format.

A journal in `.templatesync` may have been committed, or taken from another project. So each file of that sort begins
with a seal: made of whom it is about, with a key that lies in the user's own folder and never leaves this machine.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path

from templatesync.storage.private import NotPrivateError, open_private, read_private, ready

_KEY = "seal.key"
_SIZE = 32


def seal(folder: Path | None, project: Path, *about: str) -> str:
    """The seal of what is `about` these: 64 characters, the same for the same user and words.

    `folder` is the user's own for state. Empty, which fits nothing, when no key can be kept there.
    """
    try:
        key = _key(ready(folder, project) / _KEY)
    except (NotPrivateError, OSError):
        return ""
    return hmac.new(key, json.dumps(about).encode(), hashlib.sha256).hexdigest()


def fits(told: object, expected: str) -> bool:
    """Whether a seal that was read is the one that `seal` makes now."""
    return isinstance(told, str) and bool(expected) and hmac.compare_digest(told.encode(), expected.encode())


def _key(path: Path) -> bytes:
    """The key, made when there is none. Of two runs that make it at once, both take the one that came first."""
    known = read_private(path, _SIZE)
    if known is None or len(known) < _SIZE:
        fresh = path.with_name(f".new.{os.urandom(8).hex()}")
        descriptor = open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.write(descriptor, os.urandom(_SIZE))
        finally:
            os.close(descriptor)
        if known is None:
            _put(fresh, path)
        else:  # a torn one: nothing that it sealed can be believed
            fresh.replace(path)
        known = read_private(path, _SIZE)
    if known is None or len(known) < _SIZE:
        raise NotPrivateError(f"{path} cannot be kept")
    return known


def _put(fresh: Path, path: Path) -> None:
    """Give a file its name unless it is taken."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
