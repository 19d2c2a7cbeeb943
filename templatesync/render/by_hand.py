"""What only a person may give: as an option, and as the input of the workflow that applies. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from templatesync.model.change import Action, Change, Refusal
from templatesync.render.markdown_parts import code, cut

_MASS = re.compile(r"`--allow-mass-change ([0-9]{1,9})` lets it through")
_MOST = 6
_LONGEST = 120


class ByHand(NamedTuple):
    """An option with its value, and what it does. The workflow's input has the option's name."""

    option: str
    value: str
    does: str


def by_hand(changes: Iterable[Change], refusals: Iterable[Refusal], unmanaged: int = 0) -> Iterator[ByHand]:
    """What these wait for, each once."""
    for refusal in refusals:
        if refusal.code == "mass-change" and (number := _MASS.search(refusal.message)):
            yield ByHand("allow-mass-change", number[1], "lets so many changes through at once")
    for change in changes:
        if change.action is Action.BLOCKED and any(f"`--resubmit {change.key}`" in note.text for note in change.notes):
            yield ByHand("resubmit", str(change.key), "sends it again")
    if unmanaged:
        yield ByHand("prune", "", "deletes what is live and in no file")


def lines(found: Iterable[ByHand]) -> Iterator[str]:
    """Each as a line of Markdown."""
    named = list(dict.fromkeys(found))
    for each in named[:_MOST]:
        value = cut(each.value, _LONGEST)
        given = f" = {code(value)}" if value else ""
        option = code(f"--{each.option}{' ' if value else ''}{value}")
        yield f"{option} {each.does}; in the workflow that applies, the input `{each.option}`{given}"
    if len(named) > _MOST:
        yield f"and {len(named) - _MOST:,} more"
