"""What a file says that it breaks on purpose, against what a change does break. Pure; knows no kind by name.

A pipeline can pass no option, so the file says it: `templatesync: {breaks: [RULE]}`.
An edit that breaks nobody may still make another contract, by which programs find codes: that is a note.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from templatesync.kinds.base import Kind, Pair
from templatesync.model.change import Action, Change, Decision, Note
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.inputs import PlanInput
from templatesync.planning.rollout import may_be_sent
from templatesync.planning.staying import moved, moves
from templatesync.planning.totals import DOUBTFUL
from templatesync.sending.breaking import CODES_CHANGE
from templatesync.sending.chain import last_of_contract


def judged(resource: Resource, decision: Decision, *, allowed: bool) -> Decision:
    """An update, blocked when it breaks senders and neither its file nor who plans says that this is meant."""
    if decision.action is not Action.UPDATE or not decision.breaking:
        return decision
    broken, named = _rules(decision.breaking), resource.options.breaks
    unnamed = [rule for rule in broken if rule not in named]
    if not unnamed:
        note = Note("breaks_intended", f"its file says that this is meant: `breaks: [{', '.join(broken)}]`")
        return dataclasses.replace(decision, meant=True, notes=(*decision.notes, note))
    if allowed:
        return decision
    said = f", which its file does not name: it says `breaks: [{', '.join(named)}]`" if named else ""
    note = Note(
        "breaking",
        f"programs that send this would fail ({', '.join(unnamed)}){said}; if that is meant, say "
        f"`templatesync: {{breaks: [{', '.join((*named, *unnamed))}]}}` in its file, where pipelines read it, or "
        "`--allow-breaking` by hand",
    )
    return dataclasses.replace(decision, action=Action.BLOCKED, reason="breaking", notes=(note, *decision.notes))


def with_another_contract(given: PlanInput, kind: Kind, live: Live, pair: Pair, decision: Decision) -> Decision:
    """An edit in place, with notes when it makes another contract: whom it takes codes from, and who goes elsewhere."""
    contract, key = kind.outputs.contract, live.key
    if decision.action is Action.NO_OP or contract is None or not may_be_sent(kind, live):
        return decision
    old, new = (contract(each, key.language).digest for each in (pair.live, pair.wanted))
    if old == new:
        return decision
    chains = given.rollouts.get((key.kind, key.name), ())
    lost = not decision.breaking and all(last_of_contract(each.chain, key.name, key.language) for each in chains)
    notes = [CODES_CHANGE] if lost else []
    if decision.action is Action.UPDATE:
        notes += [Note("senders_move", text) for each in chains for text in moves(each, key, new)]
    return dataclasses.replace(decision, notes=(*decision.notes, *notes)) if notes else decision


def _rules(notes: Iterable[Note]) -> list[str]:
    return list(dict.fromkeys(note.code for note in notes))


def with_stale(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
    """The changes, with a note where a file says that it breaks what nothing in any of its languages breaks."""
    documents: dict[tuple[str, int], list[Key]] = {}
    for key, resource in given.wanted.items():
        if resource.options.breaks:
            documents.setdefault((resource.file, resource.line), []).append(key)
    if not documents:
        return list(changes)
    rows = {change.key: change for change in changes}
    notes: dict[Key, Note] = {}
    for keys in documents.values():
        found = [rows[key] for key in keys if key in rows]
        if len(found) < len(keys) or any(change.waits or change.reason in DOUBTFUL for change in found):
            continue  # what is not looked at may well break
        if all(given.wanted[key].options.absent and given.live(key) is None for key in keys):
            continue  # a tombstone that has done its work goes as a whole
        broken = {note.code for change in found for note in (*change.breaking, *change.notes)}
        broken |= {rule for key in keys for rule in moved(given, key)}
        if stale := [rule for rule in given.wanted[keys[0]].options.breaks if rule not in broken]:
            notes |= dict.fromkeys(keys, Note("breaks_stale", _stale(stale)))
    return [
        dataclasses.replace(change, notes=(*change.notes, notes[change.key])) if change.key in notes else change
        for change in changes
    ]


def _stale(rules: Sequence[str]) -> str:
    which = "them" if len(rules) > 1 else "it"
    # What another space has still to be given, this one cannot see.
    where = f"nothing breaks {' or '.join(rules)} here, or not any more"
    return f"{where}; take {which} out of `breaks` once no space needs {which}"
