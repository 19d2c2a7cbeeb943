"""What a customer sees of a template: the platform's words, what is hidden from whom, what stands for variables."""

from __future__ import annotations

from typing import Any

import pytest
from support.compact_look import compact

from templatesync.kinds import KINDS
from templatesync.look.bubble import Bubble, ButtonKind, MediaKind, Values

LOOK = KINDS["template"].content.look
LONG = "word " * 60
REPLY, LINK = {"Type": "QUICK_REPLY", "Text": "Yes"}, {"Type": "URL", "Text": "Go", "Url": "https://example.com"}
IMAGE = {"Type": "HEADER", "Format": "IMAGE", "Url": "sample"}


def bubble(
    *components: Any, category: str = "UTILITY", language: str = "en", values: Values = Values.SAMPLES, **samples: str
) -> Bubble:
    look = LOOK({"Category": category, "Components": [*components]}, language, samples, values)
    assert isinstance(look, Bubble)
    return look


def body(text: str = "Hello") -> dict[str, Any]:
    return {"Type": "BODY", "Text": text}


def buttons(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "BUTTONS", "Buttons": [*listed]}


def hidden(look: Bubble) -> list[str]:
    return [each.code for each in look.hidden if each.code != "reformatted"]


# --- the fold -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts, lines",
    [
        ([body(LONG)], 4),
        ([IMAGE, body(LONG)], 3),
        ([body(f"{LONG} https://example.com/a")], 5),
        ([body(f"{LONG} example.com.")], 5),
        ([IMAGE, body(f"{LONG} www.example.com"), buttons(REPLY)], 5),  # a reply leads nowhere
        ([body(f"{LONG} see *www.example.museum*")], 5),
        ([body(f"{LONG} or e.g. this")], 4),
        ([IMAGE, body(f"{LONG} www.example.com"), buttons(LINK)], 3),
        ([body(f"{LONG} https://example.com"), buttons(LINK)], 4),
        ([body("Short.")], 0),
    ],
)
def test_marketing_may_fold(parts: list[Any], lines: int) -> None:
    look = bubble(*parts, category="MARKETING")
    assert look.fold == lines
    assert ("fold" in hidden(look)) == bool(lines)


def test_the_fold_says_how_much_is_below_it() -> None:
    text = next(each.text for each in bubble(body(LONG), category="MARKETING").hidden if each.code == "fold")
    assert text == 'WhatsApp may show 4 lines and "Read more"; about 32 words are below the fold.'


def test_what_a_variable_holds_folds_as_well() -> None:
    assert bubble(body("Hi $(a)"), category="MARKETING", a=LONG).fold == 4
    assert bubble(body("Hi $(a)"), category="MARKETING", a="Ann").fold == 0


@pytest.mark.parametrize("category", ["UTILITY", "AUTHENTICATION", ""])
def test_no_other_category_folds(category: str) -> None:
    assert bubble(body(LONG), category=category).fold == 0


def test_that_marketing_may_be_rearranged_is_said_of_marketing_alone() -> None:
    assert [bubble(body(), category=each).hidden[-1:] != () for each in ("MARKETING", "UTILITY")] == [True, False]


# --- buttons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "listed, told",
    [
        ([REPLY] * 3, []),
        ([LINK, LINK], []),
        ([REPLY, LINK], ["desktop_buttons"]),
        ([REPLY] * 4, ["more_buttons", "desktop_buttons"]),
        ([REPLY] * 10, ["more_buttons", "desktop_buttons"]),
    ],
)
def test_what_is_hidden_of_buttons(listed: list[Any], told: list[str]) -> None:
    assert hidden(bubble(body(), buttons(*listed))) == told


def test_what_hides_buttons_is_said_in_words() -> None:
    more, desktop = bubble(body(), buttons(*[REPLY] * 5)).hidden
    assert more.text == 'The first 2 of 5 buttons are shown; the others are behind "See all options".'
    assert (desktop.client, desktop.text.split(", because")[1]) == ("desktop", " of its 5 buttons.")


def test_buttons_of_every_type() -> None:
    listed = [
        {"Type": "URL", "Text": "Track", "Url": "https://example.com/$(id)"},
        {"Type": "PHONE_NUMBER", "Text": "Call", "PhoneNumber": "+65 1"},
        {"Type": "COPY_CODE", "Text": "mine", "CouponCode": "$(code)"},
        {"Type": "FLOW", "Text": "Book", "FlowId": "${{ flows.book }}", "NavigateScreen": "DATE"},
        {"Type": "CATALOG", "Text": "mine"},
        {"Type": "MPM"},
        {"Type": "SPM"},
        {"Type": "VOICE_CALL", "Text": "Talk", "Ttl": "7 days"},
        {"Type": "SOON"},
    ]
    look = bubble(body(), buttons(*listed), id="7", code="SALE")
    assert [(str(button.kind), button.label.text, button.target.text) for button in look.buttons] == [
        ("link", "Track", "https://example.com/7"),
        ("call", "Call", "+65 1"),
        ("copy", "Copy offer code", "SALE"),
        ("flow", "Book", "book, screen DATE"),
        ("catalog", "View catalog", ""),
        ("products", "View items", ""),
        ("products", "View", ""),
        ("other", "Talk", "7 days"),
        ("other", "SOON", ""),
    ]
    assert look.platform == {"buttons"}


def test_an_offer_is_not_on_a_desktop() -> None:
    offer = {"Type": "LIMITED_TIME_OFFER", "Text": "Sale!", "HasExpiration": True}
    look = bubble(offer, body(), category="MARKETING")
    assert look.offer is not None
    assert (look.offer.text.text, look.offer.expires, hidden(look)) == ("Sale!", True, ["desktop_offer"])


# --- codes --------------------------------------------------------------------------------------------------------

WARNED = {"Type": "BODY", "AddSecretRecommendation": True}


@pytest.mark.parametrize(
    "language, text, footer, label",
    [
        (
            "en_US",
            "*123456* is your verification code. For your security, do not share this code.",
            "This code expires in 10 minutes.",
            "Copy code",
        ),
        (
            "es_ES",
            "Tu código de verificación es *123456*. Por tu seguridad, no lo compartas.",
            "Este código caduca en 10 minutos.",
            "Copiar código",
        ),
    ],
)
def test_a_code_is_told_in_the_platform_s_words(language: str, text: str, footer: str, label: str) -> None:
    parts = [WARNED, {"Type": "FOOTER", "CodeExpirationMinutes": 10}, buttons({"Type": "COPY_CODE"})]
    look = bubble(*parts, category="AUTHENTICATION", language=language)
    assert (look.body.text, look.footer.text, look.buttons[0].label.text) == (text, footer, label)
    assert look.platform == {"body", "footer", "buttons"}


@pytest.mark.parametrize("language, words", [("en", "is your"), ("es_MX", "Tu código"), ("fr", "is your"), ("", "is")])
def test_words_of_other_locales_are_those_of_the_nearest(language: str, words: str) -> None:
    look = bubble(WARNED, category="AUTHENTICATION", language=language)
    assert words in look.body.text
    assert "body" in look.platform


def test_what_is_live_wins_over_the_platform_s_words() -> None:
    live = [
        {"Type": "BODY", "Text": "*{{1}}* est votre code.", "AddSecretRecommendation": True},
        {"Type": "FOOTER", "Text": "Expire dans 5 minutes.", "CodeExpirationMinutes": 5},
        buttons({"Type": "COPY_CODE", "Text": "Copier"}),
    ]
    look = bubble(*live, category="AUTHENTICATION", language="fr")
    assert compact(look).splitlines()[:3] == [
        "body: *«123456»* est votre code.",
        "footer: Expire dans 5 minutes.",
        "[copy] Copier -> «123456»",
    ]
    assert look.platform == frozenset()


def test_the_label_of_a_button_that_fills_in_is_the_platform_s_unless_the_template_has_one() -> None:
    for own, label in (({}, "Autofill"), ({"AutofillText": "Fill it in"}, "Fill it in")):
        button = {"Type": "ONE_TAP", "Text": "Copy it", **own}
        look = bubble(WARNED, buttons(button), category="AUTHENTICATION")
        assert (look.buttons[0].label.text, "buttons" in look.platform) == (label, not own)


@pytest.mark.parametrize("life", [{}, {"CodeExpirationMinutes": True}, {"CodeExpirationMinutes": -1}])
def test_without_a_recommendation_and_a_life_there_are_no_words_of_them(life: dict[str, Any]) -> None:
    look = bubble({"Type": "BODY"}, {"Type": "FOOTER", **life}, category="AUTHENTICATION")
    assert (look.body.text, look.footer.text) == ("*123456* is your verification code.", "")


def test_the_longest_code_has_15_characters() -> None:
    look = bubble({"Type": "BODY"}, category="AUTHENTICATION", values=Values.LONGEST)
    assert look.body.text == f"*{'1' * 15}* is your verification code."


@pytest.mark.parametrize(
    "kind, footer, told",
    [
        ("COPY_CODE", {}, ["linked_device"]),
        ("ONE_TAP", {}, ["linked_device", "iphone_one_tap", "button_expires"]),
        ("ZERO_TAP", {"CodeExpirationMinutes": 5}, ["linked_device", "zero_tap", "iphone_one_tap", "button_expires"]),
    ],
)
def test_who_does_not_see_the_button_of_a_code(kind: str, footer: dict[str, Any], told: list[str]) -> None:
    button = {"Type": kind, "Text": "Copy it", "AutofillText": "Fill it in"}
    look = bubble(WARNED, {"Type": "FOOTER", **footer}, buttons(button), category="AUTHENTICATION")
    assert hidden(look) == told
    assert (look.buttons[0].kind is ButtonKind.AUTOFILL) == (kind != "COPY_CODE")
    minutes = "5 minutes" if footer else "10 minutes"
    assert all(minutes in each.text for each in look.hidden if each.code == "button_expires")


# --- values -------------------------------------------------------------------------------------------------------


def test_what_stands_for_a_variable() -> None:
    text = body("Hi $(name), from $(who)")
    assert bubble(text, name="Ann").body.text == "Hi Ann, from {who}"
    assert bubble(text, values=Values.NAMES, name="Ann").body.text == "Hi $(name), from $(who)"


@pytest.mark.parametrize(
    "part, limit",
    [(body("Hi $(a) and $(a)!"), 1024), ({"Type": "HEADER", "Format": "TEXT", "Text": "Order $(a)"}, 60)],
)
def test_the_longest_values_fill_their_place(part: dict[str, Any], limit: int) -> None:
    look = bubble(part, values=Values.LONGEST, a="Ann")
    length = len((look.body or look.header).text)
    assert limit - 5 <= length <= limit


def test_the_longest_value_fits_every_place_it_is_in_and_is_whole_where_none_has_room() -> None:
    look = bubble({"Type": "HEADER", "Text": "Hi $(a)"}, body("Hello $(a)"), values=Values.LONGEST, a="李梅")
    assert (len(look.header.text), look.body.text) == (59, "Hello " + look.header.text[3:])
    tight = bubble({"Type": "FOOTER", "Text": "x" * 60 + "$(a)"}, values=Values.LONGEST, a="Ann")
    assert tight.footer.text == "x" * 60 + "Ann"


def test_the_longest_address_has_no_blank_in_it() -> None:
    look = bubble(buttons(LINK | {"Url": "https://example.com/$(id)"}), values=Values.LONGEST, id="a7")
    assert (len(look.buttons[0].target.text), " " in look.buttons[0].target.text) == (2000, False)


def test_a_value_that_is_in_an_address_has_no_blank_in_any_place() -> None:
    link = buttons(LINK | {"Url": "https://example.com/$(id)"})
    for parts in ((link, body("Hi $(id)!")), (body("Hi $(id)!"), link)):
        assert bubble(*parts, values=Values.LONGEST, id="a7").body.text == f"Hi {'a7' * 510}!"


def test_the_longest_values_of_a_card_and_beside_an_offer_have_less_room() -> None:
    offer = {"Type": "LIMITED_TIME_OFFER", "Text": "Sale"}
    cards = {"Type": "CAROUSEL", "Cards": [{"CardComponents": [body("A $(b)")]}]}
    look = bubble(offer, body("A $(a)"), cards, values=Values.LONGEST, a="x1", b="x1")
    assert (len(look.body.text), len(look.cards[0].body.text)) in ((600, 160), (599, 159))


# --- media and cards ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header, media",
    [
        ({"Format": "IMAGE", "Url": "file:a.jpg"}, (MediaKind.IMAGE, "file:a.jpg", "")),
        ({"Format": "IMAGE", "Url": "sample"}, (MediaKind.IMAGE, "", "")),
        ({"Format": "DOCUMENT", "FileName": "$(n).pdf", "Caption": "c"}, (MediaKind.DOCUMENT, "", "7.pdf · c")),
        ({"Format": "LOCATION", "LocationName": "Shop", "Latitude": 1.5}, (MediaKind.LOCATION, "", "Shop · 1.5")),
        ({"Format": "PRODUCT"}, (MediaKind.OTHER, "", "PRODUCT")),
    ],
)
def test_media(header: dict[str, Any], media: tuple[MediaKind, str, str]) -> None:
    assert bubble({"Type": "HEADER", **header}, n="7").media == media


def test_a_card_says_what_cards_have_and_the_message_tells_the_rest() -> None:
    parts = [IMAGE, body("One"), {"Type": "FOOTER", "Text": "odd"}, buttons(LINK)]
    look = bubble(body(), {"Type": "CAROUSEL", "Cards": [{"CardComponents": parts}]})
    assert compact(look).splitlines() == [
        "body: Hello",
        "card 1: image: unknown",
        "  body: One",
        "  [link] Go -> https://example.com",
        "other card 1, FOOTER: odd",
    ]


def test_what_nobody_knows_a_place_for_is_told_with_its_type() -> None:
    soon = {"Type": "SOON", "A": " ", "B": [{"C": "deep"}, "er"]}
    look = bubble(soon, {"Type": "BUTTONS", "Text": "odd", "Buttons": [REPLY]}, "loose", body("One"), body("Two"))
    assert compact(look).splitlines() == [
        "body: One",
        "[quick reply] Yes",
        "other SOON: deep, er",
        "other BUTTONS: odd",
        "other : loose",
        "other BODY: Two",
    ]


def test_the_language_is_that_of_the_content_unless_it_is_given() -> None:
    content = {"Language": "fr", "Components": [{"Type": "BODY", "Text": {"fr": "Bonjour", "de": "Hallo"}}]}
    french, german = (LOOK(content, language, {}, Values.SAMPLES) for language in ("", "de"))
    assert isinstance(french, Bubble) and isinstance(german, Bubble)
    assert [(look.language, look.body.text) for look in (french, german)] == [("fr", "Bonjour"), ("de", "Hallo")]
