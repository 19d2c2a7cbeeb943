"""The review of a template as a table of what may happen in which state. Pure; knows no row and no operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from templatesync.emulator.settings import ModifyApproved, Review, Settings


class ReviewStatus(StrEnum):
    """AuditStatus, in the service's spelling."""

    UNAUDIT = "unaudit"
    AUDITING = "auditing"
    PASS = "pass"  # noqa: S105 - a review state
    FAIL = "fail"
    PAUSED = "paused"
    DISABLED = "disabled"


class Edit(StrEnum):
    """Whether a state lets a template be edited."""

    YES = "yes"
    NO = "no"
    AS_SET = "as set"
    """As `Settings.modify_approved` says."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one state allows. Every edit that is allowed leads to `auditing`."""

    edit: Edit
    delete: bool


# The operation's page allows edits before a review and after a rejection; the console's and Meta's pages allow them
# for approved and paused templates too. Meta refuses to delete what it has disabled.
ALLOWED: Mapping[ReviewStatus, Allowed] = MappingProxyType(
    {
        ReviewStatus.UNAUDIT: Allowed(Edit.YES, delete=True),
        ReviewStatus.AUDITING: Allowed(Edit.NO, delete=True),
        ReviewStatus.PASS: Allowed(Edit.AS_SET, delete=True),
        ReviewStatus.FAIL: Allowed(Edit.YES, delete=True),
        ReviewStatus.PAUSED: Allowed(Edit.AS_SET, delete=True),
        ReviewStatus.DISABLED: Allowed(Edit.NO, delete=False),
    }
)

# What the decision of a review leads to, by who decides. Nobody decides `manual` ones but the control endpoint.
DECISIONS: Mapping[Review, tuple[ReviewStatus, str] | None] = MappingProxyType(
    {
        Review.MANUAL: None,
        Review.APPROVE: (ReviewStatus.PASS, ""),
        Review.REJECT: (
            ReviewStatus.FAIL,
            "INVALID_FORMAT: rejected, because this emulator is set to reject everything",
        ),
    }
)

# The service answers `NONE` or nothing for a rejection without a reason; Meta's own word for it is this.
DEFAULT_REASON = "INCORRECT_CATEGORY"


def may_edit(status: ReviewStatus, settings: Settings) -> bool:
    """Whether ModifyChatappTemplate is taken in this state."""
    edit = ALLOWED[status].edit
    if edit is Edit.AS_SET:
        return settings.modify_approved is ModifyApproved.ALLOW
    return edit is Edit.YES


def may_delete(status: ReviewStatus) -> bool:
    """Whether DeleteChatappTemplate is taken in this state."""
    return ALLOWED[status].delete
