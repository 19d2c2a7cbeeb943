"""What a text holds, whatever its format: plain data, and where each value stood. Knows no format."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from templatesync.documents.characters import WHILE
from templatesync.documents.spot import SourceText, spot
from templatesync.model.finding import Finding, Position
from templatesync.model.json_value import Json
from templatesync.model.paths import Path

# line, column, and for a container the marks of what is in it: by key (with the key's own place) or by index; for a
# number or a boolean that is not spelt as in JSON, how it is spelt
Mark: TypeAlias = tuple[int, int, Any]


class Document:
    """One document of a file. Not to be changed; a plain class, because a project has ten thousand of them.

    `nodes` counts its values and keys. `said` holds what `# templatesync: ignore RULE` comments say: rules by line, and
    under 0 for the document, each with ` while ` and the digest of a content if it is for that content only. `ignored`
    are those that hold, and `void` those that do not, which is so until `hold` is told what the content is; `held` is
    its digest. `span` is where its text begins, behind its `---`, and ends: characters of the file's text without a
    byte order mark. `variables` and `names_media` tell whether `${{`, or `file:`, may stand in its texts: most files
    have neither, and need not be searched for it. `mark` may be what finds it: places are worth their memory only where
    something is told. `source` is the text of its file, once that is known.
    """

    __slots__ = (
        "_mark",
        "_starts",
        "data",
        "file",
        "held",
        "ignored",
        "line",
        "names_media",
        "nodes",
        "said",
        "source",
        "span",
        "variables",
        "void",
    )

    def __init__(
        self,
        file: str,
        line: int,
        data: Json,
        mark: Mark | Callable[[], Mark] = (1, 1, None),
        ignored: Mapping[int, frozenset[str]] | None = None,
        nodes: int = 0,
        span: tuple[int, int] = (0, 0),
        variables: bool = True,
        names_media: bool = True,
    ) -> None:
        self.file = file
        self.line = line
        self.data = data
        self._mark = mark
        self.said = self.ignored = ignored or {}
        self.void: Mapping[int, frozenset[str]] = {}  # goes to other processes as it is
        self.held = ""
        self.nodes = nodes
        self.span = span
        self.variables = variables
        self.names_media = names_media
        self.source: SourceText | None = None
        self._starts: Sequence[Position] | None = None
        if self.conditional:
            self.hold("")

    @property
    def conditional(self) -> bool:
        """Whether a comment silences a rule for one content only."""
        return bool(self.said) and any(WHILE in each for rules in self.said.values() for each in rules)

    def hold(self, digest: str) -> None:
        """Let those comments hold that are for the content with this digest, beside those that are for any."""
        ignored, void = {}, {}
        for line, rules in self.said.items():
            told = [each.partition(WHILE) for each in rules]
            ignored[line] = frozenset(rule for rule, _, content in told if content in ("", digest))
            void[line] = frozenset(rule for rule, _, content in told if content) - ignored[line]
        self.ignored, self.void, self.held = ignored, void, digest

    @property
    def mark(self) -> Mark:
        """Where it stands, and all that is in it."""
        if not isinstance(self._mark, tuple):
            self._mark = self._mark()
        return self._mark

    def spelt(self, path: Path) -> str:
        """How the number or boolean at `path` is spelt; empty where that is how JSON spells it."""
        inside = self.mark[2]
        for step in path:
            if isinstance(inside, dict) and step in inside:
                inside = inside[step][2][2]
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                inside = inside[step][2]
            else:
                return ""
        return inside if isinstance(inside, str) else ""

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

    def spot(self, path: Path, span: tuple[int, int], value: str) -> Position:
        """Where a part of the text at `path` stands, which is `value` once it is filled in; else where the text does.

        A part that comes out of what was filled in stands nowhere in the file.
        """
        start = self.locate(path)
        word, text = value[slice(*span)], self._at(path)
        if not word or self.source is None or not isinstance(text, str) or text.count(word) != value.count(word):
            return start
        at = bisect(self.starts, start)
        end = self.starts[at] if at < len(self.starts) else None
        return spot(self.source.lines, start, end, word, value.count(word, 0, span[0]))

    def start_of(self, at: Position) -> Position:
        """Where the value begins in which a place is, which may be lines above."""
        number = bisect(self.starts, at)
        return self.starts[number - 1] if number else at

    @property
    def starts(self) -> Sequence[Position]:
        """Where its values and keys begin, in the order of the text."""
        if self._starts is None:
            found: list[Position] = []
            pending: list[Mark] = [self.mark]
            while pending:
                line, column, inside = pending.pop()
                found.append(Position(line, column))
                if isinstance(inside, dict):
                    for key_line, key_column, mark in inside.values():
                        found.append(Position(key_line, key_column))
                        pending.append(mark)
                elif isinstance(inside, list):
                    pending += inside
            self._starts = sorted(set(found))
        return self._starts

    def _at(self, path: Path) -> Json:
        here = self.data
        for step in path:
            try:
                here = here[step]
            except (LookupError, TypeError):
                return None
        return here


class Loaded(NamedTuple):
    """All documents of a file that could be read, and what is wrong with the text. A broken file is a value."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
