"""The operations on flows. Knows no HTTP, and leaves what makes a flow's JSON acceptable to `platform`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from templatesync.emulator.object_store.download import asset_key
from templatesync.emulator.object_store.origin import MEDIA
from templatesync.emulator.operations.call import Call, operation
from templatesync.emulator.operations.paging import asked_page, window
from templatesync.emulator.operations.upload import find_upload
from templatesync.emulator.outcome import OperationReply, RefusedCall
from templatesync.emulator.platform import flow_json
from templatesync.emulator.platform.flow import ALLOWED, CATEGORIES, FlowStatus
from templatesync.emulator.platform.text import create_error
from templatesync.emulator.store import flows
from templatesync.emulator.store.flows import FlowRow
from templatesync.emulator.tokens import signed_query, token
from templatesync.model.json_value import Json

LONGEST_NAME = 200

# Seconds that the address of an asset works, and that a preview can be opened.
ASSET_SECONDS = 3600
PREVIEW_SECONDS = 30 * 86_400


@operation("CreateFlow")
def create(call: Call) -> OperationReply:
    """CreateFlow: a draft without JSON. Two flows may have one name."""
    if call.space.review != "APPROVED":
        raise RefusedCall("InvalidParameter.CreateError", f"The WABA is {call.space.review}, not APPROVED.")
    made = FlowRow(
        id=0,
        space=call.space.id,
        flow_id=flows.make_id(call.db, call.space.id),
        name=_name(call),
        categories=_categories(call),
        endpoint=_endpoint(call),
        status=FlowStatus.DRAFT,
        asset="",
        created=call.now,
        updated=call.now,
    )
    flows.insert(call.db, made)
    return OperationReply({"Data": _summary(made)}, changed=True)


@operation("ModifyFlow")
def modify(call: Call) -> OperationReply:
    """ModifyFlow: name, categories and endpoint of a draft. An endpoint that is not sent stays."""
    found = _only(call)
    if not ALLOWED[found.status].edit:
        raise _wrong_status(found, "modified")
    changed = replace(
        found,
        name=_name(call),
        categories=_categories(call),
        endpoint=_endpoint(call) or found.endpoint,
        updated=call.now,
    )
    flows.update(call.db, changed)
    return OperationReply(
        {"Data": _summary(changed) | {"EndpointUri": _or_absent(changed, changed.endpoint)}}, changed=True
    )


@operation("UpdateFlowJSONAsset")
def update_asset(call: Call) -> OperationReply:
    """UpdateFlowJSONAsset: of a draft, from an upload. JSON that could not be published is kept too, as Meta does."""
    found = _only(call)
    if not ALLOWED[found.status].edit:
        raise _wrong_status(found, "modified")
    upload = find_upload(call, call.text("FilePath"))
    if upload is None:
        raise RefusedCall("InvalidParameter.FilePathError", "FilePath is no upload of this space.")
    try:
        value = flow_json.read(upload.data)
    except ValueError as error:
        raise RefusedCall("InvalidParameter.FlowJsonError", f"FilePath: {error}.") from None
    flows.update(call.db, replace(found, asset=flow_json.write(value), updated=call.now))
    # No member of the answer that is documented; but the platform's own has one like it.
    wrong = [{"error": text.split(":")[0], "message": text} for text in flow_json.problems(value, found.endpoint)]
    return OperationReply({"Data": {"FlowId": found.flow_id, "ValidationErrors": wrong}}, changed=True)


@operation("PublishFlow")
def publish(call: Call) -> OperationReply:
    """PublishFlow: a draft whose JSON has no problem."""
    found = _only(call)
    if not ALLOWED[found.status].publish:
        raise _wrong_status(found, "published")
    wrong = flow_json.problems(_asset(found), found.endpoint) if found.asset else ["the flow has no JSON yet"]
    if wrong:
        raise RefusedCall("InvalidParameter.FlowJsonError", f"The flow cannot be published: {'; '.join(wrong)[:1000]}.")
    return _set_status(call, found, FlowStatus.PUBLISHED)


@operation("DeprecateFlow")
def deprecate(call: Call) -> OperationReply:
    """DeprecateFlow: a published one, and there is no way back."""
    found = _only(call)
    if not ALLOWED[found.status].deprecate:
        raise _wrong_status(found, "deprecated")
    return _set_status(call, found, FlowStatus.DEPRECATED)


def _set_status(call: Call, found: FlowRow, status: FlowStatus) -> OperationReply:
    flows.update(call.db, replace(found, status=status, updated=call.now))
    return OperationReply(changed=True)


@operation("DeleteFlow")
def delete(call: Call) -> OperationReply:
    """DeleteFlow: a draft."""
    found = _only(call)
    if not ALLOWED[found.status].delete:
        raise _wrong_status(found, "deleted")
    flows.delete(call.db, found, call.now)
    return OperationReply(changed=True)


@operation("GetFlow")
def detail(call: Call) -> OperationReply:
    """GetFlow."""
    found = _only(call)
    asset = _asset(found)
    shown: dict[str, Json] = {
        "DataApiVersion": asset.get("data_api_version") or _or_absent(found, ""),
        "EndpointUri": _or_absent(found, found.endpoint),
        "HealthStatus": None,
        "JSONVersion": asset.get("version") or _or_absent(found, ""),
        "Status": found.status.value,
    }
    return OperationReply({"Data": _summary(found) | shown | _preview(call, found)})


@operation("ListFlow")
def listing(call: Call) -> OperationReply:
    """ListFlow: newest first, in pages, deprecated ones too, as the state was `consistency_delay` ago.

    FlowName finds every name that contains it. There is no total.
    """
    part, seen_at = call.text("FlowName"), call.now - call.settings.consistency_delay
    index, size = asked_page(call)
    total = flows.count(call.db, call.space.id, part, seen_at=seen_at)
    offset, size = window(call.settings.pages, index, size, total)
    rows = flows.page(call.db, call.space.id, part, seen_at=seen_at, offset=offset, size=size)
    return OperationReply({"Data": [_summary(row) for row in rows]})


@operation("GetFlowJSONAssest")
def asset(call: Call) -> OperationReply:
    """GetFlowJSONAssest: the address of the JSON, signed and for an hour; none before the first upload."""
    found = _only(call)
    path = None
    if found.asset:
        key = asset_key(found)
        query = signed_query(call.settings, MEDIA, key, round(call.now) + ASSET_SECONDS)
        path = f"{call.origin.reachable(MEDIA, key)}?{query}"
    return OperationReply({"Data": {"FilePath": path, "FlowId": found.flow_id}})


@operation("GetFlowPreviewUrl")
def preview(call: Call) -> OperationReply:
    """GetFlowPreviewUrl: a new address every time."""
    found = _only(call)
    return OperationReply({"Data": {"FlowId": found.flow_id} | _preview(call, found)})


def check_links(call: Call) -> None:
    """Refuse a template whose FLOW button leads to a flow of this space that is not published.

    Of ids that the space never had, nothing is known; `strict_flows` refuses them too.
    """
    for flow_id in _linked(call.params["Components"]):
        found = flows.get(call.db, flow_id, call.space.id)
        if found is None and not call.settings.strict_flows and not flows.existed(call.db, call.space.id, flow_id):
            continue
        if found is None:
            raise create_error(f"there is no flow {flow_id[:40]!r} in this account")
        if found.status is not FlowStatus.PUBLISHED:
            raise create_error(f"the flow {flow_id} is {found.status.value}, and must be PUBLISHED")


def _linked(components: Json) -> Iterator[str]:
    for component in components:
        for button in component.get("Buttons") or []:
            if button.get("Type") == "FLOW" and button.get("FlowId"):
                yield str(button["FlowId"])
        for card in component.get("Cards") or []:
            yield from _linked(card.get("CardComponents") or [])


def _only(call: Call) -> FlowRow:
    flow_id = call.text("FlowId")
    if not flow_id:
        # Not marked as required everywhere, but nothing can be done without it.
        raise RefusedCall("MissingFlowId", "The parameter FlowId is required and was not sent.", status=400)
    found = flows.get(call.db, flow_id, call.space.id)
    if found is None:
        raise RefusedCall("InvalidParameter.FlowNotExist", "The flow does not exist.")
    return found


def _wrong_status(found: FlowRow, done: str) -> RefusedCall:
    message = f"A flow in the state {found.status.value} cannot be {done}."
    return RefusedCall("InvalidParameter.FlowStatusError", message)


def _name(call: Call) -> str:
    name = call.text("FlowName")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise RefusedCall("InvalidParameter.FlowNameError", f"FlowName must have 1 to {LONGEST_NAME} characters.")
    return name


def _categories(call: Call) -> tuple[str, ...]:
    given = call.params["Categories"]
    if not given or any(category not in CATEGORIES for category in given):
        raise RefusedCall(
            "InvalidParameter.CategoryNotSupport", f"Categories must be one or more of {', '.join(CATEGORIES)}."
        )
    return tuple(dict.fromkeys(given))


def _endpoint(call: Call) -> str:
    endpoint = call.text("EndpointUri")
    if endpoint and not re.match(r"https://[^/?#\s]+", endpoint):
        raise RefusedCall("InvalidParameter.EndpointUriError", "EndpointUri must be an https address.")
    return endpoint


def _asset(found: FlowRow) -> Mapping[str, Json]:
    value = json.loads(found.asset) if found.asset else {}
    assert isinstance(value, dict)
    return value


def _summary(found: FlowRow) -> dict[str, Json]:
    # Sorted one way or the other: the order says nothing.
    categories = sorted(found.categories, reverse=_varies(found))
    return {
        "Categories": categories,
        "FlowId": found.flow_id,
        "FlowName": found.name,
        "UpdateTime": round(found.updated * 1000),
    }


def _or_absent(found: FlowRow, text: str) -> str | None:
    """A text; where there is none, an empty one for some flows and null for others."""
    return text or ("" if _varies(found) else None)


def _varies(found: FlowRow) -> bool:
    """What the service is free to do in two ways is done to one flow in one, to another in the other."""
    return bool(hashlib.sha256(found.flow_id.encode()).digest()[0] & 1)


def _preview(call: Call, found: FlowRow) -> dict[str, Json]:
    suffix = token(call.settings, "preview", found.flow_id, str(call.now))[:32]
    return {
        "PreviewUrl": f"https://business.facebook.com/wa/manage/flows/{found.flow_id}/preview/?token={suffix}",
        "PreviewUrlExpires": round((call.now + PREVIEW_SECONDS) * 1000),
    }
