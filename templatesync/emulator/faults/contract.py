"""The kinds of faults that users can order and rely on. Knows no state and no operation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from templatesync.emulator.faults.effect import Effect, unanswered, with_body
from templatesync.emulator.outcome import internal_error, throttled

CONTRACT: Mapping[str, Effect] = MappingProxyType(
    {
        "throttle": Effect(
            "Throttling.User instead of the call; `retry_after` milliseconds in a header, if given",
            refuse=lambda action, retry_after: throttled(retry_after or None),
        ),
        "500": Effect(
            "InternalError instead of the call",
            refuse=lambda action, retry_after: internal_error(),
        ),
        "drop_before": Effect(
            "the connection ends before the call is carried out",
            refuse=unanswered(0),
            drop=True,
        ),
        "drop_after": Effect("the connection ends after the call was carried out", drop=True),
        "truncate": Effect(
            "half of the answer to a call that was carried out",
            change=with_body(lambda body: body[: len(body) // 2]),
        ),
        "garbage": Effect(
            "bytes that are not JSON, as the answer to a call that was carried out",
            change=with_body(lambda body: b"\x00\xff\xfe not JSON {]"),
        ),
        "slow": Effect("the true answer, `seconds` late", slow=True),
    }
)
