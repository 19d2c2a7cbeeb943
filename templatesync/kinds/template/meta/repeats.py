"""Templates that stand in a file twice. Pure: knows names, languages and contents, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from templatesync.kinds.template.meta.draft import items, mapping, quoted
from templatesync.kinds.template.meta.finding import Entry
from templatesync.model.json_value import Json


class _First(NamedTuple):
    given: str
    group: str
    body: Mapping[str, Json]


class Again(NamedTuple):
    """Why languages of an entry are not converted, which these are, and whether anything is lost by that."""

    reason: str
    languages: tuple[str, ...]
    fault: bool = True


class Repeats:
    """Remembers what was converted, by name and language."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _First] = {}

    def told(self, entry: Entry, body: Mapping[str, Json]) -> Again | None:
        """What of an entry another one has; None when all of it can be converted.

        Two of one list whose language is spelt alike are both converted: people collect examples of one name.
        """
        name = str(entry.value.get("name") or "")
        codes = body.get("Languages") or [body.get("Language")]
        spelt = given_languages(entry.value)
        found = {code: first for code in codes if name and (first := self._seen.get((name, code)))}
        if any(first.body == body and first.group != entry.group for first in found.values()):
            return Again("it stands in this file twice, with the same content", tuple(codes), fault=False)
        taken = {code: first.given for code, first in found.items() if first.given not in spelt}
        if taken:
            written = ", ".join(f"{code}, written {quoted(given)}" for code, given in taken.items())
            return Again(f"another entry of this name has the language {written}", tuple(taken))
        for code in codes:
            given = next((each for each in spelt if _folded(each) == _folded(code)), code)
            self._seen.setdefault((name, code), _First(given, entry.group, body))
        return None


def given_languages(entry: Mapping[str, Json]) -> list[str]:
    """The languages of an entry as it writes them; an empty text stands for what is no text."""
    found = items(entry.get("languages")) or [entry.get("language")]
    codes = (mapping(each).get("code") if isinstance(each, Mapping) else each for each in found)
    return [each.strip() if isinstance(each, str) else "" for each in codes]


def _folded(code: str) -> str:
    return code.replace("-", "_").lower()
