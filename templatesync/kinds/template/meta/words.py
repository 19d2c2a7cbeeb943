"""Words by which Meta's templates are known: categories, of old ones too, and types of components. Data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Meta's categories before April 2023, and before 2022, as Meta itself moved them.
OLD_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "OTP": "AUTHENTICATION",
        "TRANSACTIONAL": "UTILITY",
        **dict.fromkeys(
            (
                "ACCOUNT_UPDATE", "ALERT_UPDATE", "APPOINTMENT_UPDATE", "ISSUE_RESOLUTION", "PAYMENT_UPDATE",
                "PERSONAL_FINANCE_UPDATE", "RESERVATION_UPDATE", "SHIPPING_UPDATE", "TICKET_UPDATE",
                "TRANSPORTATION_UPDATE",
            ),
            "UTILITY",
        ),
    }
)  # fmt: skip
CATEGORIES = frozenset({"AUTHENTICATION", "MARKETING", "UTILITY", *OLD_CATEGORIES})
COMPONENTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"})
"""Types of components, by which a template is recognised."""
FACTS = frozenset(
    {
        "name", "language", "languages", "category", "components", "message_send_ttl_seconds",
        # Facts about the template at Meta, and switches of the call: nothing of the message is in them.
        "id", "status", "sub_category", "previous_category", "correct_category", "allow_category_change",
        "parameter_format", "quality_score", "quality_rating", "rejected_reason", "rejection_reason",
        "specific_rejection_reason", "last_updated_time", "library_template_name", "library_template_body_inputs",
        "library_template_button_inputs",
        # Of the library's listing.
        "topic", "usecase", "industry", "body_param_types",
        # Of whoever keeps the list.
        "namespace", "external_id", "partner_id", "waba_id", "waba_account_id", "account_id", "business_id",
        "phone_number_id", "created_at", "created_by", "created_time", "modified_at", "modified_by", "updated_at",
        "updated_by", "updated_external", "localizations", "localisations", "translations",
    }
)  # fmt: skip
"""Fields of a template that lose nothing when they are passed over."""
