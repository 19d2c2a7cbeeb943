"""The operations of the API that QR codes need: what a policy must allow. Knows no request."""

from __future__ import annotations

READS = ("ListPhoneMessageQrdl", "QueryChatappPhoneNumbers")
WRITES = ("CreatePhoneMessageQrdl", "DeletePhoneMessageQrdl", "UpdatePhoneMessageQrdl")
