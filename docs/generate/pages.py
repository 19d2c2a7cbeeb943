"""Which pages, parts of pages and examples of pipelines are made, and by what. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from generate import commands, documents, said_in_code
from generate.fields import fields
from generate.rules import rule_pages
from templatesync.commands.ci_init import examples
from templatesync.emulator.quirks.table import as_markdown
from templatesync.kinds import KINDS

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
RULES = DOCS / "rules"
_DOCUMENTS = DOCS / "reference" / "documents"
_PIPELINES = ROOT / "examples" / "ci"
_WRITTEN = {RULES / "not-checked.md"}
"""Pages by hand in folders whose other pages are made."""
_PART = re.compile(r"(<!-- made: (?P<name>[^>]*?) -->\n).*?(?=<!-- made until here -->)", re.DOTALL)

_OURS = "templatesync"
"""The block of a file that is not the API's."""

PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands.commands,
    "list of commands": commands.listed,
    "common options": commands.common,
    "list of documents": documents.listed,
    "exit codes": said_in_code.exit_codes,
    "precedence": said_in_code.precedence,
    "exit codes of commands": said_in_code.ends,
    "exit codes of any command": said_in_code.any_command,
    "conditions": said_in_code.conditions,
    "states": said_in_code.states,
    "rejections": said_in_code.rejections,
    "faults": said_in_code.faults,
    "project file": partial(fields, "project"),
    **{kind: partial(fields, kind, leave=(_OURS,)) for kind in KINDS},
    **{f"{kind} options": partial(fields, kind, only=_OURS) for kind in KINDS},
}
"""What fills a part, by its name."""


def made() -> Mapping[Path, str]:
    """Every page that is made, whole or in parts, and every file of an example pipeline, with its text."""
    whole = {RULES / name: text for name, text in rule_pages().items()}
    whole |= {_DOCUMENTS / name: text for name, text in documents.pages().items()}
    whole[DOCS / "reference" / "emulator-quirks.md"] = as_markdown()
    partly = {
        page: filled(text)
        for page in sorted(DOCS.rglob("*.md"))
        if page not in whole and _PART.search(text := page.read_text(encoding="utf-8"))
    }
    return whole | partly | {ROOT / name: text for name, text in examples().items()}


def filled(text: str) -> str:
    """A page with its parts made anew. Raises KeyError for a part that nothing fills."""
    return _PART.sub(lambda part: f"{part[1]}\n{PARTS[part['name']]().strip()}\n\n", text)


def leftover() -> tuple[Path, ...]:
    """Pages of rules and documents, and files of pipelines, that nothing makes any more."""
    there = {*RULES.glob("*.md"), *_DOCUMENTS.glob("*.md"), *filter(Path.is_file, _PIPELINES.rglob("*"))}
    return tuple(sorted(there - _WRITTEN - made().keys()))
