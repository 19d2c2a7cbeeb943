"""A body of multipart/form-data taken apart, as the object store takes it. Pure; knows no field but `file`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?\bboundary="?([^";\s]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(r';\s*name="([^"\r\n]*)"')
_FILE_NAME = re.compile(r';\s*filename="([^"\r\n]*)"')
_TYPE = re.compile(r"^content-type:\s*(\S[^\r\n]*)$", re.IGNORECASE | re.MULTILINE)

# An upload has a dozen fields, and none of them is long.
_MOST_FIELDS = 100
_LONGEST_FIELD = 64 * 1024

FILE = "file"


@dataclass(frozen=True, slots=True)
class Form:
    """`fields` by lower-case name; the file's own part is apart. What follows the file does not count."""

    fields: Mapping[str, str]
    file: bytes = field(repr=False)
    file_name: str
    file_type: str


def parse(content_type: str, body: bytes) -> Form:
    """Raises ValueError with a sentence when it is no form, or one without a file."""
    match = _BOUNDARY.match(content_type.strip())
    if match is None:
        raise ValueError("the body is not multipart/form-data")
    fields: dict[str, str] = {}
    for head, content in _parts(body, match[1].encode()):
        name = _NAME.search(head)
        if name is None:
            raise ValueError("a part of the form has no name")
        if name[1].lower() == FILE:
            named, typed = _FILE_NAME.search(head), _TYPE.search(head)
            return Form(
                fields,
                bytes(content),
                named[1] if named else "",
                typed[1].strip() if typed else "application/octet-stream",
            )
        if len(fields) >= _MOST_FIELDS or len(content) > _LONGEST_FIELD:
            raise ValueError("the form has too many fields, or one that is too long")
        fields[name[1].lower()] = bytes(content).decode("utf-8", "replace")
    raise ValueError("the form has no file")


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, memoryview]]:
    """Head and content of each part, without copying what may be a hundred megabytes."""
    view, delimiter = memoryview(body), b"\r\n--" + boundary
    # The first delimiter needs no line before it.
    at = len(delimiter) - 2 if body.startswith(delimiter[2:]) else _after(body, delimiter, 0)
    while body[at : at + 2] != b"--":
        begin = _after(body, b"\r\n", at)
        middle = body.find(b"\r\n\r\n", begin)
        end = body.find(delimiter, begin)
        if middle < 0 or end < middle + 4:
            raise ValueError("the form is cut short")
        yield bytes(view[begin:middle]).decode("utf-8", "replace"), view[middle + 4 : end]
        at = end + len(delimiter)


def _after(body: bytes, mark: bytes, start: int) -> int:
    at = body.find(mark, start)
    if at < 0:
        raise ValueError("the form is cut short")
    return at + len(mark)
