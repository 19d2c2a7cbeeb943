"""The words for where something stands, the same for every kind and every service. Pure; knows no kind."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What a person is told of a state. Documents for machines keep the service's own word."""

    APPROVED = "approved"
    IN_REVIEW = "in review"
    """A review is still to come, or running."""
    REJECTED = "rejected"
    PAUSED = "paused"
    DISABLED = "disabled"
    DRAFT = "draft"
    PUBLISHED = "published"
