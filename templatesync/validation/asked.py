"""What is wrong with what a file asks of this program: with its options, in view of what is allowed in each space.

Pure; knows the policy of spaces, and no kind by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from templatesync.kinds.rule import Hit
from templatesync.project.expansion import Entry
from templatesync.project.policy import ProjectPolicy
from templatesync.project.settings import Project


class Asked(NamedTuple):
    """A hit of a rule; `spaces` are those it holds in, if these are not all of the entry."""

    rule: str
    hit: Hit
    spaces: tuple[str, ...] = ()


class Policies:
    """What is allowed where an entry belongs. Made once for all entries of a file: there may be a thousand spaces."""

    def __init__(self, project: Project) -> None:
        self.of_project = project.policy
        self._own = {space.name: space.policy for space in project.spaces if space.policy is not None}

    def of(self, entry: Entry) -> list[tuple[ProjectPolicy, tuple[str, ...]]]:
        """Each policy with its spaces, none named where it is the same in all."""
        if not self._own:
            return [(self.of_project, ())]
        found: dict[int, tuple[ProjectPolicy, list[str]]] = {}
        for name in entry.spaces:
            policy = self._own.get(name, self.of_project)
            found.setdefault(id(policy), (policy, []))[1].append(name)
        return [(policy, tuple(spaces)) for policy, spaces in found.values()]


def asked(entry: Entry, policies: Policies) -> Iterator[Asked]:
    """Each thing that is wrong."""
    options, key = entry.resource.options, entry.resource.key
    for policy, spaces in policies.of(entry):
        if key.name and not policy.manages(key):
            yield Asked("outside-manage", _outside(entry, policies.of_project.manages(key)), spaces)
        if options.absent and (options.protected or policy.protects(key)):
            hint = "take the protection away in one change, and delete it in the next"
            hit = Hit(("templatesync", "state"), f"{key} is protected and marked as absent", hint)
            yield Asked("tombstone-protected", hit, spaces)
    if options.absent and options.pinned:
        message = f"{key} is pinned, so that senders stay with it, and marked as absent"
        hint = "take `pinned` out in one change, and delete it in the next"
        yield Asked("tombstone-pinned", Hit(("templatesync", "pinned"), message, hint))
    if options.adopt and not options.replaces and not options.absent:
        message = f"{key.name} replaces nothing, so that no sender could come to it from an older version"
        hint = "name the older version under `replaces`, or take `adopt` out"
        yield Asked("adopt-alone", Hit(("templatesync", "adopt"), message, hint))


def _outside(entry: Entry, by_project: bool) -> Hit:
    """`by_project`: the project's own policy covers the name, so that it is one of spaces that does not."""
    key = entry.resource.key
    field = (entry.kind.file.name_field,) if entry.kind.file.name_field else ()
    if not by_project:
        message = f"policy.manage does not cover the name {key.name}, so it would never be changed"
        hint = f"add a pattern to policy.manage, for the name or for the key, as in {key.kind}/*"
        return Hit(field, message, hint)
    message = f"policy.manage of the space does not cover the name {key.name}, so it would never be changed there"
    hint = "name its spaces under `templatesync.spaces`, or add a pattern below `spaces` in the project file"
    return Hit(field, message, hint)
