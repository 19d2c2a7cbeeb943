"""Every operation the emulator carries out: one literal table. No operation knows HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from templatesync.emulator.http.wire import Reply
from templatesync.emulator.operations import (
    account,
    flow,
    qr_code,
    template,
    upload,
)
from templatesync.emulator.operations.call import Call

# A new operation is a function in a module of its group and a line here; what it takes is in `cams/api.json`.
OPERATIONS: Mapping[str, Callable[[Call], Reply]] = MappingProxyType(
    {
        "CreateChatappTemplate": template.create,
        "ModifyChatappTemplate": template.modify,
        "ModifyChatappTemplateProperties": template.modify_properties,
        "DeleteChatappTemplate": template.delete,
        "ArchiveChatappTemplate": template.archive,
        "GetChatappTemplateDetail": template.detail,
        "ListChatappTemplate": template.listing,
        "GetChatappTemplateMetric": template.metric,
        "QueryChatappBindWaba": account.bound_waba,
        "QueryWabaBusinessInfo": account.business_info,
        "QueryChatappPhoneNumbers": account.phone_numbers,
        "GetWhatsappHealthStatus": account.health,
        "GetChatappUploadAuthorization": upload.authorization,
        "CreateFlow": flow.create,
        "ModifyFlow": flow.modify,
        "UpdateFlowJSONAsset": flow.update_asset,
        "PublishFlow": flow.publish,
        "DeprecateFlow": flow.deprecate,
        "DeleteFlow": flow.delete,
        "GetFlow": flow.detail,
        "ListFlow": flow.listing,
        "GetFlowJSONAssest": flow.asset,
        "GetFlowPreviewUrl": flow.preview,
        "CreatePhoneMessageQrdl": qr_code.create,
        "UpdatePhoneMessageQrdl": qr_code.update,
        "DeletePhoneMessageQrdl": qr_code.delete,
        "ListPhoneMessageQrdl": qr_code.listing,
    }
)
