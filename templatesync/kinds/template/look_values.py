"""What stands in the places of variables when a message is drawn. Pure; knows no bubble."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from templatesync.kinds.template import limits
from templatesync.look.bubble import Values
from templatesync.look.cluster import cut
from templatesync.look.filled import VARIABLE

CODE: Final = "123456"
LONGEST_CODE: Final = "1" * 15
"""Meta, authentication templates: a code has at most 15 characters."""


# Characters of all values of a message together: a long sample in many places is a file's way to fill the memory.
_MOST: Final = 200_000


class Place(NamedTuple):
    """A text with variables, and how many characters its place has room for. `solid`: a blank in it would break it."""

    text: str
    limit: int
    solid: bool = False


# By component or button, then by field. The rest has what a body has.
_LIMITS: Final[Mapping[tuple[str, str], int]] = {
    ("HEADER", "Text"): limits.HEADER_TEXT,
    ("FOOTER", "Text"): limits.FOOTER,
    ("LIMITED_TIME_OFFER", "Text"): limits.OFFER_TEXT,
    ("COPY_CODE", "CouponCode"): limits.COUPON,
    ("PHONE_NUMBER", "PhoneNumber"): limits.PHONE_NUMBER,
    ("URL", "Url"): limits.URL,
}
_SOLID: Final = frozenset({"Url", "CouponCode", "PhoneNumber"})


def place(type_: str, field: str, text: str, *, button: bool = False, card: bool = False, offer: bool = False) -> Place:
    """A field of a component or button, of a card or of a message with an offer."""
    usual = limits.CARD_BODY if card else limits.BODY_WITH_OFFER if offer else limits.BODY
    limit = _LIMITS.get((type_, field), limits.LABEL if button else usual)
    return Place(text, limit, field in _SOLID)


def values_of(places: Iterable[Place], samples: Mapping[str, str], values: Values, *, code: bool) -> dict[str, str]:
    """What stands for each variable. `code`: it is a message with a one-time code, which is its only variable."""
    if values is Values.NAMES:
        return {}
    names: dict[str, tuple[int, bool]] = {}
    count = 0
    for text, limit, solid in places:
        found = VARIABLE.findall(text) if "$(" in text else ()
        count += len(found)
        room = (limit - len(VARIABLE.sub("", text))) // len(found) if found else 0
        for name in found:
            known, was_solid = names.get(name, (room, solid))
            names[name] = (min(room, known), solid or was_solid)
    most = max(_MOST // max(count, 1), 1)
    chosen = {name: cut(samples.get(name) or (CODE if code else ""), most) for name in names}
    if values is Values.SAMPLES:
        return {name: sample or f"{{{name}}}" for name, sample in chosen.items()}
    if code:
        return dict.fromkeys(names, LONGEST_CODE)
    return {name: _longest(chosen[name] or name, *at) for name, at in names.items()}


def _longest(sample: str, room: int, solid: bool) -> str:
    """A sample again and again, in one line, until there is no room for more; once where there is too little."""
    sample = ("" if solid else " ").join(sample.split()) or sample
    if room <= len(sample):
        return sample
    step = sample if solid else f"{sample} "
    times, rest = divmod(room, len(step))
    return (step * times + cut(step, rest)).rstrip()
