"""Text to values with positions: the strict YAML loader, and the only user of PyYAML. Knows no kind and no project.

Read is YAML 1.2 core, as editors read it, walked event by event: size, depth and node count are bounded before anything
is built, so no input can crash the C parser's recursive constructors or exhaust memory. What other loaders resolve in
silence (duplicate keys, aliases, tags, `no` as false) is a finding here or plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from templatesync.rule import Path
from templatesync.values import Finding, Json, Position, Severity

# line, column, and for a container the marks of what is in it: by key (with the key's own place) or by index
Mark: TypeAlias = tuple[int, int, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. A template has some 200 nodes and is ten deep; a thousand of them still fit in one file."""

    size: int = 1 << 20
    depth: int = 64
    nodes: int = 200_000


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: plain data, and where each value stood.

    `ignored` holds what `# templatesync: ignore RULE` comments silence: rules by line, and under 0 for the document.
    """

    file: str
    line: int
    data: Json
    mark: Mark = (1, 1, None)
    ignored: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def locate(self, path: Path, *, at_key: bool = False) -> Position:
        """Where the value at `path` starts, or its key; the nearest thing that exists when it does not."""
        line, column, inside = self.mark
        for index, step in enumerate(path):
            last = index == len(path) - 1
            if isinstance(inside, dict) and step in inside:
                key_line, key_column, mark = inside[step]
                if last and at_key:
                    return Position(key_line, key_column)
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                mark = inside[step]
            else:
                break
            line, column, inside = mark
        return Position(line, column)


@dataclass(frozen=True, slots=True)
class Loaded:
    """All documents of a file that could be read, and what is wrong with the text. A broken file is a value."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]


def load(data: bytes, file: str, limits: Limits = Limits()) -> Loaded:
    """Every document of a file. Never raises for what a file may hold."""
    if len(data) > limits.size:
        return _refused(file, "yaml-limit", f"the file has {len(data):,} bytes; at most {limits.size:,} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        kind = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        message = f"the file is {kind}: byte {error.start} is 0x{data[error.start]:02x}; save it as UTF-8"
        return _refused(file, "yaml-encoding", message, Position(line, 1))
    findings = [
        Finding("yaml-character", Severity.ERROR, f"the character U+{ord(bad[0]):04X} cannot be kept in a file",
                file, text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start()),
                hint="leave it out, or write it as an escape in double quotes if it is meant")
        for bad in _FORBIDDEN.finditer(text)
    ]  # fmt: skip
    if findings:
        return Loaded((), tuple(findings[:20]))
    return _Builder(text, file, limits).run()


# Not printable in YAML 1.2 (C0, C1, surrogates, non-characters), line breaks that YAML 1.1 and 1.2 read differently
# (NEL, LS, PS), byte order marks in the middle, and private use, which no reader of a message can see.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_INT = re.compile(r"[-+]?[0-9]+")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_IGNORE = re.compile(r"(?:^|\s)#\s*templatesync:\s*ignore\s+([a-z0-9-]+(?:[\s,]+[a-z0-9-]+)*)\s*$")
_NUMBER_FIRST = frozenset("+-.0123456789")
_MAX_DIGITS = 18  # more would not survive a 64-bit reader


def _refused(file: str, rule: str, message: str, at: Position = Position(1, 1), hint: str = "") -> Loaded:
    return Loaded((), (Finding(rule, Severity.ERROR, message, file, at.line, at.column, hint=hint),))


class _Stop(Exception):
    """The rest of the text is not worth reading, or not safe to."""


class _Builder:
    """Turns events into data and marks. One explicit stack: depth of the text is never depth of the call stack."""

    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.text = text
        self.file = file
        self.limits = limits
        self.findings: list[Finding] = []
        self.documents: list[Document] = []
        self.nodes = 0
        # An escape is the only way left for a forbidden character to come in.
        self.escapes = "\\" in text
        self.ignores = _ignores(text) if "templatesync: ignore" in text else {}

    def run(self) -> Loaded:
        try:
            self._walk(yaml.CSafeLoader(self.text))
        except _Stop:
            pass
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except yaml.YAMLError as error:
            self._add("yaml-syntax", 1, 1, " ".join(str(error).split()))
        if not self.documents and not self.findings:
            self._add("yaml-empty", 1, 1, "the file holds no resource", hint="delete it, or write one")
        if "\r" in self.text and re.search(r"[|>][-+0-9]*[ \t]*\r", self.text):
            self.findings.append(
                Finding("yaml-crlf", Severity.INFO, "line ends are CRLF; texts are read with LF", self.file)
            )
        return Loaded(tuple(self.documents), tuple(sorted(self.findings, key=Finding.sort_key)))

    def _add(self, rule: str, line: int, column: int, message: str, hint: str = "") -> None:
        self.findings.append(Finding(rule, Severity.ERROR, message, self.file, line, column, hint=hint))

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "this is not YAML"
        context = f" ({error.context})" if error.context else ""
        hint = "a text with `: ` or ` #` in it, or with a sign such as {, [, %, @ or * in front, needs quotes"
        if "tab" in problem or "token" in problem:
            hint = "indent with blanks, never with tabs; quote a text that starts with a sign"
        self._add("yaml-syntax", line, column, f"{problem}{context}", hint=hint)

    def _walk(self, parser: Any) -> None:
        end_of_last = 0
        while True:
            event = parser.get_event()
            kind = event.__class__
            if kind is yaml.DocumentStartEvent:
                document = self._document(parser, end_of_last)
                if document is not None:
                    self.documents.append(document)
            elif kind is yaml.DocumentEndEvent:
                end_of_last = event.end_mark.line
            elif kind is yaml.StreamEndEvent or event is None:
                return

    def _document(self, parser: Any, after: int) -> Document | None:
        before = len(self.findings)
        event = parser.get_event()
        first = event.start_mark.line + 1
        data, mark = self._node(parser, event)
        if len(self.findings) > before:
            return None  # half a document would only bring findings about what is missing
        if not isinstance(data, dict):
            found = "nothing" if data is None else "a list" if isinstance(data, list) else "a single value"
            if data is None and first >= len(self.text.splitlines()) and not self.documents:
                return None  # only comments: told once, as an empty file
            self._add("yaml-top", mark[0], mark[1], f"a resource is a mapping of keys to values; this is {found}")
            return None
        return Document(self.file, mark[0], data, mark, self._ignored(after, mark[0]))

    def _ignored(self, after: int, first: int) -> Mapping[int, frozenset[str]]:
        if not self.ignores:
            return {}
        above = [rules for line, rules in self.ignores.items() if after < line < first]
        return {**self.ignores, 0: frozenset().union(*above)}

    def _node(self, parser: Any, event: Any) -> tuple[Json, Mark]:
        """The value that starts at `event`, read to its end."""
        stack: list[_Open] = []
        while True:
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                value, mark = self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(stack, event, kind is yaml.MappingStartEvent)
                event = parser.get_event()
                continue
            elif kind is yaml.AliasEvent:
                value, mark = self._alias(event)
            else:
                closed = stack.pop()
                value, mark = closed.value, closed.mark
            if not stack:
                return value, mark
            self._put(stack[-1], value, mark, kind is yaml.ScalarEvent and not event.style)
            event = parser.get_event()

    def _open(self, stack: list[_Open], event: Any, mapping: bool) -> None:
        start = event.start_mark
        if len(stack) >= self.limits.depth:
            self._add("yaml-limit", start.line + 1, start.column + 1, f"nested more than {self.limits.depth} deep")
            raise _Stop
        self._count(start)
        self._properties(event)
        value: Json = {} if mapping else []
        inside: Any = {} if mapping else []
        stack.append(_Open(value, (start.line + 1, start.column + 1, inside), mapping))

    def _put(self, parent: _Open, value: Json, mark: Mark, plain: bool) -> None:
        if not parent.mapping:
            parent.value.append(value)
            parent.mark[2].append(mark)
        elif parent.key is None:
            parent.key = (self._key(parent, value, mark, plain), mark)
        else:
            key, at = parent.key
            parent.key = None
            if key is not _SKIPPED:
                parent.value[key] = value
                parent.mark[2][key] = (at[0], at[1], mark)

    def _key(self, parent: _Open, key: Json, mark: Mark, plain: bool) -> Any:
        line, column, _ = mark
        if not isinstance(key, str):
            shown = "a collection" if isinstance(key, (list, dict)) else _shown(key)
            self._add("yaml-key", line, column, f"a key must be text; {shown} is not", hint="quote it")
        elif plain and key == "<<":
            self._add("yaml-alias", line, column, "merge keys (<<) are not read", hint="write the values out")
        elif key in parent.value:
            first = parent.mark[2][key][0]
            self._add("yaml-duplicate-key", line, column, f"the key {key} stands here and on line {first}")
        else:
            return key
        return _SKIPPED

    def _count(self, mark: Any) -> None:
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            self._add("yaml-limit", mark.line + 1, mark.column + 1, f"more than {self.limits.nodes:,} values")
            raise _Stop

    def _properties(self, event: Any) -> None:
        mark = event.start_mark
        if event.anchor is not None:
            self._add("yaml-alias", mark.line + 1, mark.column + 1, f"anchors (&{event.anchor}) are not read",
                      hint="write the value out where it is needed")  # fmt: skip
        if event.tag is not None:
            self._add("yaml-tag", mark.line + 1, mark.column + 1, f"tags ({event.tag}) are not read",
                      hint="quote a value to make it text")  # fmt: skip

    def _alias(self, event: Any) -> tuple[Json, Mark]:
        mark = event.start_mark
        self._count(mark)
        self._add("yaml-alias", mark.line + 1, mark.column + 1, f"aliases (*{event.anchor}) are not read",
                  hint="write the value out where it is needed")  # fmt: skip
        return "", (mark.line + 1, mark.column + 1, None)

    def _scalar(self, event: Any) -> tuple[Json, Mark]:
        start = event.start_mark
        mark = (start.line + 1, start.column + 1, None)
        self._count(start)
        if event.anchor is not None or event.tag is not None:
            self._properties(event)
        value: str = event.value
        if not event.style:  # the C parser says '' for plain
            return self._plain(value, mark), mark
        if self.escapes and event.style == '"' and (bad := _FORBIDDEN.search(value)):
            self._add("yaml-character", mark[0], mark[1], f"the text holds the character U+{ord(bad[0]):04X}")
        return value, mark

    def _plain(self, value: str, mark: Mark) -> Json:
        """YAML 1.2 core schema, section 10.3.2 of the specification."""
        if value in _NULL:
            return None
        if value in _BOOL:
            return _BOOL[value]
        if value[0] not in _NUMBER_FIRST:
            return value
        if _NOT_A_NUMBER.fullmatch(value):
            self._add("yaml-number", mark[0], mark[1], f"{value} is not a number JSON has", hint="quote it")
            return 0
        if _NUMBER.fullmatch(value):
            return self._number(value, mark)
        return value

    def _number(self, value: str, mark: Mark) -> Json:
        if len(value) > _MAX_DIGITS + 2:
            self._add("yaml-number", mark[0], mark[1], f"the number is {len(value)} signs long",
                      hint="quote it if it is text, such as a phone number or an id")  # fmt: skip
            return 0
        if _INT.fullmatch(value):
            return int(value)
        if value.startswith(("0o", "0x")):
            return int(value, 0)
        number = float(value)
        if number in (float("inf"), float("-inf")):
            self._add("yaml-number", mark[0], mark[1], f"{value} is too large", hint="quote it if it is text")
            return 0
        return number


_SKIPPED = object()


@dataclass(slots=True)
class _Open:
    """A container that is being read."""

    value: Json
    mark: Mark
    mapping: bool
    key: tuple[Any, Mark] | None = None


def _shown(value: Json) -> str:
    return json.dumps(value)  # null, true and 1 as YAML spells them


def _ignores(text: str) -> dict[int, frozenset[str]]:
    return {
        number: frozenset(re.split(r"[\s,]+", match[1]))
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _IGNORE.search(line.rstrip("\r")))
    }


# --- edits that keep comments -------------------------------------------------------------------------------------


def set_values(text: str, index: int, values: Mapping[Path, str]) -> str:
    """`text` with scalars of its document number `index` set, everything else kept to the byte, comments too.

    A path that does not exist is added, one level deep at most: (key,) at the end of the document, (key, key) in
    the mapping of that name. `text` has passed `load`. Values are written in double quotes unless they are plain names.
    """
    nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    root = nodes[index]
    splices: list[tuple[int, int, str]] = []
    for path, value in values.items():
        splices.append(_splice(text, root, path, _quoted(value)))
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _splice(text: str, root: Any, path: Path, value: str) -> tuple[int, int, str]:
    node = root
    for depth, step in enumerate(path):
        child = (
            next((v for k, v in node.value if k.value == step), None) if isinstance(node, yaml.MappingNode) else None
        )
        if child is None:
            return _insertion(text, node, path[depth:], value)
        node = child
    return node.start_mark.index, node.end_mark.index, value


def _insertion(text: str, node: Any, missing: Path, value: str) -> tuple[int, int, str]:
    lines = f"{missing[0]}: {value}" if len(missing) == 1 else f"{missing[0]}:\n  {missing[1]}: {value}"
    if node.flow_style:
        at = node.start_mark.index + 1
        return at, at, f"{lines}, " if node.value else lines
    first = node.value[0][0].start_mark
    indent = " " * first.column
    if len(missing) == 1:
        # In front of the first key: that place is known exactly, the end of a block is not.
        return first.index, first.index, f"{lines}\n{indent}"
    end = _end_of_block(text, node)
    line_break = "" if text[end - 1] == "\n" else "\n"
    return end, end, f"{line_break}{lines}\n"


def _end_of_block(text: str, node: Any) -> int:
    """Just behind the last line of a block mapping. Its end mark may lie beyond the comments that follow it."""
    last = node.value[-1][1]
    while isinstance(last, (yaml.MappingNode, yaml.SequenceNode)) and last.value and not last.flow_style:
        item = last.value[-1]
        last = item[1] if isinstance(item, tuple) else item
    end = last.end_mark.index
    if end and text[end - 1] == "\n":
        return int(end)
    newline = text.find("\n", end)
    return len(text) if newline < 0 else newline + 1


def _quoted(value: str) -> str:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) and value not in _NULL and value not in _BOOL:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def source_lines(data: bytes) -> Iterator[str]:
    """The lines of a file as a person sees them, for showing one beside a finding."""
    yield from data.decode("utf-8-sig", errors="replace").split("\n")
