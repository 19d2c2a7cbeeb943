"""The operations on templates. Knows no HTTP, and leaves what makes a template acceptable to `platform`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from templatesync.emulator.operations import limits, responses
from templatesync.emulator.operations.call import Call, operation
from templatesync.emulator.operations.flow import check_links
from templatesync.emulator.operations.paging import asked_page, shown_total, window
from templatesync.emulator.operations.upload import check_samples
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.emulator.platform.review import ReviewStatus, may_delete, may_edit
from templatesync.emulator.platform.template import check_content, check_identity
from templatesync.emulator.settings import Codes
from templatesync.emulator.store import sent, templates
from templatesync.emulator.store.templates import Filter, TemplateRow
from templatesync.model.json_value import Json

_MARKED_BY_MODIFY = ("MessageSendTtlSeconds", "ProductSetId")


@operation("CreateChatappTemplate")
def create(call: Call) -> OperationReply:
    """CreateChatappTemplate."""
    name, language, kind = call.text("Name"), call.text("Language"), call.text("TemplateType")
    if call.space.review != "APPROVED":
        raise RefusedCall("InvalidParameter.CreateError", f"The WABA is {call.space.review}, not APPROVED.")
    check_identity(name, language)
    check_content(kind, call.text("Category"), call.params)
    check_links(call)
    check_samples(call)
    space = call.space.id
    if templates.get(call.db, space, Filter(name=name, language=language, type=kind)):
        raise RefusedCall(
            "InvalidParameter.TemplateNameExist", f"A template {name} in {language} exists already (2388024)."
        )
    limits.check_creation(call, name, language, kind)
    return submitted(call, kind, _content(call), _sent(call, (*_MARKED_BY_MODIFY, "CategoryChangePaused")))


def submitted(call: Call, kind: str, content: Mapping[str, Json], properties: Mapping[str, Json]) -> OperationReply:
    """Make a template, whose review begins now, and say its code."""
    name, language, space = call.text("Name"), call.text("Language"), call.space.id
    template = TemplateRow(
        id=0,
        space=space,
        type=kind,
        name=name,
        language=language,
        code=templates.make_code(call.db, space, kind, name, language, per_name=call.settings.codes is Codes.PER_NAME),
        category=call.text("Category"),
        status=ReviewStatus.AUDITING,
        reason="",
        held=False,
        created=call.now,
        submitted=call.now,
        updated=call.now,
        content=content,
        properties=properties,
    )
    templates.insert(call.db, template)
    return OperationReply({"Data": {"TemplateCode": template.code, "TemplateName": name}}, changed=True)


def _content(call: Call) -> dict[str, Json]:
    return {"Components": call.params["Components"], "Example": call.params.get("Example")}


def _sent(call: Call, names: tuple[str, ...]) -> dict[str, Json]:
    return {name: call.params[name] for name in names if name in call.params}


@operation("ModifyChatappTemplate")
def modify(call: Call) -> OperationReply:
    """ModifyChatappTemplate: replaces the content as a whole and starts a review. Category is ignored."""
    if call.text("TemplateType") not in ("", "WHATSAPP"):
        raise RefusedCall("InvalidParameter.TemplateTypeNotSupport", "Only WHATSAPP templates can be modified.")
    template = _only(call, "DetailError.TemplateNotExist")
    if template.type != "WHATSAPP":
        raise RefusedCall("InvalidParameter.TemplateTypeNotSupport", "Only WHATSAPP templates can be modified.")
    check_content(template.type, template.category, call.params)
    check_links(call)
    check_samples(call)
    if not may_edit(template.status, call.settings):
        raise RefusedCall(
            "InvalidParameter.AuditStatusNotSupport",
            f"A template in the state {template.status.value} cannot be modified.",
        )
    limits.check_edit(call, template)
    if template.status is ReviewStatus.PASS:
        templates.add_edit(call.db, template, call.now)
    kept = {name: value for name, value in template.properties.items() if name not in _MARKED_BY_MODIFY}
    templates.update(
        call.db,
        replace(
            template,
            status=ReviewStatus.AUDITING,
            reason="",
            held=False,
            submitted=call.now,
            updated=call.now,
            content=_content(call),
            properties=kept | _sent(call, (*_MARKED_BY_MODIFY, "CategoryChangePaused")),
        ),
    )
    return OperationReply({"Data": {"TemplateCode": template.code, "TemplateName": template.name}}, changed=True)


@operation("ModifyChatappTemplateProperties")
def modify_properties(call: Call) -> OperationReply:
    """ModifyChatappTemplateProperties: in any state, without a review."""
    if call.text("TemplateType") != "WHATSAPP":
        raise RefusedCall("InvalidParameter.TemplateTypeNotSupport", "Only WHATSAPP templates have these properties.")
    template = _only(call, "DetailError.TemplateNotExist")
    sent = _sent(call, ("AllowSend", "CategoryChangePaused"))
    templates.update(call.db, replace(template, updated=call.now, properties={**template.properties, **sent}))
    return OperationReply({"Model": {}}, changed=True)


@operation("DeleteChatappTemplate")
def delete(call: Call) -> OperationReply:
    """DeleteChatappTemplate: one language, or all of them when none is named."""
    if call.text("TemplateType") not in ("WHATSAPP", "VIBER"):
        raise RefusedCall("InvalidParameter.TemplateTypeNotSupport", "TemplateType must be WHATSAPP or VIBER.")
    found = templates.find(call.db, call.space.id, _asked(call))
    if not found:
        raise RefusedCall("DelError.TemplateNotExist", "The template does not exist.")
    for template in found:
        if not may_delete(template.status):
            raise RefusedCall(
                "InvalidParameter.AuditStatusNotSupport",
                f"A template in the state {template.status.value} cannot be deleted.",
            )
    for template in found:
        templates.delete(call.db, template, call.now)
    return OperationReply(changed=True)


@operation("ArchiveChatappTemplate")
def archive(call: Call) -> OperationReply:
    """ArchiveChatappTemplate. The page names no archive types; `UNARCHIVE`, in any case, undoes."""
    if call.text("ChannelType").upper() != "WHATSAPP":
        raise RefusedCall("InvalidParameter.ChannelTypeNotSupport", "Only the channel WHATSAPP is supported.")
    archived = call.text("ArchiveType").upper() != "UNARCHIVE"
    wanted = [
        Filter(code=str(item["TemplateCode"]), language=str(item["Language"])) for item in call.params["TemplateList"]
    ]
    found = [templates.get(call.db, call.space.id, one) for one in wanted]
    known = [template for template in found if template is not None]
    if len(known) < len(wanted) or not wanted:
        raise RefusedCall("DetailError.TemplateNotExist", "A template of the list does not exist.")
    for template in known:
        properties = {**template.properties, "Archived": archived}
        templates.update(call.db, replace(template, updated=call.now, properties=properties))
    return OperationReply({"Data": {"Code": "OK", "Message": "OK", "RequestId": None, "Success": True}}, changed=True)


@operation("GetChatappTemplateDetail")
def detail(call: Call) -> OperationReply:
    """GetChatappTemplateDetail."""
    return OperationReply({"Data": responses.detail(_only(call, "DetailError.TemplateNotExist"))})


def _asked(call: Call) -> Filter:
    code, name = call.text("TemplateCode"), call.text("TemplateName")
    if not code and not name:
        raise RefusedCall("InvalidParameter.TemplateCodeNotEmpty", "TemplateCode or TemplateName is required.")
    return Filter(code=code, name=name, language=call.text("Language"), type=call.text("TemplateType"))


def _only(call: Call, code: str) -> TemplateRow:
    template = templates.get(call.db, call.space.id, _asked(call))
    if template is None:
        raise RefusedCall(code, "The template does not exist.")
    return template


@operation("ListChatappTemplate")
def listing(call: Call) -> OperationReply:
    """ListChatappTemplate: newest first, in pages, as the state was `consistency_delay` ago."""
    index, size = asked_page(call)
    wanted = Filter(
        name=call.text("Name"),
        language=call.text("Language"),
        status=call.text("AuditStatus"),
        category=call.text("Category"),
        code=call.text("Code"),
        type=call.text("TemplateType"),
    )
    seen_at = call.now - call.settings.consistency_delay
    total = templates.count(call.db, call.space.id, wanted, seen_at=seen_at)
    offset, size = window(call.settings.pages, index, size, total)
    rows = templates.page(call.db, call.space.id, wanted, seen_at=seen_at, offset=offset, size=size)
    return OperationReply(
        {"ListTemplate": [responses.summary(row) for row in rows], "Total": shown_total(call.settings.pages, total)}
    )


@operation("GetChatappTemplateMetric")
def metric(call: Call) -> OperationReply:
    """GetChatappTemplateMetric: the emulator sends nothing, so all counts are 0 but those that a test has set."""
    start, end = call.params["Start"], call.params["End"]
    step = 1_800_000 if call.text("Granularity") == "HALF_HOUR" else 86_400_000
    # 90 days is what Meta keeps; it also bounds the answer.
    if not 0 <= start < end <= start + 90 * 86_400_000:
        raise RefusedCall("InvalidParameter.TimeRangeInvalid", "End must be after Start, and at most 90 days after it.")
    template = _only(call, "DetailError.TemplateNotExist")
    rows = []
    for at in range(start, end, step):
        until = min(at + step, end)
        counts = sent.between(call.db, call.space.id, template.code, template.language, at / 1000, until / 1000)
        rows.append(
            {
                "Cliented": [],
                "DeliveredCount": counts.delivered,
                "End": until,
                "Language": template.language,
                "ReadCount": counts.read,
                "SentCount": counts.sent,
                "Start": at,
                "TemplateCode": template.code,
            }
        )
    return OperationReply({"Data": rows})
