"""`templatesync: {samples: …}` of a document: the languages whose samples the service did not tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from templatesync.model.json_value import Json

BLOCK, FIELD, UNKNOWN = "templatesync", "samples", "unknown"
AT = (BLOCK, FIELD)
"""Where a document says so."""


def unknown_languages(said: Json, languages: Sequence[str]) -> tuple[str, ...]:
    """The languages of which a document with these languages says `samples: unknown`; it may name others, too."""
    unknown = said.get(UNKNOWN) if isinstance(said, Mapping) else said == UNKNOWN
    if isinstance(unknown, list):
        return tuple(dict.fromkeys(language for language in unknown if isinstance(language, str)))
    return tuple(languages) if unknown is True else ()


def mark(unknown: Sequence[str], languages: Sequence[str]) -> Json:
    """What a document says under `samples` where those of `unknown`, some of its languages, are unknown."""
    return UNKNOWN if set(unknown) == set(languages) else {UNKNOWN: list(unknown)}
