"""The files that stories are told with: one of everything that a service could understand otherwise. Knows no service.

`first` is what is applied first, `second` what is made of it: texts and properties changed, some things given up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from templatesync.documents.yaml_writer import to_yaml
from templatesync.model.json_value import Json

EXAMPLES = Path(__file__).parents[3] / "examples"
PHONE = "8500563601520"
"""The number of the only space."""

Files = Mapping[str, str]
Body = dict[str, Json]


def project(on_approved: str) -> str:
    """The project file."""
    policy = {"on_approved": on_approved, "max_changes": {"percent": 100}}
    return to_yaml({"version": 1, "spaces": {"local": {"emulator": True}}, "policy": policy})


def _note(body: str) -> Body:
    """A text with what can be spelled, trimmed or escaped otherwise, in languages that can be, too."""
    return {
        "Name": "shop_note",
        "Category": "UTILITY",
        "Languages": ["en", "zh_CN", "pt_BR"],
        "Components": [
            {
                "Type": "BODY",
                "Text": {
                    "en": f"Dear $(name),\n\nyour cafe\u0301 table & <tea>  {body} \u2764\ufe0f see you soon. \n",
                    "zh_CN": "您好，$(name)！您在咖啡馆预订的座位已经确认，我们期待您的光临，请提前十分钟到店。",
                    "pt_BR": "Olá, $(name)! A sua mesa no café está confirmada, esperamos por você amanhã.",
                },
            },
            {"Type": "FOOTER", "Text": {"en": " Kiln & Kettle ", "zh_CN": "茶与陶瓷", "pt_BR": "chá e cerâmica"}},
        ],
        "Example": {"name": {"en": "Ann", "zh_CN": "李梅", "pt_BR": "Beatriz"}},
    }


def _visit(body: str) -> Body:
    """Buttons of several kinds, in an order that is not that of their texts, and a host without a path."""
    buttons: list[Json] = [
        {"Type": "URL", "Text": "Our shop", "Url": "https://Shop.example.com", "UrlType": "static"},
        {"Type": "URL", "Text": "Directions", "Url": "https://shop.example.com/d/$(way)", "UrlType": "dynamic"},
        {"Type": "PHONE_NUMBER", "Text": "Call us", "PhoneNumber": "+442079460145"},
    ]
    return {
        "Name": "shop_visit",
        "Category": "UTILITY",
        "Language": "en",
        "Components": [
            {"Type": "HEADER", "Format": "TEXT", "Text": "Your visit"},
            {"Type": "BODY", "Text": f"Hello $(name), your visit on $(day) {body}"},
            {"Type": "BUTTONS", "Buttons": buttons},
        ],
        "Example": {"name": "Ann", "day": "Monday", "way": "north"},
        "MessageSendTtlSeconds": 600,
    }


def _news(allowed: bool) -> Body:
    """A picture that is uploaded, a switch, and a way to end it all."""
    buttons: list[Json] = [
        {"Type": "URL", "Text": "See more", "Url": "https://shop.example.com/news", "UrlType": "static"},
        {"Type": "QUICK_REPLY", "Text": "Tell me"},
    ]
    text = "Hello $(name), the River collection has come out of the kiln. Reply STOP to hear no more of it."
    return {
        "Name": "shop_news",
        "Category": "MARKETING",
        "Language": "en",
        "Components": [
            {"Type": "HEADER", "Format": "IMAGE", "Url": "file:media/river.jpg"},
            {"Type": "BODY", "Text": text},
            {"Type": "BUTTONS", "Buttons": buttons},
        ],
        "Example": {"name": "Ann"},
        "AllowSend": allowed,
    }


def _card(number: int) -> Json:
    url = f"https://shop.example.com/c/$(cup{number})"
    return {
        "CardComponents": [
            {"Type": "HEADER", "Format": "IMAGE", "Url": f"https://shop.example.com/{number}.jpg"},
            {"Type": "BODY", "Text": f"Cup number {number} has thick walls and a deep grey glaze."},
            {
                "Type": "BUTTONS",
                "Buttons": [
                    {"Type": "URL", "Text": "See it", "Url": url, "UrlType": "dynamic"},
                    {"Type": "QUICK_REPLY", "Text": "Put it aside"},
                ],
            },
        ]
    }


def _cards() -> Body:
    text = "Hello $(name), rainy weeks call for a warm cup. Reply STOP if you would rather not hear of it."
    return {
        "Name": "shop_cards",
        "Category": "MARKETING",
        "Language": "en",
        "Components": [{"Type": "BODY", "Text": text}, {"Type": "CAROUSEL", "Cards": [_card(1), _card(2)]}],
        "Example": {"name": "Ann", "cup1": "rain", "cup2": "ember"},
    }


def _code() -> Body:
    copy = {"Type": "COPY_CODE", "Text": {"en": "Copy code", "pt_BR": "Copiar código"}}
    return {
        "Name": "shop_code",
        "Category": "AUTHENTICATION",
        "Languages": ["en", "pt_BR"],
        "Components": [
            {"Type": "BODY", "AddSecretRecommendation": True},
            {"Type": "FOOTER", "CodeExpirationMinutes": 10},
            {"Type": "BUTTONS", "Buttons": [copy]},
        ],
    }


def _invoice() -> Body:
    url = "https://shop.example.com/invoice.pdf"
    return {
        "Name": "shop_invoice",
        "Category": "UTILITY",
        "Language": "en",
        "Components": [
            {"Type": "HEADER", "Format": "DOCUMENT", "Url": url, "FileName": "invoice.pdf"},
            {"Type": "BODY", "Text": "Hello $(name), attached is the invoice for order $(order), please keep it."},
        ],
        "Example": {"name": "Ann", "order": "1001"},
        "AllowSend": True,  # it counts for MARKETING only
    }


def _class() -> Body:
    """What leads to a flow."""
    button: Json = {
        "Type": "FLOW",
        "Text": "Choose",
        "FlowId": "${{ flows.book_class }}",
        "FlowAction": "NAVIGATE",
        "NavigateScreen": "CHOOSE_DATE",
    }
    return {
        "Name": "shop_class",
        "Category": "UTILITY",
        "Language": "en",
        "Components": [
            {"Type": "BODY", "Text": "Hello $(name), choose an evening for your class at the wheel with us."},
            {"Type": "BUTTONS", "Buttons": [button]},
        ],
        "Example": {"name": "Ann"},
    }


def _old() -> Body:
    text = "Hello $(name), this message will be given up, and nobody will miss it in the least."
    body: Json = {"Type": "BODY", "Text": text}
    return {"Name": "shop_old", "Category": "UTILITY", "Language": "en", "Components": [body], "Example": {"name": "A"}}


def spring() -> Body:
    """What has no file, and was made in the console."""
    return _old() | {"Name": "spring"}


def _flow(name: str, asset: str, categories: list[Json], *, publish: bool) -> Body:
    body: Body = {"kind": "flow", "FlowName": name, "Categories": categories, "Asset": f"flows/{asset}.json"}
    return body | {"templatesync": {"publish": publish}}


def _qr_code(message: str, image: str = "PNG") -> Body:
    return {"kind": "qr_code", "PhoneNumber": PHONE, "PrefilledMessage": message, "GenerateQrImage": image}


ASSET = (EXAMPLES / "flows" / "book_class.json").read_text(encoding="utf-8")
QUESTION = "Hello, when are you open? I have\na question: tea & <cake>"


def _beside() -> dict[str, str]:
    draft = json.loads(ASSET)
    draft["screens"][0]["title"] = "Choose"
    return {"flows/book_class.json": ASSET, "flows/ask.json": json.dumps(draft)}


def first() -> Files:
    """What is applied first, by path."""
    bodies = {
        "templates/note.yaml": _note("is ready"),
        "templates/visit.yaml": _visit("is confirmed, please come ten minutes early."),
        "templates/news.yaml": _news(True),
        "templates/cards.yaml": _cards(),
        "templates/code.yaml": _code(),
        "templates/invoice.yaml": _invoice(),
        "templates/class.yaml": _class(),
        "templates/old.yaml": _old(),
        "flows/book_class.yaml": _flow("book_class", "book_class", ["APPOINTMENT_BOOKING"], publish=True),
        "flows/ask.yaml": _flow("Ask  us", "ask", ["SURVEY"], publish=False),
        "qr_codes/one.yaml": _qr_code(QUESTION),
        "qr_codes/two.yaml": _qr_code("Hello, I have a question about my parcel.", "SVG"),
        "qr_codes/three.yaml": _qr_code("Hello, is this still for sale?"),
    }
    return {path: to_yaml(body) for path, body in bodies.items()} | _beside()


def second() -> Files:
    """What becomes of it: texts, a switch, a category and a picture are other, and two things go."""
    gone = {"state": "absent"}
    message = "Hello, is this still for sale?"
    changed = {
        "templates/note.yaml": _note("waits for you"),
        "templates/visit.yaml": _visit("is confirmed, please bring the voucher with you."),
        "templates/news.yaml": _news(False),
        "templates/old.yaml": {"Name": "shop_old", "Language": "en", "templatesync": gone},
        "flows/ask.yaml": _flow("Ask  us", "ask", ["OTHER"], publish=False),
        "qr_codes/two.yaml": _qr_code("Hello, I have a question about my parcel.", "PNG"),
        "qr_codes/three.yaml": {
            "kind": "qr_code",
            "PhoneNumber": PHONE,
            "PrefilledMessage": message,
            "templatesync": {"state": "absent", "protected": False},
        },
    }
    return {**first(), **{path: to_yaml(body) for path, body in changed.items()}}


def picture() -> bytes:
    """What the picture that is uploaded consists of."""
    return (EXAMPLES / "media" / "river-collection.jpg").read_bytes()
