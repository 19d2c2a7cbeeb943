"""The operations of the API that flows need: what a policy must allow. Knows no request."""

from __future__ import annotations

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
