"""What the programs that send a template must give: from its content to the contract. Pure.

A sender names a TemplateCode and a language, fills variables, and gives payloads, a flow's token and products by
position or name. When one of these no longer fits, messages are refused (Meta's errors 131009, 132000, 132012, 132018),
long after the review went well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from templatesync.kinds.template import limits
from templatesync.kinds.template.spelling import MEDIA
from templatesync.look.filled import VARIABLE
from templatesync.model.change import Break
from templatesync.model.json_value import Json
from templatesync.sending import breaking as sending_breaking
from templatesync.sending.contract import Card, Contract, Flow, Place, Products, Role, Room, Variable

_FIXED = "fixed"


def contract(content: Json, language: str = "") -> Contract:
    """What a sender of this canonical content must give; never raises, whatever the content is."""
    body = content if isinstance(content, Mapping) else {}
    parts = _mappings(body.get("Components"))
    buttons = _mappings(_part(parts, "BUTTONS").get("Buttons"))
    flow = next((button for button in buttons if button.get("Type") == "FLOW"), None)
    offer = _part(parts, "LIMITED_TIME_OFFER")
    return Contract(
        language=language,
        variables=_variables(_places(parts, "")),
        rooms=tuple(_rooms(parts, "")),
        replies=_replies(buttons),
        cards=tuple(_card(card) for card in _cards(parts)),
        media=_media(parts),
        media_variable=_media_variable(parts),
        flow=None if flow is None else Flow(_text(flow.get("NavigateScreen"))),
        products=_products(buttons),
        coupon=_coupon(buttons),
        expires=offer.get("HasExpiration") is True,
        code=body.get("Category") == "AUTHENTICATION",
        category=_text(body.get("Category")),
        allow_send=body.get("AllowSend") is not False,
        text=_text(_part(parts, "BODY").get("Text")),
    )


def breaking(old: Json, new: Json) -> tuple[Break, ...]:
    """Why programs that send the old content fail once it is the new one; empty when they do not notice."""
    return sending_breaking.breaking(contract(old), contract(new))


def _places(parts: Sequence[Mapping[str, Json]], where: str) -> Iterator[tuple[str, Place]]:
    """Every variable of a message or a card with its place, in reading order."""
    for part in parts:
        kind = _text(part.get("Type")).lower()
        for name in VARIABLE.findall(_text(part.get("Text"))):
            yield name, Place(f"{where}{kind}")
        if kind == "header":
            for field in ("Caption", "FileName"):
                yield from ((name, Place(f"{where}header")) for name in VARIABLE.findall(_text(part.get(field))))
            yield from _in_address(_text(part.get("Url")), f"{where}header media")
        for position, button in enumerate(_mappings(part.get("Buttons")), 1):
            yield from _of_button(button, f"{where}button {position}")
        for number, card in enumerate(_mappings(part.get("Cards")), 1):
            yield from _places(_mappings(card.get("CardComponents")), f"card {number} ")


def _of_button(button: Mapping[str, Json], where: str) -> Iterator[tuple[str, Place]]:
    for name in VARIABLE.findall(_text(button.get("Text"))):
        yield name, Place(where)
    yield from _in_address(_text(button.get("Url")), where)
    for name in VARIABLE.findall(_text(button.get("CouponCode"))):
        yield name, Place(where, Role.COUPON)


def _in_address(address: str, where: str) -> Iterator[tuple[str, Place]]:
    for match in VARIABLE.finditer(address):
        before = address[: match.start()]
        yield match[1], Place(where, Role.SUFFIX if before else Role.ADDRESS, before)


def _variables(places: Iterator[tuple[str, Place]]) -> tuple[Variable, ...]:
    found: dict[str, list[Place]] = {}
    for name, place in places:
        mine = found.setdefault(name, [])
        if place not in mine:
            mine.append(place)
    return tuple(Variable(name, tuple(mine)) for name, mine in found.items())


def _rooms(parts: Sequence[Mapping[str, Json]], where: str) -> Iterator[Room]:
    offer = any(part.get("Type") == "LIMITED_TIME_OFFER" for part in parts)
    body = limits.CARD_BODY if where else limits.BODY_WITH_OFFER if offer else limits.BODY
    most = {"BODY": body, "HEADER": limits.HEADER_TEXT}
    for part in parts:
        kind = _text(part.get("Type"))
        if kind in most:
            yield from _room(_text(part.get("Text")), f"{where}{kind.lower()}", most[kind])
        for position, button in enumerate(_mappings(part.get("Buttons")), 1):
            yield from _room(_text(button.get("Url")), f"{where}button {position}", limits.URL)
        for number, card in enumerate(_mappings(part.get("Cards")), 1):
            yield from _rooms(_mappings(card.get("CardComponents")), f"card {number} ")


def _room(text: str, where: str, most: int) -> Iterator[Room]:
    names = tuple(VARIABLE.findall(text))
    if names:
        yield Room(where, max(most - len(VARIABLE.sub("", text)), 0), names)


def _card(card: Mapping[str, Json]) -> Card:
    parts = _mappings(card.get("CardComponents"))
    buttons = _mappings(_part(parts, "BUTTONS").get("Buttons"))
    return Card(_replies(buttons), _media(parts), _media_variable(parts))


def _cards(parts: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    return _mappings(_part(parts, "CAROUSEL").get("Cards"))


def _replies(buttons: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
    return tuple(_text(button.get("Text")) for button in buttons if button.get("Type") == "QUICK_REPLY")


def _media(parts: Sequence[Mapping[str, Json]]) -> str:
    form = _text(_part(parts, "HEADER").get("Format"))
    return form if form in MEDIA else ""


def _media_variable(parts: Sequence[Mapping[str, Json]]) -> str:
    return next(iter(VARIABLE.findall(_text(_part(parts, "HEADER").get("Url")))), "")


def _products(buttons: Sequence[Mapping[str, Json]]) -> Products:
    kinds = {button.get("Type") for button in buttons}
    return Products.SEVERAL if "MPM" in kinds else Products.CATALOG if "CATALOG" in kinds else Products.NONE


def _coupon(buttons: Sequence[Mapping[str, Json]]) -> str:
    for button in buttons:
        if button.get("Type") == "COPY_CODE" and (code := _text(button.get("CouponCode"))):
            return next(iter(VARIABLE.findall(code)), _FIXED)
    return ""


def _part(parts: Sequence[Mapping[str, Json]], kind: str) -> Mapping[str, Json]:
    return next((part for part in parts if part.get("Type") == kind), {})


def _mappings(value: Json) -> list[Mapping[str, Json]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
