"""Which files are resource files: by their names, and by what is in them. Knows what a resource's keys are; no rule.

Patterns come from a pull request, and a checkout holds more than git does: what CI has written beside the project may
be a credential. So nothing is shown, quoted or formatted of a file that is no resource file by its name, or has no key
of a resource at its top.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

from templatesync.documents import yaml_reader
from templatesync.documents.document import Loaded
from templatesync.kinds import KINDS
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json
from templatesync.schema import loading

ENDINGS = (".yaml", ".yml")
MOST_TOLD = 50
"""Files of one project that are told to be none of its resource files."""
_SHARED = frozenset({"kind"})
# Their messages quote nothing of a file.
_SAYS_NOTHING = frozenset({"yaml-empty", "yaml-encoding", "yaml-limit", "yaml-crlf"})
_WITHHELD = "it has no key of a resource, so nothing of it is shown"
_HINT = "a template or a flow has a name, a QR code a PhoneNumber; take other files out of `include`"


def is_resource_name(name: str) -> bool:
    """Whether a file may be a resource file: YAML by its ending, and not hidden, nor in a hidden folder."""
    return name.lower().endswith(ENDINGS) and not _hidden(name)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def resource_names(root: Path, names: Iterable[str]) -> tuple[list[str], list[Finding]]:
    """Those of some names below `root` that may be resource files, and what is told of other files."""
    names = sorted(names)
    others = [name for name in names if not is_resource_name(name) and not (root / name).is_dir()]
    told = [_no_resource(name) for name in others[:MOST_TOLD]]
    if len(others) > MOST_TOLD:
        message = f"{len(others) - MOST_TOLD:,} more files that `include` names are no resource files"
        told.append(_finding(message, others[MOST_TOLD], "make the patterns of `include` narrower"))
    return [name for name in names if is_resource_name(name)], told


def _no_resource(name: str) -> Finding:
    if _hidden(name):
        message = "a hidden file, or one in a hidden folder, is no resource file; it is not read"
        return _finding(message, name, "rename it without the leading dot, or take it out of `include`")
    ending = PurePosixPath(name).suffix
    said = f"a file that ends with {ending}" if ending else "a file without an ending"
    message = f"{said} is no resource file, for these end with .yaml or .yml; it is not read"
    return _finding(message, name, "let the pattern in `include` end with .yaml, or rename the file")


def _finding(message: str, name: str, hint: str) -> Finding:
    return Finding("file-name", Severity.ERROR, message, name, hint=hint)


# --- what is in them --------------------------------------------------------------------------------------------------


def looks_like_resource(data: bytes, loaded: Loaded) -> bool:
    """Whether a key of a resource is at the top of a document, or, for what cannot be read, begins a line."""
    return any(_has_key(doc.data) for doc in loaded.documents) or _text_pattern().search(data) is not None


def may_be_shown(data: bytes, name: str) -> bool:
    """The same for a file that is not parsed yet."""
    return _text_pattern().search(data) is not None or looks_like_resource(data, yaml_reader.load(data, name))


def withheld(findings: Sequence[Finding], name: str) -> tuple[Finding, ...]:
    """What is told of a file without a key of a resource: the findings of its text, without what they quote."""
    if not findings:
        return (Finding("yaml-top", Severity.ERROR, f"this is no resource: {_WITHHELD}", name, hint=_HINT),)
    return tuple(dict.fromkeys(each if each.rule in _SAYS_NOTHING else _unquoted(each) for each in findings))


def _unquoted(finding: Finding) -> Finding:
    return replace(finding, message=f"this cannot be read; {_WITHHELD}", key="", path="", hint=_HINT)


def _has_key(data: Json) -> bool:
    return isinstance(data, dict) and (not _keys().isdisjoint(data) or data.get("kind") in KINDS)


@cache
def _keys() -> frozenset[str]:
    """The keys at the top of resources, of all kinds."""
    return frozenset(key for kind in KINDS for key in loading.load(kind)["properties"]) - _SHARED


@cache
def _text_pattern() -> re.Pattern[bytes]:
    """A line that begins with such a key. UTF-16 has none, and is no YAML that is read."""
    keys = "|".join(sorted(map(re.escape, _keys())))
    kinds = "|".join(sorted(map(re.escape, KINDS)))
    top = rf"(?:{keys})[\"']?[ \t]*:|kind:[ \t]*(?:{kinds})\b"
    return re.compile(rb"(?m)^(?:\xef\xbb\xbf)?(?:\{[ \t]*)?[\"']?(?:" + top.encode() + rb")")
