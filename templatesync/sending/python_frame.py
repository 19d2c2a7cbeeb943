"""What every generated Python file has before its functions: types, and the checks of `check` without imports. Data."""

from __future__ import annotations

FRAME = '''\
"""Functions that build requests for message templates: one for each template.

Written by `templatesync outputs --format python`. Do not edit it: edit the templates, and write it again.

    codes = json.load(open("codes.json"))  # of `templatesync outputs --space SPACE --format codes`
    request = SendChatappMessageRequest(**order_update(codes=codes, language="en", ...), from_=..., to=...)

Raises `Unavailable` when no version of the template can be sent that takes what the function gives, and ValueError for
a value with which the message would be refused; `check=False` leaves that to the service.
"""

# fmt: off

import typing

Codes = typing.Mapping[str, typing.Mapping[str, typing.Mapping[str, str]]]


class _Always(typing.TypedDict):
    channel_type: str
    type: str
    template_code: str
    language: str


class Message(_Always, total=False):
    """Arguments of SendChatappMessageRequest, but for `from_`, `to` and what else the program decides."""

    template_params: dict[str, str]
    payload: list[str]
    flow_action: typing.Any
    product_action: typing.Any


class Unavailable(LookupError):
    """There is no version to send that takes what this code gives."""


class _Wire(dict[str, object]):
    """A part of a request as it travels, with the two methods that the SDK calls on its models."""

    def validate(self) -> None:
        pass

    def to_map(self) -> dict[str, object]:
        return dict(self)


class _Ask(typing.NamedTuple):
    """What one language asks for."""

    digest: str
    variables: str
    rest: str = ""
    labels: typing.Sequence[str] = ()
    order: typing.Sequence[int] = ()
    cards: typing.Sequence[int] = ()
    rooms: typing.Sequence[tuple[str, int, typing.Sequence[str]]] = ()
    suffixes: typing.Sequence[str] = ()
    addresses: typing.Sequence[str] = ()
    expires: bool = False
    media: bool = False


class _Template(typing.NamedTuple):
    name: str
    asks: typing.Mapping[str, _Ask]


class _Given(typing.NamedTuple):
    """What a function was given, beside codes and language; `...` is what it does not take."""

    params: typing.Mapping[str, object] = {}
    payloads: typing.Sequence[object] = ()
    one_time: str = ""
    flow_token: object = ...
    flow_data: typing.Mapping[str, object] | None = None
    product: object = ...
    sections: typing.Mapping[str, typing.Sequence[str]] | None = None
    more: typing.Mapping[str, object] | None = None


def _message(template: _Template, codes: Codes, language: str, check: bool, given: _Given) -> Message:
    ask = template.asks.get(language)
    if ask is None:
        raise ValueError(f"{template.name} has no language {language!r} here; it has {', '.join(template.asks)}")
    where = f"{template.name}@{language}"
    params = {**_texts(where, given.more or {}), **_texts(where, given.params)}
    payloads = _payloads(where, ask, given.payloads)
    if check:
        for problem in _problems(ask, given, params, payloads):
            raise ValueError(f"{where}: {problem}")
    code = _code(template.name, language, ask, codes)
    message: Message = {"channel_type": "whatsapp", "type": "template", "template_code": code, "language": language}
    if params:
        message["template_params"] = params
    if payloads:
        message["payload"] = payloads
    if given.flow_token is not ...:
        data = {} if given.flow_data is None else {"FlowActionData": dict(given.flow_data)}
        message["flow_action"] = _Wire({"FlowToken": _text(where, "flow_token", given.flow_token), **data})
    if given.product is not ...:
        message["product_action"] = _product_action(_text(where, "product", given.product), given.sections or {})
    return message


def _product_action(product: str, given: typing.Mapping[str, typing.Sequence[str]]) -> _Wire:
    sections = [
        {"Title": title, "ProductItems": [{"ProductRetailerId": each} for each in products]}
        for title, products in given.items()
    ]
    return _Wire({"ThumbnailProductRetailerId": product, **({"Sections": sections} if sections else {})})


def _code(name: str, language: str, ask: _Ask, codes: Codes) -> str:
    live = codes.get(name, {}).get(language, {})
    code = live.get(ask.digest)
    if code:
        return code
    told = [" ".join(digest.split(" ")[:-1]) for digest in live]
    own = ask.variables + ask.rest
    if ask.rest and all(each.endswith(ask.rest) for each in told):
        own, told = ask.variables, [each[: -len(ask.rest)] for each in told]
    if own in told:
        own, told = ask.digest, list(live)
    others = " and ".join(told[:5]) or "none"
    raise Unavailable(f"{name}@{language}: this code wants {own}; live are {others}")


def _texts(where: str, values: typing.Mapping[str, object]) -> dict[str, str]:
    return {name: _text(where, name, value) for name, value in values.items()}


def _text(where: str, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{where}: the value of {name} is no text")
    return value


def _payloads(where: str, ask: _Ask, given: typing.Sequence[object]) -> list[str]:
    """In the order of this language; the label of a quick reply in place of a payload that was not given."""
    found: list[str] = []
    for at, label in zip(ask.order or range(len(given)), ask.labels):
        payload = given[at]
        if payload is None:
            payload = label
        if not isinstance(payload, str):
            raise TypeError(f"{where}: the payload of {label!r} is no text")
        found.append(payload)
    return found


def _problems(
    ask: _Ask, given: _Given, params: typing.Mapping[str, str], payloads: typing.Sequence[str]
) -> typing.Iterator[str]:
    more = given.more or {}
    for name in given.params:
        if name in more:
            yield f"{name} is a variable, and must not be in more"
        yield from _value(name, params[name])
    for name in ask.suffixes:
        yield from _suffix(name, params[name])
    for name in ask.addresses:
        if not _has_scheme(params[name]) or not _host(params[name]):
            yield f"{name} is a whole address, such as https://www.example.com/a"
    for where, left, names in ask.rooms:
        length = sum(len(params[name]) for name in names)
        if length > left:
            yield f"the values of {where} have {length} characters; its text leaves room for {left}"
    if given.one_time and len(params[given.one_time]) > @CODE@:
        yield f"a one-time code has at most @CODE@ characters; this one has {len(params[given.one_time])}"
    for name in more:
        value = params[name]
        if not ((_is_time(value) if ask.expires else _is_spare_time(value)) or (ask.media and _has_scheme(value))):
            yield f"{name} in more is no variable, no time in milliseconds and no address of media"
    yield from _astray(ask, payloads)
    if given.flow_token == "":
        yield "flow_token is empty; without a token the message is refused"
    if given.product is not ...:
        yield from _products(given)


def _astray(ask: _Ask, payloads: typing.Sequence[str]) -> typing.Iterator[str]:
    """Labels in places of others: of the same card, or of a reply that has not got it."""
    places = ask.cards or [0] * len(payloads)
    without = {label for label, payload in zip(ask.labels, payloads) if payload != label}
    for place, label, payload in zip(places, ask.labels, payloads):
        beside = {other for other, at in zip(ask.labels, places) if at == place}
        if payload != label and payload in beside | without:
            yield f"payload {payload!r} is for {label!r}, and is the label of another quick reply"


def _value(name: str, value: str) -> typing.Iterator[str]:
    if not value.strip():
        yield f"the value of {name} is empty"
    elif "\\n" in value or "\\r" in value or "\\t" in value or "     " in value:
        yield f"the value of {name} has a line end, a tab or more than four blanks in a row"


_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~!$&'()*+,;=:@/?#%-")
_HEX = frozenset("0123456789ABCDEFabcdef")


def _suffix(name: str, value: str) -> typing.Iterator[str]:
    if _has_scheme(value):
        yield f"{name} is only the end of an address"
    for at, char in enumerate(value):
        code = value[at + 1 : at + 3]
        if char not in _PLAIN or (char == "%" and not (len(code) == 2 and _HEX.issuperset(code))):
            yield f"{name} is a part of an address and must be percent-encoded"
            return


def _has_scheme(value: str) -> bool:
    return value[:8].lower().startswith(("http://", "https://"))


def _host(address: str) -> str:
    rest = address.partition("://")[2]
    for end in "/?#":
        rest = rest.partition(end)[0]
    return rest.rpartition("@")[2].partition(":")[0]


def _is_time(value: str) -> bool:
    return value.isascii() and value.isdigit() and 10 <= len(value) <= 13


def _is_spare_time(value: str) -> bool:
    return _is_time(value) and len(value) == 13 and value[0] == "1"


def _products(given: _Given) -> typing.Iterator[str]:
    if given.product == "":
        yield "product is empty: the product whose picture is shown"
    if given.sections is None:
        return
    sections = list(given.sections.values())
    count = sum(map(len, sections))
    if not sections or not all(sections):
        yield "sections is empty, or one of them has no products"
    elif any(isinstance(products, str) for products in sections):
        yield "the products of a section are a list"
    elif not all(product for products in sections for product in products):
        yield "a product of a section is empty"
    elif len(sections) > @SECTIONS@ or count > @PRODUCTS@:
        yield f"{len(sections)} sections with {count} products; at most @SECTIONS@ with @PRODUCTS@"
'''
