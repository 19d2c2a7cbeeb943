"""How long a preview of many templates takes, and how large its page is.

    python bench/preview.py [TEMPLATES]

Templates of a shop in three languages, drawn by the command itself in a process of its own. Exit code 1 when a thousand
take more than 5 seconds of the processor, or more than 15 MB; other numbers in proportion.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from corpus import PROJECT, WORDS
from measure import Contender, in_turn, say

from templatesync.documents.yaml_writer import to_yaml

LANGUAGES = ("en", "es", "ar")
ROUNDS = 3
SECONDS, SIZE = 5.0, 15_000_000
"""Of a thousand templates."""


def template(number: int, dice: random.Random) -> dict[str, Any]:
    """A message with a text of three paragraphs in each language, and two buttons."""

    def said(count: int, *variables: str) -> dict[str, str]:
        texts = {language: [dice.choice(WORDS[language]) for _ in range(count)] for language in LANGUAGES}
        return {language: " ".join([*words[:-1], *variables, words[-1]]) for language, words in texts.items()}

    paragraphs = [said(18, "*$(name)*", "$(order)"), said(20, "$(day)"), said(12)]
    url = "https://www.example.com/track/$(parcel)"
    return {
        "Name": f"bench_{number:05}",
        "Category": "MARKETING" if number % 2 else "UTILITY",
        "Languages": list(LANGUAGES),
        "Components": [
            {"Type": "HEADER", "Format": "TEXT", "Text": said(3)},
            {"Type": "BODY", "Text": {each: "\n\n".join(one[each] for one in paragraphs) for each in LANGUAGES}},
            {"Type": "FOOTER", "Text": said(3)},
            {"Type": "BUTTONS", "Buttons": [
                {"Type": "URL", "Text": said(1), "Url": url, "UrlType": "dynamic"},
                {"Type": "PHONE_NUMBER", "Text": said(1), "PhoneNumber": "+442079460123"},
            ]},
        ],
        "Example": {"name": "Ann", "order": "1001", "day": "Monday, 12 March", "parcel": f"HP{number:07}"},
    }  # fmt: skip


def main(count: int) -> int:
    """Measure; 1 when it takes too much."""
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "templates").mkdir()
        (folder / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")
        for number in range(count):
            path = folder / "templates" / f"{number:05}.yaml"
            path.write_text(to_yaml(template(number, dice)), encoding="utf-8")
        page = folder / "preview.html"
        one = Contender(
            "preview", [sys.executable, "-m", "templatesync", "-C", place, "-q", "-o", str(page), "preview"]
        )
        in_turn("preview", [one], ROUNDS, 60)
        size = page.stat().st_size
    wall, cpu = one.median("wall"), one.median("cpu")
    print("| templates | languages | wall s | cpu s | MB | MiB of memory |\n|---|---|---|---|---|---|")
    print(f"| {count:,} | {len(LANGUAGES)} | {wall:.2f} | {cpu:.2f} | {size / 1e6:.1f} | {one.median('mib'):.0f} |")
    share = max(count, 100) / 1000  # starting takes its time, however few they are
    if cpu > SECONDS * share or size > SIZE * share:
        say(f"too much: {SECONDS * share:.1f} s and {SIZE * share / 1e6:.1f} MB are allowed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
