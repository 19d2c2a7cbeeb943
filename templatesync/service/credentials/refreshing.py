"""Credentials that run out: fetched when needed, by one thread at a time. Knows no source."""

from __future__ import annotations

import threading
from collections.abc import Callable

from templatesync.model.errors import DeniedError, ServiceError
from templatesync.service.credentials.base import Credentials

# Renewed this long before they run out, so that a run never meets the end of a session.
_EARLY = 300.0
# After a failure, and after a source hands out what is about to run out.
_BETWEEN_TRIES = 30.0
# Credentials younger than this are not fetched again because somebody's request was refused with older ones.
_FRESH = 10.0


class Refreshing:
    """A provider around `fetch`, which may take its time and may raise ServiceError.

    While the present credentials are valid nobody waits: one thread fetches, the others go on with the old ones, and a
    failure leaves them in use. `clock` gives seconds since 1970.
    """

    def __init__(
        self, fetch: Callable[[], Credentials], *, source: str, account: str, clock: Callable[[], float]
    ) -> None:
        self.source = source
        self.account = account
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._current: Credentials | None = None
        self._renew_at = 0.0
        self._fetched_at = 0.0
        self._failure: ServiceError | None = None
        self._failed_at = 0.0

    def __repr__(self) -> str:
        return f"Refreshing({self.source})"

    def get(self) -> Credentials:
        """Valid credentials; raises ServiceError when there are none and none can be fetched."""
        current = self._current
        if current is not None and self._alive(current):
            if self._clock() >= self._renew_at and self._lock.acquire(blocking=False):
                try:
                    return current if self._clock() < self._renew_at else self._renew()
                finally:
                    self._lock.release()
            return current
        asked = self._clock()
        with self._lock:
            current = self._current
            if current is not None and self._alive(current):
                return current
            if self._failure is not None and self._still_holds(self._failure, asked):
                raise _again(self._failure)
            return self._renew()

    def refresh(self) -> bool:
        """Fetch now, unless that has just been done. False when nothing newer could be had."""
        with self._lock:
            current = self._current
            if current is not None and self._clock() - self._fetched_at < _FRESH:
                return True
            return self._renew() is not current

    def _renew(self) -> Credentials:
        """Fetch; the caller holds the lock."""
        try:
            new = self._fetch()
        except ServiceError as error:
            self._failure, self._failed_at = error, self._clock()
            self._renew_at = self._failed_at + _BETWEEN_TRIES
            if self._current is not None and self._alive(self._current):
                return self._current
            raise
        now = self._clock()
        self._current, self._failure, self._fetched_at = new, None, now
        self._renew_at = float("inf") if new.expires_at is None else max(new.expires_at - _EARLY, now + _BETWEEN_TRIES)
        return new

    def _alive(self, credentials: Credentials) -> bool:
        return credentials.expires_at is None or self._clock() < credentials.expires_at

    def _still_holds(self, failure: ServiceError, asked: float) -> bool:
        """Whoever waited while another's fetch failed does not wait for a second failure; a denial lasts longer."""
        denied = isinstance(failure, DeniedError) and asked < self._failed_at + _BETWEEN_TRIES
        return denied or asked < self._failed_at


def _again(error: ServiceError) -> ServiceError:
    """The same failure for another thread: an exception that is raised twice grows its traceback."""
    return type(error)(str(error), code=error.code, request_id=error.request_id, hint=error.hint)
