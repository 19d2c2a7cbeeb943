"""What of several spaces is otherwise than anybody said in a file, for `plan --fail-on drift`. Knows no option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from templatesync.commands.earlier_versions import Chronicle, earlier_versions
from templatesync.model.change import SpacePlan
from templatesync.model.condition import DRIFT, Condition
from templatesync.model.resource import Key, several
from templatesync.planning.comparison import few
from templatesync.planning.drift import conditions, in_question, is_unread
from templatesync.planning.inputs import PlanInput
from templatesync.planning.receipt import Receipt
from templatesync.project.settings import Project


@dataclass(frozen=True, slots=True)
class Drifts:
    """The conditions of each space, by its name and by key; `problem` says why some are not known.

    `unseen` are the spaces of which a list is not whole, with the kind: there may be what nobody sees. `unread` are by
    space the keys of what could not be read, which may have been edited.
    """

    spaces: Mapping[str, Mapping[Key, frozenset[Condition]]]
    problem: str = ""
    unseen: tuple[tuple[str, str], ...] = ()
    unread: Mapping[str, Sequence[Key]] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether something has drifted, or may have."""
        return bool(self.unseen or self.unread) or any(
            each & DRIFT for keys in self.spaces.values() for each in keys.values()
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What has drifted, and of what nobody can say it. What is unmanaged, the plan names."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        for space, kind in self.unseen:
            yield f"{space}: the list of {several(kind)} is not whole, so there may be drift that it does not show"
        for space, unread in self.unread.items():
            yield f"{space}: {few(unread)}: what is live could not be read, so it may be drift"
        for space, keys in self.spaces.items():
            for condition in (Condition.EDITED, Condition.RECATEGORISED, Condition.MISSING):
                named = [str(key) for key, each in keys.items() if condition in each]
                if named:
                    way_on = condition.way_on.replace("KEY", named[0]) if len(named) == 1 else condition.way_on
                    yield f"{space}: {condition}: {few(named)}; {way_on}"
            unsure = [str(key) for key, each in keys.items() if Condition.DIFFERS in each]
            if unsure:
                why = f": {self.problem}" if self.problem else ""
                yield f"{space}: {few(unsure)}: whose change it is nobody can tell, so it counts as no drift{why}"


def drifts(
    project: Project,
    inputs: Sequence[PlanInput],
    plans: Sequence[SpacePlan],
    environment: Mapping[str, str],
    receipt: Receipt | None,
) -> Drifts:
    """Compare what is live with what files said earlier, space by space; those that could not be read are left out."""
    found: dict[str, Mapping[Key, frozenset[Condition]]] = {}
    unread: dict[str, Sequence[Key]] = {}
    with Chronicle(project, environment) as chronicle:
        for given, plan in zip(inputs, plans, strict=True):
            if plan.error is None:
                asked = in_question(given, plan)
                earlier = earlier_versions(project, given, asked, environment, receipt, chronicle)
                found[plan.space] = conditions(given, plan, earlier)
                if keys := [change.key for change in plan.changes if is_unread(given, change)]:
                    unread[plan.space] = keys
    unseen = tuple(
        (plan.space, each.kind) for plan in plans if plan.error is None for each in plan.listings if not each.complete
    )
    return Drifts(found, chronicle.problem, unseen, unread)
