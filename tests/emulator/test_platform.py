"""What the platform takes as a template and what it refuses, with which code."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulator_caller import Caller, body, shop
from support.emulator_templates import (
    MEDIA,
    button,
    buttons,
    card,
    carousel,
    header,
    marketing,
    offer,
    password,
    utility,
)

CREATE_ERROR = "InvalidParameter.CreateError"
QR, URL, PHONE = button("QUICK_REPLY"), button("URL"), button("PHONE_NUMBER")
DYNAMIC = button("URL", Url="https://example.com/$(name)", UrlType="dynamic")

GOOD = {
    "name of 512": utility(Name="a" * 512),
    "name of digits": utility(Name="2026_x"),
    "language of Meta only": utility(Language="ar_AE"),
    "body of 1024": shop(Components=[body("x" * 1024)]),
    "header text": utility(header(Format="TEXT", Text="Act, $(name)!")),
    "header media": utility(header(Format="DOCUMENT", Url="http://example.com/a.pdf", FileName="a.pdf")),
    "footer of 60": utility({"Type": "FOOTER", "Text": "x" * 60}),
    "empty lists as the SDK sends them": shop(Components=[body() | {"Buttons": [], "Cards": []}]),
    "ten quick replies": utility(buttons(*[QR] * 10)),
    "quick replies first": utility(buttons(QR, QR, URL, PHONE)),
    "quick replies last": utility(buttons(URL, PHONE, QR, QR)),
    "dynamic url": utility(buttons(DYNAMIC)),
    "url without a type": utility(buttons({"Type": "URL", "Text": "Open", "Url": "https://example.com"})),
    "coupon": marketing(buttons(button("COPY_CODE"))),
    "coupon variable": marketing(buttons(button("COPY_CODE", CouponCode="$(coupon)"))),
    "flow": utility(buttons(button("FLOW"))),
    "catalog": marketing(buttons(button("CATALOG"))),
    "mpm": marketing(header(Format="TEXT", Text="Look"), buttons(button("MPM", Text="View items"))),
    "offer": marketing(offer(), buttons(button("COPY_CODE"), URL), header(Format="IMAGE", Url=MEDIA)),
    "carousel": marketing(carousel(card(URL, QR), card(URL, QR))),
    "carousel without buttons": marketing(carousel(card(), card())),
    "one time password": password(button("COPY_CODE", Text="Copy", CouponCode=None)),
    "one tap": password(
        button("ONE_TAP", Text="Copy", AutofillText="Fill"), {"Type": "FOOTER", "CodeExpirationMinutes": 90}
    ),
    "supported apps": password(
        {"Type": "ZERO_TAP", "SupportedApps": [{"PackageName": "a.b", "SignatureHash": "abcdefghij="}] * 5}
    ),
    "ttl": utility(MessageSendTtlSeconds=43_200),
    "ttl of marketing": marketing(MessageSendTtlSeconds=43_200),
    "ttl of minus one": utility(MessageSendTtlSeconds=-1),
}


@pytest.mark.parametrize("params", GOOD.values(), ids=GOOD.keys())
def test_accepted(caller: Caller, params: dict[str, Any]) -> None:
    caller.ok("CreateChatappTemplate", **params)


def long(text: str, number: int) -> str:
    return (text * number)[:number]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "name in capitals": (utility(Name="Shop"), CREATE_ERROR),
    "name with a hyphen": (utility(Name="a-b"), CREATE_ERROR),
    "name with a line break": (utility(Name="a\n"), CREATE_ERROR),
    "name of 513": (utility(Name="a" * 513), CREATE_ERROR),
    "no body": (shop(Components=[header(Format="TEXT", Text="x")]), CREATE_ERROR),
    "two bodies": (shop(Components=[body(), body()]), CREATE_ERROR),
    "blank body": (shop(Components=[body("  ")]), "InvalidParameter.TextNotEmpty"),
    "body without text": (shop(Components=[{"Type": "BODY"}]), "InvalidParameter.TextNotEmpty"),
    "braces": (shop(Components=[body("Hi {{1}}, hello.")]), "InvalidParameter.MessageInvalid"),
    "leading variable": (shop(Components=[body("$(name) hello.")]), "2388299"),
    "trailing variable": (shop(Components=[body("Hello $(name)")]), "2388299"),
    "only a variable": (shop(Components=[body(" $(name) ")]), "2388299"),
    "body of 1025": (shop(Components=[body("x" * 1025)]), "2388040"),
    "no example": (shop(Example=None), CREATE_ERROR),
    "empty example": (shop(Example={"name": ""}), CREATE_ERROR),
    "no example for a url": (utility(buttons(DYNAMIC | {"Url": "https://example.com/$(id)"})), CREATE_ERROR),
    "no example in a card": (
        marketing(carousel(card(DYNAMIC | {"Url": "https://example.com/$(id)"}), card(DYNAMIC))),
        CREATE_ERROR,
    ),
    "header without format": (utility(header(Text="x")), "InvalidParameter.HeaderTypeNotSupport"),
    "header with two variables": (
        utility(header(Format="TEXT", Text="$(a) and $(b)"), Example={"name": "x", "a": "x", "b": "x"}),
        "InvalidParameter.HeaderMoreVarable",
    ),
    "header of 61": (utility(header(Format="TEXT", Text="x" * 61)), "2388040"),
    "header of two lines": (utility(header(Format="TEXT", Text="x\ny")), "2388047"),
    "header without text": (utility(header(Format="TEXT")), "InvalidParameter.TextNotEmpty"),
    "media without url": (utility(header(Format="IMAGE")), "InvalidParameter.LinkNotEmpty"),
    "media of another scheme": (utility(header(Format="IMAGE", Url="ftp://example.com/a.jpg")), CREATE_ERROR),
    "footer of 61": (utility({"Type": "FOOTER", "Text": "x" * 61}), "2388040"),
    "footer with a variable": (utility({"Type": "FOOTER", "Text": "$(name)"}), "InvalidParameter.FooterHaveVariable"),
    "no buttons": (utility(buttons()), CREATE_ERROR),
    "eleven buttons": (utility(buttons(*[QR] * 11)), CREATE_ERROR),
    "two phones": (utility(buttons(PHONE, PHONE)), CREATE_ERROR),
    "three urls": (utility(buttons(URL, URL, URL)), CREATE_ERROR),
    "quick reply between": (utility(buttons(URL, QR, URL)), CREATE_ERROR),
    "quick replies around": (utility(buttons(QR, URL, QR)), CREATE_ERROR),
    "label of 26": (utility(buttons(button("QUICK_REPLY", Text="x" * 26))), "2388040"),
    "no label": (utility(buttons(button("QUICK_REPLY", Text=""))), "InvalidParameter.TextNotEmpty"),
    "variable in a label": (
        utility(buttons(button("QUICK_REPLY", Text="$(name)"))),
        "InvalidParameter.ButtonTextHaveVariable",
    ),
    "no phone number": (
        utility(buttons(button("PHONE_NUMBER", PhoneNumber=None))),
        "InvalidParameter.PhoneNumberError",
    ),
    "letters for a phone": (
        utility(buttons(button("PHONE_NUMBER", PhoneNumber="CALL-ME"))),
        "InvalidParameter.PhoneNumberError",
    ),
    "phone of 21": (
        utility(buttons(button("PHONE_NUMBER", PhoneNumber="1" * 21))),
        "InvalidParameter.PhoneNumberError",
    ),
    "no url": (utility(buttons(button("URL", Url=""))), "InvalidParameter.LinkNotEmpty"),
    "url of another scheme": (utility(buttons(button("URL", Url="javascript:alert(1)"))), CREATE_ERROR),
    "url of 2001": (utility(buttons(button("URL", Url=long("https://example.com/" + "x" * 2000, 2001)))), "2388040"),
    "variable in a static url": (utility(buttons(DYNAMIC | {"UrlType": "static"})), "InvalidParameter.UrlMoreVarable"),
    "dynamic url without": (utility(buttons(URL | {"UrlType": "dynamic"})), "InvalidParameter.UrlMoreVarable"),
    "variable not at the end": (
        utility(buttons(DYNAMIC | {"Url": "https://example.com/$(name)/x"})),
        "InvalidParameter.UrlMoreVarable",
    ),
    "two variables in a url": (
        utility(buttons(DYNAMIC | {"Url": "https://example.com/$(name)$(name)"})),
        "InvalidParameter.UrlMoreVarable",
    ),
    "coupon with a hyphen": (marketing(buttons(button("COPY_CODE", CouponCode="A-B"))), CREATE_ERROR),
    "coupon of 21": (marketing(buttons(button("COPY_CODE", CouponCode="A" * 21))), "2388040"),
    "one tap in utility": (utility(buttons(button("ONE_TAP", Text="x"))), CREATE_ERROR),
    "flow without id": (utility(buttons(button("FLOW", FlowId=None))), CREATE_ERROR),
    "flow without screen": (utility(buttons(button("FLOW", NavigateScreen=None))), CREATE_ERROR),
    "catalog in utility": (utility(buttons(button("CATALOG"))), CREATE_ERROR),
    "catalog with header": (marketing(header(Format="TEXT", Text="x"), buttons(button("CATALOG"))), "2388047"),
    "mpm without header": (marketing(buttons(button("MPM"))), "2388047"),
    "offer in utility": (utility(offer(), buttons(URL)), CREATE_ERROR),
    "offer of 17": (marketing(offer("x" * 17), buttons(URL)), "2388040"),
    "offer with footer": (marketing(offer(), buttons(URL), {"Type": "FOOTER", "Text": "x"}), CREATE_ERROR),
    "offer with text header": (marketing(offer(), buttons(URL), header(Format="TEXT", Text="x")), "2388047"),
    "offer without url": (marketing(offer(), buttons(QR)), CREATE_ERROR),
    "offer with coupon last": (marketing(offer(), buttons(URL, button("COPY_CODE"))), CREATE_ERROR),
    "offer without end and link first": (
        marketing(offer() | {"HasExpiration": False}, buttons(QR, URL)),
        CREATE_ERROR,
    ),
    "carousel in utility": (utility(carousel(card(), card())), CREATE_ERROR),
    "one card": (marketing(carousel(card())), CREATE_ERROR),
    "eleven cards": (marketing(carousel(*[card()] * 11)), CREATE_ERROR),
    "carousel beside buttons": (marketing(carousel(card(), card()), buttons(QR)), CREATE_ERROR),
    "cards of different headers": (marketing(carousel(card(), card(Format="VIDEO"))), CREATE_ERROR),
    "cards of different buttons": (marketing(carousel(card(URL, QR), card(QR, URL))), CREATE_ERROR),
    "card with three buttons": (marketing(carousel(card(QR, QR, QR), card(QR, QR, QR))), CREATE_ERROR),
    "card without header": (marketing(carousel(*[{"CardComponents": [body("x")]}] * 2)), "2388047"),
    "card header without url": (marketing(carousel(card(Url=None), card())), "InvalidParameter.LinkNotEmpty"),
    "ttl too short": (utility(MessageSendTtlSeconds=29), CREATE_ERROR),
    "ttl of marketing too short": (marketing(MessageSendTtlSeconds=600), CREATE_ERROR),
    "password with a header": (password(button("COPY_CODE"), header(Format="TEXT", Text="x")), CREATE_ERROR),
    "password with a text": (
        shop(Category="AUTHENTICATION", Components=[body(), buttons(button("COPY_CODE"))]),
        CREATE_ERROR,
    ),
    "password with a link": (password(URL), CREATE_ERROR),
    "password without a button": (shop(Category="AUTHENTICATION", Components=[{"Type": "BODY"}]), CREATE_ERROR),
    "password of 91 minutes": (
        password(button("COPY_CODE"), {"Type": "FOOTER", "CodeExpirationMinutes": 91}),
        CREATE_ERROR,
    ),
    "one tap without an app": (password({"Type": "ONE_TAP"}), CREATE_ERROR),
    "one tap with a short hash": (password(button("ONE_TAP", SignatureHash="29dkeke")), CREATE_ERROR),
    "six apps": (
        password({"Type": "ONE_TAP", "SupportedApps": [{"PackageName": "a.b", "SignatureHash": "abcdefghijk"}] * 6}),
        CREATE_ERROR,
    ),
    "viber with a footer": (utility({"Type": "FOOTER", "Text": "x"}, TemplateType="VIBER"), CREATE_ERROR),
    "viber with two buttons": (utility(buttons(URL, URL), TemplateType="VIBER"), CREATE_ERROR),
    "viber film with a link": (utility(header(Format="VIDEO"), buttons(URL), TemplateType="VIBER"), CREATE_ERROR),
    "viber film of an hour": (utility(header(Format="VIDEO", Duration=3600), TemplateType="VIBER"), CREATE_ERROR),
}


@pytest.mark.parametrize(("params", "expected"), BAD.values(), ids=BAD.keys())
def test_refused(caller: Caller, params: dict[str, Any], expected: str) -> None:
    """`expected` is the code, or Meta's number inside the message of CreateError."""
    answer = caller.call("CreateChatappTemplate", **params)
    if expected.isdecimal():
        assert (answer["Code"], f"#{expected}" in answer["Message"]) == (CREATE_ERROR, True), answer
    else:
        assert answer["Code"] == expected, answer
    assert caller.names() == []


def test_an_edit_meets_the_same_rules(caller: Caller) -> None:
    caller.create()
    caller.control("POST", "review", {"cust_space_id": "cams-one", "template_name": "shop", "status": "fail"})
    changed = {"TemplateName": "shop", "Language": "en", "Components": [body("Hi {{1}}.")]}
    assert caller.code("ModifyChatappTemplate", **changed) == "InvalidParameter.MessageInvalid"
    assert caller.status() == "fail"
