"""What an expression is worth: GitHub's coercions, functions and contexts. Knows no workflow."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.pipeline.expressions import (
    Binary,
    Call,
    Context,
    Each,
    ExpressionError,
    Literal,
    Node,
    Not,
    Property,
    parse,
    pieces,
    walk,
)

STATUS_FUNCTIONS = ("success", "failure", "always", "cancelled")


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees."""

    contexts: Mapping[str, Any]
    failed: bool = False
    """A step before, or a job that is needed, failed."""
    skipped: bool = False
    """A job that is needed was not run."""
    cancelled: bool = False
    workspace: Path | None = None

    def text(self, written: Any) -> str:
        """A value of a workflow file as a text, its expressions worked out."""
        return shown(self.value(written))

    def value(self, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        parts = list(pieces(written))
        if len(parts) == 1 and not isinstance(parts[0], str):
            return self.worth(parts[0])
        return "".join(part if isinstance(part, str) else shown(self.worth(part)) for part in parts)

    def holds(self, condition: Any) -> bool:
        """Whether an `if` lets its job or step run; `success()` is meant where no such function is named."""
        if condition is None:
            return self._status("success")
        written = str(condition).strip()
        if isinstance(condition, bool):
            written = "true" if condition else "false"
        if written.startswith("${{") and written.endswith("}}") and written.count("${{") == 1:
            written = written[3:-2]
        if "${{" in written:
            raise ExpressionError(f"a condition that is always true, because it is a text: {condition!r}")
        tree = parse(written)
        named = any(isinstance(node, Call) and node.name in STATUS_FUNCTIONS for node in walk(tree))
        return (named or self._status("success")) and truthy(self.worth(tree))

    def worth(self, node: Node) -> Any:
        match node:
            case Literal(value):
                return value
            case Context(name):
                if name not in self.contexts:
                    raise ExpressionError(f"the context {name!r} is not there at this place")
                return self.contexts[name]
            case Property(of, name):
                return _member(self.worth(of), self.worth(name))
            case Each(of):
                whole = self.worth(of)
                found = whole.values() if isinstance(whole, Mapping) else whole if isinstance(whole, list) else ()
                return _Several(found)
            case Not(of):
                return not truthy(self.worth(of))
            case Binary(sign, left, right):
                return self._binary(sign, left, right)
            case Call(name, arguments):
                return self._call(name, [self.worth(argument) for argument in arguments])

    def _binary(self, sign: str, left: Node, right: Node) -> Any:
        first = self.worth(left)
        if sign == "&&":
            return self.worth(right) if truthy(first) else first
        if sign == "||":
            return first if truthy(first) else self.worth(right)
        second = self.worth(right)
        if sign in ("==", "!="):
            return _equal(first, second) == (sign == "==")
        if isinstance(first, str) and isinstance(second, str):
            one: Any = first.lower()
            other: Any = second.lower()
        else:
            one, other = _number(first), _number(second)
        compared = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}
        return compared[sign]

    def _status(self, name: str) -> bool:
        return {
            "always": True,
            "cancelled": self.cancelled,
            "failure": self.failed and not self.cancelled,
            "success": not self.failed and not self.cancelled and not self.skipped,
        }[name]

    def _call(self, name: str, given: list[Any]) -> Any:
        if name in STATUS_FUNCTIONS:
            return self._status(name)
        if name == "hashfiles":
            return self._hash([shown(pattern) for pattern in given])
        if name == "contains":
            if isinstance(given[0], list):
                return any(_equal(one, given[1]) for one in given[0])
            return shown(given[1]).lower() in shown(given[0]).lower()
        if name == "startswith":
            return shown(given[0]).lower().startswith(shown(given[1]).lower())
        if name == "endswith":
            return shown(given[0]).lower().endswith(shown(given[1]).lower())
        if name == "join":
            several = given[0] if isinstance(given[0], list) else [given[0]]
            return (shown(given[1]) if len(given) > 1 else ",").join(shown(one) for one in several)
        if name == "tojson":
            return json.dumps(given[0], indent=2, ensure_ascii=False)
        if name == "fromjson":
            try:
                return json.loads(shown(given[0]))
            except ValueError as error:
                raise ExpressionError(f"fromJSON of what is no JSON: {shown(given[0])[:80]!r}") from error
        assert name == "format"
        return _formatted(shown(given[0]), [shown(one) for one in given[1:]])

    def _hash(self, patterns: list[str]) -> str:
        if self.workspace is None:
            raise ExpressionError("hashFiles is not there at this place")
        files = {file for pattern in patterns for file in self.workspace.glob(pattern) if file.is_file()}
        if not files:
            return ""
        whole = hashlib.sha256()
        for file in sorted(files):
            whole.update(hashlib.sha256(file.read_bytes()).digest())
        return whole.hexdigest()


class _Several(list[Any]):
    """What `.*` found: a property of it is that of each."""


def _member(of: Any, name: Any) -> Any:
    if isinstance(of, _Several):
        return _Several(found for one in of if (found := _member(one, name)) is not None)
    if isinstance(of, Mapping):
        wanted = shown(name).lower()
        return next((value for key, value in of.items() if key.lower() == wanted), None)
    if isinstance(of, list) and not isinstance(name, str):
        place = _number(name)
        return of[int(place)] if 0 <= place < len(of) else None
    return None


def truthy(value: Any) -> bool:
    return not (value in (None, False, "") or value == 0 or (isinstance(value, float) and math.isnan(value)))


def shown(value: Any) -> str:
    """A value inside of a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(value)
    return "Object" if isinstance(value, Mapping) else "Array" if isinstance(value, list) else str(value)


def _number(value: Any) -> float:
    if value is None or value == "":
        return 0.0
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        return float(int(value, 16)) if isinstance(value, str) and value.startswith("0x") else float(value)
    except (TypeError, ValueError):
        return math.nan


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return first.lower() == second.lower()
    if isinstance(first, dict | list) or isinstance(second, dict | list):
        return first is second
    if type(first) is type(second):
        return bool(first == second)
    return _number(first) == _number(second)


def _formatted(text: str, given: list[str]) -> str:
    def put(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if int(found[1]) >= len(given):
            raise ExpressionError(f"format has no value for {found[0]}")
        return given[int(found[1])]

    return re.sub(r"\{\{|\}\}|\{(\d+)\}", put, text)
