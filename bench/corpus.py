"""A made-up shop's templates in any number, the same for the same seed: several shapes, scripts and languages.

    python bench/corpus.py FOLDER [COUNT] [SEED]

Writes a whole project. The files have about 1.5 KB on average and no errors.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

from templatesync.documents.yaml_writer import to_yaml

PROJECT = "version: 1\nspaces: {local: {emulator: true}}\n"
WORDS: dict[str, list[str]] = {
    "en": "parcel bowl glaze kiln order week shelf morning courier window handle saucer plate studio clay".split(),
    "es": "paquete cuenco esmalte horno pedido semana estante mañana reparto ventana taza plato taller".split(),
    "id": "paket mangkuk glasir tungku pesanan minggu rak pagi kurir jendela gagang piring studio tanah".split(),
    "ar": "طرد وعاء طلاء فرن طلب أسبوع رف صباح ساعي نافذة مقبض صحن ورشة طين زيارة".split(),
    "hi": "पार्सल कटोरा चमक भट्टी ऑर्डर सप्ताह शेल्फ सुबह कूरियर खिड़की तश्तरी थाली मिट्टी".split(),
    "zh_CN": "包裹 瓷碗 釉色 窑炉 订单 本周 货架 早晨 快递 橱窗 茶盘 盘子 陶土 工坊".split(),
}
LANGUAGES = tuple(WORDS)


def template(number: int, dice: random.Random) -> dict[str, Any]:
    """One template: a message with buttons, a carousel, or one with a picture."""
    language = LANGUAGES[number % len(LANGUAGES)]
    make = (_message, _message, _carousel, _pictured)[number % 4]
    return make(f"bench_{number:05}", language, dice)


def _text(language: str, count: int, dice: random.Random, *variables: str) -> str:
    """Words of a language, with the variables among them and neither at the beginning nor at the end."""
    words = [dice.choice(WORDS[language]) for _ in range(count)]
    step = count // (len(variables) + 1)
    for index, name in enumerate(variables, 1):
        words.insert(step * index + index - 1, f"$({name})")
    return " ".join(words).capitalize() + "."


def _message(name: str, language: str, dice: random.Random) -> dict[str, Any]:
    number = dice.randrange(10_000)
    buttons = [
        {"Type": "URL", "Text": f"Track {number}", "Url": f"https://www.example.com/{number}/$(parcel)",
         "UrlType": "dynamic"},
        {"Type": "PHONE_NUMBER", "Text": "Call the shop", "PhoneNumber": "+442079460123"},
    ]  # fmt: skip
    return {
        "Name": name,
        "Category": "UTILITY",
        "Language": language,
        "MessageSendTtlSeconds": 3600,
        "Components": [
            {"Type": "HEADER", "Format": "TEXT", "Text": _text(language, 3, dice)[:59]},
            {"Type": "BODY", "Text": _text(language, 60, dice, "name", "order", "day")},
            {"Type": "FOOTER", "Text": f"Example Pottery {number}"},
            {"Type": "BUTTONS", "Buttons": buttons},
        ],
        "Example": {"name": "Ada", "order": str(number), "day": "Friday", "parcel": "77"},
    }


def _pictured(name: str, language: str, dice: random.Random) -> dict[str, Any]:
    url = f"https://www.example.com/media/{dice.randrange(10_000)}.jpg"
    buttons = [{"Type": "QUICK_REPLY", "Text": _text(language, 2, dice)[:20].strip(" .")}]
    return {
        "Name": name,
        "Category": "MARKETING",
        "Language": language,
        "Components": [
            {"Type": "HEADER", "Format": "IMAGE", "Url": url},
            {"Type": "BODY", "Text": _text(language, 50, dice, "name", "place")},
            {"Type": "FOOTER", "Text": "Reply STOP to unsubscribe"},
            {"Type": "BUTTONS", "Buttons": buttons},
        ],
        "Example": {"name": "Ada", "place": "Oxford"},
    }


def _carousel(name: str, language: str, dice: random.Random) -> dict[str, Any]:
    cards = []
    for index in range(dice.randrange(3, 6)):
        parts = [
            {"Type": "HEADER", "Format": "IMAGE", "Url": f"https://www.example.com/media/{name}-{index}.jpg"},
            {"Type": "BODY", "Text": _text(language, 12, dice)[:150]},
            {"Type": "BUTTONS", "Buttons": [
                {"Type": "URL", "Text": f"See {index + 1}", "Url": f"https://www.example.com/p/{index}/$(code{index})",
                 "UrlType": "dynamic"},
                {"Type": "QUICK_REPLY", "Text": f"More of {index + 1}"},
            ]},
        ]  # fmt: skip
        cards.append({"CardComponents": parts})
    example = {"name": "Ada"} | {f"code{index}": f"a{index}" for index in range(len(cards))}
    return {
        "Name": name,
        "Category": "MARKETING",
        "Language": language,
        "Components": [
            {"Type": "BODY", "Text": _text(language, 40, dice, "name") + " Reply STOP to unsubscribe."},
            {"Type": "CAROUSEL", "Cards": cards},
        ],
        "Example": example,
    }


def write(folder: Path, count: int, seed: int = 1) -> None:
    """A project of `count` templates, one file each, a thousand files in a folder."""
    dice = random.Random(seed)
    (folder / "templates").mkdir(parents=True)
    (folder / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    for number in range(count):
        place = folder / "templates" / f"{number // 1000:03}"
        place.mkdir(exist_ok=True)
        (place / f"{number:05}.yaml").write_text(to_yaml(template(number, dice)), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
