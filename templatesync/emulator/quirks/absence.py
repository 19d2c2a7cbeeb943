"""How a service says that something is not there, or that there is nothing at all. Knows no row."""

from __future__ import annotations

from templatesync.emulator.outcome import RefusedCall
from templatesync.emulator.quirks.quirk import Asked, Behaviour, Body, Quirk, Refuse, Tell
from templatesync.emulator.quirks.walk import LIST
from templatesync.model.json_value import Json


def _instead(code: str, spelled: Refuse) -> Refuse:
    """Another way to say what one code says."""
    return lambda asked, refusal: spelled(asked, refusal) if refusal.code == code else refusal


def _refused(code: str, message: str, status: int = 200) -> Refuse:
    return lambda asked, refusal: RefusedCall(code, message, status=status)


def _fine(*without: str, **members: Json) -> Refuse:
    return lambda asked, refusal: asked.answer(*without, **members)


_SPELLINGS: dict[str, tuple[str, Refuse]] = {
    "other-code": ("another code of the service", _refused("InvalidParameter.NotFound", "The resource is not found.")),
    "system-error": ("the code of all that went wrong", _refused("ERR-COMMON-001", "System error")),
    "http-404": ("HTTP 404, as the gateway says it", _refused("EntityNotExist.Resource", "Not found.", 404)),
    "http-400": ("HTTP 400, as the gateway says it", _refused("Resource.NotFound", "Not found.", 400)),
}

_DETAILS: dict[str, tuple[str, Refuse]] = _SPELLINGS | {
    "missing-data": ("OK, without Data", _fine("Data")),
    "null-data": ("OK, and Data is null", _fine(Data=None)),
    "empty-data": ("OK, and Data is an empty object", _fine(Data={})),
    "empty-text": ("OK, and Data is an empty text", _fine(Data="")),
    "empty-list": ("OK, and Data is an empty list", _fine(Data=[])),
}

_DELETES: dict[str, tuple[str, Refuse]] = _SPELLINGS | {"ok": ("OK, as if it had been there", _fine())}


def _absent(name: str, about: str, answers: dict[str, str], spellings: dict[str, tuple[str, Refuse]]) -> Quirk:
    """`answers` has the code of each operation that says so in the official way."""

    def refuse(spelled: Refuse) -> Refuse:
        return lambda asked, refusal: _instead(answers[asked.action], spelled)(asked, refusal)

    values = {value: Behaviour(about=line, refuse=refuse(spelled)) for value, (line, spelled) in spellings.items()}
    return Quirk(name, about, frozenset(answers), values)


def _rows(change: Tell) -> Tell:
    """Only where there are no rows."""
    return lambda asked, body: change(asked, body) if body[LIST[asked.action]] == [] else body


def _replaced(value: Json) -> Tell:
    return _rows(lambda asked, body: body | {LIST[asked.action]: value})


def _left_out(*more: str) -> Tell:
    def change(asked: Asked, body: Body) -> Body:
        gone = {LIST[asked.action], *more}
        return {name: value for name, value in body.items() if name not in gone}

    return _rows(change)


def _none_found(code: str, message: str, status: int) -> Tell:
    def change(asked: Asked, body: Body) -> Body:
        page = asked.params.get("Page") or {}
        # A page past the last is empty too, and is no sign that nothing was found.
        if page.get("Index", 1) > 1:
            return body
        raise RefusedCall(code, message, status=status)

    return _rows(change)


_EMPTY = {
    "null": Behaviour(about="the list is null", tell=_replaced(None)),
    "missing": Behaviour(about="the list is left out", tell=_left_out()),
    "empty-text": Behaviour(about="the list is an empty text", tell=_replaced("")),
    "empty-object": Behaviour(about="the list is an empty object", tell=_replaced({})),
    "list-text": Behaviour(about="the list is the text []", tell=_replaced("[]")),
    "code": Behaviour(about="a code in place of OK", tell=_none_found("InvalidParameter.NoData", "No data.", 200)),
    "http-404": Behaviour(about="HTTP 404", tell=_none_found("EntityNotExist.Resource", "Not found.", 404)),
}

_EMPTY_PAGES = _EMPTY | {
    "missing-with-total": Behaviour(about="the list and Total are left out", tell=_left_out("Total"))
}

QUIRKS = (
    _absent(
        "absent-template",
        "what is said of a template that is not there",
        {
            "GetChatappTemplateDetail": "DetailError.TemplateNotExist",
            "GetChatappTemplateMetric": "DetailError.TemplateNotExist",
        },
        _DETAILS,
    ),
    _absent(
        "absent-flow",
        "what is said of a flow that is not there",
        dict.fromkeys(("GetFlow", "GetFlowJSONAssest"), "InvalidParameter.FlowNotExist"),
        _DETAILS,
    ),
    _absent(
        "absent-deleted",
        "what is answered to a deletion of what is not there",
        {
            "DeleteChatappTemplate": "DelError.TemplateNotExist",
            "DeleteFlow": "InvalidParameter.FlowNotExist",
            "DeletePhoneMessageQrdl": "InvalidParameter.QrdlCodeNotExist",
        },
        _DELETES,
    ),
    Quirk("empty-templates", "a listing of no templates", frozenset({"ListChatappTemplate"}), _EMPTY_PAGES),
    Quirk("empty-qr-codes", "a listing of no QR codes", frozenset({"ListPhoneMessageQrdl"}), _EMPTY),
    Quirk("empty-flows", "a listing of no flows", frozenset({"ListFlow"}), _EMPTY),
    Quirk("empty-phone-numbers", "a listing of no phone numbers", frozenset({"QueryChatappPhoneNumbers"}), _EMPTY),
)
