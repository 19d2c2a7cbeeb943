"""Which version of a template its senders use: one logical name, several versions, each language on its own. Pure.

A chain of `replaces` is one logical name. Senders change to the next version only when they notice nothing, or when its
file says that they are ready: a platform approves whenever it likes, and no program can be deployed at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Version(NamedTuple):
    """One version in one language.

    digest     of its contract; empty when nobody knows what it asks for, or for a kind that asks for nothing
    live       whether it is there at all; `settled`: whether it is in full use; `usable`: whether a send is let through
    adopt      whether its file says that senders are ready for it; `pinned`: that they stay with it
    """

    name: str
    digest: str = ""
    live: bool = True
    settled: bool = True
    usable: bool = True
    adopt: bool = False
    pinned: bool = False


Chain: TypeAlias = Sequence[Mapping[str, Version]]
"""The versions of a logical name, the oldest first, each by language."""


class Why(StrEnum):
    """What keeps senders from a newer version."""

    LACKS = "lacks"
    """It does not have this language."""
    UNSETTLED = "unsettled"
    """Not all of its languages are in full use."""
    CONTRACT = "contract"
    """It asks for something else, and its file does not say that senders are ready."""
    PINNED = "pinned"
    """The file of an older one keeps them there."""


class Newer(NamedTuple):
    """A newer version that senders of a language do not use. `version` is None when it lacks that language."""

    name: str
    why: Why
    version: Version | None = None


class Standing(NamedTuple):
    """Where the senders of one language are, and the newer versions that they do not use, in order.

    `passed` are versions between the first and the current one that senders never used.
    """

    current: Version
    newer: tuple[Newer, ...] = ()
    passed: tuple[Version, ...] = ()

    @property
    def other(self) -> tuple[Version, ...]:
        """Versions that ask for something else and that nobody adopted: senders must be changed to use them. A program
        that uses one goes on when a newer version takes the name over."""
        versions = (*self.passed, *(each.version for each in self.newer if each.version))
        return tuple(each for each in versions if each.digest != self.current.digest)


def standings(chain: Chain) -> dict[str, Standing]:
    """Where senders are, by language, in the order in which the languages came."""
    languages = dict.fromkeys(language for version in chain for language in version)
    return {language: _standing(chain, language) for language in languages}


def _standing(chain: Chain, language: str) -> Standing:
    pin = max((at for at, each in enumerate(chain) if language in each and each[language].pinned), default=None)
    reach = len(chain) if pin is None else pin + 1
    current: Version | None = None
    newer: list[Newer] = []
    passed: list[Version] = []
    for at, version in enumerate(chain):
        own = version.get(language)
        if own is None:
            if current is not None and version:
                name = next(iter(version.values())).name
                newer.append(Newer(name, Why.LACKS))
            continue
        if current is None:  # a language that is new to the chain has no senders
            current = own
            continue
        why = Why.PINNED if at >= reach else _kept_from(current, own, version, pinned=at == pin)
        if why is None:
            passed += [each.version for each in newer if each.version]
            current, newer = own, []
        else:
            newer.append(Newer(own.name, why, own))
    assert current is not None
    return Standing(current, tuple(newer), tuple(passed))


def _kept_from(current: Version, own: Version, version: Mapping[str, Version], *, pinned: bool) -> Why | None:
    """What keeps senders of `current` from the next version in their language."""
    if pinned and own.settled:
        return None
    if not all(each.settled for each in version.values()):
        return Why.UNSETTLED
    if not current.live or own.adopt or own.digest == current.digest:
        return None
    return Why.CONTRACT


def newest_usable(chain: Chain, language: str) -> dict[str, Version]:
    """By contract digest, the version that a program written for it sends: whatever was merged or approved since.

    A pin holds for programs of its contract, and takes the newer versions of other contracts from nobody.
    """
    found: dict[str, Version] = {}
    pins = [at for at, each in enumerate(chain) if language in each and each[language].pinned]
    for at, version in enumerate(chain):
        own = version.get(language)
        if own is None or not own.usable:
            continue
        pinned = any(pin < at and chain[pin][language].digest == own.digest for pin in pins)
        if not (pinned and own.digest in found):
            found[own.digest] = own
    return found


def needed_in(chain: Chain, name: str) -> tuple[str, ...]:
    """The languages whose senders use that version, or would be led to another contract without it.

    A version that was adopted leads to newer ones that ask for the same and need not be adopted: once it is gone,
    senders would go back to what was there before it.
    """
    there = standings(chain)
    without = standings([{key: each for key, each in version.items() if each.name != name} for version in chain])
    return tuple(
        language
        for language, standing in there.items()
        if standing.current.name == name or without[language].current.digest != standing.current.digest
    )


def last_of_contract(chain: Chain, name: str, language: str) -> bool:
    """Whether no other usable version of that chain asks for the same in that language: programs of that contract could
    then send nothing."""
    own = next((each[language] for each in chain if language in each and each[language].name == name), None)
    if own is None:
        return False
    others = (each[language] for each in chain if language in each and each[language].name != name)
    return not any(each.usable and each.digest == own.digest for each in others)
