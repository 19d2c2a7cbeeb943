"""Requests that only find out whether a call is permitted. None of them can change anything, whoever answers it.

They are complete, so that the gateway lets them through to where permissions are checked; and what they name cannot
exist, so that the service has nothing to carry them out on.
"""

from __future__ import annotations

from templatesync.model.request import Request

READS = ("GetChatappTemplateDetail", "ListChatappTemplate")
WRITES = (
    "CreateChatappTemplate",
    "DeleteChatappTemplate",
    "GetChatappUploadAuthorization",
    "ModifyChatappTemplate",
    "ModifyChatappTemplateProperties",
)

# The service makes codes of letters and digits, names have no blank or capital, and no country has the code ZZ.
_CODE = "-templatesync doctor-"
_NAME = "Templatesync Doctor asks, nothing is meant"
_LANGUAGE = "zz_ZZ"
_TYPE = "WHATSAPP"
# The service refuses `{{1}}` whatever else is right (InvalidParameter.MessageInvalid): its variables are `$(name)`.
_COMPONENTS = [{"Type": "BODY", "Text": "{{1}}"}]
_ADDRESS = {"TemplateCode": _CODE, "TemplateName": _NAME, "Language": _LANGUAGE, "TemplateType": _TYPE}

PROBES = (
    Request("GetChatappTemplateDetail", _ADDRESS),
    Request("ListChatappTemplate", {"TemplateType": _TYPE, "Page": {"Index": 1, "Size": 1}}),
    # Three things are wrong, each enough to be refused: a language, a name and a text that cannot be.
    Request(
        "CreateChatappTemplate",
        {
            "Name": _NAME,
            "Language": _LANGUAGE,
            "Category": "UTILITY",
            "TemplateType": _TYPE,
            "Components": _COMPONENTS,
        },
    ),
    Request("DeleteChatappTemplate", _ADDRESS),
    Request("GetChatappUploadAuthorization"),
    Request("ModifyChatappTemplate", {**_ADDRESS, "Components": _COMPONENTS}),
    # It names no switch either.
    Request("ModifyChatappTemplateProperties", {"TemplateCode": _CODE, "Language": _LANGUAGE, "TemplateType": _TYPE}),
)
