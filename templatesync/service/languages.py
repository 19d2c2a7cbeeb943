"""The language codes of WhatsApp, as data. Pure, but for the list that is shipped with it; knows no template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from templatesync.model.nearest import nearest


@cache
def languages() -> Mapping[str, bool]:
    """Every language code of WhatsApp, and whether Alibaba Cloud lists it too."""
    lines = (Path(__file__).parent / "languages.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line)
    return {code: "cams" in source for code, _, source in rows}


@cache
def _folded() -> Mapping[str, str]:
    return {code.lower(): code for code in languages()}


def respelt(code: str) -> str:
    """The code that differs from this one in case and hyphens only; empty when there is none."""
    return _folded().get(code.replace("-", "_").lower(), "")


# There is no plain `zh` or `pt`, say, but these are what people mean by it.
_FAMILIES = {"zh": "zh_CN, zh_HK or zh_TW", "pt": "pt_BR or pt_PT", "no": "nb", "iw": "he", "in": "id", "tl": "fil"}


# What a person may write for a code, by the names that people use most.
_NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "francais": "fr", "français": "fr",
    "italian": "it", "italiano": "it", "spanish": "es", "espanol": "es", "español": "es", "dutch": "nl",
    "indonesian": "id", "malay": "ms", "thai": "th", "vietnamese": "vi", "japanese": "ja", "korean": "ko",
    "arabic": "ar", "hindi": "hi", "russian": "ru", "turkish": "tr", "polish": "pl", "filipino": "fil",
    "chinese": "zh_CN, zh_HK or zh_TW", "portuguese": "pt_BR or pt_PT",
}  # fmt: skip


def _family(spelt: str) -> str:
    """The codes of the language that a code or a name in lower case begins with: fr for fr_fr and fr_xx."""
    base = spelt.split("_")[0]
    return _FAMILIES.get(base, "") or (base if base in languages() else "") or _NAMES.get(base, "")


def perhaps(code: str) -> str:
    """What may be meant by a code that is none, for a person to decide: a code, several in words, or nothing."""
    plain = code.replace("-", "_")
    return respelt(code) or _family(plain.lower()) or nearest(plain, languages())
