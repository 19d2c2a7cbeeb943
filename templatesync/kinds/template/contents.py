"""What a template has, in words that rules name as what they need. Pure; knows no rule.

A rule that needs a word is not asked about a template without it. So a word may also stand for a template where no rule
finds anything, and never lacks where one would. Each is found once for a template, mostly in several texts at once.

As the API has them     its category, fields, types of components and buttons, and formats
Of its form             "no BODY", "repeated type", "mixed buttons", "many buttons", "odd media address",
                        "unlisted language", "file:" (a sample that is a file of the project)
Of all texts            "$()", "odd variable", "repeated variable", "numbered variables", "many variables",
                        "{", "{{", "blank", "emoji", "unseen", "direction", "wide sign", "long address"
Of the message's BODY   "short BODY", "long BODY", "$() in BODY", "few words", "variable first", "variable last",
                        "line breaks", "odd spacing", "markup"
Of its other texts      "odd line", "long line", "$() in line"
Of labels               "odd label", "long label", "$() in label", "repeated label"
Of URL buttons          `host:NAME` for the host and for what stands behind its first dot, "odd address"
Of samples              "unmatched sample", "blank sample", "odd sample", "address as sample", "long samples"
Of the wording          "other letters", "capitals", `words:LIST` for each list of phrases of which one may stand in it
"""

from __future__ import annotations

from collections.abc import Sequence

from templatesync.kinds.template import limits
from templatesync.kinds.template.contract import VARIABLE
from templatesync.kinds.template.script import CAPITALS, latin, rare
from templatesync.kinds.template.view import END, Template, has_words
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.service.languages import languages

_USUAL = lazy_pattern(r"[A-Za-z][A-Za-z0-9_]*(?: [A-Za-z][A-Za-z0-9_]*)*")
# A variable with neither letter nor digit in front of it on its line, or behind it up to the next one.
_FIRST = lazy_pattern(r"\n[^\w\n]*(?:_[^\w\n]*)*\$\(")
_LAST = lazy_pattern(rf"\$\(\w+\)[\W_]*?(?:{END}|\$\()")
_LINE_BREAKS = lazy_pattern(r"\n(?:[ \t\r]*\n){3}")
_ODD_LINE = lazy_pattern(r"[^A-Za-z0-9 !?.,'&/:()+$-]")
_ODD_LINE_ANYWHERE = lazy_pattern(r"[^\w !?.,'’&/:()+$-]|_")
# The end of one word in capitals and the begin of another: with whole words a long one would take its length squared.
_TWO_WORDS = lazy_pattern(r"[A-Z][A-Z][\s,.!?'&-]+[A-Z][A-Z]")
_TWO_WORDS_ANYWHERE = lazy_pattern(rf"[{CAPITALS}][{CAPITALS}][\s,.!?'’&-]+[{CAPITALS}][{CAPITALS}]")
_BLANK_SAMPLE = lazy_pattern(rf"{END}\s*{END}")
# What people put for a sample that they do not have.
FILLER = (
    r"\s*(?:x{3,}|test\d*|testing|sample\d*|example\d*|lorem(?: ipsum)?|asdf\w*|foo|bar|tbd|todo|n/?a|string|value"
    r"|placeholder|\?+|\.{2,}|-+|\{\{\s*(?:\w+\s*)?\}\}|<[^<>]*>|\[[^\[\]]*\]|%\w+%)\s*"
)
_ODD_SAMPLE = lazy_pattern(rf"(?i){END}{FILLER}{END}")
# With the host as the first group and a variable at its very end, behind a sign, as the second.
_PLAIN_ADDRESS = lazy_pattern(
    r"[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9.-]+)(?::[0-9]*)?(?:[/?#](?:[^\s$]*[^\w\s$])?(\$\(\w+\))|[/?#][^\s$]*)?"
)
_PLAIN_MEDIA = lazy_pattern(r"https?://(?:[A-Za-z0-9-]+\.)+([A-Za-z]+)(?::[0-9]+)?(?:/[^?&$\s]*)?")
PRIVATE = ("local", "localhost", "internal", "intranet", "lan", "home", "corp", "test", "invalid")
"""The last part of names that only a network of one's own knows."""
# What the labels of a message add to its length.
_LABELS = limits.BUTTONS * limits.LABEL


def contents(template: Template) -> frozenset[str]:
    """The words for what a template has."""
    found = {template.category, *template.body}
    _form(template, found)
    _message(template, found)
    _all_texts(template, found)
    if template.buttons:
        _buttons(template, found)
    if "$(" in template.joined:
        _variables(template, found)
    if template.names or template.example:
        _samples(template, found)
    _wording(template, found)
    return frozenset(found)


def _form(template: Template, found: set[str]) -> None:
    """Fields, types and formats, and how components and buttons stand together."""
    found.update(*[part.fields for part in template.all_parts])
    for part in template.all_parts:
        found.add(part.type)
        if part.format:
            found.add(part.format)
        if part.type == "HEADER" and "Url" in part.fields and not _plain_media(part.fields["Url"]):
            found.add("odd media address")
    for parts in (template.parts, *[card.parts for card in template.cards]):
        if len({part.type for part in parts}) < len(parts):
            found.add("repeated type")
    if template.part("BODY") is None:
        found.add("no BODY")
    if template.media:
        found.add("file:")
    if languages().get(template.language) is not True:
        found.add("unlisted language")


def _plain_media(url: Json) -> bool:
    """Whether everybody can open an address, now and later, as far as it tells."""
    match = _PLAIN_MEDIA.fullmatch(url) if isinstance(url, str) else None
    return match is not None and match[1].lower() not in PRIVATE


def _all_texts(template: Template, found: set[str]) -> None:
    """Characters in any text."""
    joined, values = template.joined, template.values
    if "{" in joined or "$[" in joined:
        found.add("{")
        if "{{" in joined:
            found.add("{{")
    if "" in values or True in map(str.isspace, values):
        found.add("blank")
    if not joined.isascii():
        found.update(rare(joined))
    if len(joined) > limits.URL and max(map(len, values)) > limits.URL:
        found.add("long address")


def _message(template: Template, found: set[str]) -> None:
    """The texts of the message's components: its BODY, and the others, which are one line each."""
    bodies: list[str] = []
    lines: list[str] = []
    for part in template.parts:
        if part.value is not None:
            (bodies if part.type == "BODY" else lines).append(part.value)
        if part.buttons:
            types = {button.type for button in part.buttons}
            if len(types) < len(part.buttons):
                found.add("repeated type")
            if len(types) > 1 and "QUICK_REPLY" in types:
                found.add("mixed buttons")
            if len(part.buttons) > limits.BUTTONS_SHOWN:
                found.add("many buttons")
    if lines:
        _lines(lines, "line", limits.FOOTER, found)
    for body in bodies:
        if len(body) <= limits.VAGUE_LENGTH:
            found.add("short BODY")
        elif len(body) > limits.BODY_ADVISED:
            found.add("long BODY")
    text = "\n" + f"{END}\n".join(bodies) + END
    if "$(" in text:
        found.add("$() in BODY")
        if not all(has_words(body, 2 * body.count("$(") + 1) for body in bodies):
            found.add("few words")
        if _FIRST.search(text):
            found.add("variable first")
        if _LAST.search(text):
            found.add("variable last")
    if "*" in text or "~" in text or "`" in text or ("_" in text and "_" in VARIABLE.sub("", text)):
        found.add("markup")
    if "\t" in text or "\r" in text or " " * 5 in text:
        found.add("odd spacing")
    if _LINE_BREAKS.search(text):
        found.add("line breaks")


def _lines(values: Sequence[str], name: str, limit: int, found: set[str]) -> None:
    """Texts that should be one plain line and no longer than the limit."""
    text = " ".join(values)
    if (_ODD_LINE if text.isascii() else _ODD_LINE_ANYWHERE).search(text):
        found.add(f"odd {name}")
    if len(text) > limit and max(map(len, values)) > limit:
        found.add(f"long {name}")
    if "$(" in text:
        found.add(f"$() in {name}")


def _buttons(template: Template, found: set[str]) -> None:
    """Labels and addresses."""
    labels: list[str] = []
    found.update(*[button.fields for button in template.buttons])
    for button in template.buttons:
        found.add(button.type)
        if button.value is not None:
            labels.append(button.value)
        url = button.fields.get("Url") if button.type == "URL" else None
        if not url or not isinstance(url, str):
            continue
        match, form = _PLAIN_ADDRESS.fullmatch(url), button.fields.get("UrlType")
        if match is None or (form == "dynamic" and match[2] is None) or (form == "static" and match[2] is not None):
            found.add("odd address")
        else:
            host = match[1].lower()
            found.add(f"host:{host}")
            found.add(f"host:{host.partition('.')[2]}")
    _lines(labels, "label", limits.LABEL, found)
    if len(set(labels)) < len(labels):
        found.add("repeated label")


def _variables(template: Template, found: set[str]) -> None:
    """What the variables in all texts are called."""
    found.add("$()")
    names = template.names
    if len(names) < template.joined.count("$(") or not _USUAL.fullmatch(" ".join(names)):
        found.add("odd variable")
        if "".join(names).isdecimal():
            found.add("numbered variables")
    if len(set(names)) < len(names):
        found.add("repeated variable")
    if len(names) > limits.VARIABLES:
        found.add("many variables")


def _samples(template: Template, found: set[str]) -> None:
    """The values in Example, and whether these are the ones that there should be."""
    names, example = template.names, template.example
    if example.keys() != set(names):
        found.add("unmatched sample")
    values = [value for value in example.values() if isinstance(value, str)]
    text = END.join(["", *values, ""])
    if _BLANK_SAMPLE.search(text):
        found.add("blank sample")
    if "TODO" in text or "$(" in text or _ODD_SAMPLE.search(text):
        found.add("odd sample")
    if "://" in text or "www." in text.lower():
        found.add("address as sample")
    longest = max(map(len, values), default=0)
    bodies = [part.value for part in template.parts if part.value and part.type == "BODY"]
    if max(map(len, bodies), default=0) + len(names) * longest + _LABELS > limits.BODY:
        found.add("long samples")


def _wording(template: Template, found: set[str]) -> None:
    """What HEADER, BODY and FOOTER may say."""
    plain = template.joined.isascii()
    if not plain or not latin(template.language):
        found.add("other letters")
    text = template.wording if plain else template.wording.replace("！", "!")
    if "!!!" in text or "$$$" in text or (_TWO_WORDS if plain else _TWO_WORDS_ANYWHERE).search(text):
        found.add("capitals")
    found.update([f"words:{topic}" for topic in template.topics])
