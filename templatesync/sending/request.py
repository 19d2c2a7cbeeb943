"""A request to send, in whichever form a program has it, as one value for each customer. Pure; knows no template.

Read are the wire form (`TemplateParams`, where a map may be JSON in a text, as it travels), and what the official SDKs
hold: `template_params` of Python, `templateParams` of Java, TypeScript and Go. A SendChatappMassMessage is one request
for each entry of its SenderList.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from templatesync.model.json_value import Json

MASS = "SenderList"


class Odd(NamedTuple):
    """A part of a request that is not what the operation takes: where, as a JSON pointer, and what is wrong."""

    pointer: str
    message: str


class Named(NamedTuple):
    """Products that a request names: the one whose picture is shown, and ids by section."""

    thumbnail: str = ""
    sections: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What one customer is sent.

    `said` has the JSON pointer of each part that is there, by its name on the wire; a variable's is that of
    `TemplateParams` and its own name. None means that a part is not there. `odd` is what could not be understood.
    """

    template_name: str = ""
    template_code: str = ""
    language: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    payloads: tuple[str, ...] | None = None
    flow_token: str | None = None
    flow_data: Mapping[str, Json] | None = None
    products: Named | None = None
    sender: str | None = None
    recipient: str | None = None
    channel: str | None = None
    type: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    odd: tuple[Odd, ...] = ()
    mass: bool = False

    def pointer(self, part: str, *inside: str) -> str:
        """Where a part is in the request, or where it would have to be."""
        base = self.said.get(part, "")
        return base + "".join(f"/{escaped(each)}" for each in inside) if base else self.said.get("", "")


def escaped(step: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def requests(document: Json, pointer: str = "") -> Iterator[SendRequest]:
    """Every single send of a document: a request, or a list of them."""
    if isinstance(document, list):
        for index, each in enumerate(document):
            yield from requests(each, f"{pointer}/{index}")
        return
    if not isinstance(document, dict):
        odd = Odd(pointer, "this is no request: one is an object such as {TemplateName: …, Language: …}")
        yield SendRequest(said={"": pointer}, odd=(odd,))
        return
    part = _Part(document, pointer)
    if part.has(MASS):
        yield from _mass(part)
    else:
        yield _single(part, part)


def _mass(part: _Part) -> Iterator[SendRequest]:
    senders = part.value(MASS)
    base = part.pointer(MASS)
    if not isinstance(senders, list) or not senders:
        yield SendRequest(said={"": part.at}, odd=(Odd(base, f"{MASS} is a list with an entry for each customer"),))
        return
    for index, each in enumerate(senders):
        at = base if part.encoded(MASS) else f"{base}/{index}"
        if isinstance(each, dict):
            yield _single(part, _Part(each, at, within=part.encoded(MASS)), mass=True)
        else:
            yield SendRequest(said={"": at}, odd=(Odd(at, f"an entry of {MASS} is an object"),), mass=True)


def _single(whole: _Part, own: _Part, *, mass: bool = False) -> SendRequest:
    said = {"": own.at}
    for part, names in ((whole, _WHOLE), (own, _OWN)):
        said |= {name: part.pointer(name) for name in names if part.has(name)}
    params = own.map("TemplateParams")
    texts = {str(name): value for name, value in params.items() if isinstance(value, str)}
    for name, value in params.items():
        if not isinstance(value, str):
            own.tell("TemplateParams", f"the value of {name} is {_what(value)}; every value is a text", str(name))
    flow = own.map("FlowAction") if own.has("FlowAction") else None
    inside = _Part(flow, "") if flow is not None else None
    data = inside.value("FlowActionData") if inside else None
    if data is not None and not isinstance(data, dict):
        own.tell("FlowAction", "FlowActionData is an object")
    return SendRequest(
        template_name=whole.text("TemplateName") or "",
        template_code=whole.text("TemplateCode") or "",
        language=whole.text("Language") or "",
        params=texts,
        payloads=own.texts("Payload"),
        flow_token=(inside.text("FlowToken") or "") if inside else None,
        flow_data=data if isinstance(data, dict) else None,
        products=_products(own),
        sender=whole.text("From"),
        recipient=own.text("To"),
        channel=whole.text("ChannelType"),
        type=whole.text("Type"),
        said=said,
        odd=(*(whole.odd if whole is not own else ()), *own.odd, *(inside.odd if inside else ())),
        mass=mass,
    )


_WHOLE = ("TemplateName", "TemplateCode", "Language", "From", "ChannelType", "Type")
_OWN = ("TemplateParams", "Payload", "FlowAction", "ProductAction", "To")


def _products(own: _Part) -> Named | None:
    if not own.has("ProductAction"):
        return None
    action = _Part(own.map("ProductAction"), "")
    found: list[tuple[str, ...]] = []
    for section in action.value("Sections") or ():
        items = _Part(section, "").value("ProductItems") if isinstance(section, dict) else None
        if not isinstance(items, list):
            own.tell("ProductAction", "a section has a Title and ProductItems")
            continue
        ids = (_Part(item, "").text("ProductRetailerId") for item in items if isinstance(item, dict))
        found.append(tuple(each for each in ids if each))
    return Named(action.text("ThumbnailProductRetailerId") or "", tuple(found))


class _Part:
    """An object of a request, whose fields are asked for by their names on the wire, whatever the form."""

    def __init__(self, data: Mapping[str, Any], at: str, *, within: bool = False) -> None:
        self.at = at
        self.odd: list[Odd] = []
        self._within = within
        self._data = data
        self._names = {_plain(name): name for name in data if isinstance(name, str)}

    def has(self, name: str) -> bool:
        """Whether a field is there, and not null, which SDKs write for what nobody has set."""
        return self._raw(name) is not None

    def pointer(self, name: str) -> str:
        """Where a field is, or would be."""
        own = self._names.get(_plain(name), name)
        return self.at if self._within else f"{self.at}/{escaped(own)}"

    def encoded(self, name: str) -> bool:
        """Whether a field is JSON in a text."""
        return isinstance(self._raw(name), str)

    def value(self, name: str) -> Any:
        """A field that is no text, taken out of its text if it is in one."""
        value = self._raw(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except (ValueError, RecursionError):
                self.tell(name, f"{name} is a text that is not JSON")
                return None
        return value

    def map(self, name: str) -> Mapping[str, Any]:
        """A field that is an object; an empty one when it is not there, or something else, which is told."""
        value = self.value(name)
        if value is not None and not isinstance(value, dict):
            self.tell(name, f"{name} is an object, not {_what(value)}")
        return value if isinstance(value, dict) else {}

    def text(self, name: str) -> str | None:
        """A field that is a text. A number is told of: it may have lost digits on its way."""
        value = self._raw(name)
        if value is not None and not isinstance(value, str):
            self.tell(name, f"{name} is {_what(value)}; it must be a text")
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A field that is a list of texts."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.tell(name, f"{name} is a list of texts")
            return None
        return tuple(value)

    def tell(self, name: str, message: str, *inside: str) -> None:
        """Keep what is wrong with a field, once."""
        steps = () if self.encoded(name) or self._within else inside
        odd = Odd(self.pointer(name) + "".join(f"/{escaped(each)}" for each in steps), message)
        if odd not in self.odd:
            self.odd.append(odd)

    def _raw(self, name: str) -> Any:
        return self._data.get(self._names.get(_plain(name), name))


def _plain(name: str) -> str:
    """One spelling for TemplateParams, templateParams and template_params."""
    return name.replace("_", "").lower()


def _what(value: Any) -> str:
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")
