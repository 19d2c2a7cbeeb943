"""The emulator: bytes in, bytes out. Knows no socket; an operation's meaning is in `operations`."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from templatesync.emulator import control, faults, history
from templatesync.emulator.faults import Fault, Kind
from templatesync.emulator.http import protocol
from templatesync.emulator.http.gate import authenticate
from templatesync.emulator.http.protocol import Arrival
from templatesync.emulator.http.wire import (
    ConnectionDropped,
    HttpRequest,
    HttpResponse,
    Refusal,
    Reply,
)
from templatesync.emulator.objects import object_store
from templatesync.emulator.objects.object_store import Delivery, Errand
from templatesync.emulator.objects.origin import origin
from templatesync.emulator.operations import OPERATIONS
from templatesync.emulator.operations.call import Call
from templatesync.emulator.settings import Settings
from templatesync.emulator.state import State
from templatesync.emulator.store import templates
from templatesync.emulator.store.database import Store
from templatesync.emulator.store.spaces import Space, open_space, space_of_waba
from templatesync.model.json_value import Json
from templatesync.service.api import api

__all__ = ["ConnectionDropped", "Emulator", "HttpRequest", "HttpResponse"]


# A liar lies in every so manieth answer to a read.
LIES_EVERY = 3

_DROPS = (Kind.DROP_BEFORE, Kind.DROP_AFTER)


def _new_id() -> str:
    return str(uuid.uuid4()).upper()


class Emulator:
    """One stand-in for the service. Safe for threads, and for several processes on one database file.

    `clock` gives seconds since 1970, `sleep` waits; `ids` makes RequestIds. Raises StoreError when `db` is unusable.
    """

    def __init__(
        self,
        settings: Settings = Settings(),
        *,
        db: Path | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        ids: Callable[[], str] = _new_id,
    ) -> None:
        self._state = State(Store(db), settings, clock)
        self._sleep = sleep
        self._ids = ids
        self._reads = count(1)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Raises nothing but ConnectionDropped, when a fault says so."""
        if request.target.startswith(control.PREFIX):
            return control.handle(self._state, request)
        asked = object_store.receive(request) or protocol.receive(request)
        met = self._state.faults.take(asked.action)
        pause = self._state.settings.latency_ms / 1000 + (met.seconds if met and met.kind is Kind.SLOW else 0)
        if pause > 0:
            self._sleep(pause)
        return self._answer(request, asked, met)

    def close(self) -> None:
        """Let go of the database. The emulator cannot be used afterwards."""
        self._state.store.close()

    def _answer(self, request: HttpRequest, asked: Arrival | Errand, met: Fault | None) -> HttpResponse:
        request_id = self._ids()
        try:
            outcome = self._perform(request, asked, met, request_id)
        except Exception:
            # Whatever broke in here is a 500 to the caller, and the transaction is rolled back.
            outcome = faults.internal_error()
        if met and met.kind in _DROPS:
            raise ConnectionDropped(after=met.kind is Kind.DROP_AFTER)
        if met and (instead := faults.replacement(met)):
            return instead
        if met and met.kind is Kind.ERROR_500_AFTER:
            outcome = faults.internal_error()
        now, host = self._state.clock(), request.headers.get("host", "")
        if isinstance(outcome, Refusal) and isinstance(asked, Arrival):
            body = protocol.refusal_body(outcome, request_id, host)
            status, wait = outcome.status, outcome.retry_after
            response = protocol.respond(status, body, now=now, request_id=request_id, retry_after=wait)
        elif isinstance(outcome, Reply):
            response = self._reply(asked.action, outcome, now, request_id)
        else:
            response = object_store.respond(outcome, now=now, request_id=request_id, host=host)
            met = None if met and met.kind in faults.OF_ANSWERS else met
        return faults.spoil(met, response) if met else response

    def _reply(self, action: str, outcome: Reply, now: float, request_id: str) -> HttpResponse:
        operation = api().operations[action]
        body = protocol.reply_body(operation, outcome, request_id)
        response = protocol.respond(200, body, now=now, request_id=request_id)
        if self._state.settings.liar and not operation.write and next(self._reads) % LIES_EVERY == 0:
            return faults.spoil(Fault(Kind.WRONG_NAME), response)
        return response

    def _perform(
        self, request: HttpRequest, asked: Arrival | Errand, met: Fault | None, request_id: str
    ) -> Reply | Delivery | Refusal:
        """Carry out and write down, in one transaction."""
        outcome: Reply | Delivery | Refusal
        with self._state.store.transaction() as db:
            now = self._state.now(db)
            try:
                outcome = self._carry_out(db, request, asked, met, now)
            except Refusal as refusal:
                outcome = refusal
            entry = history.Entry(
                time=now,
                operation=asked.action,
                cust_space_id=_space_id(asked, outcome),
                parameters=asked.shown,
                code=outcome.code if isinstance(outcome, Refusal) else "OK",
                http_status=_status_left(met, outcome),
                request_id=request_id,
                changed=not isinstance(outcome, Refusal) and outcome.changed,
                fault=met.kind.value if met else "",
            )
            history.add(db, entry, keep=self._state.settings.history)
        return outcome

    def _carry_out(
        self, db: sqlite3.Connection, request: HttpRequest, asked: Arrival | Errand, met: Fault | None, now: float
    ) -> Reply | Delivery:
        """Everything between a request and its effect. Raises Refusal."""
        refused = faults.refusal(met, asked.action) if met else None
        if refused:
            raise refused
        if isinstance(asked, Arrival):
            return self._call(db, request, asked, now)
        return object_store.carry_out(db, asked, self._state.settings, now=now, wire_time=self._state.clock())

    def _call(self, db: sqlite3.Connection, request: HttpRequest, arrival: Arrival, now: float) -> Reply:
        """A call of the API, in the order of the real gateway. Raises Refusal."""
        state = self._state
        operation = protocol.locate(request, arrival)
        function = OPERATIONS.get(operation.name)
        if function is None:
            raise Refusal("InvalidAction.NotFound", f"{operation.name} is not emulated.", status=404)
        wire_time = state.clock()
        state.gate.admit(authenticate(request, arrival, state.settings, wire_time), wire_time)
        if state.settings.qps:
            state.gate.meter(operation, wire_time)
        params = protocol.decode(operation, arrival.texts)
        space = _space(db, params)
        if space.refuse:
            raise Refusal(space.refuse, "This emulator is told to refuse every call in this space.")
        templates.settle(db, space.id, state.settings, now)
        return function(Call(params, space, db, now, state.settings, origin(request.headers.get("host", ""))))


def _space(db: sqlite3.Connection, params: Mapping[str, Json]) -> Space:
    waba_id = params.get("CustWabaId")
    if waba_id and not params.get("CustSpaceId"):
        found = space_of_waba(db, waba_id)
        if found is None:
            raise Refusal("Authentication.NoAuth", f"The WABA {waba_id} belongs to no space of this account.")
        return found
    return open_space(db, params.get("CustSpaceId") or "")


def _space_id(asked: Arrival | Errand, outcome: Reply | Delivery | Refusal) -> str:
    """The space that was named, or the one that an object turned out to be of."""
    if isinstance(asked, Arrival):
        return asked.texts.get("CustSpaceId", "")
    return outcome.space if isinstance(outcome, Delivery) else ""


def _status_left(met: Fault | None, outcome: Reply | Delivery | Refusal) -> int:
    """The HTTP status that leaves, 0 when nothing does."""
    if met and met.kind is Kind.DROP_AFTER:
        return 0
    if met and met.kind is Kind.ERROR_500_AFTER:
        return 500
    return 200 if isinstance(outcome, Reply) else outcome.status
