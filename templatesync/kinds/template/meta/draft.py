"""One entry while it is converted: its variables, samples and notes. Pure: knows no component and no file.

Meta counts the variables of every component and every URL from 1 again, and samples stand beside the text. CAMS gives
every variable of a template a name of its own, and keeps all samples in one `Example`. `Draft` hands out those names.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templatesync.kinds.template.meta.names import Unique
from templatesync.model.json_value import Json

# Braces inside would be another variable; so every scan is linear, whatever the text.
_VARIABLE = re.compile(r"\{\{([^{}]+)\}\}")
_POSITION = re.compile(r"[0-9]+")
_LEGAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST_NAME = 64
_LONGEST_QUOTE = 60
_LISTED = 10
_MOST_NOTES = 100


class Inexpressible(Exception):
    """CAMS has no way to say this, or it cannot be understood. `str()` is the reason, for the report."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Sample values of one text: by position, and by name for Meta's named form."""

    listed: Sequence[str] = ()
    named: Mapping[str, str] | None = None

    def find(self, inner: str, order: int) -> str:
        """The sample of a variable; `order` is its place among the named ones, from 0. Empty when there is none."""
        if self.named and inner in self.named:
            return self.named[inner]
        index = order
        if _POSITION.fullmatch(inner):
            # Never through `int`, which refuses very long numbers.
            digits = inner.lstrip("0")
            index = int(digits) - 1 if 0 < len(digits) <= 4 else -1
        return self.listed[index] if 0 <= index < len(self.listed) else ""


NO_SAMPLES = Samples()


class Draft:
    """Collects what belongs to the whole template while its parts are converted, in the order of the page."""

    def __init__(self, category: str, languages: Sequence[str]) -> None:
        self.category = category
        self.languages = tuple(languages)
        self.example: dict[str, str] = {}
        self._notes: dict[str, None] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._unique = Unique()

    @property
    def authentication(self) -> bool:
        """Whether the platform itself makes the texts."""
        return self.category == "AUTHENTICATION"

    @property
    def notes(self) -> tuple[str, ...]:
        """Each once, in the order in which they came up, and no more than somebody reads."""
        told = tuple(self._notes)
        more = len(told) - _MOST_NOTES
        return told if more <= 0 else (*told[:_MOST_NOTES], f"and {more:,} more of the kind")

    def note(self, text: str) -> None:
        """Something a person should know about the result."""
        self._notes[text] = None

    def text(self, text: str, where: str, scope: str, samples: Samples = NO_SAMPLES) -> str:
        """`text` with Meta's variables as `$(name)`, their samples kept.

        `scope` names the numbered ones: `var{}` makes var1, var2; without braces it is the name itself.
        """
        self.literal(text, where)
        order: dict[str, int] = {}

        def replace(match: re.Match[str]) -> str:
            inner = match[1].strip()
            if not inner:
                return match[0]
            place = 0 if _POSITION.fullmatch(inner) else order.setdefault(inner, len(order))
            return f"$({self.variable(inner, scope, samples.find(inner, place))})"

        result = _VARIABLE.sub(replace, text)
        if "{{" in result:
            self.note(f"{where}: `{{{{` is left in the text; CAMS writes variables as `$(name)`")
        return result

    def literal(self, text: str, where: str) -> str:
        """`text` as it is. CAMS has no escape for `$(`, so a text with one would gain a variable by accident."""
        if "$(" in text:
            raise Inexpressible(f"{where} holds the characters `$(`, which CAMS takes for a variable; reword it first")
        return text

    def variable(self, inner: str, scope: str, sample: str) -> str:
        """The CAMS name of one of Meta's variables, made on first sight; keeps the sample."""
        name = self._number(inner, scope) if _POSITION.fullmatch(inner) else self._name(inner)
        known = self.example.setdefault(name, sample) or sample
        if sample and known != sample:
            self.note(f"$({name}) has two samples; {quoted(known)} was kept")
        self.example[name] = known
        return name

    def samples(self) -> dict[str, str]:
        """The `Example` of the template: no sample is made up, the missing ones are noted. One of codes has none."""
        if self.authentication:
            return {}
        missing = [f"$({name})" for name, sample in self.example.items() if not sample]
        if missing:
            more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
            self.note(f"no sample for {', '.join(missing[:_LISTED])}{more}: add it to Example")
        return {name: sample for name, sample in self.example.items() if sample}

    def leave_out(self, where: str, entry: Mapping[str, Json], known: frozenset[str]) -> None:
        """Notes the fields of an entry that mean something and have no place in CAMS."""
        for key, value in entry.items():
            if key not in known and value not in (None, False, "", [], {}):
                self.note(f"{where}: {quoted(str(key))} has no place in CAMS and was left out")

    def _number(self, inner: str, scope: str) -> str:
        digits = inner.lstrip("0")[:_LONGEST_NAME] or "0"
        return self._named((scope, digits), scope.format(digits))

    def _name(self, inner: str) -> str:
        if _LEGAL.fullmatch(inner) and len(inner) <= _LONGEST_NAME:
            return self._named(("", inner), inner)
        ascii_only = unicodedata.normalize("NFKD", inner).encode("ascii", "ignore").decode()
        wanted = re.sub(r"[^A-Za-z0-9_]+", "_", ascii_only).strip("_")[:_LONGEST_NAME]
        if not _LEGAL.fullmatch(wanted):
            wanted = f"var_{wanted}".rstrip("_")
        name = self._named(("", inner), wanted)
        self.note(f"the variable {quoted(inner)} is now $({name})")
        return name

    def _named(self, key: tuple[str, str], wanted: str) -> str:
        if key not in self._names:
            self._names[key] = self._unique.pick(wanted)
        return self._names[key]


def quoted(text: str) -> str:
    """A piece of someone else's text for a message: short, on one line, in quotes."""
    return json.dumps(text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…", ensure_ascii=False)


def word(value: Json) -> str:
    """One of Meta's enum words, which it writes in either case; empty when it is not text."""
    return value.strip().upper() if isinstance(value, str) else ""


def mapping(value: Json) -> Mapping[str, Json]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Json) -> Sequence[Json]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def whole_number(value: Json) -> int | None:
    """A number that Meta gives as a number or as text; None for anything else, absurd sizes included."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value.strip(), re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else None


def sample_values(value: Json) -> list[str]:
    """The samples in any form seen in the wild: `"a"`, `["a", "b"]` or `[["a", "b"]]`; only the first row counts."""
    if isinstance(value, list | tuple):
        first = value[0] if value else ""
        row = first if isinstance(first, list | tuple) else value
        return [_sample(item) for item in row]
    return [_sample(value)] if _sample(value) else []


def named_values(value: Json) -> dict[str, str]:
    """The samples of Meta's named form: `[{"param_name": …, "example": …}]`."""
    pairs = ((mapping(item).get("param_name"), _sample(mapping(item).get("example"))) for item in items(value))
    return {name.strip(): sample for name, sample in pairs if isinstance(name, str)}


def _sample(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    return str(value) if whole_number(value) is not None else ""
