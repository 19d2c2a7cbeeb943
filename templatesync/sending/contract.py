"""What a send of one template in one language must carry, as a value. Pure; knows no file, no template, no service.

Wording is no part of it, but for the room that a text leaves for values. Two contracts with one digest take the same
requests: a program that was written for the one can send the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from templatesync.model.digest import sha256
from templatesync.model.json_value import Json

_HASH = 16
"""Hex digits of a digest: among the versions of one template nobody meets two that are alike by chance."""
_LONGEST_SUMMARY = 160


class Role(StrEnum):
    """What a value becomes part of."""

    TEXT = "text"
    SUFFIX = "suffix"
    """The end of an address, of which the template has the beginning: it must be percent-encoded."""
    ADDRESS = "address"
    """A whole address: of a button, or of media."""
    COUPON = "coupon"


class Place(NamedTuple):
    """One place of a variable: `body`, `header`, `button 2`, `card 1 body`; `before` stands before it in an address."""

    where: str
    role: Role = Role.TEXT
    before: str = ""


class Variable(NamedTuple):
    """A value that a sender gives, and all places that show it, in reading order."""

    name: str
    places: tuple[Place, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """Everything that its value becomes part of."""
        return frozenset(place.role for place in self.places)


class Room(NamedTuple):
    """How many characters all values of one text have together; `variables` has a name as often as the text does."""

    where: str
    left: int
    variables: tuple[str, ...]


class Flow(NamedTuple):
    """What a FLOW button begins with: `screen` is empty when the flow itself says that."""

    screen: str = ""


class Products(StrEnum):
    """What of a catalogue a sender names."""

    NONE = ""
    CATALOG = "catalog"
    """The product whose picture is shown."""
    SEVERAL = "several"
    """That, and the products themselves, in sections."""


class Card(NamedTuple):
    """What a card of a carousel asks for: labels of its quick replies, media, and the variable of its address."""

    replies: tuple[str, ...] = ()
    media: str = ""
    media_variable: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a sender must give for one language of a template.

    variables       each once, in reading order
    rooms           what the texts with variables leave for their values, in characters
    replies         labels of the message's quick replies, in order: payloads are given by position
    cards           what each card of a carousel asks for, in order
    media           format of the header's media, empty without; `media_variable` is the variable that is its address
    flow            what a FLOW button needs; None without one
    products        what of a catalogue must be named
    coupon          `fixed`, or the variable that is the code of a COPY_CODE button; empty without one
    expires         whether the offer ends at a time that the sender gives
    code            whether it is a message with a one-time code, of which the platform writes the text
    category, allow_send, text      for people: no request is wrong because of them
    """

    language: str = ""
    variables: tuple[Variable, ...] = ()
    rooms: tuple[Room, ...] = ()
    replies: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    media: str = ""
    media_variable: str = ""
    flow: Flow | None = None
    products: Products = Products.NONE
    coupon: str = ""
    expires: bool = False
    code: bool = False
    category: str = ""
    allow_send: bool = True
    text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all variables, in reading order."""
        return tuple(variable.name for variable in self.variables)

    @property
    def reply_groups(self) -> tuple[tuple[str, ...], ...]:
        """Labels of the message, then of each card: in one group no label stands twice."""
        return (self.replies, *(card.replies for card in self.cards))

    @property
    def all_replies(self) -> tuple[str, ...]:
        """Labels in the order in which a request gives their payloads: of the message, then card by card."""
        return tuple(label for group in self.reply_groups for label in group)

    @property
    def summary(self) -> str:
        """What it asks for in a few words, such as `{name, order}, replies Yes/No, flow`."""
        parts = [f"{{{', '.join(sorted(self.names))}}}"]
        parts += [f"replies {'/'.join(self.all_replies)}"] if self.all_replies else []
        parts += [f"{self.media} header"] if self.media else []
        parts += [f"flow {self.flow.screen}".rstrip()] if self.flow else []
        parts += [f"products {self.products}"] if self.products else []
        parts += [f"coupon {self.coupon}"] if self.coupon else []
        parts += ["offer that expires"] if self.expires else []
        parts += ["one-time code"] if self.code else []
        parts += [f"{len(self.cards)} cards"] if self.cards else []
        return ", ".join(parts)

    @property
    def digest(self) -> str:
        """Names the contract: the beginning of its summary, for people, and a hash of what a sender must give."""
        summary = self.summary
        if len(summary) > _LONGEST_SUMMARY:
            summary = f"{summary[:_LONGEST_SUMMARY]}…"
        return f"{summary} {sha256(self.duties())[:_HASH]}"

    def duties(self) -> dict[str, Json]:
        """What the digest covers. Where a variable stands counts only as far as its value must be of another kind."""
        return {
            "variables": [[each.name, sorted(each.roles - {Role.TEXT})] for each in sorted(self.variables)],
            "replies": list(self.replies),
            "cards": [list(card) for card in self.cards],
            "media": [self.media, self.media_variable],
            "flow": None if self.flow is None else list(self.flow),
            "products": self.products,
            "coupon": self.coupon,
            "expires": self.expires,
            "code": self.code,
        }

    def to_json(self) -> dict[str, Json]:
        """All of it, as documents have it (`schemas/contract.schema.json`)."""
        return {
            "digest": self.digest,
            "category": self.category,
            "allow_send": self.allow_send,
            "text": self.text,
            "variables": [
                {
                    "name": each.name,
                    "places": [
                        {
                            "where": place.where,
                            "role": place.role.value,
                            **({"before": place.before} if place.before else {}),
                        }
                        for place in each.places
                    ],
                }
                for each in self.variables
            ],
            "rooms": [{"where": room.where, "left": room.left, "variables": [*room.variables]} for room in self.rooms],
            "replies": [*self.replies],
            "cards": [{**card._asdict(), "replies": [*card.replies]} for card in self.cards],
            "media": self.media,
            "media_variable": self.media_variable,
            "flow": None if self.flow is None else self.flow._asdict(),
            "products": self.products.value,
            "coupon": self.coupon,
            "expires": self.expires,
            "code": self.code,
        }

    @classmethod
    def from_json(cls, language: str, told: Mapping[str, Any]) -> Contract:
        """The contract that `to_json` wrote. Raises ValueError for anything else, its digest included."""
        try:
            flow = told["flow"]
            contract = cls(
                language=_text(language),
                variables=tuple(_variable(each) for each in told["variables"]),
                rooms=tuple(
                    Room(_text(each["where"]), _count(each["left"]), _texts(each["variables"]))
                    for each in told["rooms"]
                ),
                replies=_texts(told["replies"]),
                cards=tuple(
                    Card(_texts(each["replies"]), _text(each["media"]), _text(each["media_variable"]))
                    for each in told["cards"]
                ),
                media=_text(told["media"]),
                media_variable=_text(told["media_variable"]),
                flow=None if flow is None else Flow(_text(flow["screen"])),
                products=Products(told["products"]),
                coupon=_text(told["coupon"]),
                expires=told["expires"] is True,
                code=told["code"] is True,
                category=_text(told["category"]),
                allow_send=told["allow_send"] is True,
                text=_text(told["text"]),
            )
        except KeyError as error:
            raise ValueError(f"it is no contract: {error} is missing") from None
        except (TypeError, AttributeError) as error:
            raise ValueError(f"it is no contract: {error}") from None
        if contract.digest != told.get("digest"):
            raise ValueError("its digest is not that of what it says, so somebody has changed it by hand")
        return contract


def _variable(told: Mapping[str, Any]) -> Variable:
    places = (Place(_text(at["where"]), Role(at["role"]), _text(at.get("before", ""))) for at in told["places"])
    return Variable(_text(told["name"]), tuple(places))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} is no list")
    return tuple(map(_text, value))


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r:.40} is no number")
    return value
