"""Buttons of a message or a card: Meta's form to the one of CAMS. Pure: knows no file and no service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from templatesync.kinds.template.encoded import encoded
from templatesync.kinds.template.meta import otp
from templatesync.kinds.template.meta.draft import (
    Draft,
    Inexpressible,
    Samples,
    items,
    mapping,
    quoted,
    sample_values,
    word,
)
from templatesync.model.json_value import Json

_TEXT = frozenset({"type", "text"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button stands: `where` for people, `scope` for the names of its variables, `nth` of its type."""

    where: str
    scope: str
    nth: int


Converter: TypeAlias = Callable[[Draft, Mapping[str, Json], Place], dict[str, Json]]


def buttons(draft: Draft, entries: Json, *, card: int = 0) -> list[dict[str, Json]]:
    """All buttons in their order. `card` counts from 1; 0 is the message itself."""
    result = []
    seen: dict[str, int] = {}
    converters = _ON_CARDS if card else _CONVERTERS
    for number, value in enumerate(items(entries), 1):
        where = f"button {number}" if not card else f"button {number} of card {card}"
        entry = mapping(value)
        kind = word(entry.get("type"))
        if kind not in converters:
            raise Inexpressible(_unknown(kind, where, card))
        seen[kind] = seen.get(kind, 0) + 1
        place = Place(where, f"card{card}_" if card else "", seen[kind])
        result.append(converters[kind](draft, entry, place))
    return result


def _unknown(kind: str, where: str, card: int) -> str:
    if not kind:
        return f"{where} has no type"
    return f"{where} is of the type {quoted(kind)}, which CAMS does not have{' on cards' if card else ''}"


def _labelled(draft: Draft, kind: str, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
    label = entry.get("text")
    if not isinstance(label, str) or not label:
        return {"Type": kind}
    return {"Type": kind, "Text": draft.text(label, place.where, f"{place.scope}label{place.nth}_{{}}")}


def _plain(kind: str) -> Converter:
    def convert(draft: Draft, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
        draft.leave_out(place.where, entry, _TEXT)
        return _labelled(draft, kind, entry, place)

    return convert


def _url(draft: Draft, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
    url, example = _address(entry)
    if draft.authentication and (fields := otp.from_link(url)):
        return otp.button(draft, {**entry, **fields}, place.where)
    result = _labelled(draft, "URL", entry, place)
    if isinstance(url, str) and url.strip():
        for found in encoded(url):
            draft.note(f"{place.where}: {quoted(found)} in the URL is text, which customers get; remove it")
        samples = [_suffix(url, sample) for sample in sample_values(example)]
        if any(sample.startswith(("http://", "https://")) for sample in samples):
            draft.note(f"{place.where}: the sample is another URL than the button's; write only what ends the URL")
        result["Url"] = draft.text(url, place.where, f"{place.scope}url{place.nth}", Samples(samples))
    else:
        draft.note(f"{place.where} has no URL: add Url")
    # Only a variable brings in `$(`: a text that had one was refused.
    result["UrlType"] = "dynamic" if "$(" in result.get("Url", "") else "static"
    draft.leave_out(place.where, entry, _TEXT | {"url", "example"})
    return result


def _address(entry: Mapping[str, Json]) -> tuple[Json, Json]:
    """The address of a button and its sample. In the library's form both are in one object."""
    url = entry.get("url")
    if isinstance(url, Mapping):
        return url.get("base_url"), url.get("url_suffix_example") or entry.get("example")
    return url, entry.get("example")


def _suffix(url: str, sample: str) -> str:
    """The value of a URL's variable: Meta takes that value or the whole URL as the sample.

    Whoever wrote the sample may have left out what is in the URL by mistake.
    """
    before, opening, rest = url.partition("{{")
    _, closing, after = rest.partition("}}")
    if not opening or not closing:
        return sample
    meant = before
    for found in encoded(before):
        meant = meant.replace(found, "")
    for fixed in (before, meant):
        if sample.startswith(fixed) and sample.endswith(after) and len(sample) > len(fixed) + len(after):
            return sample[len(fixed) : len(sample) - len(after)]
    return sample


def _phone(draft: Draft, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
    result = _labelled(draft, "PHONE_NUMBER", entry, place)
    number = entry.get("phone_number")
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**20:
        number = str(number)
    if isinstance(number, str) and number:
        result["PhoneNumber"] = draft.literal(number, place.where)
    draft.leave_out(place.where, entry, _TEXT | {"phone_number"})
    return result


def _copy_code(draft: Draft, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
    """A coupon. At Meta its code is always given when sending, so in CAMS it is a variable."""
    if draft.authentication:
        return otp.button(draft, entry, place.where)
    result = _labelled(draft, "COPY_CODE", entry, place)
    sample = next(iter(sample_values(entry.get("example"))), "")
    result["CouponCode"] = f"$({draft.variable('couponCode', '', sample)})"
    draft.leave_out(place.where, entry, _TEXT | {"example"})
    return result


def _flow(draft: Draft, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
    result = _labelled(draft, "FLOW", entry, place)
    flow_id = entry.get("flow_id")
    if isinstance(flow_id, int) and not isinstance(flow_id, bool) and 0 <= flow_id < 10**30:
        flow_id = str(flow_id)
    if not isinstance(flow_id, str) or not flow_id.strip():
        raise Inexpressible(f"{place.where} opens a flow without a flow_id; CAMS knows flows by FlowId only")
    result["FlowId"] = draft.literal(flow_id, place.where)
    draft.note(f"{place.where}: FlowId {quoted(flow_id)} is the flow's id at Meta; write the one of the flow in CAMS")
    result["FlowAction"] = action = word(entry.get("flow_action")) or "NAVIGATE"
    if action not in ("NAVIGATE", "DATA_EXCHANGE"):
        raise Inexpressible(f"{place.where} has the flow_action {quoted(action)}, which CAMS does not have")
    screen = entry.get("navigate_screen")
    if isinstance(screen, str) and screen:
        result["NavigateScreen"] = draft.literal(screen, place.where)
    elif action == "NAVIGATE":
        draft.note(f"{place.where}: CAMS requires NavigateScreen; write the first screen of the flow")
    draft.leave_out(place.where, entry, _TEXT | {"flow_id", "flow_action", "navigate_screen"})
    return result


def _otp(draft: Draft, entry: Mapping[str, Json], place: Place) -> dict[str, Json]:
    if not draft.authentication:
        raise Inexpressible(f"{place.where} copies a one-time code, which only AUTHENTICATION templates do")
    return otp.button(draft, entry, place.where)


_ON_CARDS: Mapping[str, Converter] = MappingProxyType(
    {"QUICK_REPLY": _plain("QUICK_REPLY"), "URL": _url, "PHONE_NUMBER": _phone}
)
_CONVERTERS: Mapping[str, Converter] = MappingProxyType(
    {
        **_ON_CARDS,
        "CATALOG": _plain("CATALOG"),
        "MPM": _plain("MPM"),
        "COPY_CODE": _copy_code,
        "FLOW": _flow,
        "OTP": _otp,
        "ONE_TAP": _otp,
        "ZERO_TAP": _otp,
    }
)
