"""A request to send, in whichever form a program has it, as one value for each customer. Pure; knows no template.

Read are the wire form (`TemplateParams`, where a map may be JSON in a text, and a list `Payload.1`, as they travel),
and what the official SDKs hold: `template_params` of Python, `templateParams` of Java, TypeScript and Go. A
SendChatappMassMessage is one request for each entry of its SenderList.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.sending.request_part import Odd, Part, escaped, what
from templatesync.sending.stray import Stray, inside, of_entry, of_mass, of_single

MASS = "SenderList"
RECEIVERS = 1_000
"""Customers of one SendChatappMassMessage, at most: its page."""


class Named(NamedTuple):
    """Products that a request names: the one whose picture is shown, and ids by section."""

    thumbnail: str = ""
    sections: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What one customer is sent.

    `said` has the JSON pointer of each part that is there, by its name on the wire, and of the whole under no name.
    Nothing inside of `closed` parts has a pointer of its own: they are JSON in a text. None means that a part is not
    there. `odd` is what could not be understood, `odd_params` the variables among that. `strays` are fields that the
    service does not read.
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
    recipient_type: str = ""
    channel: str | None = None
    type: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    odd: tuple[Odd, ...] = ()
    odd_params: frozenset[str] = frozenset()
    strays: tuple[Stray, ...] = ()
    mass: bool = False

    @property
    def readable(self) -> bool:
        """Whether it is a request at all."""
        return len(self.said) > 1 or not self.odd

    def pointer(self, part: str, *inside: str) -> str:
        """Where a part is in the request, or where it would have to be."""
        base = self.said.get(part)
        if base is None:
            return self.said.get("", "")
        return base if part in self.closed else base + "".join(f"/{escaped(each)}" for each in inside)


def requests(document: Json) -> Iterator[SendRequest]:
    """Every single send of a document: a request, or a list of them. Never raises, whatever the document."""
    if not isinstance(document, list):
        yield from _requests(document, "")
        return
    for index, each in enumerate(document):
        yield from _requests(each, f"/{index}")


def _requests(document: Json, pointer: str) -> Iterator[SendRequest]:
    if not isinstance(document, dict):
        odd = Odd(pointer, "this is no request: one is an object such as {TemplateName: …, Language: …}")
        yield SendRequest(said={"": pointer}, odd=(odd,))
        return
    part = Part(document, pointer)
    if part.has(MASS):
        yield from _mass(part)
    else:
        yield _single(part, part, of_single(part))


def _mass(part: Part) -> Iterator[SendRequest]:
    senders = part.value(MASS)
    base = part.pointer(MASS)
    if not isinstance(senders, list) or not senders:
        part.tell(MASS, f"{MASS} is a list with an entry for each customer")
        yield SendRequest(said={"": part.at}, odd=tuple(part.odd), mass=True)
        return
    if len(senders) > RECEIVERS:
        part.tell(
            MASS,
            f"{MASS} has {len(senders):,} entries; one request takes at most {RECEIVERS:,}; the rest is not checked",
        )
    closed, strays = part.closed(MASS), of_mass(part, MASS, _OWN)
    for index, each in enumerate(senders[:RECEIVERS]):
        at = base if closed else f"{base}/{index}"
        if isinstance(each, dict):
            own = Part(each, at, within=closed)
            yield _single(part, own, (*strays, *of_entry(own, MASS, _OWN)), mass=True)
        else:
            odd = Odd(at, f"an entry of {MASS} is an object, not {what(each)}")
            yield SendRequest(said={"": at}, odd=(odd,), mass=True)


_WHOLE = ("TemplateName", "TemplateCode", "Language", "From", "ChannelType", "Type")
_OWN = ("TemplateParams", "Payload", "FlowAction", "ProductAction", "To", "RecipientType")


def _single(whole: Part, own: Part, strays: tuple[Stray, ...], *, mass: bool = False) -> SendRequest:
    params = own.map("TemplateParams")
    texts = {str(name): value for name, value in params.items() if isinstance(value, str)}
    for name in (name for name in params if name not in texts):
        text = f"the value of {name:.60} is {what(params[name])}; every value is a text"
        own.tell("TemplateParams", text, escaped(str(name)))
    flow = own.inside("FlowAction")
    products = own.inside("ProductAction")
    data = None if flow is None or not flow.has("FlowActionData") else flow.map("FlowActionData")
    return SendRequest(
        template_name=whole.text("TemplateName") or "",
        template_code=whole.text("TemplateCode") or "",
        language=whole.text("Language") or "",
        params=texts,
        payloads=own.texts("Payload"),
        flow_token=None if flow is None else flow.text("FlowToken") or "",
        flow_data=data,
        products=_products(products),
        sender=whole.text("From"),
        recipient=own.text("To"),
        recipient_type=own.text("RecipientType") or "",
        channel=whole.text("ChannelType"),
        type=whole.text("Type"),
        said=_said(whole, own),
        closed=frozenset(name for name in _OWN if own.closed(name)),
        odd=(*(whole.odd if whole is not own else ()), *own.odd),
        odd_params=frozenset(str(name) for name in params if name not in texts),
        strays=(*strays, *inside(flow, "FlowAction"), *inside(products, "ProductAction")),
        mass=mass,
    )


def _said(whole: Part, own: Part) -> dict[str, str]:
    said = {"": own.at}
    for part, names in ((whole, _WHOLE), (own, _OWN)):
        said |= {name: part.pointer(name) for name in names if part.has(name)}
    return said


def _products(action: Part | None) -> Named | None:
    if action is None:
        return None
    sections = action.value("Sections")
    if sections is not None and not isinstance(sections, list):
        action.tell("Sections", f"Sections is a list, not {what(sections)}")
        sections = None
    found = [_ids(action, index, section) for index, section in enumerate(sections or ())]
    return Named(action.text("ThumbnailProductRetailerId") or "", tuple(found))


def _ids(action: Part, index: int, section: Json) -> tuple[str, ...]:
    """The products of one section; what is no product is told, and is none."""
    at = str(index)
    items = Part(section, "").value("ProductItems") if isinstance(section, dict) else None
    if not isinstance(items, list):
        action.tell("Sections", "a section is an object with a Title and a list of ProductItems", at)
        return ()
    ids = [Part(item, "").plain_text("ProductRetailerId") if isinstance(item, dict) else None for item in items]
    if not all(ids):
        action.tell("Sections", "each of ProductItems is an object with a ProductRetailerId, a text", at)
    return tuple(each for each in ids if each)
