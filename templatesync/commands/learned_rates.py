"""What earlier runs learned of the service's rates, in the user's cache folder, for a day. Knows no plan and no client.

It decides how fast and in which order requests leave, never what is planned. So whatever is odd about the file, it is
left out without a word, and the run begins at the documented rates.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from templatesync.model.digest import sha256
from templatesync.model.json_value import Json, canonical_json
from templatesync.service.api import api
from templatesync.service.driver.lanes import LaneKey
from templatesync.service.driver.rate import LearnedRate
from templatesync.storage.private import NotPrivateError, read_private, ready, replace_private

FORMAT = 1
DAY = 86_400.0
LIMIT = 1 << 20
"""Bytes of the file. An account takes a few hundred."""
MOST_ACCOUNTS = 100
NAME = "rates.json"


class LearnedRates:
    """The file of one user. Nothing in `project` is used, wherever the environment points. `clock` as `time.time`."""

    def __init__(self, folder: Path | None, project: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._project = project
        self._clock = clock

    def of(self, accounts: Iterable[str]) -> Mapping[LaneKey, LearnedRate]:
        """What was learned of these accounts' rates within a day."""
        now = self._clock()
        try:
            told = self._load()
        except (NotPrivateError, OSError):
            return {}
        return {
            (account, operation): rate
            for account in accounts
            for operation, entry in _object(told.get(_digest(account))).items()
            if operation in api().operations and (rate := _rate(entry, now))
        }

    def keep(self, learned: Mapping[LaneKey, LearnedRate]) -> None:
        """Write down what this run has learned, beside what is there and not a day old."""
        if not learned:
            return
        now = self._clock()
        try:
            told = self._load()
        except NotPrivateError:
            told = {}
        except OSError:
            return
        kept = {name: fresh for name, entries in told.items() if (fresh := _fresh(entries, now))}
        for (account, operation), rate in learned.items():
            entry = {"per_second": round(rate.per_second, 3), "refused": rate.refused, "at": now}
            kept.setdefault(_digest(account), {})[operation] = entry
        newest = sorted(kept, key=lambda name: max(entry["at"] for entry in kept[name].values()))[-MOST_ACCOUNTS:]
        self._write(canonical_json({"format": FORMAT, "accounts": {name: kept[name] for name in newest}}))

    def _load(self) -> Mapping[str, Json]:
        """Accounts in the file; none when it is no file of ours. Raises NotPrivateError and OSError."""
        path = ready(self._folder, self._project) / NAME
        data = read_private(path, LIMIT) or b""
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            return {}
        return _object(found.get("accounts")) if isinstance(found, dict) and found.get("format") == FORMAT else {}

    def _write(self, text: str) -> None:
        try:
            replace_private(ready(self._folder, self._project) / NAME, [text.encode()])
        except (NotPrivateError, OSError):
            return


def _digest(account: str) -> str:
    """A name that gives nothing away."""
    return sha256(account)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _fresh(entries: Json, now: float) -> dict[str, dict[str, Json]]:
    return {name: entry for name, entry in _object(entries).items() if _rate(entry, now)}


def _rate(entry: Json, now: float) -> LearnedRate | None:
    """An entry's rate; None when it is older than a day, from the future, or no entry."""
    if not isinstance(entry, dict) or not isinstance(entry.get("refused"), bool):
        return None
    per_second, at = _number(entry.get("per_second")), _number(entry.get("at"))
    return LearnedRate(per_second, entry["refused"]) if 0 < per_second < 1e6 and 0 <= now - at <= DAY else None


def _number(value: Json) -> float:
    """A finite number; -1 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return -1.0
    return float(value)
