"""Templates in Meta's own form to bodies of CAMS: how people come from the Cloud API or another provider. Pure.

Knows no file, no YAML and no service. Takes what Meta's Graph API accepts when a template is created, what it answers
when templates or its library are listed, and files that hold such templates wherever they like (`finding`).

Numbered variables get names that say where they stand: `header1`, `var1` in the body, `footer1`, `offer1`, `url1` for
the first URL button, `card2_1` and `card2_url1` on the second card. Named ones keep their name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from templatesync.kinds.template.meta.components import components
from templatesync.kinds.template.meta.draft import Draft, Inexpressible, items, mapping, quoted, whole_number, word
from templatesync.kinds.template.meta.finding import find
from templatesync.kinds.template.meta.library import components_of
from templatesync.kinds.template.meta.names import template_names
from templatesync.kinds.template.meta.repeats import Repeats, given_languages
from templatesync.kinds.template.meta.words import FACTS, OLD_CATEGORIES
from templatesync.model.json_value import Json
from templatesync.service.languages import languages, perhaps, respelt

_CATEGORIES = frozenset({"AUTHENTICATION", "MARKETING", "UTILITY"})
_OTHER_MESSAGES = frozenset({"CALL_PERMISSIONS_REQUEST", "ORDER_DETAILS", "ORDER_STATUS"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")
MAX_REFUSED = 200
_LONGEST_NAME = 600
"""As much of a name as is told; CAMS takes 512 characters."""


@dataclass(frozen=True, slots=True)
class Converted:
    """One template as a file would say it.

    `name` is legal, and with each language unique among all of one reading; `original` is what Meta calls it.
    `body` has `Language` or `Languages`. `notes` are sentences for the person who imports.
    """

    name: str
    original: str
    body: Mapping[str, Json]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that CAMS cannot express or that makes no sense. `original` or `language` may be empty.

    `fault` is false where nothing is lost: the same template was converted from another place of the file.
    """

    original: str
    language: str
    reason: str
    fault: bool = True


def read(data: Json) -> tuple[list[Converted], list[Refused]]:
    """Every template in `data`, in its order. Never raises for any JSON value: a broken entry is refused."""
    found = find(data)
    converted: list[Converted] = []
    refused = [Refused("", "", _printable(reason)) for reason in found.unread]
    repeats = Repeats()
    for entry in found.entries:
        name = entry.value.get("name")
        original = _printable(name[:_LONGEST_NAME]) if isinstance(name, str) else ""
        try:
            one = _convert(entry.value)
            again = repeats.told(entry, one.body)
            if again is not None:
                refused.append(Refused(original, _spoken(entry.value), _printable(again.reason), again.fault))
                rest = [code for code in one.body.get("Languages", ()) if code not in again.languages]
                if not rest:
                    continue
                one = _convert({**entry.value, "languages": rest})
                repeats.told(entry, one.body)
            converted.append(one)
        except Inexpressible as reason:
            refused.append(Refused(original or _printable(entry.place), _spoken(entry.value), _printable(str(reason))))
    if len(refused) > MAX_REFUSED:
        more = len(refused) - MAX_REFUSED
        refused[MAX_REFUSED:] = [Refused("", "", f"and {more:,} more that cannot be expressed either")]
    return _with_names(converted), refused


def _with_names(converted: Sequence[Converted]) -> list[Converted]:
    """Each with a legal name that nobody else has in its language."""
    asked = [(one.original, one.body.get("Languages", [one.body.get("Language")])) for one in converted]
    result = []
    for (name, repeat), one in zip(template_names(asked), converted, strict=True):
        more = (f"{quoted(one.original)} stands in this file more than once: this one is {name}",) if repeat > 1 else ()
        result.append(replace(one, name=name, body={"Name": name, **one.body}, notes=(*one.notes, *more)))
    return result


def _convert(entry: Mapping[str, Json]) -> Converted:
    """One entry, but for its legal name, which depends on the others."""
    parts, used = components_of(entry)
    if entry.get("category") is None and any("parameters" in mapping(part) for part in items(parts)):
        raise Inexpressible("this is a message to send, which names a template and does not hold its text")
    _complete(entry, parts)
    spoken = _languages(entry)
    draft = Draft(_category(entry), spoken)
    _note_unknown(draft)
    original = entry.get("name")
    if not isinstance(original, str):
        draft.note("the entry has no name")
        original = ""
    _note_history(draft, entry)
    body: dict[str, Json] = {"Category": draft.category}
    body |= {"Language": spoken[0]} if len(spoken) == 1 else {"Languages": list(spoken)}
    body |= _time_to_live(draft, entry)
    body["Components"] = components(draft, parts)
    if samples := draft.samples():
        body["Example"] = samples
    draft.leave_out("the template", entry, FACTS | used)
    _check_texts(body)
    return Converted("", _printable(original), body, tuple(_printable(note) for note in draft.notes))


def _complete(entry: Mapping[str, Json], parts: Json) -> None:
    """Refuses what lacks one of the things that make a template, naming all of them."""
    given = {
        "language": entry.get("languages") or entry.get("language"),
        "category": entry.get("category"),
        "components": parts,
    }
    missing = [name for name, value in given.items() if value is None]
    if missing:
        named = f"{', '.join(missing[:-1])} and {missing[-1]} are" if len(missing) > 1 else f"{missing[0]} is"
        raise Inexpressible(f"{named.replace('components is', 'components are')} missing")


def _category(entry: Mapping[str, Json]) -> str:
    given = word(entry.get("category"))
    category = OLD_CATEGORIES.get(given, given)
    if category not in _CATEGORIES:
        raise Inexpressible(f"the category {quoted(given)} is not MARKETING, UTILITY or AUTHENTICATION")
    if word(entry.get("sub_category")) in _OTHER_MESSAGES:
        raise Inexpressible(f"templates of the kind {word(entry['sub_category'])} do not exist in CAMS")
    return category


def _note_history(draft: Draft, entry: Mapping[str, Json]) -> None:
    given = word(entry.get("category"))
    if given != draft.category:
        draft.note(f"the category {given} is of old; {draft.category} took its place")
    state = word(entry.get("status"))
    if state not in ("", "APPROVED"):
        draft.note(f"its state at Meta is {quoted(state)}")


def _time_to_live(draft: Draft, entry: Mapping[str, Json]) -> dict[str, int]:
    given = entry.get("message_send_ttl_seconds")
    seconds = whole_number(given)
    if given is not None and seconds is None:
        draft.note("message_send_ttl_seconds is not a whole number and was left out")
    elif isinstance(given, str):
        draft.note("message_send_ttl_seconds was text; CAMS takes a number")
    return {} if seconds is None else {"MessageSendTtlSeconds": seconds}


def _check_texts(value: Json) -> None:
    """Refuses what no file of ours could hold: halves of a character, and what reads as a space variable."""
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            _check_texts(item)
    elif isinstance(value, str):
        if _printable(value) != value:
            raise Inexpressible("a text holds half of a character (a lone surrogate)")
        if "${{" in value:
            raise Inexpressible(f"the text {quoted(value)} holds `${{{{`, which stands for a variable of the space")


def _languages(entry: Mapping[str, Json]) -> tuple[str, ...]:
    codes = []
    for given in given_languages(entry):
        meant = respelt(given) or given.replace("-", "_")
        if not _LANGUAGE.fullmatch(meant):
            raise Inexpressible(
                f"{quoted(given)} is not a language code" if given else "what it has is no language code"
            )
        codes.append(meant)
    return tuple(dict.fromkeys(codes))


def _note_unknown(draft: Draft) -> None:
    for code in draft.languages:
        if code not in languages():
            meant = perhaps(code)
            hint = f"did you mean {meant}?" if meant else "nothing can be sent in it"
            draft.note(f"{code} is not a language code of WhatsApp: {hint}")


def _spoken(entry: Mapping[str, Json]) -> str:
    """The languages of an entry as it gives them, for the report."""
    return _printable(", ".join(code[:40] for code in given_languages(entry) if code))[:200]


def _printable(text: str) -> str:
    """`text` without lone surrogates, which no file and no terminal takes."""
    return text.encode("utf-8", "backslashreplace").decode()
