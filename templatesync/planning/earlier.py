"""What earlier runs on this machine sent, and what a plan makes of it. Pure; knows no file and no kind by name."""

from __future__ import annotations

import dataclasses

from templatesync.kinds.base import Kind, Pair
from templatesync.model.change import Action, Decision, Echo, Note
from templatesync.model.digest import sha256
from templatesync.model.resource import Key
from templatesync.planning.comparison import listed
from templatesync.planning.diff import explain
from templatesync.planning.inputs import PlanInput
from templatesync.planning.totals import TOLD_BACK


def sent_before(given: PlanInput, key: Key, pair: Pair, decision: Decision) -> Decision:
    """An update that was sent already, and whose result the service tells otherwise: sending it again is no use."""
    digests = sha256(pair.content), sha256(pair.live)
    echo = next((each for each in given.echoes.get(str(key), ()) if each.is_of(*digests)), None)
    attempt = given.memory.in_doubt.get(str(key))
    if echo is None and attempt and attempt.accepted and digests == (attempt.wanted_digest, attempt.live_digest):
        echo = Echo(*digests, taken=False)  # the run that sent it was cut off before it could say so
    if echo is None:
        return decision
    if not echo.taken:
        text = (
            f"this was sent and accepted, and the service still has the old content; `--resubmit {key}` sends it again"
        )
        notes = (Note("not_taken", text), *decision.notes)
        return dataclasses.replace(decision, action=Action.BLOCKED, reason="not taken yet", notes=notes)
    paths = listed(item.path for item in explain(pair.live, pair.wanted))
    note = Note(
        "told_back",
        f"this was sent and accepted, and the service says otherwise: {paths}; "
        f"`templatesync import --update {key}` takes its form into the file, `--resubmit {key}` sends it once more",
    )
    return dataclasses.replace(decision, action=Action.BLOCKED, reason=TOLD_BACK, notes=(note, *decision.notes))


def maybe_created(given: PlanInput, kind: Kind, key: Key) -> Decision | None:
    """What to do about something that an earlier run was creating, and that is not listed.

    Where the service takes a second one of the same key, no silence of any length is enough to create it again.
    """
    attempt = given.memory.in_doubt.get(str(key))
    if attempt is None or attempt.action is not Action.CREATE or not (attempt.accepted or not kind.policy.unique):
        return None
    was = "was created" if attempt.accepted else "may have been created, by a run that never learned the answer,"
    text = (
        f"it {was} at {attempt.when} and is not listed, which may take a minute; plan again then, look for it in the "
        f"console, and only if it is not there either, `--resubmit {key}` creates it"
    )
    return Decision(Action.BLOCKED, "not listed yet", sendable_meanwhile="unknown", notes=(Note("not_listed", text),))


def in_doubt(given: PlanInput, key: Key, decision: Decision) -> Decision:
    """A write of what an earlier run was writing, too: that may still come to show."""
    attempt = given.memory.in_doubt.get(str(key)) if decision.action.writes else None
    if attempt is None:
        return decision
    text = f"an earlier run that was writing this at {attempt.when} never learned what became of it"
    note = Note("in_doubt", f"{text}; apply looks again before it writes")
    return dataclasses.replace(decision, notes=(*decision.notes, note))
