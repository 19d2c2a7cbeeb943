"""Text to values with positions: the strict YAML loader. Knows no kind and no project.

Read is YAML 1.2 core, as editors read it, walked event by event: size, depth and node count are bounded before anything
is built, so no input can crash the C parser's recursive constructors or exhaust memory. What other loaders resolve in
silence (duplicate keys, aliases, tags, `no` as false) is a finding here or plain text.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml

from templatesync.documents import yaml_values
from templatesync.documents.characters import FORBIDDEN, Ignores, decode, is_sound
from templatesync.documents.document import Document, Loaded, Mark
from templatesync.documents.limits import YamlLimits
from templatesync.documents.scalar import NumberError, resolve
from templatesync.documents.spot import SourceText
from templatesync.documents.yaml_values import behind_line
from templatesync.model.finding import Finding, Severity
from templatesync.model.json_value import Json


def load(data: bytes, file: str, limits: YamlLimits = YamlLimits()) -> Loaded:
    """Every document of a file. Never raises for what a file may hold."""
    if len(data) > limits.size:
        message = f"the file has {len(data):,} bytes; at most {limits.size:,} are read"
        return Loaded((), (Finding("yaml-limit", Severity.ERROR, message, file),))
    documents = yaml_values.read(data, file, limits, _Places(data, file, limits))
    loaded = load_carefully(data, file, limits) if documents is None else Loaded(documents, ())
    source = SourceText(data)
    for document in loaded.documents:
        document.source = source
    return loaded


def load_carefully(data: bytes, file: str, limits: YamlLimits = YamlLimits()) -> Loaded:
    """The same with all places, and what is wrong with the text. Not for more bytes than the limit."""
    text = decode(data, file)
    return _Builder(text, file, limits).run() if isinstance(text, str) else Loaded((), text)


class _Places:
    """The marks of a file's documents, by number; found when the first is asked for."""

    __slots__ = ("_found", "_source")

    def __init__(self, *source: Any) -> None:
        self._source = source
        self._found: tuple[Document, ...] | None = None

    def __call__(self, number: int) -> Mark:
        if self._found is None:
            self._found = load_carefully(*self._source).documents
        return self._found[number].mark


# What git leaves in a file that it could not merge.
_CONFLICT = re.compile("^(?:<{7}|>{7}|={7}|[|]{7})(?: .*)?\r?$", re.MULTILINE)
_DIRECTIVE = re.compile("^%", re.MULTILINE)


_SYNTAX_HINTS = {
    "tab character": "indent with blanks, never with tabs",
    "any token": "quote a text that starts with a sign such as %, @ or `; indent with blanks, never with tabs",
    "mapping values": "a text with `: ` in it needs quotes; keys of one mapping start in one column",
    "quoted scalar": "it ends with the same sign, and inside double quotes \\ begins an escape",
    "block mapping": "keys of one mapping start in one column",
    "'-' indicator": "items of one list start in one column, and what belongs to one is indented further",
    "',' or": "close what is open, or quote a text that starts with [ or {",
    "no end": "close what is open, or quote a text that starts with [ or {",
    "alias": "quote a text that starts with *",
}


class _Stop(Exception):
    """The rest of the text is not worth reading, or not safe to."""


class _Builder:
    """Turns events into data and marks. One explicit stack: depth of the text is never depth of the call stack."""

    def __init__(self, text: str, file: str, limits: YamlLimits) -> None:
        self.text = text
        self.file = file
        self.limits = limits
        self.findings: list[Finding] = []
        self.documents: list[Document] = []
        self.nodes = 0
        self.nodes_before = 0  # of the documents that are read
        self.open: list[_Open] = [_Open([], (1, 1, []), mapping=False)]
        self.most = 0  # how far `nodes` may go
        # An escape is the only way left for a forbidden character to come in.
        self.escapes = "\\" in text
        self.variables = self.escapes or "${{" in text
        self.names_media = self.variables or "file:" in text
        self.ignores = Ignores(text)

    def run(self) -> Loaded:
        with suppress(_Stop):  # what ends the reading may be one problem too many itself
            self._read()
        if not self.documents and not self.findings:
            self._add("yaml-empty", 1, 1, "the file holds no resource", hint="delete it, or write one")
        if "\r" in self.text and re.search(r"[|>][-+0-9]*[ \t]*\r", self.text):
            self.findings.append(
                Finding("yaml-crlf", Severity.INFO, "line ends are CRLF; texts are read with LF", self.file)
            )
        return Loaded(tuple(self.documents), tuple(sorted(self.findings, key=Finding.sort_key)))

    def _read(self) -> None:
        try:
            self._directives()
            self._walk(yaml.CSafeLoader(self.text))
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except yaml.YAMLError as error:
            self._add("yaml-syntax", 1, 1, " ".join(str(error).split()))

    def _directives(self) -> None:
        """The C parser compares each `%TAG` with all before it, in a time that no limit below could bound."""
        found = list(islice(_DIRECTIVE.finditer(self.text), self.limits.directives + 1))
        if len(found) > self.limits.directives:
            line = self.text.count("\n", 0, found[0].start()) + 1
            self._add("yaml-limit", line, 1, f"more than {self.limits.directives} directives", hint="delete them")
            raise _Stop

    def _add(self, rule: str, line: int, column: int, message: str, hint: str = "") -> None:
        if len(self.findings) >= self.limits.problems and rule != "yaml-limit":
            self._add("yaml-limit", line, column, "too many problems; the rest is not read")
            raise _Stop
        self.findings.append(Finding(rule, Severity.ERROR, message, self.file, line, column, hint=hint))

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        if marker := _CONFLICT.search(self.text):
            message = "git could not merge the file here: this is one of its conflict markers"
            hint = "keep what is right of both sides, and delete the markers"
            self._add("yaml-syntax", self.text.count("\n", 0, marker.start()) + 1, 1, message, hint=hint)
            return
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "this is not YAML"
        if error.context:
            problem += f" ({error.context})"
        if mark is None or mark.index < len(self.text.rstrip()):
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        elif error.context_mark and error.context_mark.index < len(self.text.rstrip()):
            line, column = error.context_mark.line + 1, error.context_mark.column + 1
        else:
            line, column = self.open[-1].mark[:2]
            problem = "what begins here has no end"
        hint = next((hint for word, hint in _SYNTAX_HINTS.items() if word in problem), "")
        self._add("yaml-syntax", line, column, problem, hint=hint)

    def _walk(self, parser: Any) -> None:
        end_of_last = 0
        while True:
            event = parser.get_event()
            kind = event.__class__
            if kind is yaml.DocumentStartEvent:
                start = behind_line(self.text, event.end_mark.index) if event.explicit else 0
                document = self._document(parser, end_of_last, start)
                if document is not None:
                    self.documents.append(document)
            elif kind is yaml.DocumentEndEvent:
                end_of_last = event.end_mark.line
            elif kind is yaml.StreamEndEvent or event is None:
                return

    def _document(self, parser: Any, after: int, start: int) -> Document | None:
        before = len(self.findings)
        self.nodes_before = self.nodes
        self.most = min(self.nodes + self.limits.nodes, self.limits.all_nodes)
        event = parser.get_event()
        if len(self.documents) >= self.limits.documents:
            self._add("yaml-limit", event.start_mark.line + 1, 1, f"more than {self.limits.documents:,} documents")
            raise _Stop
        data, mark = self._node(parser, event)
        if len(self.findings) > before:
            return None  # half a document would only bring findings about what is missing
        if not isinstance(data, dict):
            found = "nothing" if data is None else "a list" if isinstance(data, list) else "a single value"
            if data is None and not self.documents and not self.text.count("\n", event.end_mark.index):
                return None  # only comments: told once, as an empty file
            self._add("yaml-top", mark[0], mark[1], f"a resource is a mapping of keys to values; this is {found}")
            return None
        end = parser.peek_event().start_mark
        ignored = self.ignores.of(after, mark[0], end.line + 1)
        nodes, span = self.nodes - self.nodes_before, (start, end.index)
        return Document(self.file, mark[0], data, mark, ignored, nodes, span, self.variables, self.names_media)

    def _node(self, parser: Any, event: Any) -> tuple[Json, Mark]:
        """The value that starts at `event`, read to its end. This loop is what reading a file costs."""
        get, scalar, count = parser.get_event, yaml.ScalarEvent, self._count
        root = top = _Open([], (1, 1, []), mapping=False)
        stack = self.open = [root]
        while True:
            kind = event.__class__
            if kind is scalar:
                start = event.start_mark
                mark: Mark = (start.line + 1, start.column + 1, None)
                count(start)
                value = event.value
                if event.style or event.tag is not None or event.anchor is not None or not _PLAIN(value):
                    value = self._scalar(event, mark)
                    if isinstance(value, (int, float)) and _shown(value) != event.value:
                        mark = (mark[0], mark[1], event.value)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                top = self._open(event, kind is yaml.MappingStartEvent)
                stack.append(top)
                event = get()
                continue
            elif kind is yaml.AliasEvent:
                value, mark = self._alias(event)
            else:
                value, mark = top.value, top.mark
                stack.pop()
                top = stack[-1]
            if top is root:
                return value, mark
            if not top.mapping:
                top.value.append(value)
                top.mark[2].append(mark)
            elif top.key is None:
                top.key = value
                top.key_mark = mark
                if value.__class__ is not str or value in top.value or value == "<<":
                    self._key(top, value, mark, kind is scalar and not event.style)
            else:
                key, at = top.key, top.key_mark
                top.key = None
                if key is not _SKIPPED:
                    top.value[key] = value
                    top.mark[2][key] = (at[0], at[1], mark)
            event = get()

    def _open(self, event: Any, mapping: bool) -> _Open:
        start = event.start_mark
        if len(self.open) > self.limits.depth:
            self._add("yaml-limit", start.line + 1, start.column + 1, f"nested more than {self.limits.depth} deep")
            raise _Stop
        self._count(start)
        if event.anchor is not None or event.tag is not None:
            self._properties(event)
        line, column = start.line + 1, start.column + 1
        return _Open({}, (line, column, {}), mapping) if mapping else _Open([], (line, column, []), mapping)

    def _key(self, parent: _Open, key: Json, mark: Mark, plain: bool) -> None:
        """A key that cannot be one: what stands behind it is read, and left out."""
        line, column, spelt = mark
        if not isinstance(key, str):
            shown = "a collection" if isinstance(key, (list, dict)) else spelt or _shown(key)
            self._add("yaml-key", line, column, f"a key must be text; {shown} is not", hint="quote it")
        elif plain and key == "<<":
            self._add("yaml-alias", line, column, "merge keys (<<) are not read", hint="write the values out")
        elif key in parent.value:
            first = parent.mark[2][key][0]
            self._add("yaml-duplicate-key", line, column, f"duplicate key {key} (first on line {first})")
        else:
            return
        parent.key = _SKIPPED

    def _count(self, mark: Any) -> None:
        self.nodes += 1
        if self.nodes > self.most:
            limits = self.limits
            most = f"{limits.nodes:,} values in one document, or {limits.all_nodes:,} in one file"
            self._add("yaml-limit", mark.line + 1, mark.column + 1, f"more than {most}", hint="split it")
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

    def _scalar(self, event: Any, mark: Mark) -> Json:
        """The value of a scalar that is not a plain word."""
        start, value = event.start_mark, event.value
        if event.anchor is not None or event.tag is not None:
            self._properties(event)
        if len(value) > self.limits.text:
            self._add("yaml-limit", mark[0], mark[1],
                      f"the text has {len(value):,} characters; at most {self.limits.text:,} are read")  # fmt: skip
            return ""
        if not event.style:  # the C parser says '' for plain
            return self._plain(value, mark)
        if self.ignores and event.end_mark.line > start.line:
            self.ignores.inside(start, event.end_mark, block=event.style in "|>")
        if self.escapes and event.style == '"' and not is_sound(value) and (bad := FORBIDDEN.search(value)):
            self._add("yaml-character", mark[0], mark[1], f"the text holds the character U+{ord(bad[0]):04X}")
        return value

    def _plain(self, value: str, mark: Mark) -> Json:
        try:
            return resolve(value)
        except NumberError as error:
            self._add("yaml-number", mark[0], mark[1], str(error), hint=error.hint)
            return 0


_SKIPPED = object()
# Most plain scalars: words that cannot be a number, null or a boolean.
_PLAIN = re.compile(r"(?![nNtTfF])[A-Za-z$_].{0,200}").fullmatch


@dataclass(slots=True)
class _Open:
    """A container that is being read."""

    value: Json
    mark: Mark
    mapping: bool
    key: Any = None
    key_mark: Mark = (1, 1, None)


def _shown(value: Json) -> str:
    return json.dumps(value)  # null, true and 1 as YAML spells them
