"""The operations of the API that templates need: what a policy must allow. Knows no request."""

from __future__ import annotations

READS = ("GetChatappTemplateDetail", "ListChatappTemplate")
# The leave to upload changes nothing by itself, but a plan has no use for it.
WRITES = (
    "CreateChatappTemplate",
    "DeleteChatappTemplate",
    "GetChatappUploadAuthorization",
    "ModifyChatappTemplate",
    "ModifyChatappTemplateProperties",
)
