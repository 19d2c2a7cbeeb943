"""What cannot be sent as long as nobody knows the samples: the service wants them with every content. Pure.

Knows no kind; that a change is of content, its review says.
"""

from __future__ import annotations

import dataclasses

from templatesync.model.change import Action, Decision, Note
from templatesync.model.resource import Resource

REASON = "samples unknown"


def with_known_samples(resource: Resource, decision: Decision) -> Decision:
    """A decision that sends no content whose samples the file calls unknown. What is blocked anyway says it, too."""
    sends = decision.action in (Action.CREATE, Action.UPDATE) and decision.review
    if resource.key.language not in resource.options.samples_unknown or not (
        sends or decision.action is Action.BLOCKED
    ):
        return decision
    note = Note(
        "samples_unknown",
        "the service did not tell all its samples and wants them with every content: write what is missing, and remove "
        f"`samples: unknown` in {resource.file}:{resource.marked_line}",
    )
    if not sends:
        return dataclasses.replace(decision, notes=(*decision.notes, note))
    return dataclasses.replace(decision, action=Action.BLOCKED, reason=REASON, notes=(note, *decision.notes))
