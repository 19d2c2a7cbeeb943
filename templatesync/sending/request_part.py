"""An object of a request, in whichever form it is: its fields by their names on the wire. Pure; knows no operation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from templatesync.model.json_value import Json

_NESTED = frozenset({"payload", "senderlist", "templateparams", "flowaction", "productaction"})
"""Parts that a form may hold flattened, as `Payload.1`."""
_NAMES = "templateparams"
_STEPS = 8
_MOST_PARTS = 500_000
"""Of JSON in a text: as many as a file may have."""
_SHOWN = 60
"""Characters that a message shows of a name: it may be any text."""


class Odd(NamedTuple):
    """A part of a request that is not what the operation takes: where, as a JSON pointer, and what is wrong."""

    pointer: str
    message: str


class Part:
    """An object of a request. What is wrong with its fields is kept in `odd`, in the order in which it is found."""

    def __init__(self, data: Mapping[Any, Any], at: str, *, within: bool = False, odd: list[Odd] | None = None) -> None:
        self.at = at
        self.odd: list[Odd] = [] if odd is None else odd
        self._within = within
        self._data, self._flat = _unflattened(data)
        self._names: dict[str, str] = {}
        for name in self._data:
            first = self._names.setdefault(plain(name), name)
            if self._data[first] is None:  # SDKs write null for what nobody has set
                self._names[plain(name)] = name
            elif first != name and self._data[name] is not None and self._data[name] != self._data[first]:
                pointer = at if within else f"{at}/{escaped(self._flat.get(name, name))}"
                self.odd.append(Odd(pointer, f"{name:.60} is given as {first:.60}, too, with another value"))

    def names(self) -> list[str]:
        """The names of all fields, as they are given, which are not null."""
        return [name for name in self._names.values() if self._data[name] is not None]

    def has(self, name: str) -> bool:
        """Whether a field is there, and not null."""
        return self._raw(name) is not None

    def pointer(self, name: str) -> str:
        """Where a field is, or would be."""
        own = self._own(name)
        return self.at if self._within else f"{self.at}/{escaped(self._flat.get(own, own))}"

    def closed(self, name: str) -> bool:
        """Whether nothing inside of a field has a pointer of its own: it is JSON in a text, or in several fields."""
        return self._within or isinstance(self._raw(name), str) or self._own(name) in self._flat

    def value(self, name: str) -> Any:
        """A field that is no text, taken out of its text if it is in one."""
        value = self._raw(name)
        if not isinstance(value, str):
            return value
        if sum(map(value.count, ",[{")) > _MOST_PARTS:
            self.tell(name, f"the JSON in {name} has more than {_MOST_PARTS:,} parts")
            return None
        try:
            return json.loads(value, object_pairs_hook=_once, parse_constant=_no_number)
        except _TwiceError as twice:
            self.tell(name, f"the JSON in {name} has the key {twice} twice")
        except (ValueError, RecursionError):
            self.tell(name, f"{name} is a text that is not JSON")
        return None

    def map(self, name: str) -> Mapping[str, Any]:
        """A field that is an object; an empty one when it is not there, or something else, which is told."""
        value = self.value(name)
        if value is not None and not isinstance(value, dict):
            self.tell(name, f"{name} is an object, not {what(value)}")
        return value if isinstance(value, dict) else {}

    def inside(self, name: str) -> Part | None:
        """A field that is an object, as a part of its own; None without it."""
        if not self.has(name):
            return None
        return Part(self.map(name), self.pointer(name), within=self.closed(name), odd=self.odd)

    def text(self, name: str) -> str | None:
        """A field that is a text. A number is told of: it may have lost digits on its way."""
        value = self._raw(name)
        if value is not None and not isinstance(value, str):
            self.tell(name, f"{name} is {what(value)}; it must be a text")
        return value if isinstance(value, str) else None

    def plain_text(self, name: str) -> str | None:
        """The same for whoever tells by itself what is wrong."""
        value = self._raw(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A field that is a list of texts."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.tell(name, f"{name} is a list of texts")
            return None
        return tuple(value)

    def tell(self, name: str, message: str, *steps: str) -> None:
        """Keep what is wrong with a field, once. `steps` lead further into it, each escaped."""
        inside = "" if self.closed(name) else "".join(f"/{each}" for each in steps)
        odd = Odd(self.pointer(name) + inside, message)
        if odd not in self.odd:
            self.odd.append(odd)

    def _own(self, name: str) -> str:
        return self._names.get(plain(name), name)

    def _raw(self, name: str) -> Any:
        return self._data.get(self._own(name))


def what(value: Any) -> str:
    """What kind of a value this is, in a word: the value itself may be a customer's."""
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")


def cut(name: str) -> str:
    """As much of a name as a message shows."""
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"


def shown(name: str) -> str:
    """The same of a value that should be a name: without a letter it may be a customer's number, or a code."""
    return cut(name) if len(name) < 4 or any(map(str.isalpha, name)) else "(a text without letters)"


def plain(name: str) -> str:
    """One spelling for TemplateParams, templateParams, template_params, and for what SDKs call a part as a text."""
    return name.replace("_", "").lower().removesuffix("shrink")


def escaped(step: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def _unflattened(data: Mapping[Any, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields with `Payload.1` and `Payload.2` as a list, and for such a one the first field that it came from."""
    whole = {str(name): value for name, value in data.items()}
    flat: dict[str, str] = {}
    trees: dict[str, _Tree] = {}
    for name in [name for name in whole if "." in name]:
        head, _, rest = name.partition(".")
        if plain(head) not in _NESTED or head in whole:
            continue
        flat.setdefault(head, name)
        steps = [rest] if plain(head) == _NAMES else rest.split(".", _STEPS)
        _put(trees.setdefault(head, _Tree()), steps, whole.pop(name))
    return {**whole, **{head: _listed(head, tree) for head, tree in trees.items()}}, flat


class _Tree(dict[str, Any]):
    """What names with dots make, other than an object that is the value of one of them."""


def _put(tree: _Tree, steps: list[str], value: Json) -> None:
    for step in steps[:-1]:
        if not isinstance(tree.get(step), _Tree):
            tree[step] = _Tree()
        tree = tree[step]
    tree[steps[-1]] = value


def _listed(name: str, tree: Any) -> Any:
    """Objects whose keys are all numbers, as lists; variables may be called so. As deep as a name has steps."""
    if not isinstance(tree, _Tree):
        return tree
    numbered = all(each.isascii() and each.isdecimal() and len(each) < _STEPS for each in tree)
    if plain(name) == _NAMES or not numbered:
        return {each: _listed(each, value) for each, value in tree.items()}
    return [_listed("", tree[each]) for each in sorted(tree, key=int)]


class _TwiceError(Exception):
    """A key that stands twice in an object."""


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name[:60])
        found[name] = value
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)
