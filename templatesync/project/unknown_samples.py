"""What a document's mark `samples: unknown` says that no resource of it hears. Pure.

Knows no schema, which tells of other shapes, and not what a sample is, which the rules of a kind do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from templatesync.documents.document import Document
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.model.unknown_samples import AT, UNKNOWN

RULE = "samples-beside-unknown"


def idle_marks(
    doc: Document, said: Json, languages: Sequence[str], nearest: Callable[[str, Sequence[str]], str]
) -> Iterator[Finding]:
    """A mark that is none, and languages that the document lacks."""
    unknown = said.get(UNKNOWN) if isinstance(said, dict) else None
    if unknown is False:
        yield _finding(
            doc, "`unknown: false` says nothing: samples are known unless a file says otherwise", "remove it"
        )
    for language in unknown if isinstance(unknown, list) else ():
        if isinstance(language, str) and language not in languages:
            hint = nearest(language, languages) or f"take {language[:40]} out of the list"
            yield _finding(
                doc, f"{language[:40]}, whose samples are to be unknown, is no language of this document", hint
            )


def _finding(doc: Document, message: str, hint: str) -> Finding:
    return Finding(RULE, Severity.WARNING, message, doc.file, *doc.locate(AT), path=".".join(AT), hint=hint)
