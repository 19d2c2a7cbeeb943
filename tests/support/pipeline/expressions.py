"""The expression language of workflow files, as a parser: what stands between `${{` and `}}`. Evaluates nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FUNCTIONS = {  # name: fewest and most arguments
    "always": (0, 0),
    "cancelled": (0, 0),
    "contains": (2, 2),
    "endswith": (2, 2),
    "failure": (0, 0),
    "format": (1, 99),
    "fromjson": (1, 1),
    "hashfiles": (1, 99),
    "join": (1, 2),
    "startswith": (2, 2),
    "success": (0, 0),
    "tojson": (1, 1),
}
CONTEXTS = ("env", "github", "inputs", "job", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\].,*]))"
)


class ExpressionError(Exception):
    """What GitHub would refuse."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any


@dataclass(frozen=True, slots=True)
class Context:
    name: str


@dataclass(frozen=True, slots=True)
class Property:
    of: Node
    name: Node
    """A literal text when written with a dot."""


@dataclass(frozen=True, slots=True)
class Each:
    of: Node


@dataclass(frozen=True, slots=True)
class Not:
    of: Node


@dataclass(frozen=True, slots=True)
class Binary:
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node, ...]


Node = Literal | Context | Property | Each | Not | Binary | Call


def parse(text: str) -> Node:
    """The tree of one expression, without its braces. Raises ExpressionError."""
    return _Parser(text).whole()


def pieces(text: str) -> Iterator[str | Node]:
    """A text with expressions in it: literal texts and trees, in turn."""
    at = 0
    while (start := text.find("${{", at)) >= 0:
        end = _end(text, start + 3)
        if start > at:
            yield text[at:start]
        yield parse(text[start + 3 : end])
        at = end + 2
    if at < len(text):
        yield text[at:]


def _end(text: str, at: int) -> int:
    """Where the braces close: not inside of a quoted text."""
    quoted = False
    for place in range(at, len(text)):
        if text[place] == "'":
            quoted = not quoted
        elif not quoted and text.startswith("}}", place):
            return place
    raise ExpressionError(f"an expression has no end: {text[at:]!r}")


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    match node:
        case Property(of, name):
            below: tuple[Node, ...] = (of, name)
        case Each(of) | Not(of):
            below = (of,)
        case Binary(_, left, right):
            below = (left, right)
        case Call(_, arguments):
            below = arguments
        case _:
            below = ()
    for one in below:
        yield from walk(one)


def path(node: Node) -> tuple[str, ...]:
    """`needs.find.outputs.plan` as its parts; empty when a part is not known before it runs."""
    match node:
        case Context(name):
            return (name,)
        case Property(of, Literal(str() as name)):
            return (*path(of), name) if path(of) else ()
        case _:
            return ()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._split())
        self.at = 0

    def _split(self) -> Iterator[tuple[str, str]]:
        at = 0
        while self.text[at:].strip():
            found = _TOKEN.match(self.text, at)
            if not found:
                raise ExpressionError(f"unexpected {self.text[at:].strip()[:10]!r} in {self.text!r}")
            assert found.lastgroup
            yield found.lastgroup, found[found.lastgroup]
            at = found.end()

    def whole(self) -> Node:
        tree = self.either()
        if self.at < len(self.tokens):
            raise ExpressionError(f"unexpected {self.tokens[self.at][1]!r} in {self.text!r}")
        return tree

    def take(self, *signs: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise ExpressionError(f"{sign!r} is missing in {self.text!r}")

    def either(self) -> Node:
        left = self.both()
        while self.take("||"):
            left = Binary("||", left, self.both())
        return left

    def both(self) -> Node:
        left = self.equal()
        while self.take("&&"):
            left = Binary("&&", left, self.equal())
        return left

    def equal(self) -> Node:
        left = self.ordered()
        while sign := self.take("==", "!="):
            left = Binary(sign, left, self.ordered())
        return left

    def ordered(self) -> Node:
        left = self.negated()
        while sign := self.take("<", "<=", ">", ">="):
            left = Binary(sign, left, self.negated())
        return left

    def negated(self) -> Node:
        return Not(self.negated()) if self.take("!") else self.reached()

    def reached(self) -> Node:
        node = self.one()
        while True:
            if self.take("."):
                node = Each(node) if self.take("*") else Property(node, Literal(self.word()))
            elif self.take("["):
                node = Each(node) if self.take("*") else Property(node, self.either())
                self.need("]")
            else:
                return node

    def word(self) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "name":
            self.at += 1
            return self.tokens[self.at - 1][1]
        raise ExpressionError(f"a name is missing in {self.text!r}")

    def one(self) -> Node:
        if self.take("("):
            inner = self.either()
            self.need(")")
            return inner
        if self.at >= len(self.tokens):
            raise ExpressionError(f"something is missing at the end of {self.text!r}")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Literal(float(int(text, 16)) if "x" in text else float(text))
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "name":
            return self.named(text)
        raise ExpressionError(f"unexpected {text!r} in {self.text!r}")

    def named(self, name: str) -> Node:
        if self.take("("):
            return self.called(name)
        if name in ("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[name])
        if name.lower() not in CONTEXTS:
            raise ExpressionError(f"there is no context {name!r}, in {self.text!r}")
        return Context(name.lower())

    def called(self, name: str) -> Node:
        if name.lower() not in FUNCTIONS:
            raise ExpressionError(f"there is no function {name!r}, in {self.text!r}")
        arguments: list[Node] = []
        if not self.take(")"):
            arguments.append(self.either())
            while self.take(","):
                arguments.append(self.either())
            self.need(")")
        fewest, most = FUNCTIONS[name.lower()]
        if not fewest <= len(arguments) <= most:
            raise ExpressionError(f"{name} takes another number of arguments, in {self.text!r}")
        return Call(name.lower(), tuple(arguments))
