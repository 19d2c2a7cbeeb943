"""Flows: their categories, and what may be done in which state, as a table. Pure; knows no row and no operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class FlowStatus(StrEnum):
    """The state of a flow, in the service's spelling."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    DEPRECATED = "DEPRECATED"


@dataclass(frozen=True, slots=True)
class FlowAllowed:
    """What one state allows. `edit` is of name, categories, endpoint and JSON alike."""

    edit: bool = False
    publish: bool = False
    deprecate: bool = False
    delete: bool = False


ALLOWED: Mapping[FlowStatus, FlowAllowed] = MappingProxyType(
    {
        FlowStatus.DRAFT: FlowAllowed(edit=True, publish=True, delete=True),
        FlowStatus.PUBLISHED: FlowAllowed(deprecate=True),
        FlowStatus.DEPRECATED: FlowAllowed(),
    }
)

CATEGORIES = (
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "OTHER",
)
