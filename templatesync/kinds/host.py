"""Hosts of addresses that are not what they look like: letters of other alphabets, seen by no one. Pure; knows no kind.

What is written in ASCII alone is believed, unless it is the written form of something else (`xn--`, RFC 3492).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from templatesync.model.character import shown
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.lookalike import ascii_of

# Browsers take a backslash for a slash.
_HOST = lazy_pattern(r"https?://([^/?#\\\s]*)", re.IGNORECASE)
_DOT = lazy_pattern(r"[.\u3002\uff0e\uff61]")
HINT = "type the name that is meant anew, here or in the `vars` it comes from: what was copied may hold other letters"
# Japanese, Chinese and Korean are written in several scripts, and in Latin letters beside them (UTS #39, 5.2).
_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)
_SCRIPT_OF = {"IDEOGRAPHIC": "CJK", "EXTENDED": "ARABIC"}
# No name is longer in the DNS, and neither is a host.
_LONGEST_NAME, _LONGEST = 63, 255


def hosts(text: str) -> Iterator[str]:
    """The hosts of the web addresses in a text that are not plain ASCII, without user and port."""
    if text.isascii() and "xn--" not in text.lower():
        return
    for match in _HOST.finditer(text):
        host = match[1].rpartition("@")[2].partition(":")[0]
        if not host.isascii() or "xn--" in host.lower():
            yield host


def mixed(host: str) -> str:
    """In words, that a name in the host has letters of several scripts that are not written together; else empty."""
    for label in _labels(host):
        scripts = _scripts(label)
        if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
            names = " and ".join(sorted(script.capitalize() for script in scripts))
            return f"{_described(host)} has {names} letters in one name"
    return ""


def lookalike(host: str) -> str:
    """In words, what of ASCII a name in the host passes for; empty where it passes for nothing, or is `mixed`."""
    for label in _labels(host):
        if label.isascii():
            continue
        passes = [char if char.isascii() else _ascii(char) for char in label]
        sign = next((plain for plain in passes if plain and plain in "/.:?#@\\"), "")
        if sign:
            return f"{_described(host)} has a character in it that only looks like {sign}"
        scripts = _scripts(label)
        if all(passes) and (len(scripts) < 2 or any(scripts <= together for together in _TOGETHER)):
            return f"{_described(host)} only looks like {''.join(passes).lower()}"
    return ""


def _ascii(char: str) -> str:
    return ascii_of().get(char) or ascii_of().get(char.casefold(), "")


def _labels(host: str) -> list[str]:
    """The names in a host as browsers read them: decoded, in small letters, in one form."""
    return [unicodedata.normalize("NFKC", _decoded(label)).lower() for label in _DOT.split(host[:_LONGEST])]


def _decoded(label: str) -> str:
    if not (label.isascii() and label[:4].lower() == "xn--" and len(label) <= _LONGEST_NAME):
        return label
    try:
        return label[4:].encode().decode("punycode")
    except (UnicodeError, OverflowError):  # no name at all, which is for others to tell
        return label


def _scripts(label: str) -> set[str]:
    """The scripts of the letters and digits of a label, by Unicode's names of them; digits of ASCII have none."""
    found = set()
    for char in label:
        if char.isalnum() and not (char.isascii() and char.isdigit()):
            word = re.split("[ -]", unicodedata.name(char, "UNKNOWN"))[0]
            if word != "MODIFIER":
                found.add(_SCRIPT_OF.get(word, word))
    return found


def _described(host: str) -> str:
    """The host so that every letter of it is told apart, and as it is written in ASCII."""
    read = ".".join(map(_decoded, _DOT.split(host[:_LONGEST])))
    told = "".join(char if char.isascii() or not _ascii(char) else shown(char) for char in read)
    coded = ".".join(map(_encoded, _DOT.split(host[:_LONGEST])))
    return f"the host {told}, which is {coded},"


def _encoded(label: str) -> str:
    if label.isascii():
        return label
    plain = unicodedata.normalize("NFKC", label).lower()
    return plain if plain.isascii() else f"xn--{plain.encode('punycode', 'replace').decode()}"
