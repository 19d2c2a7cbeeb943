"""What became of an apply by its receipt, for the comment of a pull request and for issues. Asks by a given reading."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from templatesync.commands.readable import About
from templatesync.model.change import Refusal, SpacePlan, defect
from templatesync.planning.follow_up import FollowUp, follow_up
from templatesync.planning.inputs import PlanInput
from templatesync.planning.receipt import Receipt


class Followed(NamedTuple):
    """A space, with where each change of a receipt stands. With an `error` nothing is known of them."""

    plan: SpacePlan
    changes: tuple[FollowUp, ...] = ()
    error: Refusal | None = None
    asked: int = 0
    """How many changes the receipt has."""


def followed(inputs: Sequence[PlanInput], receipt: Receipt, broken: Mapping[str, About]) -> tuple[Followed, ...]:
    """Where everything stands that a receipt tells of. A defect on the way is the error of one space."""
    return tuple(_space(given, receipt, broken[given.space]) for given in inputs)


def _space(given: PlanInput, receipt: Receipt, about: About) -> Followed:
    rows = receipt.of(given.space, given.cust_space_id).rows
    plan = SpacePlan(given.space, given.cust_space_id, given.waba_id, given.emulator)
    error = given.error
    if error is None:
        # What it was narrowed to for reading narrows nothing that is decided.
        whole = dataclasses.replace(given, options=dataclasses.replace(given.options, only=None))
        asked = [row for key, row in rows.items() if not given.options.targets or whole.options.concerns(key)]
        try:
            return Followed(plan, follow_up(whole, asked, about.keys), asked=len(asked))
        except Exception as broken:
            error = defect(broken)
    return Followed(plan, (), error, len(rows))
