"""The emulator: an HTTP request in, a response out. Knows no socket; an operation's meaning is in `operations`."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from itertools import count
from pathlib import Path

from templatesync.emulator import control, object_store
from templatesync.emulator.faults.instruments import wrong_name
from templatesync.emulator.faults.order import Fault
from templatesync.emulator.http import protocol
from templatesync.emulator.http.gateway import authenticate
from templatesync.emulator.http.message import ConnectionDropped, HttpRequest, HttpResponse
from templatesync.emulator.http.protocol import ApiRequest
from templatesync.emulator.object_store import request as object_request
from templatesync.emulator.object_store.origin import origin
from templatesync.emulator.object_store.request import ACTIONS, ObjectReply, ObjectRequest
from templatesync.emulator.operations import OPERATIONS
from templatesync.emulator.operations import unchecked as any_write
from templatesync.emulator.operations.call import Call
from templatesync.emulator.outcome import OperationReply, RefusedCall, internal_error
from templatesync.emulator.quirks import Chosen, choose, late
from templatesync.emulator.quirks.quirk import Asked
from templatesync.emulator.settings import Settings
from templatesync.emulator.state import State
from templatesync.emulator.store import history, templates
from templatesync.emulator.store.database import Store
from templatesync.emulator.store.spaces import SpaceRow, open_space, space_of_waba
from templatesync.model.json_value import Json
from templatesync.service.api import api

__all__ = ["ConnectionDropped", "Emulator", "HttpRequest", "HttpResponse"]

# With `Settings.liar`, every so manieth answer to a read speaks of another template.
WRONG_EVERY = 3


def _new_id() -> str:
    return str(uuid.uuid4()).upper()


class Emulator:
    """One stand-in for the service. Safe for threads, and for several processes on one database file.

    `clock` gives seconds since 1970, `sleep` waits; `ids` makes RequestIds. Raises StoreError when `db` is unusable,
    ValueError for a quirk that there is not.
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
        choose(settings.quirks)
        self._state = State(Store(db), settings, clock)
        self._sleep = sleep
        self._ids = ids
        self._reads = count(1)
        self._losable = count()

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Raises nothing but ConnectionDropped, when a fault says so."""
        if request.target.startswith(control.PREFIX):
            return control.handle(self._state, request)
        received = object_request.receive(request) or protocol.receive(request)
        fault = self._state.faults.take(received.action) or self._lost(received)
        pause = self._state.settings.latency_ms / 1000 + (fault.pause if fault else 0)
        operation = api().operations.get(received.action)
        if operation is None or not operation.write:
            return self._after(pause, request, received, fault)
        with self._state.pending.during(operation.name):
            return self._after(pause + self._state.settings.write_delay_ms / 1000, request, received, fault)

    def _after(
        self, pause: float, request: HttpRequest, received: ApiRequest | ObjectRequest, fault: Fault | None
    ) -> HttpResponse:
        """Answer once the pause is over. Nobody asks meanwhile whether the caller is still there."""
        if pause > 0:
            self._sleep(pause)
        return self._answer(request, received, fault)

    def set_quirks(self, quirks: Mapping[str, str]) -> None:
        """Have these quirks from now on, and no others. Raises ValueError for one that there is not."""
        choose(quirks)
        self._state.settings = replace(self._state.settings, quirks=quirks)

    def _lost(self, received: ApiRequest | ObjectRequest) -> Fault | None:
        """Every second write, when a quirk says that answers are lost."""
        operation = api().operations.get(received.action)
        if operation is None or not operation.write or choose(self._state.settings.quirks).loses is None:
            return None
        return Fault("drop_after") if next(self._losable) % 2 == 0 else None

    def close(self) -> None:
        """Let go of the database. The emulator cannot be used afterwards."""
        self._state.store.close()

    def _answer(self, request: HttpRequest, received: ApiRequest | ObjectRequest, fault: Fault | None) -> HttpResponse:
        request_id = self._ids()
        outcome: OperationReply | ObjectReply | RefusedCall
        try:
            outcome = self._perform(request, received, fault, request_id)
        except Exception:
            # Whatever broke in here is a 500 to the caller, and the transaction is rolled back.
            outcome = internal_error()
        if fault and fault.effect.drop:
            raise ConnectionDropped(after=fault.effect.refuse is None)
        if fault and fault.effect.refuse_after:
            outcome = fault.effect.refuse_after()
        response = self._respond(request, received, outcome, request_id)
        return fault.change(response, of_api=isinstance(received, ApiRequest)) if fault else response

    def _respond(
        self,
        request: HttpRequest,
        received: ApiRequest | ObjectRequest,
        outcome: OperationReply | ObjectReply | RefusedCall,
        request_id: str,
    ) -> HttpResponse:
        now, host = self._state.clock(), request.headers.get("host", "")
        if isinstance(outcome, RefusedCall) and isinstance(received, ApiRequest):
            body = protocol.refusal_body(outcome, request_id, host)
            status, wait = outcome.status, outcome.retry_after
            return protocol.respond(status, body, now=now, request_id=request_id, retry_after=wait)
        if isinstance(outcome, OperationReply):
            return self._reply(received.action, outcome, now, request_id)
        return object_request.respond(outcome, now=now, request_id=request_id, host=host)

    def _reply(self, action: str, reply: OperationReply, now: float, request_id: str) -> HttpResponse:
        operation = api().operations[action]
        body = protocol.reply_body(operation, reply, request_id)
        response = protocol.respond(200, body, now=now, request_id=request_id)
        if self._state.settings.liar and not operation.write and next(self._reads) % WRONG_EVERY == 0:
            return wrong_name(response)
        return response

    def _perform(
        self, request: HttpRequest, received: ApiRequest | ObjectRequest, fault: Fault | None, request_id: str
    ) -> OperationReply | ObjectReply | RefusedCall:
        """Carry out and add to the history, in one transaction."""
        outcome: OperationReply | ObjectReply | RefusedCall
        with self._state.store.transaction() as db:
            now = self._state.now(db)
            quirks = choose(self._state.settings.quirks)
            late.carry_out_due(db, now)
            try:
                outcome = self._carry_out(db, request, received, fault, now, quirks)
            except RefusedCall as refusal:
                outcome = refusal
            if quirks and isinstance(received, ApiRequest) and not isinstance(outcome, ObjectReply):
                outcome = self._tell(received, outcome, request_id, quirks)
            entry = history.HistoryEntry(
                time=now,
                operation=received.action,
                cust_space_id=_space_id(received, outcome),
                parameters=received.shown,
                code=outcome.code if isinstance(outcome, RefusedCall) else "OK",
                http_status=_status_sent(fault, outcome),
                request_id=request_id,
                changed=not isinstance(outcome, RefusedCall) and outcome.changed,
                fault=fault.kind if fault else "",
            )
            history.add(db, entry, keep=self._state.settings.history)
        return outcome

    def _carry_out(
        self,
        db: sqlite3.Connection,
        request: HttpRequest,
        received: ApiRequest | ObjectRequest,
        fault: Fault | None,
        now: float,
        quirks: Chosen,
    ) -> OperationReply | ObjectReply:
        """Everything between a request and its effect. Raises RefusedCall."""
        refused = fault.refusal(received.action) if fault else None
        if refused:
            raise refused
        if isinstance(received, ApiRequest):
            lost = fault is not None and fault.effect.drop
            return self._call(db, request, received, now, quirks, lost=lost)
        with quirks.read(db, received.action, now) if received.action == ACTIONS["GET"] else nullcontext():
            reply = object_store.carry_out(db, received, self._state.settings, now=now, wire_time=self._state.clock())
        return quirks.fetched(received, reply)

    def _call(
        self,
        db: sqlite3.Connection,
        request: HttpRequest,
        received: ApiRequest,
        now: float,
        quirks: Chosen,
        *,
        lost: bool,
    ) -> OperationReply:
        """A call of the API, in the order of the real gateway. Raises RefusedCall."""
        state = self._state
        operation = protocol.find_operation(request, received)
        carry_out = OPERATIONS.get(operation.name)
        if carry_out is None:
            raise RefusedCall("InvalidAction.NotFound", f"{operation.name} is not emulated.", status=404)
        wire_time = state.clock()
        state.gateway.take_nonce(authenticate(request, received, state.settings, wire_time), wire_time)
        rate = quirks.rate(operation) or (operation.per_second if state.settings.qps else None)
        if rate:
            state.gateway.count_call(operation, wire_time, rate)
        unchecked = quirks.unchecked(operation)
        params = (protocol.decode_unchecked if unchecked else protocol.decode)(operation, received.texts)
        space = _space(db, params)
        if space.refuse:
            raise RefusedCall(space.refuse, "This emulator is told to refuse every call in this space.")
        templates.end_due_reviews(db, space.id, state.settings, now)
        asked = Asked(operation, params, space.id, "")
        call = Call(quirks.take(asked, db), space, db, now, state.settings, origin(request.headers.get("host", "")))
        if unchecked:
            return quirks.write(db, asked, now, lambda: any_write.carry_out(operation.name, call, carry_out), lost=lost)
        if operation.write:
            return quirks.write(db, asked, now, lambda: carry_out(call), lost=lost)
        with quirks.read(db, operation.name, now):
            return carry_out(call)

    def _tell(
        self, received: ApiRequest, outcome: OperationReply | RefusedCall, request_id: str, quirks: Chosen
    ) -> OperationReply | RefusedCall:
        """What is told of an outcome, as the quirks have it."""
        operation = api().operations.get(received.action)
        if operation is None:
            return outcome
        try:
            params = protocol.decode(operation, received.texts)
        except RefusedCall:
            params = {}
        return quirks.answer(Asked(operation, params, received.texts.get("CustSpaceId", ""), request_id), outcome)


def _space(db: sqlite3.Connection, params: Mapping[str, Json]) -> SpaceRow:
    waba_id = params.get("CustWabaId")
    if waba_id and not params.get("CustSpaceId"):
        found = space_of_waba(db, waba_id)
        if found is None:
            raise RefusedCall("Authentication.NoAuth", f"The WABA {waba_id} belongs to no space of this account.")
        return found
    return open_space(db, params.get("CustSpaceId") or "")


def _space_id(received: ApiRequest | ObjectRequest, outcome: OperationReply | ObjectReply | RefusedCall) -> str:
    """The space that was named, or the one that an object turned out to be of."""
    if isinstance(received, ApiRequest):
        return received.texts.get("CustSpaceId", "")
    return outcome.space if isinstance(outcome, ObjectReply) else ""


def _status_sent(fault: Fault | None, outcome: OperationReply | ObjectReply | RefusedCall) -> int:
    """The HTTP status that the caller gets, 0 for no answer."""
    if fault and fault.effect.drop:
        return 0
    if fault and fault.effect.refuse_after:
        return fault.effect.refuse_after().status
    return 200 if isinstance(outcome, OperationReply) else outcome.status
