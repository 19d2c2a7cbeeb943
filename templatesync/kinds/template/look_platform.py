"""Words of messages that WhatsApp writes by itself: of one-time codes, and of buttons whose label nobody chooses.

Pure data. They differ by locale and not by language, and Meta may change them: whoever shows them says so, and what a
live template says wins over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

CODE: Final = "$(code)"
"""Where the one-time code stands, for nobody gives it a name: senders hand it over, and no file has its text."""


class CodeWords(NamedTuple):
    """The words of a message with a one-time code in one locale. `expiry` has the minutes at `{}`."""

    code: str
    warning: str
    expiry: str
    copy: str
    autofill: str

    def body(self, warned: bool) -> str:
        """The body, with or without the recommendation to keep the code secret."""
        return f"{self.code} {self.warning}" if warned else self.code

    def footer(self, minutes: int) -> str:
        """How long the code lives."""
        return self.expiry.format(minutes)


# Meta's page on previews of authentication templates, which shows the answers for these two locales. Of others there
# are only translations by third parties, which contradict each other. By language, for the nearest locale has to do.
_WORDS: Final[Mapping[str, CodeWords]] = {
    "en": CodeWords(  # en_US
        f"*{CODE}* is your verification code.",
        "For your security, do not share this code.",
        "This code expires in {} minutes.",
        "Copy code",
        "Autofill",
    ),
    "es": CodeWords(  # es_ES
        f"Tu código de verificación es *{CODE}*.",
        "Por tu seguridad, no lo compartas.",
        "Este código caduca en {} minutos.",
        "Copiar código",
        "Autocompletar",
    ),
}

LABELS: Final[Mapping[str, str]] = {
    "COPY_CODE": "Copy offer code",
    "MPM": "View items",
    "CATALOG": "View catalog",
    "SPM": "View",
}
"""Meta, pages on coupons, multi-product, catalog and single-product templates. The phone says them in its language."""


def code_words(language: str) -> CodeWords:
    """The words for a locale; those of the nearest locale that is known, and English where none is near."""
    return _WORDS.get(language.replace("-", "_").split("_")[0].lower(), _WORDS["en"])
