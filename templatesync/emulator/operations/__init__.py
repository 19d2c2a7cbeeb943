"""Every operation the emulator carries out: one literal table. No operation knows HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from templatesync.emulator.call import Call
from templatesync.emulator.operations import account as account
from templatesync.emulator.operations import template as template
from templatesync.emulator.wire import Reply

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
        "GetChatappUploadAuthorization": account.upload_authorization,
    }
)
