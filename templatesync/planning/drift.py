"""Whose change it is when live content is not what a file says. Pure; knows no git, no file and no kind by name.

Live content that no version of the file ever had, and that no apply left, came from elsewhere. Everything else is a
change that waits for an apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from templatesync.kinds.base import Kind
from templatesync.model.condition import Condition
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.comparison import compared


class Earlier(NamedTuple):
    """What is known of a resource before now, in one space.

    known      whether its earlier versions could be looked for, as far back as asked
    versions   those of its file, newest first, the present one left out
    left       the digest of the live content that the last receipt left; empty when none was handed over
    live       whether a receipt shows that it was live, and nothing later that it was deleted
    """

    known: bool = False
    versions: Sequence[Resource] = ()
    left: str = ""
    live: bool = False


NOTHING_EARLIER: Mapping[Key, Earlier] = {}


def whose(kind: Kind, live: Live, digest: str, earlier: Earlier) -> Condition:
    """What it is that live content, with its `digest`, differs from the file."""
    if digest and digest == earlier.left:
        return Condition.PENDING
    if any(_is(kind, version, live) for version in earlier.versions):
        return Condition.PENDING
    return Condition.EDITED if earlier.known else Condition.DIFFERS


def _is(kind: Kind, version: Resource, live: Live) -> bool:
    if version.options.absent:
        return False
    told = compared(kind, version, live)
    return bool(told.pair.wanted == told.pair.live)
