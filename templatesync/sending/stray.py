"""Fields that a send does not read: misspelt ones, those of another object, and those that nobody knows. Pure.

The service says nothing of them. It sends the message without them, so that buttons answer with nothing of what a
program has given, and nobody finds out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from templatesync.model.nearest import is_slip, nearest
from templatesync.sending.parameters import ASKED, CHOOSES, NOT_THE_TEMPLATES
from templatesync.sending.request_part import Part, plain, shown

_PATHS = (*ASKED, *CHOOSES, *NOT_THE_TEMPLATES)
_FIELDS = {plain(head): head for head in (path.partition(".")[0] for path in _PATHS)}
# Parameters of every call of a service, which SDKs add.
_COMMON = frozenset(
    map(
        plain,
        """ Action Version Format RegionId Timestamp AccessKeyId SecurityToken BearerToken Signature SignatureMethod
        SignatureNonce SignatureType SignatureVersion OwnerId OwnerAccount ResourceOwnerId ResourceOwnerAccount
        """.split(),
    )
)
_MOST = 8
"""Fields that are told of one object: a file may have hundreds of thousands."""


class Stray(NamedTuple):
    """A field that is not read: where, as a JSON pointer; `meant` says that it is a known one with a slip."""

    pointer: str
    message: str
    meant: bool = False


def of_single(part: Part) -> tuple[Stray, ...]:
    """Of a request to one customer."""
    return tuple(_strays(part, _FIELDS.values()))


def of_mass(part: Part, listed: str, own: Collection[str]) -> tuple[Stray, ...]:
    """Of a request to many, who are in the field `listed`. Its entries have `own` fields, and it has none of these."""
    fields = [*(name for name in _FIELDS.values() if name not in own), listed]
    return tuple(_strays(part, fields, own, f"belongs into each entry of {listed}"))


def of_entry(part: Part, listed: str, own: Collection[str]) -> tuple[Stray, ...]:
    """Of one of the many."""
    others = [name for name in _FIELDS.values() if name not in own]
    return tuple(_strays(part, own, others, f"belongs beside {listed}"))


def inside(part: Part | None, name: str) -> tuple[Stray, ...]:
    """Of a field that is an object."""
    known = [path.split(".")[1] for path in _PATHS if path.startswith(f"{name}.")]
    return () if part is None else tuple(_strays(part, dict.fromkeys(known)))


def _strays(part: Part, fields: Collection[str], others: Collection[str] = (), place: str = "") -> Iterator[Stray]:
    known = {plain(name): name for name in fields}
    elsewhere = {plain(name): name for name in others}
    unread = [name for name in part.names() if plain(name) not in known and plain(name) not in _COMMON]
    for name in unread[:_MOST]:
        if belongs := elsewhere.get(plain(name)):
            yield Stray(part.pointer(name), f"{belongs} {place}, not here", True)
        else:
            yield _unknown(part, name, known)
    if len(unread) > _MOST:
        yield Stray(part.at, f"{len(unread) - _MOST:,} more fields are not known")


def _unknown(part: Part, name: str, known: dict[str, str]) -> Stray:
    said = plain(name.partition(".")[0][:60])
    near = nearest(said, known)
    text = f"the service reads no field {shown(name)}"
    at = part.pointer(name) if any(map(str.isalpha, name)) else part.at  # such a name may be a customer's number
    return Stray(at, f"{text}; did you mean {known[near]}?" if near else text, bool(near) and is_slip(said, near))
