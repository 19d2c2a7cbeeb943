"""What forbids the rows of a plan together, however each of them is allowed. Pure; knows no kind by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from templatesync.model.change import Action, Change, Refusal
from templatesync.planning.inputs import PlanInput


def unsafe(given: PlanInput, changes: Iterable[Change]) -> Iterator[Refusal]:
    """What forbids these rows of a plan together: that they prune everything, or change too much at once."""
    changes = list(changes)
    pruned = [change for change in changes if change.action is Action.DELETE and not change.file]
    live = sum(given.policy.manages(key) for listing in given.listings.values() for key in listing.live)
    if pruned and len(pruned) == live:
        yield Refusal(
            "prune-all", f"pruning would delete all {live} live resources; delete them by tombstones if you mean it"
        )
    count = len(pruned) + sum(change.action is Action.UPDATE for change in changes)
    keys = {change.key for change in changes if change.live_status and change.live_digest}
    if given.options.only is not None:  # the bound is the same for a plan of three and one of a thousand
        keys = {key for listing in given.listings.values() for key in listing.live if key in given.wanted}
    tombstones = {key for key in keys if key in given.wanted and given.wanted[key].options.absent}
    concerned = len(keys - tombstones)
    policy, allowed = given.policy, given.options.allow_mass_change
    if count > policy.at_least and count * 100 > policy.max_percent * concerned and allowed != count:
        said = "" if allowed is None else f", {allowed} does not"
        yield Refusal(
            "mass-change",
            f"{count} of {concerned} live resources would be updated or deleted, more than "
            f"{policy.max_percent} percent; `--allow-mass-change {count}` lets it through{said}",
        )
    elif count and allowed is not None and allowed != count:
        way_out = f"so few need none: leave it out, or say `--allow-mass-change {count}`"
        message = f"--allow-mass-change {allowed} was given, but {count} resources would change; {way_out}"
        yield Refusal("mass-change", message)
