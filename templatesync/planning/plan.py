"""Wanted and live to a plan. Pure: values in, values out; no clock, no network, no files, and no kind by name.

Join by key; a kind says what a difference becomes; safety is added here, because it is the same for every kind.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial

from templatesync.kinds.base import Kind, Pair
from templatesync.model.change import Action, Change, Decision, Looked, Note, Samples, SpacePlan
from templatesync.model.digest import sha256
from templatesync.model.json_value import Json
from templatesync.model.request import Answer
from templatesync.model.resource import AMBIGUOUS, Key, Live, Resource
from templatesync.model.state import State
from templatesync.planning.absence import not_certainly_absent
from templatesync.planning.breaks import judged, with_another_contract, with_stale
from templatesync.planning.comparison import compared
from templatesync.planning.deletion import Expected, delete, tombstone
from templatesync.planning.diff import explain
from templatesync.planning.earlier import in_doubt, sent_before
from templatesync.planning.going import name_held, with_what_goes
from templatesync.planning.inputs import PlanInput
from templatesync.planning.next_steps import with_next_steps
from templatesync.planning.safety import unsafe
from templatesync.planning.samples import with_known_samples
from templatesync.planning.staying import in_use, replacing, with_standings


def make_plan(given: PlanInput) -> SpacePlan:
    """Everything that would happen in a space, sorted by key. The same input gives the same plan."""
    if given.error is not None:
        return SpacePlan(given.space, given.cust_space_id, emulator=given.emulator, error=given.error)
    changes = [plan_one(given, key, given.live(key)) for key in sorted(given.wanted) if given.options.concerns(key)]
    unmanaged = in_no_file(given)
    if given.options.prune:
        changes += [plan_one(given, live.key, live) for live in unmanaged if not _protected_from_prune(given, live)]
        unmanaged = [live for live in unmanaged if _protected_from_prune(given, live)]
    changes = _with_left_languages(given, sorted(changes, key=lambda change: change.key))
    changes = with_next_steps(given, with_standings(given, with_stale(given, with_what_goes(given, changes))))
    return in_short(given, unmanaged)._replace(
        changes=tuple(changes), refusals=(*given.refusals, *unsafe(given, changes))
    )


def in_short(given: PlanInput, unmanaged: Sequence[Live]) -> SpacePlan:
    """A space without its changes: what was read of it, and of what is in no file that which nobody replaces."""
    replaced = {(other.kind, resource.options.replaces) for other, resource in given.wanted.items()}
    return SpacePlan(
        given.space,
        given.cust_space_id,
        given.waba_id,
        given.emulator,
        unmanaged=tuple(live.key for live in unmanaged if (live.key.kind, live.key.name) not in replaced),
        from_cache=given.from_cache,
        listings=tuple(
            Looked(name, listing.looked, listing.complete, len(listing.live), listing.reason)
            for name, listing in sorted(given.listings.items())
        ),
        notes=given.notes,
        scope=given.options.only,
    )


def _protected_from_prune(given: PlanInput, live: Live) -> bool:
    """Whether pruning leaves it alone for good. It is then unmanaged, not blocked: nothing stands in anyone's way."""
    return given.policy.protects(live.key) or given.kinds[live.key.kind].policy.protected


def plan_one(given: PlanInput, key: Key, live: Live | None) -> Change:
    """The row for one wanted key, were `live` what is there. Apply asks this again just before it writes."""
    resource = given.wanted.get(key)
    kind = given.kinds[key.kind]
    failure = given.listing(key.kind).failed.get(key)
    if failure is not None and (live is None or live.body is None):
        return _row(kind, resource, live, _unreadable(failure))
    expected = Expected(partial(_stays, given), partial(_waits, given), partial(_comes, given))
    if resource is None:
        return _row(kind, None, live, delete(given, live, expected)) if live else Change(key, Action.NO_OP)
    if resource.options.absent:
        return _row(kind, resource, live, tombstone(given, key, live, expected))
    if live is None and (obstacle := not_certainly_absent(given, kind, resource)):
        return _row(kind, resource, None, obstacle)
    told = compared(kind, resource, live) if live is not None else None
    pair = told.pair if told else None
    resubmit = any(key.matches(target) for target in given.options.resubmit)
    on_approved = resource.options.on_approved or given.policy.on_approved
    decision = kind.policy.decide(resource, live, pair, on_approved, resubmit)
    if told and told.notes:
        decision = dataclasses.replace(decision, notes=(*decision.notes, *told.notes))
    if live is not None and pair is not None:
        decision = with_another_contract(given, kind, live, pair, decision)
    if pair is not None and decision.action is Action.UPDATE and not resubmit:
        decision = sent_before(given, key, pair, decision)
    if decision.action is Action.CREATE and resource.options.replaces:
        decision = replacing(given, kind, resource, decision)
    if decision.action is Action.CREATE and (held := name_held(given, kind.policy, key)):
        decision = dataclasses.replace(decision, notes=(*decision.notes, held))
    if decision.action is Action.CREATE and (old := given.renames.note(key)):
        decision = dataclasses.replace(decision, notes=(old, *decision.notes))
    decision = with_known_samples(resource, decision)
    if decision.action.writes:
        decision = _linked(given, kind, resource, decision)
    decision = judged(resource, decision, allowed=given.options.allow_breaking)
    if decision.action is Action.BLOCKED:
        decision = dataclasses.replace(decision, review=False)
    return _row(kind, resource, live, in_doubt(given, key, decision), pair, in_use(given, resource, live))


def _stays(given: PlanInput, key: Key) -> bool:
    """Whether a live resource stays as it is when this plan is carried out."""
    live = given.live(key)
    if key in given.wanted and not given.options.concerns(key):
        return True
    if key not in given.wanted and (not given.options.prune or live is None or _protected_from_prune(given, live)):
        return True
    return not plan_one(given, key, live).action.writes


def _waits(given: PlanInput, key: Key) -> bool:
    """Whether something is to go, and waits for a review or a rollout."""
    return key in given.wanted and given.options.concerns(key) and plan_one(given, key, given.live(key)).waits


def _comes(given: PlanInput, key: Key) -> bool:
    """Whether something is in full use before long, without anybody's doing: a review runs or a pause ends, or this
    plan sends it. What was rejected, disabled or not understood waits for a person."""
    kind, live, resource = given.kinds[key.kind], given.live(key), given.wanted.get(key)
    if live is not None and live.body is None:
        return False
    if live is not None and (live.status in kind.policy.pending or kind.policy.words.get(live.status) is State.PAUSED):
        return True
    if resource is None or resource.options.absent or not given.options.concerns(key):
        return False
    change = plan_one(given, key, live)
    return change.action.writes and (change.review or kind.policy.settles(resource))


def _row(
    kind: Kind,
    resource: Resource | None,
    live: Live | None,
    decision: Decision,
    pair: Pair | None = None,
    old: Live | None = None,
) -> Change:
    key = resource.key if resource else live.key if live else Key(kind.name, "")
    before, after = _contents(kind, resource, live, pair)
    quiet = decision.action is Action.NO_OP
    diff = explain(before, pair.wanted) if pair is not None and before is not None and not quiet else ()
    return Change(
        key=key,
        action=decision.action,
        reason=decision.reason,
        file=resource.file if resource else "",
        line=resource.line if resource else 0,
        live_digest=sha256(before) if before is not None else "",
        wanted_digest=sha256(after) if after is not None else "",
        live_status=live.status if live else "",
        notes=decision.notes,
        review=decision.review,
        sendable_meanwhile=decision.sendable_meanwhile,
        breaking=decision.breaking,
        meant=decision.meant,
        replaces=resource.options.replaces if resource and decision.action is Action.CREATE else "",
        diff=diff,
        before=None if quiet else before,
        after=None if quiet else after,
        predecessor=None if quiet or old is None else kind.content.current(old),
        samples=Samples() if quiet else _samples(kind, resource, live, old),
    )


def _samples(kind: Kind, resource: Resource | None, live: Live | None, old: Live | None) -> Samples:
    """What stands for variables: as the file says, and else as what is live does. Media are named by files alone.

    Before and after are shown with the same samples, so that they differ in what is content.
    """
    wanted = None if resource is None or resource.options.absent else resource.body
    bodies = [each.body for each in (old, live) if each is not None and each.body is not None]
    variables: dict[str, str] = {}
    for body in (*bodies, *([wanted] if wanted is not None else [])):
        variables |= kind.content.samples(body).variables
    return Samples(dict(sorted(variables.items())), kind.content.samples(wanted).media if wanted is not None else ())


def _unreadable(failure: Answer) -> Decision:
    """The row of something that is listed, and whose content is not known."""
    reason = "ambiguous" if failure.code == AMBIGUOUS else "unreadable"
    ours = failure.code.startswith("templatesync.")
    text = failure.message if ours else f"the service answered {failure.code}: {failure.message}"
    notes = (Note(reason, text),)
    return Decision(Action.BLOCKED, reason, sendable_meanwhile="unknown", notes=notes)


def _contents(kind: Kind, resource: Resource | None, live: Live | None, pair: Pair | None) -> tuple[Json, Json]:
    """Live and wanted content as far as there is any: each is made once for a row, which is what a plan costs."""
    readable = live is not None and live.body is not None
    if pair is not None:
        return (pair.live if readable else None), pair.content
    before = kind.content.current(live) if live is not None and readable else None
    after = None if resource is None or resource.options.absent else kind.content.canonical(resource)
    return before, after


def _linked(given: PlanInput, kind: Kind, resource: Resource, decision: Decision) -> Decision:
    """A write of what refers to other resources: blocked, unless these are in use, or will be before it is sent."""
    notes = []
    for target in given.links.targets(kind, resource.body):
        if unmet := _unmet(given, target):
            return _blocked(decision, "dependency", unmet)
        if given.live(target) is None:
            notes.append(Note("known_after_apply", f"{target} is created first, and its id is known then"))
    if invalid := given.invalid.get(resource.key):
        return _blocked(decision, "invalid", invalid)
    return dataclasses.replace(decision, notes=(*decision.notes, *notes)) if notes else decision


def _blocked(decision: Decision, reason: str, note: str) -> Decision:
    notes = (Note(reason, note), *decision.notes)
    return dataclasses.replace(decision, action=Action.BLOCKED, reason=reason, notes=notes)


def _unmet(given: PlanInput, target: Key) -> str:
    """Why something cannot be referred to, once this plan is carried out; empty when it can."""
    kind, live, wanted = given.kinds[target.kind], given.live(target), given.wanted.get(target)
    if live is not None and live.body is not None and kind.policy.settled(live):
        return ""
    if wanted is None or wanted.options.absent or not given.options.concerns(target):
        listing = given.listing(target.kind)
        if live is None and not listing.complete:
            return f"{target} is not listed, and the list is not whole: {listing.reason}"
        if failure := listing.failed.get(target):
            return f"{target} could not be read: {failure.message or failure.code}"
        if live is None:
            beside = "no part of this plan" if wanted is not None else "neither in the files nor live"
            return f"{target} is {beside}"
        return f"{target} is {kind.policy.called(live.status)}; {kind.policy.way_to_settle}"
    change = plan_one(given, target, live)
    if change.action is Action.BLOCKED:
        return f"{target} is blocked ({change.reason})"
    return "" if kind.policy.settles(wanted) else f"{target} is not for use yet; {kind.policy.way_to_settle}"


def in_no_file(given: PlanInput) -> list[Live]:
    """Live resources that are ours by name and have no file, by key."""
    return sorted(
        (
            live
            for listing in given.listings.values()
            for live in listing.live.values()
            if live.key not in given.wanted and given.policy.manages(live.key)
        ),
        key=lambda live: live.key,
    )


def meant(given: PlanInput, key: Key) -> Sequence[Key]:
    """The keys of files that may mean what is live under this one, in another spelling."""
    live = given.live(key)
    return given.unmet.get((key.kind, given.kinds[key.kind].file.likeness(key, live.body if live else None)), ())


def _with_left_languages(given: PlanInput, changes: Sequence[Change]) -> list[Change]:
    """A note where a language of a named resource is live and no longer in any file."""
    named = {(key.kind, key.name) for key in given.wanted}
    left: dict[tuple[str, str], list[str]] = {}
    for listing in given.listings.values():
        for key in listing.live:
            if key.language and key not in given.wanted and (key.kind, key.name) in named and not meant(given, key):
                left.setdefault((key.kind, key.name), []).append(key.language)
    out = []
    for change in changes:
        languages = left.pop((change.key.kind, change.key.name), None) if not given.options.prune else None
        if languages:
            note = Note(
                "language_left", f"{', '.join(sorted(languages))} is live and in no file; a tombstone deletes it"
            )
            change = dataclasses.replace(change, notes=(*change.notes, note))  # noqa: PLW2901 - the same row
        out.append(change)
    return out
