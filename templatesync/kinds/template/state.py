"""The states of a template's review, in whatever words the service tells them. Pure.

The SDK names the first four, the ChatAppAudit callback the next two. `sendFail` is on no page: users of the live
service see it, with a reason, for what Meta refused at submission. A console or a proxy may pass Meta's words on.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from templatesync.model.json_value import Json
from templatesync.model.state import State


class AuditStatus(StrEnum):
    """AuditStatus, as the documentation spells it."""

    UNAUDIT = "unaudit"
    AUDITING = "auditing"
    PASS = "pass"  # noqa: S105 - a review state, not a password
    FAIL = "fail"
    PAUSED = "paused"
    DISABLED = "disabled"


STATES: frozenset[str] = frozenset(AuditStatus)
WORDS: Mapping[str, State] = {
    AuditStatus.UNAUDIT: State.IN_REVIEW,
    AuditStatus.AUDITING: State.IN_REVIEW,
    AuditStatus.PASS: State.APPROVED,
    AuditStatus.FAIL: State.REJECTED,
    AuditStatus.PAUSED: State.PAUSED,
    AuditStatus.DISABLED: State.DISABLED,
}
EDITABLE = (AuditStatus.UNAUDIT, AuditStatus.FAIL)
APPROVED = (AuditStatus.PASS, AuditStatus.PAUSED)
PENDING: frozenset[str] = frozenset({AuditStatus.UNAUDIT, AuditStatus.AUDITING})
REJECTED: frozenset[str] = frozenset({AuditStatus.FAIL, AuditStatus.DISABLED})

# Meta's words are those of the `status` of its message templates. What is under appeal or about to be deleted is left
# out: nobody knows what the service does with it.
_WORDS: Mapping[str, AuditStatus] = {
    **{state.value: state for state in AuditStatus},
    "sendfail": AuditStatus.FAIL,
    "approved": AuditStatus.PASS,
    "rejected": AuditStatus.FAIL,
    "pending": AuditStatus.AUDITING,
    "inreview": AuditStatus.AUDITING,
}


def state(*told: Json) -> str:
    """The first of these that says something: a known state, or the service's own word. Empty when none does."""
    for word in told:
        if isinstance(word, str) and word.strip():
            return _WORDS.get(word.strip().casefold().replace("_", ""), word)
    return ""
