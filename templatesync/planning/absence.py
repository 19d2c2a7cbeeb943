"""Whether what is not listed is certainly not there. Pure; knows no kind by name."""

from __future__ import annotations

from templatesync.kinds.base import Kind
from templatesync.model.change import Action, Decision, Note
from templatesync.model.resource import Listing, Resource
from templatesync.planning.comparison import MOST_NAMED
from templatesync.planning.earlier import maybe_created
from templatesync.planning.inputs import PlanInput


def not_certainly_absent(given: PlanInput, kind: Kind, resource: Resource) -> Decision | None:
    """Why something that is not listed may be there all the same; None when it is certainly not."""
    if near := near_miss(given, kind, resource):
        return near
    if not given.listing(kind.name).complete:
        return incomplete(given.listing(kind.name))
    if any(resource.key.matches(target) for target in given.options.resubmit):
        return None
    return maybe_created(given, kind, resource.key)


def near_miss(given: PlanInput, kind: Kind, resource: Resource) -> Decision | None:
    """What to do about something that is not live under its key, while something is that is alike."""
    near = given.alike.get((kind.name, kind.file.likeness(resource.key, resource.body)))
    if not near:
        return None
    note = Note(
        "near_miss",
        f"the service has {', '.join(map(str, near[:MOST_NAMED]))}, which may be the same in another spelling; spell "
        f"the file as the service does (`templatesync import --update {resource.key}`), or give it another name",
    )
    return Decision(Action.BLOCKED, "near miss", sendable_meanwhile="unknown", notes=(note,))


def incomplete(listing: Listing) -> Decision:
    """What becomes of a change that would have to trust a list which is not whole."""
    if listing.complete:
        text = f"nothing is deleted on the word of a list that nobody counted: {listing.uncounted}"
    else:
        text = f"the list of what is live is not whole, so nothing is concluded from it: {listing.reason}"
    note = Note("incomplete", text)
    return Decision(Action.BLOCKED, "incomplete listing", sendable_meanwhile="unknown", notes=(note,))
