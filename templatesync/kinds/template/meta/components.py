"""Components of a template: Meta's form to the one of CAMS. Pure: knows no file and no service."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from templatesync.kinds.template.meta import otp
from templatesync.kinds.template.meta.buttons import buttons
from templatesync.kinds.template.meta.draft import (
    Draft,
    Inexpressible,
    Samples,
    items,
    mapping,
    named_values,
    quoted,
    sample_values,
    word,
)
from templatesync.model.json_value import Json

Converter: TypeAlias = Callable[[Draft, Mapping[str, Json], int], dict[str, Json] | None]

_TEXT = frozenset({"type", "text", "example"})
# Meta's own storage: such links are signed and end after days, long before a review of the next change.
_META_HOSTS = ("whatsapp.net", "fbcdn.net", "fbsbx.com", "facebook.com")


def components(draft: Draft, entries: Json, *, card: int = 0) -> list[dict[str, Json]]:
    """All components in the order in which a message shows them. `card` counts from 1; 0 is the message itself."""
    converters = _ON_CARDS if card else _CONVERTERS
    order = list(converters)
    found: list[tuple[int, Mapping[str, Json]]] = []
    for number, value in enumerate(items(entries), 1):
        entry = mapping(value)
        kind = word(entry.get("type"))
        if kind not in converters:
            raise Inexpressible(_unknown(kind, number, card))
        found.append((order.index(kind), entry))
    if not found:
        raise Inexpressible("it has no components" if not card else f"card {card} has no components")
    # Variables get their names in this order, too, so that the same template always gets the same names.
    found.sort(key=lambda pair: pair[0])
    converted = [converters[order[rank]](draft, entry, card) for rank, entry in found]
    return [component for component in converted if component is not None]


def _unknown(kind: str, number: int, card: int) -> str:
    place = f"card {card}" if card else "the message"
    if not kind:
        return f"component {number} of {place} has no type"
    return f"{place} has the component {quoted(kind)}, which CAMS does not have{' on cards' if card else ''}"


def _where(kind: str, card: int) -> str:
    return f"{kind} of card {card}" if card else kind


def _header(draft: Draft, entry: Mapping[str, Json], card: int) -> dict[str, Json] | None:
    where = _where("HEADER", card)
    form = word(entry.get("format")) or ("TEXT" if isinstance(entry.get("text"), str) else "")
    if not form:
        raise Inexpressible(f"{where} has no format")
    if form not in (("IMAGE", "VIDEO") if card else ("TEXT", "IMAGE", "VIDEO", "DOCUMENT")):
        raise Inexpressible(f"{where} is of the format {quoted(form)}, which CAMS does not have there")
    draft.leave_out(where, entry, _TEXT | {"format"})
    result: dict[str, Json] = {"Type": "HEADER", "Format": form}
    if form == "TEXT":
        return _unless_empty(_with_text(draft, result, entry, where, "header{}", "header_text"))
    example = entry.get("example")
    found = mapping(example)
    samples = sample_values(found.get("header_url")) or sample_values(found.get("header_handle"))
    url = next(iter(samples), example if isinstance(example, str) else "")
    if not re.match(r"https?://", url, re.IGNORECASE):
        draft.note(f"{where}: no public link to a sample; CAMS requires one as Url")
        return result
    result["Url"] = draft.literal(url, where)
    if _is_of_meta(url):
        draft.note(f"{where}: the link to the sample is Meta's and will end; put one of your own into Url")
    return result


def _is_of_meta(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == name or host.endswith(f".{name}") for name in _META_HOSTS)


def _offer(draft: Draft, entry: Mapping[str, Json], _card: int) -> dict[str, Json]:
    offer = mapping(entry.get("limited_time_offer"))
    draft.leave_out("LIMITED_TIME_OFFER", entry, frozenset({"type", "limited_time_offer"}))
    draft.leave_out("LIMITED_TIME_OFFER", offer, frozenset({"text", "has_expiration"}))
    result = _with_text(draft, {"Type": "LIMITED_TIME_OFFER"}, offer, "LIMITED_TIME_OFFER", "offer{}", "")
    expires = _flag(offer.get("has_expiration"))
    return result if expires is None else {**result, "HasExpiration": expires}


def _body(draft: Draft, entry: Mapping[str, Json], card: int) -> dict[str, Json]:
    where = _where("BODY", card)
    if not draft.authentication:
        draft.leave_out(where, entry, _TEXT)
        return _with_text(draft, {"Type": "BODY"}, entry, where, f"card{card}_{{}}" if card else "var{}", "body_text")
    if entry.get("text"):
        draft.note("BODY: the text of an AUTHENTICATION template is made by the platform and was left out")
    draft.leave_out(where, entry, _TEXT | {"add_security_recommendation"})
    advice = _flag(entry.get("add_security_recommendation"))
    return {"Type": "BODY"} if advice is None else {"Type": "BODY", "AddSecretRecommendation": advice}


def _footer(draft: Draft, entry: Mapping[str, Json], _card: int) -> dict[str, Json] | None:
    if draft.authentication:
        return otp.footer(draft, entry)
    draft.leave_out("FOOTER", entry, _TEXT)
    return _unless_empty(_with_text(draft, {"Type": "FOOTER"}, entry, "FOOTER", "footer{}", "footer_text"))


def _buttons(draft: Draft, entry: Mapping[str, Json], card: int) -> dict[str, Json] | None:
    draft.leave_out(_where("BUTTONS", card), entry, frozenset({"type", "buttons"}))
    converted = buttons(draft, entry.get("buttons"), card=card)
    return {"Type": "BUTTONS", "Buttons": converted} if converted else None


def _carousel(draft: Draft, entry: Mapping[str, Json], _card: int) -> dict[str, Json]:
    draft.leave_out("CAROUSEL", entry, frozenset({"type", "cards"}))
    cards = enumerate(items(entry.get("cards")), 1)
    converted = [
        {"CardComponents": components(draft, mapping(card).get("components"), card=number)} for number, card in cards
    ]
    if not converted:
        raise Inexpressible("CAROUSEL has no cards")
    return {"Type": "CAROUSEL", "Cards": converted}


def _with_text(
    draft: Draft, result: dict[str, Json], entry: Mapping[str, Json], where: str, scope: str, samples: str
) -> dict[str, Json]:
    """`result` with the Text of an entry; `samples` is the name of its list inside `example`."""
    text = entry.get("text")
    if isinstance(text, str) and text:
        example = entry.get("example")
        listed = mapping(example).get(samples) if isinstance(example, Mapping) else example
        named = named_values(mapping(example).get(f"{samples}_named_params"))
        result["Text"] = draft.text(text, where, scope, Samples(sample_values(listed), named))
    else:
        draft.note(f"{where} has no text")
    return result


def _unless_empty(component: dict[str, Json]) -> dict[str, Json] | None:
    """Nothing for a component whose text is empty: other tools export those for what the template does not have."""
    return component if "Text" in component else None


def _flag(value: Json) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"TRUE": True, "FALSE": False}.get(word(value))


# In the order of the page.
_CONVERTERS: Mapping[str, Converter] = MappingProxyType(
    {
        "HEADER": _header,
        "LIMITED_TIME_OFFER": _offer,
        "BODY": _body,
        "FOOTER": _footer,
        "BUTTONS": _buttons,
        "CAROUSEL": _carousel,
    }
)
_ON_CARDS: Mapping[str, Converter] = MappingProxyType({"HEADER": _header, "BODY": _body, "BUTTONS": _buttons})
