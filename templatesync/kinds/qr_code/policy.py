"""What of a QR code is content, and what a difference becomes. Pure.

| live                                  | a difference becomes                                   |
|---------------------------------------|--------------------------------------------------------|
| not there                             | create; blocked when the file names the printed code   |
| there, another message (by QrdlCode)  | update, which may break what is printed                |
| another picture format only           | nothing: a note                                        |
"""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.documents.layout import OPTIONS, Layout
from templatesync.kinds.base import Pair, Unparsed
from templatesync.kinds.qr_code.identity import by_code, phone_of
from templatesync.kinds.text import seen
from templatesync.model.change import Action, Break, Decision, Note, breaks
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

# The page of UpdatePhoneMessageQrdl says that the printed code stops working, Meta says that it goes on.
PRINTED = Break("breaking-printed-code", "the printed code may stop working (CAMS says so, Meta says it stays)")

LAYOUT = Layout(
    keys=("kind", "PhoneNumber", "PrefilledMessage", "GenerateQrImage", "QrdlCode"),
    last=("templatesync",),
    inside={"templatesync": OPTIONS},
)


def canonical(body: Mapping[str, Json]) -> dict[str, Json]:
    """The content of a body: what a person who scans it gets."""
    return {name: body[name] for name in ("PhoneNumber", "PrefilledMessage") if body.get(name)}


def current(live: Live) -> dict[str, Json]:
    """The content of what is live."""
    return canonical(live.body or {})


def pair(resource: Resource, live: Live) -> Pair:
    """Wanted and live content."""
    content = canonical(resource.body)
    return Pair(content, content, current(live))


def visible(content: Json) -> Json:
    """What a person who scans it sees."""
    return {name: seen(value) if isinstance(value, str) else value for name, value in content.items()}


def decide(
    resource: Resource, live: Live | None, pair: Pair | None, on_approved: str, resubmit: bool = False
) -> Decision:
    """The action for a code that is wanted. No review ever starts."""
    code = resource.body.get("QrdlCode")
    if live is None or pair is None:
        if code:
            note = Note(
                "missing", f"there is no code {code}, and a printed one cannot be made again; take QrdlCode out"
            )
            return Decision(Action.BLOCKED, "missing", sendable_meanwhile="no", notes=(note,))
        return Decision(Action.CREATE)
    notes = tuple(_notes(resource, live))
    if pair.wanted == pair.live and not resubmit:
        return Decision(Action.NO_OP, notes=notes)
    return Decision(Action.UPDATE, breaking=breaks((PRINTED,)), notes=notes)


def _notes(resource: Resource, live: Live) -> list[Note]:
    wanted, there = resource.body.get("GenerateQrImage"), (live.body or {}).get("GenerateQrImage")
    if wanted and there and str(wanted).casefold() != str(there).casefold():
        return [
            Note(
                "picture", f"the service keeps it as {there}, the file says {wanted}; it goes out with the next change"
            )
        ]
    return []


def unparse(live: Live) -> Unparsed:
    """A file for a live code. It names the code only where several have one message."""
    body = live.body or {}
    if not body.get("PrefilledMessage"):
        return Unparsed({}, "it has no message")
    out: dict[str, Json] = {"kind": "qr_code", "PhoneNumber": body["PhoneNumber"]}
    out["PrefilledMessage"] = body["PrefilledMessage"]
    image = str(body.get("GenerateQrImage")).upper()
    if image in ("PNG", "SVG"):
        out["GenerateQrImage"] = image
    code = live.ids["qrdl_code"]
    if live.key == by_code(phone_of(live.key), code):
        out["QrdlCode"] = code
    return Unparsed(out)


def breaking(old: Json, new: Json) -> tuple[Break, ...]:
    """A change of the message is one of what is printed."""
    return (PRINTED,) if old != new else ()
