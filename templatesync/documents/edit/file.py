"""A file after edits of its documents, read back to see that it says what was meant. Pure: bytes in, bytes out."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence

from templatesync.documents.edit.change import changed
from templatesync.documents.edits import Edit, applied
from templatesync.documents.yaml_reader import load
from templatesync.model.finding import Severity


def edited(
    data: bytes, name: str, edits: Mapping[int, Sequence[Edit]], then: Callable[[str], str] = lambda text: text
) -> bytes:
    """The bytes of a sound file after edits, by number of the document; `then` may change the text without its meaning.

    Raises LookupError when it cannot be made so that it reads as the edits say.
    """
    documents = load(data, name).documents
    text = data.decode("utf-8-sig")
    wanted = [document.data for document in documents]
    try:
        for number in sorted(edits, reverse=True):
            start, end = documents[number].span
            text = text[:start] + changed(text[start:end], edits[number]) + text[end:]
            wanted[number] = applied(wanted[number], edits[number])
    except (TypeError, AttributeError) as error:
        raise LookupError("an edit leads nowhere") from error
    new = (BOM_UTF8 if data.startswith(BOM_UTF8) else b"") + then(text).encode()
    loaded = load(new, name)
    broken = next((each.message for each in loaded.findings if each.severity is Severity.ERROR), "")
    if broken or [each.data for each in loaded.documents] != wanted:
        raise LookupError(broken or "it would not say what it should")
    return new


def with_comment(data: bytes, line: int, comment: str) -> bytes:
    """The bytes of a file with a comment of ours on a line of its own, above that line."""
    lines = data.decode().splitlines(keepends=True)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    mark = "\ufeff" if line == 1 and lines[0].startswith("\ufeff") else ""
    lines[line - 1 : line] = [f"{mark}# templatesync: {comment}{end}", lines[line - 1].removeprefix(mark)]
    return "".join(lines).encode()
