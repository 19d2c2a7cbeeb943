"""Components and buttons in Meta's form, one by one, with what CAMS does not have refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from support.meta_entries import HELLO, button, buttons, convert, reason, template

from templatesync.kinds.template.meta import Converted, read

# --- headers and other components -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "url", "note"),
    [
        ({"header_handle": ["https://example.com/a.png"]}, "https://example.com/a.png", ""),
        ({"header_url": "http://example.com/a.png"}, "http://example.com/a.png", ""),
        ("https://example.com/a.png", "https://example.com/a.png", ""),
        ({"header_handle": ["https://scontent.whatsapp.net/v/a.png?oe=1"]}, "https://scontent.whatsapp.net/v/a.png?oe=1",
         "will end"),
        ({"header_handle": ["4::aW1hZ2U="]}, None, "no public link"),
        ({}, None, "no public link"),
        (None, None, "no public link"),
        ({"header_url": "https://[broken"}, "https://[broken", ""),
    ],
)  # fmt: skip
def test_media_headers(example: Any, url: str | None, note: str) -> None:
    one = convert({"type": "header", "format": "document", "example": example}, HELLO)
    header = one.body["Components"][0]
    assert (header["Type"], header["Format"], header.get("Url")) == ("HEADER", "DOCUMENT", url)
    assert note in " ".join(one.notes) and bool(note) == bool(one.notes)


@pytest.mark.parametrize(
    ("components", "thing"),
    [
        ([{"type": "HEADER", "format": "LOCATION"}], "LOCATION"),
        ([{"type": "HEADER", "format": "PRODUCT"}], "PRODUCT"),
        ([{"type": "HEADER", "format": "GIF"}], "GIF"),
        ([{"type": "HEADER"}], "no format"),
        ([{"type": "CALL_PERMISSION_REQUEST"}], "CALL_PERMISSION_REQUEST"),
        ([{"text": "?"}], "component 1 of the message has no type"),
        ([None], "component 1 of the message has no type"),
        ([], "no components"),
        ([{"type": "CAROUSEL", "cards": []}], "no cards"),
        ([{"type": "CAROUSEL", "cards": [{}]}], "card 1 has no components"),
        ([{"type": "CAROUSEL", "cards": [{"components": [{"type": "HEADER", "format": "PRODUCT"}]}]}], "PRODUCT"),
        ([{"type": "CAROUSEL", "cards": [{"components": [{"type": "HEADER", "format": "DOCUMENT"}]}]}], "DOCUMENT"),
        ([{"type": "CAROUSEL", "cards": [{"components": [{"type": "FOOTER", "text": "x"}]}]}], '"FOOTER"'),
        ([{"type": "CAROUSEL", "cards": [{"components": [buttons({"type": "COPY_CODE"})]}]}], '"COPY_CODE"'),
        ([buttons({"type": "SPM", "text": "View"})], "SPM"),
        ([buttons({"type": "ORDER_DETAILS"})], "ORDER_DETAILS"),
        ([buttons({"type": "VOICE_CALL"})], "VOICE_CALL"),
        ([buttons({"text": "?"})], "button 1 has no type"),
        ([buttons({"type": "FLOW", "flow_name": "signup"})], "flow_id"),
        ([buttons({"type": "FLOW", "flow_id": "1", "flow_action": "dance"})], "DANCE"),
        ([buttons({"type": "OTP", "otp_type": "COPY_CODE"})], "only AUTHENTICATION"),
        ([buttons({"type": "ONE_TAP"})], "only AUTHENTICATION"),
    ],
)
def test_what_cams_cannot_express_is_refused_by_name(components: list[Any], thing: str) -> None:
    assert thing in reason(*components)


def test_kinds_of_messages_that_cams_does_not_have() -> None:
    assert "ORDER_STATUS" in reason(HELLO, sub_category="ORDER_STATUS")
    assert convert(HELLO, sub_category="CUSTOM").notes == ()


def test_components_that_are_there_in_name_only() -> None:
    header, footer = {"type": "HEADER", "format": "TEXT", "text": ""}, {"type": "FOOTER", "text": ""}
    one = convert(header, HELLO, footer, buttons())
    assert [part["Type"] for part in one.body["Components"]] == ["BODY"]
    assert one.notes == ("HEADER has no text", "FOOTER has no text")


def test_limited_time_offer() -> None:
    offer = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Ends {{1}}", "has_expiration": True}}
    one = convert(HELLO, offer, category="MARKETING")
    assert one.body["Components"][0] == {"Type": "LIMITED_TIME_OFFER", "Text": "Ends $(offer1)", "HasExpiration": True}


# --- buttons --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "example", "expected", "sample"),
    [
        ("https://example.com/p", None, "https://example.com/p", None),
        ("https://example.com/p/{{1}}", ["77"], "https://example.com/p/$(url1)", "77"),
        ("https://example.com/p/{{1}}", "https://example.com/p/77", "https://example.com/p/$(url1)", "77"),
        ("https://example.com/{{1}}/end", ["https://example.com/77/end"], "https://example.com/$(url1)/end", "77"),
        ("https://example.com/{{1}}", ["https://example.com/"], "https://example.com/$(url1)", "https://example.com/"),
        ("https://example.com/{{1}}", ["https://example.org/77"], "https://example.com/$(url1)", "https://example.org/77"),
        ("{{1}}", ["https://example.org/77"], "$(url1)", "https://example.org/77"),
        ("https://a.io/p/%7B%7B1%7D%7D{{1}}", ["https://a.io/p/77"], "https://a.io/p/%7B%7B1%7D%7D$(url1)", "77"),
        ("https://example.com/{{1}}/{{2}}", ["a", "b"], "https://example.com/$(url1)/$(url1_2)", "a"),
    ],
)  # fmt: skip
def test_url_buttons(url: str, example: Any, expected: str, sample: str | None) -> None:
    result, one = button({"type": "URL", "text": "See", "url": url, "example": example})
    assert result["Url"] == expected
    assert result["UrlType"] == ("dynamic" if "$(" in expected else "static")
    assert one.body.get("Example", {}).get("url1") == sample
    assert any("another URL" in note for note in one.notes) == (sample is not None and sample.startswith("http"))
    assert any("is text, which customers get" in note for note in one.notes) == ("%7B" in url)


def test_the_second_url_button_has_its_own_variable() -> None:
    link = {"type": "URL", "text": "See", "url": "https://example.com/{{1}}"}
    one = convert(HELLO, buttons(link, {"type": "QUICK_REPLY", "text": "Ok"}, link))
    assert [entry.get("Url") for entry in one.body["Components"][-1]["Buttons"]] == [
        "https://example.com/$(url1)",
        None,
        "https://example.com/$(url2)",
    ]


@pytest.mark.parametrize(
    ("entry", "expected", "note"),
    [
        ({"type": "quick_reply", "text": "Ok"}, {"Type": "QUICK_REPLY", "Text": "Ok"}, ""),
        ({"type": "URL", "text": "See", "url": ""}, {"Type": "URL", "Text": "See", "UrlType": "static"}, "no URL"),
        ({"type": "PHONE_NUMBER", "text": "Call", "phone_number": 4930123},
         {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "4930123"}, ""),
        ({"type": "CATALOG", "text": "View catalog"}, {"Type": "CATALOG", "Text": "View catalog"}, ""),
        ({"type": "MPM", "text": "View items"}, {"Type": "MPM", "Text": "View items"}, ""),
        ({"type": "COPY_CODE", "example": ["SAVE5"]}, {"Type": "COPY_CODE", "CouponCode": "$(couponCode)"}, ""),
        ({"type": "COPY_CODE"}, {"Type": "COPY_CODE", "CouponCode": "$(couponCode)"}, "no sample for $(couponCode)"),
        ({"type": "FLOW", "text": "Book", "flow_id": "42", "flow_action": "navigate", "navigate_screen": "START"},
         {"Type": "FLOW", "Text": "Book", "FlowId": "42", "FlowAction": "NAVIGATE", "NavigateScreen": "START"},
         "at Meta"),
        ({"type": "FLOW", "text": "Book", "flow_id": 42},
         {"Type": "FLOW", "Text": "Book", "FlowId": "42", "FlowAction": "NAVIGATE"}, "requires NavigateScreen"),
        ({"type": "FLOW", "text": "Book", "flow_id": "42", "flow_action": "data_exchange"},
         {"Type": "FLOW", "Text": "Book", "FlowId": "42", "FlowAction": "DATA_EXCHANGE"}, "at Meta"),
        ({"type": "URL", "text": "See", "url": "https://example.com", "app_deep_link": {"meta_app_id": 1}},
         {"Type": "URL", "Text": "See", "Url": "https://example.com", "UrlType": "static"}, '"app_deep_link"'),
    ],
)  # fmt: skip
def test_other_buttons(entry: dict[str, Any], expected: dict[str, Any], note: str) -> None:
    result, one = button(entry, category="MARKETING")
    assert result == expected
    assert note in " ".join(one.notes) and bool(note) == bool(one.notes)


def test_the_coupon_keeps_its_sample() -> None:
    assert button({"type": "COPY_CODE", "example": "SAVE5"})[1].body["Example"] == {"couponCode": "SAVE5"}


# --- authentication -------------------------------------------------------------------------------------------------

APP = {"package_name": "com.example.shop", "signature_hash": "abcdefghijk"}
CAMS_APP = {"PackageName": "com.example.shop", "SignatureHash": "abcdefghijk"}


def code(entry: Mapping[str, Any], **fields: Any) -> tuple[dict[str, Any], Converted]:
    result, one = button({"type": "OTP", **entry}, category="AUTHENTICATION", **fields)
    return result, one


@pytest.mark.parametrize("entry", [{"supported_apps": [APP]}, APP])
def test_one_tap(entry: dict[str, Any]) -> None:
    result, one = code({"otp_type": "one_tap", "text": "Copy", "autofill_text": "Fill in", **entry})
    assert result == {"Type": "ONE_TAP", "Text": "Copy", "AutofillText": "Fill in", "SupportedApps": [CAMS_APP]}
    assert one.notes == ("BODY: the text of an AUTHENTICATION template is made by the platform and was left out",)


def test_labels_that_cams_requires_are_filled_in() -> None:
    result, one = code({"otp_type": "ZERO_TAP", "supported_apps": [APP], "zero_tap_terms_accepted": True})
    assert (result["Text"], result["AutofillText"]) == ("Copy code", "Autofill")
    assert any('"zero_tap_terms_accepted"' in note for note in one.notes)
    result, _ = code({"otp_type": "COPY_CODE"}, languages=["en_US", "es_ES"])
    assert result == {"Type": "COPY_CODE", "Text": {"en_US": "Copy code", "es_ES": "Copiar código"}}
    result, _ = code({"otp_type": "COPY_CODE"}, languages=["en_US", "en_GB"])
    assert result == {"Type": "COPY_CODE", "Text": "Copy code"}


def test_labels_in_other_languages_are_left_to_the_user() -> None:
    result, one = code({"otp_type": "COPY_CODE"}, languages=["en", "sw"])
    assert result == {"Type": "COPY_CODE"}
    assert "button 1: CAMS requires Text; write it for sw" in one.notes


def test_authentication_as_meta_gives_it_back() -> None:
    url = (
        "https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Fill+in&package_name=com.a%2Ccom.b"
        "&signature_hash=abc%2Fefghijk%2Cabcdefghijk&code_expiration_minutes=5&code=otp{{1}}"
    )
    converted, refused = read(
        {
            "data": [
                template(
                    {"type": "BODY", "text": "*{{1}}* is your code.", "add_security_recommendation": True},
                    {"type": "FOOTER", "text": "It ends in 5 minutes."},
                    buttons({"type": "URL", "text": "Copy", "url": url, "example": [url]}),
                    category="AUTHENTICATION",
                )
            ]
        }
    )
    assert refused == []
    assert converted[0].body["Components"] == [
        {"Type": "BODY", "AddSecretRecommendation": True},
        {"Type": "FOOTER", "CodeExpirationMinutes": 5},
        {
            "Type": "BUTTONS",
            "Buttons": [
                {
                    "Type": "ONE_TAP",
                    "Text": "Copy",
                    "AutofillText": "Fill in",
                    "SupportedApps": [
                        {"PackageName": "com.a", "SignatureHash": "abc/efghijk"},
                        {"PackageName": "com.b", "SignatureHash": "abcdefghijk"},
                    ],
                }
            ],
        },
    ]
    assert "Example" not in converted[0].body


@pytest.mark.parametrize("kind", ["COPY_CODE", "ONE_TAP", "zero_tap"])
def test_the_kind_of_code_in_place_of_otp(kind: str) -> None:
    result, one = button({"type": kind, "text": "Copy", "autofill_text": "Fill in"}, category="AUTHENTICATION")
    assert (result["Type"], result["Text"]) == (kind.upper(), "Copy")
    assert "CouponCode" not in result and "Example" not in one.body


def test_a_code_of_no_kind_is_refused() -> None:
    assert "otp_type" in reason(HELLO, buttons({"type": "OTP"}), category="AUTHENTICATION")


@pytest.mark.parametrize(
    ("footer", "minutes", "noted"),
    [
        ({"code_expiration_minutes": 10}, 10, ""),
        ({"code_expiration_minutes": "10"}, 10, ""),
        ({"code_expiration_minutes": 10, "text": "It ends in 10 minutes."}, 10, ""),
        ({"code_expiration_minutes": 10, "text": "The tea house"}, 10, "the platform writes when"),
        ({"text": "7 minutes left"}, 7, "was read from"),
        ({"text": "Der Code läuft in 7 Minuten ab."}, 7, "was read from"),
        ({"text": "此验证码将在 7 分钟后过期。"}, 7, "was read from"),
        ({"text": "Thank you"}, None, "the footer was left out"),
        ({"text": "The tea house since 1887"}, None, "the footer was left out"),
        ({"text": "Studio 54"}, None, "the footer was left out"),
        ({"text": "5 or 7 minutes"}, None, "the footer was left out"),
        ({"text": "900 minutes"}, None, "the footer was left out"),
        ({"code_expiration_minutes": "soon"}, None, "the footer was left out"),
        ({}, None, "the footer was left out"),
    ],
)
def test_the_footer_of_a_code(footer: dict[str, Any], minutes: int | None, noted: str) -> None:
    one = convert({"type": "BODY"}, {"type": "FOOTER", **footer}, category="AUTHENTICATION")
    assert one.body["Components"][1:] == ([{"Type": "FOOTER", "CodeExpirationMinutes": minutes}] if minutes else [])
    assert len(one.notes) == bool(noted)
    assert noted in "".join(one.notes)


@pytest.mark.parametrize(
    "url", ["https://example.com/otp/?otp_type=ONE_TAP", "https://www.whatsapp.com/x", "https://[", 4]
)
def test_other_links_stay_links(url: Any) -> None:
    result, _ = button({"type": "URL", "text": "See", "url": url}, category="AUTHENTICATION")
    assert result["Type"] == "URL"
