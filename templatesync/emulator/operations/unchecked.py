"""Writes of a service that checks nothing: what its rules would refuse is made all the same. Knows no HTTP, no rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from templatesync.emulator.operations.call import Call
from templatesync.emulator.operations.template import submitted
from templatesync.emulator.outcome import OperationReply
from templatesync.emulator.platform.flow import FlowStatus
from templatesync.emulator.store import flows, qr_codes, templates
from templatesync.emulator.store.flows import FlowRow
from templatesync.emulator.store.templates import Filter
from templatesync.model.json_value import Json


def carry_out(operation: str, call: Call, checked: Callable[[Call], OperationReply]) -> OperationReply:
    """What the rules let pass is done as ever; a creation that they refuse makes something of what was sent.

    Any other write that they refuse has nothing to be carried out on: it is answered with OK and changes nothing.
    """
    call.db.execute("SAVEPOINT unchecked")
    try:
        return checked(call)
    except Exception:
        # Parameters that nobody checked may break an operation in any way, and in the middle.
        call.db.execute("ROLLBACK TO unchecked")
        make = _MAKE.get(operation)
        return make(call) if make else OperationReply()
    finally:
        call.db.execute("RELEASE unchecked")


def _template(call: Call) -> OperationReply:
    name, language, kind = call.text("Name"), call.text("Language"), call.text("TemplateType") or "WHATSAPP"
    there = templates.get(call.db, call.space.id, Filter(name=name, language=language, type=kind))
    if there:
        return OperationReply({"Data": {"TemplateCode": there.code, "TemplateName": name}})
    given = call.params.get("Components")
    components = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return submitted(call, kind, {"Components": components, "Example": None}, {})


def _flow(call: Call) -> OperationReply:
    given = call.params.get("Categories")
    made = FlowRow(
        id=0,
        space=call.space.id,
        flow_id=flows.make_id(call.db, call.space.id),
        name=call.text("FlowName"),
        categories=tuple(str(each) for each in given) if isinstance(given, list) else (),
        endpoint=call.text("EndpointUri"),
        status=FlowStatus.DRAFT,
        asset="",
        created=call.now,
        updated=call.now,
    )
    flows.insert(call.db, made)
    return OperationReply({"Data": {"FlowId": made.flow_id, "FlowName": made.name}}, changed=True)


def _qr_code(call: Call) -> OperationReply:
    number, message, image = (call.text(name) for name in ("PhoneNumber", "PrefilledMessage", "GenerateQrImage"))
    made = qr_codes.insert(call.db, call.space.id, number, message, image, call.now)
    told: dict[str, Json] = {"QrdlCode": made.code, "PhoneNumber": number, "PrefilledMessage": message}
    return OperationReply({"Data": told}, changed=True)


_MAKE: Mapping[str, Callable[[Call], OperationReply]] = MappingProxyType(
    {"CreateChatappTemplate": _template, "CreateFlow": _flow, "CreatePhoneMessageQrdl": _qr_code}
)
