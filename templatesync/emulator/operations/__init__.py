"""The operations of the API, each a function from a call to a reply. Knows no HTTP.

To add one: its entry in `service/api.json`, which says what it takes and answers, and a function here that is marked
with `@operation(name)`. Dispatch, the check of parameters, quotas and the history need no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from templatesync.emulator.operations import account, flow, qr_code, template, upload
from templatesync.emulator.operations.call import Call, OperationFunction
from templatesync.emulator.outcome import OperationReply

_MODULES = (account, flow, qr_code, template, upload)

OPERATIONS: Mapping[str, Callable[[Call], OperationReply]] = MappingProxyType(
    {
        found.name: found.carry_out
        for module in _MODULES
        for found in vars(module).values()
        if isinstance(found, OperationFunction)
    }
)
