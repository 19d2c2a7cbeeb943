"""Templates as a caller of the API writes them, and the way to a decided review. Literal data of the contract tests."""

from __future__ import annotations

from typing import Any

import httpx

UTILITY: dict[str, Any] = {
    "Name": "parcel_ready",
    "Language": "en",
    "Category": "UTILITY",
    "TemplateType": "WHATSAPP",
    "AllowCategoryChange": True,
    "MessageSendTtlSeconds": 3600,
    "Components": [
        {"Type": "HEADER", "Format": "TEXT", "Text": "Order $(order)"},
        {"Type": "BODY", "Text": "Hi $(name), your parcel waits at $(shop) until Friday."},
        {"Type": "FOOTER", "Text": "100% recycled & packed + taped"},
        {
            "Type": "BUTTONS",
            "Buttons": [
                {
                    "Type": "URL",
                    "Text": "Track it",
                    "Url": "https://shop.example/track?a=1&b=2#at/$(code)",
                    "UrlType": "dynamic",
                },
                {"Type": "PHONE_NUMBER", "Text": "Call us", "PhoneNumber": "+6561234567"},
                {"Type": "QUICK_REPLY", "Text": "Thanks"},
            ],
        },
    ],
    "Example": {"order": "A-17", "name": "Ann", "shop": "Main St. 5", "code": "x1=y/2"},
}


def _card(number: int) -> dict[str, Any]:
    return {
        "CardComponents": [
            {"Type": "HEADER", "Format": "IMAGE", "Url": f"https://shop.example/{number}.png"},
            {"Type": "BODY", "Text": f"Shoe no. {number}"},
            {
                "Type": "BUTTONS",
                "Buttons": [
                    {"Type": "QUICK_REPLY", "Text": "More like this"},
                    {"Type": "URL", "Text": "Buy", "Url": f"https://shop.example/{number}", "UrlType": "static"},
                ],
            },
        ]
    }


CAROUSEL: dict[str, Any] = {
    "Name": "shoes_of_the_week",
    "Language": "en",
    "Category": "MARKETING",
    "TemplateType": "WHATSAPP",
    "Components": [
        {"Type": "BODY", "Text": "Look, $(name), new shoes!"},
        {"Type": "CAROUSEL", "Cards": [_card(1), _card(2), _card(3)]},
    ],
    "Example": {"name": "Ann"},
}

AUTHENTICATION: dict[str, Any] = {
    "Name": "sign_in_code",
    "Language": "en",
    "Category": "AUTHENTICATION",
    "TemplateType": "WHATSAPP",
    "MessageSendTtlSeconds": 60,
    "Components": [
        {"Type": "BODY", "AddSecretRecommendation": True},
        {"Type": "FOOTER", "HasExpiration": True, "CodeExpirationMinutes": 10},
        {
            "Type": "BUTTONS",
            "Buttons": [
                {
                    "Type": "ONE_TAP",
                    "Text": "Copy code",
                    "AutofillText": "Fill in",
                    "SupportedApps": [
                        {"PackageName": "com.example.shop", "SignatureHash": "K8a/AINcGX7"},
                        {"PackageName": "com.example.club", "SignatureHash": "L9b+BJOdHY8"},
                    ],
                }
            ],
        },
    ],
}

# The form from before there were several apps, which is all that the SDK for Node knows.
ONE_APP: dict[str, Any] = AUTHENTICATION | {
    "Components": [
        *AUTHENTICATION["Components"][:2],
        {
            "Type": "BUTTONS",
            "Buttons": [
                {
                    "Type": "ONE_TAP",
                    "Text": "Copy code",
                    "AutofillText": "Fill in",
                    "PackageName": "com.example.shop",
                    "SignatureHash": "K8a/AINcGX7",
                }
            ],
        },
    ]
}

# Right to left, beyond the basic plane, joined emoji, combining marks, and every character that URLs reserve.
UNICODE: dict[str, Any] = {
    "Name": "greeting_all",
    "Language": "ar",
    "Category": "MARKETING",
    "TemplateType": "WHATSAPP",
    "Components": [
        {
            "Type": "BODY",
            "Text": "مرحبا $(الاسم)، \U00020bb7野屋 👩‍👩‍👧 e\u0301 \u200f ~!*'();:@&=+$,/?#[]% \"\\<>`{|}^ \n\n*Gruß*.",
        },
        {"Type": "FOOTER", "Text": "再见 — до свидания"},
    ],
    "Example": {"الاسم": "آن 安"},
}


def create_body(text: str) -> dict[str, Any]:
    """The utility sample with another text."""
    return UTILITY | {"Name": "another", "Components": [{"Type": "BODY", "Text": text}]}


Samples = dict[str, dict[str, Any]]

EVERY: Samples = {"utility": UTILITY, "carousel": CAROUSEL, "authentication": AUTHENTICATION, "unicode": UNICODE}


def decide(url: str, space: str, code: str, language: str, status: str) -> None:
    """Play the reviewer."""
    order = {"cust_space_id": space, "template_code": code, "language": language, "status": status, "reason": "tone"}
    with httpx.Client(trust_env=False) as client:
        client.post(f"{url}/_emulator/review", json=order).raise_for_status()


def fault(url: str, **order: Any) -> None:
    """Order a fault."""
    with httpx.Client(trust_env=False) as client:
        client.post(f"{url}/_emulator/faults", json=order).raise_for_status()
