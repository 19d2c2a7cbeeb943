"""Parts of templates, short to write, as the platform wants them in a request."""

from __future__ import annotations

from typing import Any

from support.emulator_caller import body, shop

MEDIA = "https://example.com/a.jpg"


def button(kind: str, **more: Any) -> dict[str, Any]:
    usual: dict[str, dict[str, Any]] = {
        "QUICK_REPLY": {"Text": "Yes"},
        "URL": {"Text": "Open", "Url": "https://example.com/x", "UrlType": "static"},
        "PHONE_NUMBER": {"Text": "Call", "PhoneNumber": "+4930123456"},
        "COPY_CODE": {"CouponCode": "SAVE10"},
        "FLOW": {"Text": "Go", "FlowId": "1", "FlowAction": "NAVIGATE", "NavigateScreen": "A"},
        "CATALOG": {},
        "MPM": {},
        "ONE_TAP": {"PackageName": "com.example.app", "SignatureHash": "abcdefghijk"},
    }
    return {"Type": kind} | usual[kind] | more


def buttons(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "BUTTONS", "Buttons": list(listed)}


def header(**more: Any) -> dict[str, Any]:
    return {"Type": "HEADER"} | more


def card(*listed: dict[str, Any], **more: Any) -> dict[str, Any]:
    parts = [header(Format="IMAGE", Url=MEDIA) | more, {"Type": "BODY", "Text": "Card"}]
    return {"CardComponents": [*parts, buttons(*listed)] if listed else parts}


def carousel(*cards: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "CAROUSEL", "Cards": list(cards)}


def offer(text: str = "Expiring!") -> dict[str, Any]:
    return {"Type": "LIMITED_TIME_OFFER", "Text": text, "HasExpiration": True}


def marketing(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return shop(Category="MARKETING", Components=[body(), *components], **more)


def utility(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return shop(Components=[body(), *components], **more)


def password(one: dict[str, Any], *others: dict[str, Any], **more: Any) -> dict[str, Any]:
    components = [{"Type": "BODY"}, *others, buttons(one)]
    return shop(Category="AUTHENTICATION", Components=components, Example=None, **more)
