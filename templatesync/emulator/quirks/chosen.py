"""The quirks that are set, as one: what they make of a call, its answer and its time. Knows no quirk by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from templatesync.emulator.http import protocol
from templatesync.emulator.object_store.request import ObjectReply, ObjectRequest
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.emulator.quirks import late
from templatesync.emulator.quirks.quirk import NEVER, Asked, Behaviour, Body, Quirk, Timing
from templatesync.emulator.quirks.table import QUIRKS, find
from templatesync.emulator.quirks.walk import LIST
from templatesync.model.json_value import Json
from templatesync.service.api import Operation


@dataclass(frozen=True, slots=True)
class Chosen:
    """Quirks in the order of the table, each with what its value does."""

    pairs: tuple[tuple[Quirk, Behaviour], ...]

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def _of(self, action: str) -> Iterable[Behaviour]:
        return (behaviour for quirk, behaviour in self.pairs if action in quirk.answers)

    def rate(self, operation: Operation) -> float | None:
        """Calls a second that the operation may get, when a quirk says so."""
        rates = [behaviour.rates[operation.name] for _, behaviour in self.pairs if operation.name in behaviour.rates]
        return min(rates) if rates else None

    def unchecked(self, operation: Operation) -> bool:
        """Whether the service takes whatever it is sent."""
        return any(behaviour.unchecked for behaviour in self._of(operation.name))

    @property
    def loses(self) -> float | None:
        """How late writes take effect whose connection drops; None when connections do not drop by a quirk."""
        return max((timing.lost for timing in self._timings() if timing.lost is not None), default=None)

    def _timings(self) -> Iterable[Timing]:
        return (behaviour.timing for _, behaviour in self.pairs if behaviour.timing)

    def take(self, asked: Asked, db: sqlite3.Connection) -> Mapping[str, Json]:
        """The parameters as the service understands them. Raises RefusedCall."""
        for quirk, behaviour in reversed(self.pairs):
            if behaviour.take and (behaviour.everywhere or asked.action in quirk.answers):
                asked = replace(asked, params=behaviour.take(asked, db))
        return asked.params

    def answer(self, asked: Asked, outcome: OperationReply | RefusedCall) -> OperationReply | RefusedCall:
        """What the caller is told of a call that was carried out or refused."""
        if isinstance(outcome, RefusedCall):
            said = self._refuse(asked, outcome)
            if isinstance(said, RefusedCall):
                return self._worded(asked, said)
            body, changed = said, False
        else:
            body, changed = protocol.reply_body(asked.operation, outcome, asked.request_id), outcome.changed
        try:
            return OperationReply(self._tell(asked, body), changed=changed, whole=True)
        except RefusedCall as refusal:
            said = self._refuse(asked, refusal)
            assert isinstance(said, RefusedCall)
            return self._worded(asked, said)

    def _refuse(self, asked: Asked, refusal: RefusedCall) -> RefusedCall | Body:
        for behaviour in self._of(asked.action):
            if behaviour.refuse:
                said = behaviour.refuse(asked, refusal)
                if not isinstance(said, RefusedCall):
                    return said
                refusal = said
        return refusal

    def _tell(self, asked: Asked, body: Body) -> Body:
        for behaviour in self._of(asked.action):
            if behaviour.tell:
                body = behaviour.tell(asked, body)
        return body

    def _worded(self, asked: Asked, refusal: RefusedCall) -> RefusedCall:
        """The service's own refusals have the form of its answers; the gateway's do not."""
        telling = [behaviour.tell for behaviour in self._of(asked.action) if behaviour.tell and behaviour.refused]
        if refusal.status == 200 and telling:
            body = protocol.refusal_body(refusal, asked.request_id, "")
            for tell in telling:
                body = tell(asked, body)
            refusal.body = body
        return refusal

    def fetched(self, received: ObjectRequest, reply: ObjectReply) -> ObjectReply:
        """What the object store gives. Raises RefusedCall."""
        for _, behaviour in self.pairs:
            if behaviour.fetch:
                reply = behaviour.fetch(received, reply)
        return reply

    def read(self, db: sqlite3.Connection, action: str, now: float) -> AbstractContextManager[None]:
        """Inside, reads see what they are meant to see."""
        timings = list(self._timings())
        behind = max((timing.behind.get(action, 0.0) for timing in timings), default=0.0)
        unlisted = max((timing.unlisted for timing in timings), default=0.0) if action in LIST else 0.0
        if not behind and not unlisted:
            return nullcontext()
        return late.past(db, changed_since=now - behind, created_since=now - unlisted)

    def write(
        self, db: sqlite3.Connection, asked: Asked, now: float, carry_out: Callable[[], OperationReply], *, lost: bool
    ) -> OperationReply:
        """Carry out a write so that it takes effect when it is meant to. `lost`: its answer will not arrive."""
        timings = list(self._timings())
        if not timings:
            return carry_out()
        before = late.rows(db, asked.space)
        reply = carry_out()
        changes = late.differences(before, late.rows(db, asked.space))
        delay = max(timing.late.get(asked.action, 0.0) for timing in timings)
        if lost:
            delay = max(delay, self.loses or 0.0)
        if not delay:
            late.remember(db, changes, now)
            return reply
        late.undo(db, changes)
        if delay == NEVER:
            return replace(reply, changed=False)
        late.postpone(db, changes, now + delay)
        return reply


def choose(wanted: Mapping[str, str]) -> Chosen:
    """The quirks of some names with values. Raises ValueError with a sentence for what there is not."""
    found = {name: find(name, value) for name, value in wanted.items()}
    return Chosen(tuple(found[name] for name in QUIRKS if name in found))
