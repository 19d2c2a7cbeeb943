"""Whether a request gives what a template asks for: the one judge of it. Pure.

For a program's tests, for `check-payload`, and for whatever takes sends in place of the service. A request that passes
for one contract passes for another one unless `breaking` says why not; what a request cannot show (the media of a
header, the first screen of a flow, how many cards there are) only `breaking` can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from templatesync.model.finding import Severity
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.sending.contract import Contract, Place, Products, Role, Variable
from templatesync.sending.replies import astray
from templatesync.sending.request import Named, SendRequest
from templatesync.sending.request_part import cut, shown

CODE = 15
"""Characters of a one-time code, at most: Meta's page on authentication templates."""
SECTIONS = 10
PRODUCTS = 30
"""Sections and products of one message: Meta's page on multi-product messages."""
# Meta's error 132018: a parameter has a line end, a tab or more than four blanks in a row.
_SPOILT = lazy_pattern("[\n\r\t]| {5}")
_UNENCODED = lazy_pattern(r"[^A-Za-z0-9._~!$&'()*+,;=:@/?#%-]|%(?![0-9A-Fa-f]{2})")
_SCHEME = lazy_pattern("(?ai)https?://")
_TIME = re.compile(r"[0-9]{10,13}")
_MILLISECONDS = re.compile(r"1[0-9]{12}")
"""A time between 2001 and 2033."""
_NAMES_SHOWN = 12


class Code(StrEnum):
    """What can be wrong with a request, for programs."""

    FILE = "send-file"
    SHAPE = "send-shape"
    FIELD = "send-field"
    TEMPLATE = "send-template"
    LANGUAGE = "send-language"
    REQUIRED = "send-required"
    NUMBER = "send-number"
    VARIABLE_MISSING = "send-variable-missing"
    VARIABLE_UNKNOWN = "send-variable-unknown"
    VALUE_EMPTY = "send-value-empty"
    VALUE_SPOILT = "send-value-characters"
    VALUE_LONG = "send-value-too-long"
    VALUE_ADDRESS = "send-value-address"
    ONE_TIME_CODE = "send-one-time-code"
    PAYLOAD_EXTRA = "send-payload-extra"
    PAYLOAD_ORDER = "send-payload-order"
    PAYLOAD_MISSING = "send-payload-missing"
    FLOW_TOKEN = "send-flow-token"  # noqa: S105 - the name of a problem
    PRODUCT = "send-product"
    SECTIONS = "send-sections"
    EXPIRY = "send-expiry"
    UNUSED = "send-unused"


class Problem(NamedTuple):
    """One thing that is wrong, and where in the request, as a JSON pointer. A warning does not stop the message."""

    code: Code
    pointer: str
    message: str
    severity: Severity = Severity.ERROR


class Enforced(NamedTuple):
    """What of the contract a service insists on, where no page says whether it does.

    extra_payloads     it refuses more payloads than there are quick replies
    payload_order      it is known which reply a payload is for: one that is the label of another is refused
    offer_expiry       it refuses an offer that expires without a time
    """

    extra_payloads: bool = True
    payload_order: bool = True
    offer_expiry: bool = False


def check(contract: Contract, request: SendRequest, enforced: Enforced = Enforced()) -> tuple[Problem, ...]:
    """What is wrong with a request for this template in this language. Without an error it is taken."""
    return tuple(_problems(contract, request, enforced))


def refused(problems: tuple[Problem, ...]) -> bool:
    """Whether a message with these problems is not sent."""
    return any(each.severity is Severity.ERROR for each in problems)


def frame(request: SendRequest) -> Iterator[Problem]:
    """What is wrong with a request whatever its template asks for, but for parts that could not be understood."""
    if not request.readable:
        return
    for stray in request.strays:
        yield Problem(Code.FIELD, stray.pointer, stray.message, Severity.ERROR if stray.meant else Severity.WARNING)
    said = {"ChannelType": request.channel, "From": request.sender, "To": request.recipient}
    if not request.mass:
        said["Type"] = request.type
    for name, value in said.items():
        if value is None and name not in _told(request):
            yield Problem(Code.REQUIRED, request.pointer(""), f"{name} is missing; the operation requires it")
    numbers = [("From", request.sender)]
    if request.recipient_type.lower() in ("", "individual"):  # else it is the id of a group or of a user
        numbers.append(("To", request.recipient))
    for name, value in numbers:
        if value is not None and not (value.isascii() and value.isdecimal()):
            text = f"{name} is digits only, with the country code and without + (the service says {name}OnlyNumeric)"
            yield Problem(Code.NUMBER, request.pointer(name), text)
    if request.type is not None and request.type.lower() != "template":
        text = f"Type is {shown(request.type)!r}; a template is sent as template"
        yield Problem(Code.SHAPE, request.pointer("Type"), text)
    if request.channel is not None and request.channel.lower() != "whatsapp":
        text = f"ChannelType is {shown(request.channel)!r}; these templates are sent through whatsapp"
        yield Problem(Code.SHAPE, request.pointer("ChannelType"), text)


def shape(request: SendRequest) -> Iterator[Problem]:
    """The parts that could not be understood."""
    for odd in request.odd:
        yield Problem(Code.SHAPE, odd.pointer, odd.message)


def _told(request: SendRequest) -> frozenset[str]:
    """Parts that are there, and of which something is told already."""
    return frozenset(
        name for name, at in request.said.items() if name and any(odd.pointer == at for odd in request.odd)
    )


def _problems(contract: Contract, request: SendRequest, enforced: Enforced) -> Iterator[Problem]:
    yield from shape(request)
    if not _lost(request):
        yield from _params(contract, request, enforced)
    yield from _rooms(contract, request)
    yield from _payloads(contract, request, enforced)
    yield from _flow(contract, request)
    yield from _products(contract, request)


def _lost(request: SendRequest) -> bool:
    """Whether the variables as a whole could not be read, which is told: none of them is missing."""
    at = request.said.get("TemplateParams")
    return not (request.params or request.odd_params) and any(odd.pointer == at for odd in request.odd)


def _params(contract: Contract, request: SendRequest, enforced: Enforced) -> Iterator[Problem]:
    part = "TemplateParams"
    for variable in contract.variables:
        if variable.name not in request.params:
            if variable.name not in request.odd_params:
                yield Problem(Code.VARIABLE_MISSING, request.pointer(part), f"variable {variable.name} is missing")
            continue
        value, at = request.params[variable.name], request.pointer(part, variable.name)
        yield from _value(variable.name, value, at)
        yield from _address(variable, value, at)
    extra = {name: value for name, value in request.params.items() if name not in contract.names}
    if contract.code:
        yield from _one_time_code(extra, request)
        return
    # No page says under which name a sender gives the time of an offer, or the media of a header.
    times = [name for name, value in extra.items() if _TIME.fullmatch(value)] if contract.expires else []
    media = [name for name, value in extra.items() if _SCHEME.match(value)] if contract.media else []
    for name, value in extra.items():
        at = request.pointer(part, name)
        if name in times or name in media:
            continue
        if _MILLISECONDS.fullmatch(value):  # as with products that nothing shows: it is not needed any more
            text = f"{cut(name)} looks like the time at which an offer ends; the template has no such offer"
            yield Problem(Code.UNUSED, at, text, Severity.WARNING)
        else:
            text = f"there is no variable {cut(name)}; the template has {_named(contract.names)}"
            yield Problem(Code.VARIABLE_UNKNOWN, at, text)
    if contract.expires and not times:
        severity = Severity.ERROR if enforced.offer_expiry else Severity.WARNING
        text = "the offer expires, and no value says when (milliseconds since 1970); no page says under which name"
        yield Problem(Code.EXPIRY, request.pointer(part), text, severity)


def _value(name: str, value: str, at: str) -> Iterator[Problem]:
    if not value.strip():
        yield Problem(Code.VALUE_EMPTY, at, f"the value of {name} is empty; a message with it is refused")
    elif _SPOILT.search(value):
        text = f"the value of {name} has a line end, a tab or more than four blanks in a row (error 132018)"
        yield Problem(Code.VALUE_SPOILT, at, text)


def _address(variable: Variable, value: str, at: str) -> Iterator[Problem]:
    for place in variable.places:
        if text := _wrong_address(place, variable.name, value):
            yield Problem(Code.VALUE_ADDRESS, at, text)
            return


def _wrong_address(place: Place, name: str, value: str) -> str:
    if place.role is Role.ADDRESS:
        whole = _SCHEME.match(value) and _host(value)
        return "" if whole else f"{name} is the whole address of {place.where}, such as https://www.example.com/a"
    if place.role is not Role.SUFFIX:
        return ""
    if _SCHEME.match(value):
        return f"{name} is only the end of the address of {place.where}; {place.before} stands before it"
    if _UNENCODED.search(value):
        return f"{name} is a part of the address of {place.where} and must be percent-encoded"
    return ""


def _host(address: str) -> str:
    """What stands where an address has its host. No more is asked of it than what generated code can ask, too, which
    imports nothing and is written in several languages."""
    rest = re.split("[/?#]", address.partition("://")[2], maxsplit=1)[0]
    return rest.rpartition("@")[2].partition(":")[0]


def _one_time_code(extra: dict[str, str], request: SendRequest) -> Iterator[Problem]:
    part = "TemplateParams"
    if not extra:
        yield Problem(Code.ONE_TIME_CODE, request.pointer(part), "the one-time code is missing")
    elif len(extra) > 1:
        text = f"one value is the code; there are {_named(tuple(extra))}"
        yield Problem(Code.ONE_TIME_CODE, request.pointer(part), text)
    for name, value in extra.items() if len(extra) == 1 else ():
        at = request.pointer(part, name)
        yield from _value(name, value, at)
        if len(value) > CODE:
            text = f"a one-time code has at most {CODE} characters; this one has {len(value)}"
            yield Problem(Code.ONE_TIME_CODE, at, text)


def _rooms(contract: Contract, request: SendRequest) -> Iterator[Problem]:
    for room in contract.rooms:
        values = [request.params.get(name, "") for name in room.variables]
        length = sum(map(len, values))
        if length > room.left:
            longest = max(room.variables, key=lambda name: len(request.params.get(name, "")))
            text = f"the values of {room.where} have {length:,} characters; its text leaves room for {room.left:,}"
            yield Problem(Code.VALUE_LONG, request.pointer("TemplateParams", longest), text)


def _payloads(contract: Contract, request: SendRequest, enforced: Enforced) -> Iterator[Problem]:
    labels, payloads = contract.all_replies, request.payloads or ()
    at = request.pointer("Payload")
    if len(payloads) > len(labels):
        severity = Severity.ERROR if enforced.extra_payloads else Severity.WARNING
        text = f"{len(payloads)} payloads for {len(labels)} quick replies"
        yield Problem(Code.PAYLOAD_EXTRA, at, text, severity)
    elif len(payloads) < len(labels):
        text = (
            f"{len(payloads)} payloads for {len(labels)} quick replies: {_named(labels[len(payloads) :])} without one"
        )
        yield Problem(Code.PAYLOAD_MISSING, at, text, Severity.WARNING)
    for index in astray(contract.reply_groups, payloads) if enforced.payload_order else ():
        text = f'this payload is at the place of quick reply "{cut(labels[index])}", and is the label of another one'
        yield Problem(Code.PAYLOAD_ORDER, request.pointer("Payload", str(index)), text)


def _flow(contract: Contract, request: SendRequest) -> Iterator[Problem]:
    at = request.pointer("FlowAction")
    if contract.flow is not None and not request.flow_token:
        yield Problem(Code.FLOW_TOKEN, at, "FlowAction.FlowToken is missing; without it every send is refused (131009)")
    if contract.flow is None and request.flow_token is not None:
        yield Problem(Code.UNUSED, at, "the template has no FLOW button; FlowAction leads nowhere", Severity.WARNING)


def _products(contract: Contract, request: SendRequest) -> Iterator[Problem]:
    at, named = request.pointer("ProductAction"), request.products
    if contract.products is Products.NONE:
        if named is not None:
            text = "the template shows no products; ProductAction leads nowhere"
            yield Problem(Code.UNUSED, at, text, Severity.WARNING)
        return
    if named is None or not named.thumbnail:
        text = "ProductAction.ThumbnailProductRetailerId is missing: the product whose picture is shown"
        yield Problem(Code.PRODUCT, at, text)
    if contract.products is Products.SEVERAL:
        yield from _sections(named or Named(), at)


def _sections(named: Named, at: str) -> Iterator[Problem]:
    count = sum(map(len, named.sections))
    if not named.sections or not all(named.sections):
        yield Problem(Code.SECTIONS, at, "ProductAction.Sections is missing, or one of them has no products")
    elif len(named.sections) > SECTIONS or count > PRODUCTS:
        text = f"{len(named.sections)} sections with {count} products; at most {SECTIONS} with {PRODUCTS}"
        yield Problem(Code.SECTIONS, at, text)


def _named(names: tuple[str, ...]) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return f"{', '.join(map(cut, names[:_NAMES_SHOWN]))}{more}" or "none"
