"""Requests that only find out whether a call is permitted. None can change anything: what they name cannot exist."""

from __future__ import annotations

from templatesync.model.request import Request

READS = ("GetFlow", "GetFlowJSONAssest", "ListFlow")
# The leave to upload changes nothing by itself, but a plan has no use for it.
WRITES = (
    "CreateFlow",
    "DeleteFlow",
    "DeprecateFlow",
    "GetChatappUploadAuthorization",
    "ModifyFlow",
    "PublishFlow",
    "UpdateFlowJSONAsset",
)

# Ids are digits, a name has at most 200 characters, there is no such category, and an endpoint must be https.
_ID = {"FlowId": "-templatesync doctor-"}
_CONTENT = {
    "FlowName": "nothing is meant " * 30,
    "Categories": ["TEMPLATESYNC_DOCTOR"],
    "EndpointUri": "nothing is meant",
}

PROBES = (
    Request("ListFlow", {"FlowName": "-templatesync doctor-", "Page": {"Index": 1, "Size": 1}}),
    Request("GetFlow", _ID),
    Request("GetFlowJSONAssest", _ID),
    Request("CreateFlow", _CONTENT),
    Request("DeleteFlow", _ID),
    Request("DeprecateFlow", _ID),
    Request("GetChatappUploadAuthorization"),
    Request("ModifyFlow", {**_CONTENT, **_ID}),
    Request("PublishFlow", _ID),
    Request("UpdateFlowJSONAsset", {**_ID, "FilePath": "nothing is meant"}),
)
