"""Templates in Meta's own form to bodies of CAMS: how people come from the Cloud API or another provider. Pure.

Knows no file, no YAML and no service. Takes what Meta's Graph API accepts when a template is created, and what it
answers when templates are listed, alone, in a list, under `data`, or each wrapped as `template`.

Numbered variables get names that say where they stand: `header1`, `var1` in the body, `footer1`, `offer1`, `url1` for
the first URL button, `card2_1` and `card2_url1` on the second card. Named ones keep their name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from templatesync.kinds.template.meta.components import components
from templatesync.kinds.template.meta.draft import Draft, Inexpressible, items, mapping, quoted, whole_number, word
from templatesync.kinds.template.meta.names import template_names
from templatesync.model.json_value import Json

_CATEGORIES = frozenset({"AUTHENTICATION", "MARKETING", "UTILITY"})
# Meta's categories before April 2023, and before 2022, as Meta itself moved them.
_OLD_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "OTP": "AUTHENTICATION",
        "TRANSACTIONAL": "UTILITY",
        **dict.fromkeys(
            (
                "ACCOUNT_UPDATE", "ALERT_UPDATE", "APPOINTMENT_UPDATE", "ISSUE_RESOLUTION", "PAYMENT_UPDATE",
                "PERSONAL_FINANCE_UPDATE", "RESERVATION_UPDATE", "SHIPPING_UPDATE", "TICKET_UPDATE",
                "TRANSPORTATION_UPDATE",
            ),
            "UTILITY",
        ),
    }
)  # fmt: skip
_OTHER_MESSAGES = frozenset({"CALL_PERMISSIONS_REQUEST", "ORDER_DETAILS", "ORDER_STATUS"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")
MAX_ENTRIES = 6000
"""As many templates as Meta allows in one WhatsApp Business Account."""
MAX_REFUSED = 200
_KNOWN = frozenset(
    {
        "name", "language", "languages", "category", "components", "message_send_ttl_seconds",
        # Facts about the template at Meta, and switches of the call: nothing of the message is in them.
        "id", "status", "sub_category", "previous_category", "correct_category", "allow_category_change",
        "parameter_format", "quality_score", "quality_rating", "rejected_reason", "rejection_reason",
        "specific_rejection_reason", "last_updated_time", "library_template_name",
    }
)  # fmt: skip


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
    """An entry that CAMS cannot express or that makes no sense. `original` or `language` may be empty."""

    original: str
    language: str
    reason: str


def read(data: Json) -> tuple[list[Converted], list[Refused]]:
    """Every template in `data`, in its order. Never raises for any JSON value: a broken entry is refused."""
    converted: list[Converted] = []
    refused: list[Refused] = []
    for number, entry in _entries(data, refused):
        try:
            converted.append(_convert(entry))
        except Inexpressible as reason:
            name = entry.get("name")
            original = _printable(name) if isinstance(name, str) else ""
            refused.append(Refused(original or f"entry {number}", _spoken(entry), _printable(str(reason))))
    if len(refused) > MAX_REFUSED:
        more = len(refused) - MAX_REFUSED
        refused[MAX_REFUSED:] = [Refused("", "", f"and {more:,} more that cannot be expressed either")]
    names = template_names([(one.original, one.body.get("Languages", [one.body.get("Language")])) for one in converted])
    return [
        replace(one, name=name, body={"Name": name, **one.body}) for name, one in zip(names, converted, strict=True)
    ], refused


def _entries(data: Json, refused: list[Refused]) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """The entries of any known wrapping, counted from 1; what is none of them is refused."""
    if isinstance(data, Mapping) and isinstance(data.get("data"), list | tuple):
        if mapping(data.get("paging")).get("next"):
            refused.append(Refused("", "", "this is one page of several (paging.next): fetch the others, too"))
        data = data["data"]
    elif isinstance(data, Mapping) and ("components" in data or "template" in data or "name" in data):
        data = [data]
    if not isinstance(data, list | tuple):
        refused.append(Refused("", "", "this is not a template, a list of them, or an answer with `data`"))
    values = items(data)
    if len(values) > MAX_ENTRIES:
        more = len(values) - MAX_ENTRIES
        refused.append(Refused("", "", f"{more:,} more are too many for one file: {MAX_ENTRIES:,} are read"))
    for number, value in enumerate(values[:MAX_ENTRIES], 1):
        if not isinstance(value, Mapping):
            refused.append(Refused(f"entry {number}", "", "it is not an object"))
        elif isinstance(value.get("template"), Mapping) and "components" not in value:
            yield number, value["template"]
        else:
            yield number, value


def _convert(entry: Mapping[str, Json]) -> Converted:
    """One entry, but for its legal name, which depends on the others."""
    languages = _languages(entry)
    draft = Draft(_category(entry), languages)
    original = entry.get("name")
    if not isinstance(original, str):
        draft.note("the entry has no name")
        original = ""
    _note_history(draft, entry)
    body: dict[str, Json] = {"Category": draft.category}
    body |= {"Language": languages[0]} if len(languages) == 1 else {"Languages": list(languages)}
    body |= _time_to_live(draft, entry)
    body["Components"] = components(draft, entry.get("components"))
    if samples := draft.samples():
        body["Example"] = samples
    draft.leave_out("the template", entry, _KNOWN)
    _check_texts(body)
    return Converted("", _printable(original), body, tuple(_printable(note) for note in draft.notes))


def _category(entry: Mapping[str, Json]) -> str:
    given = word(entry.get("category"))
    category = _OLD_CATEGORIES.get(given, given)
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
    found = [entry.get("language")] if entry.get("languages") is None else items(entry.get("languages"))
    codes = []
    for given in found:
        if given is None:
            raise Inexpressible("language is missing")
        code = given.strip().replace("-", "_") if isinstance(given, str) else ""
        if not _LANGUAGE.fullmatch(code):
            raise Inexpressible(f"{quoted(given) if isinstance(given, str) else 'what it has'} is not a language code")
        codes.append(code)
    if not codes:
        raise Inexpressible("it has no language")
    return tuple(dict.fromkeys(codes))


def _spoken(entry: Mapping[str, Json]) -> str:
    """The languages of an entry as it gives them, for the report."""
    given = [entry.get("language"), *items(entry.get("languages"))]
    return _printable(", ".join(code for code in given if isinstance(code, str)))


def _printable(text: str) -> str:
    """`text` without lone surrogates, which no file and no terminal takes."""
    return text.encode("utf-8", "backslashreplace").decode()
