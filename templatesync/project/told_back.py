"""`templatesync: {told_back: …}` of a document: what the service may say in place of the file, by language. Pure.

A file of one language may leave the language out. Knows no schema, which tells of other shapes, and nothing live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from templatesync.documents.document import Document
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json

_AT = ("templatesync", "told_back")


def told_back(raw: Json, languages: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """By language, "" for what has none: by place the hash of what the service says there."""
    if not isinstance(raw, dict):
        return {}
    found: dict[str, dict[str, str]] = {}
    for name, value in raw.items():
        if isinstance(value, str) and len(languages) == 1:
            found.setdefault(languages[0], {})[name] = value
        elif isinstance(value, dict) and name in languages:
            hashes = {place: digest for place, digest in value.items() if isinstance(digest, str)}
            found.setdefault(name, {}).update(hashes)
    return found


def misplaced(
    doc: Document, raw: Json, languages: Sequence[str], nearest: Callable[[str, Sequence[str]], str]
) -> Iterator[Finding]:
    """What stands under another language than the document's, or under none where it has several."""
    for name, value in raw.items() if isinstance(raw, dict) else ():
        if isinstance(value, dict) and name not in languages:
            hint = nearest(name, languages) or "remove it"
            yield _finding(doc, name, f"{name[:40]} is no language of this document", hint)
        elif isinstance(value, str) and len(languages) > 1:
            message = "a place in a document of several languages stands under one of them"
            yield _finding(doc, name, message, f"such as {languages[0]}: {{{name[:60]}: {value[:16]}}}")


def _finding(doc: Document, name: str, message: str, hint: str) -> Finding:
    at = doc.locate((*_AT, name), at_key=True)
    return Finding("language-map", Severity.ERROR, message, doc.file, *at, path=".".join((*_AT, name)), hint=hint)
