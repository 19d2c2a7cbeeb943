"""Which field of a template has an effect where: one table for rules, for comparison and for what is sent. Pure.

What has none is told by a rule (`field-place` and its kin), and is neither sent nor compared: a service may drop it,
keep it or make something up, and nobody would notice. A part, a category or a header of a kind that this program does
not know is given the benefit of the doubt: there everything counts. Knows no rule and nothing live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from templatesync.kinds.template.spelling import BUTTON_TYPES, CATEGORIES, COMPONENT_ORDER, FORMATS, MEDIA, spelt
from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json, canonical_json

SHOWS_PRODUCTS = frozenset({"CATALOG", "MPM"})
"""The buttons that a ProductSetId is for."""
_AUTHENTICATION = frozenset({"AUTHENTICATION"})
_MESSAGES = CATEGORIES - _AUTHENTICATION


class Place(NamedTuple):
    """Where a field of a component or button has an effect: in parts of these types, categories and formats."""

    types: frozenset[str]
    home: str
    """The same in words."""
    categories: frozenset[str] = CATEGORIES
    formats: frozenset[str] = FORMATS


def _in(*types: str) -> Place:
    return Place(frozenset(types), " or ".join(types))


_NOWHERE = Place(frozenset(), "VIBER templates")

PLACES: Mapping[str, Place] = {
    "Text": Place(
        frozenset({"HEADER", "BODY", "FOOTER", "LIMITED_TIME_OFFER", *BUTTON_TYPES}), "a component or button with words"
    ),
    "Format": _in("HEADER"),
    "Url": Place(frozenset({"HEADER", "URL"}), "a HEADER with media or a URL button", formats=frozenset(MEDIA)),
    "Caption": Place(frozenset({"HEADER"}), "a HEADER with media", formats=frozenset(MEDIA)),
    "FileName": Place(frozenset({"HEADER"}), "a HEADER with DOCUMENT", formats=frozenset({"DOCUMENT"})),
    "AddSecretRecommendation": Place(
        frozenset({"BODY"}), "the BODY of AUTHENTICATION templates", categories=_AUTHENTICATION
    ),
    "CodeExpirationMinutes": Place(
        frozenset({"FOOTER"}), "the FOOTER of AUTHENTICATION templates", categories=_AUTHENTICATION
    ),
    "HasExpiration": Place(frozenset({"LIMITED_TIME_OFFER"}), "a LIMITED_TIME_OFFER"),
    "Buttons": _in("BUTTONS"),
    "Cards": _in("CAROUSEL"),
    "UrlType": _in("URL"),
    "PhoneNumber": Place(frozenset({"PHONE_NUMBER"}), "a PHONE_NUMBER button"),
    "CouponCode": Place(frozenset({"COPY_CODE"}), "a COPY_CODE button outside AUTHENTICATION", categories=_MESSAGES),
    # In UTILITY it is no use either, but the platform does mark the button: `btn-utility-set` tells.
    "IsOptOut": Place(frozenset({"QUICK_REPLY"}), "a QUICK_REPLY button of MARKETING templates", categories=_MESSAGES),
    "AutofillText": _in("ONE_TAP", "ZERO_TAP"),
    "SupportedApps": _in("ONE_TAP", "ZERO_TAP"),
    "PackageName": _in("ONE_TAP", "ZERO_TAP"),
    "SignatureHash": _in("ONE_TAP", "ZERO_TAP"),
    "FlowId": _in("FLOW"),
    "FlowAction": _in("FLOW"),
    "NavigateScreen": _in("FLOW"),
    "Duration": _NOWHERE,
    "FileType": _NOWHERE,
    "ThumbUrl": _NOWHERE,
}
_TYPES = frozenset((*COMPONENT_ORDER, *BUTTON_TYPES))
_NONE: frozenset[str] = frozenset()


def idle(part: Mapping[str, Json], category: Json) -> frozenset[str]:
    """The fields that have no effect in a component or button of a template in that category."""
    kind, form = part.get("Type"), part.get("Format")
    if not isinstance(kind, str) or kind not in _TYPES:
        return _NONE
    known = category if isinstance(category, str) and category in CATEGORIES else ""
    found = _idle(kind, known, form if isinstance(form, str) and form in FORMATS else "")
    # The flow's endpoint names the first screen.
    return found | {"NavigateScreen"} if kind == "FLOW" and part.get("FlowAction") == "DATA_EXCHANGE" else found


@cache
def _idle(kind: str, category: str, form: str) -> frozenset[str]:
    return frozenset(name for name, place in PLACES.items() if not _counts(name, place, kind, category, form))


def _counts(name: str, place: Place, kind: str, category: str, form: str) -> bool:
    if kind not in place.types or (category and category not in place.categories):
        return False
    if kind == "HEADER" and form and form not in place.formats:
        return False
    if name != "Text":
        return True
    if category == "AUTHENTICATION":
        return kind not in ("BODY", "FOOTER")  # the platform writes them
    return kind != "COPY_CODE"  # its label, too


def idle_outside(body: Mapping[str, Json]) -> Iterator[str]:
    """The fields beside the components that have no effect."""
    category = body.get("Category")
    known = isinstance(category, str) and category in CATEGORIES
    if "AllowCategoryChange" in body:
        yield "AllowCategoryChange"  # the platform has ignored it since April 2025
    if "AllowSend" in body and known and category != "MARKETING":
        yield "AllowSend"
    if "ProductSetId" in body and not any(button.get("Type") in SHOWS_PRODUCTS for button in _buttons(body)):
        yield "ProductSetId"
    if "Example" in body and category == "AUTHENTICATION":
        yield "Example"  # its texts have no variables of ours


def used(samples: Mapping[str, Json], components: Json) -> dict[str, Json]:
    """The samples of variables that stand in components."""
    # In one go: signs that JSON escapes are in no name.
    names = frozenset(VARIABLE.findall(canonical_json(components)))
    return {name: sample for name, sample in samples.items() if name in names}


def effective(body: Mapping[str, Json]) -> dict[str, Json]:
    """What is sent of a body whose samples have their addresses: what has an effect, in the one spelling."""
    sent = {name: spelt(name, value) for name, value in body.items()}
    category = sent.get("Category")
    if "Components" in sent:
        sent["Components"] = _each(sent["Components"], category)
    for name in [*idle_outside(sent)]:
        del sent[name]
    if isinstance(samples := sent.get("Example"), dict):
        sent["Example"] = used(samples, sent.get("Components"))
        if samples and not sent["Example"]:
            del sent["Example"]
    return sent


def part(raw: Mapping[str, Json], category: Json) -> dict[str, Json]:
    """A component or button without what has no effect in it; not those inside it."""
    spelled = {name: spelt(name, value) for name, value in raw.items()}
    nothing = idle(spelled, category)
    if nothing.isdisjoint(spelled):
        return spelled
    return {name: value for name, value in spelled.items() if name not in nothing}


def _each(items: Json, category: Json) -> Json:
    return [_whole(item, category) if isinstance(item, dict) else item for item in items] if _is_list(items) else items


def _whole(raw: Mapping[str, Json], category: Json) -> dict[str, Json]:
    item = part(raw, category)
    for name in ("Buttons", "CardComponents"):
        if name in item:
            item[name] = _each(item[name], category)
    if _is_list(item.get("Cards")):
        item["Cards"] = [_whole(card, category) if isinstance(card, dict) else card for card in item["Cards"]]
    return item


def _buttons(body: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The buttons of the message itself."""
    for item in body["Components"] if _is_list(body.get("Components")) else ():
        for button in item["Buttons"] if isinstance(item, dict) and _is_list(item.get("Buttons")) else ():
            if isinstance(button, dict):
                yield button


def _is_list(value: Json) -> bool:
    return isinstance(value, list | tuple)
