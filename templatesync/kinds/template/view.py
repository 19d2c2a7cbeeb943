"""A typed, read-only view of a template's body for rules: parts with their paths, texts with their variables.

Pure. Tolerant: what is missing or of another type is empty, for the schema has told of it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from templatesync.kinds.base import SameBody
from templatesync.kinds.template.contract import VARIABLE
from templatesync.rule import Path
from templatesync.values import Json, Resource

# The fields of a component or button in which a customer or a phone meets a text.
_TEXT_FIELDS = ("Text", "Caption", "FileName", "Url", "CouponCode", "AutofillText")


@dataclass(frozen=True, slots=True)
class Variable:
    """`$(name)` in a text, from `start` up to `end`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where it stands."""

    path: Path
    value: str

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The well-formed variables, in reading order."""
        return _variables(self.value) if "$(" in self.value else ()


@lru_cache(maxsize=64)
def _variables(text: str) -> tuple[Variable, ...]:
    """Ten rules ask, one after the other."""
    return tuple(Variable(match[1], match.start(), match.end()) for match in VARIABLE.finditer(text))


@dataclass(frozen=True, slots=True)
class Part:
    """A component, a card's component or a button: whatever has a Type."""

    path: Path
    type: str
    fields: Mapping[str, Json]
    buttons: tuple[Part, ...] = ()
    cards: tuple[Card, ...] = ()

    @property
    def text(self) -> Text | None:
        """Its Text, if it has one."""
        return self.get("Text")

    @property
    def format(self) -> str:
        """The Format of a header."""
        return _string(self.fields.get("Format"))

    def get(self, name: str) -> Text | None:
        """The text in a field; None when it is missing or no text."""
        value = self.fields.get(name)
        return Text((*self.path, name), value) if isinstance(value, str) else None

    def at(self, name: str) -> Path:
        """Where a field stands, or where the part does when it lacks it."""
        return (*self.path, name) if name in self.fields else self.path

    def apps(self) -> Iterator[tuple[Path, Mapping[str, Json]]]:
        """The SupportedApps of a button, with their paths."""
        for index, app in _mappings(self.fields.get("SupportedApps")):
            yield (*self.path, "SupportedApps", index), app

    def texts(self) -> Iterator[Text]:
        """All texts in it and below it, in reading order."""
        for name in _TEXT_FIELDS:
            text = self.get(name)
            if text is not None:
                yield text
        for button in self.buttons:
            yield from button.texts()
        for card in self.cards:
            for part in card.parts:
                yield from part.texts()


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a carousel."""

    path: Path
    parts: tuple[Part, ...]

    def part(self, type_: str) -> Part | None:
        """The first component of that type."""
        return next((part for part in self.parts if part.type == type_), None)


@dataclass(frozen=True, slots=True)
class Template:
    """A template in one language, as a rule wants to see it.

    `parts` are the components of the message, `all_parts` those of its cards too. `buttons` and `texts` hold those of
    cards as well, in reading order. `prose` is what the file's author wrote for customers to read, without labels:
    nothing in AUTHENTICATION, whose texts the platform writes. `bodies` are those of its texts that are the BODY's.
    """

    body: Mapping[str, Json]
    category: str
    language: str
    parts: tuple[Part, ...]
    all_parts: tuple[Part, ...]
    buttons: tuple[Part, ...]
    texts: tuple[Text, ...]
    prose: tuple[Text, ...]
    bodies: tuple[Text, ...]

    def part(self, type_: str) -> Part | None:
        """The first component of that type."""
        return next((part for part in self.parts if part.type == type_), None)

    def every(self, type_: str) -> Iterator[Part]:
        """All components of that type; there should be one, but a rule is told of each."""
        return (part for part in self.parts if part.type == type_)

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards of the carousel, if there is one."""
        return tuple(card for part in self.every("CAROUSEL") for card in part.cards)

    def has_button(self, *types: str) -> bool:
        """Whether the message has a button of one of these types."""
        return any(button.type in types for part in self.parts for button in part.buttons)

    @property
    def example(self) -> Mapping[str, Json]:
        """The samples by name."""
        example = self.body.get("Example")
        return example if isinstance(example, Mapping) else {}

    def variables(self) -> dict[str, Path]:
        """Every variable, with the text in which it stands first."""
        found: dict[str, Path] = {}
        for text in self.texts:
            for variable in text.variables:
                found.setdefault(variable.name, text.path)
        return found


def view(resource: Resource) -> Template:
    """The view of a resource's body. All rules ask for it one after the other, so the last ones are kept."""
    return _view(SameBody(resource.body))


@lru_cache(maxsize=8)
def _view(same: SameBody) -> Template:
    body = same.body
    parts = tuple(_parts(body.get("Components"), ("Components",)))
    all_parts = tuple(_with_cards(parts))
    category = _string(body.get("Category"))
    own = category != "AUTHENTICATION"
    return Template(
        body=body,
        category=category,
        language=_string(body.get("Language")),
        parts=parts,
        all_parts=all_parts,
        buttons=tuple(button for part in all_parts for button in part.buttons),
        texts=tuple(text for part in parts for text in part.texts()),
        prose=tuple(_prose(all_parts, _PROSE)) if own else (),
        bodies=tuple(_prose(parts, ("BODY",))) if own else (),
    )


_PROSE = ("HEADER", "BODY", "FOOTER")


def _prose(parts: tuple[Part, ...], types: tuple[str, ...]) -> Iterator[Text]:
    for part in parts:
        if part.type in types and (text := part.text) is not None and text.value:
            yield text


def _with_cards(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield part
        for card in part.cards:
            yield from card.parts


def _parts(raw: Json, path: Path) -> Iterator[Part]:
    for index, fields in _mappings(raw):
        here = (*path, index)
        yield Part(
            path=here,
            type=_string(fields.get("Type")),
            fields=fields,
            buttons=tuple(_parts(fields.get("Buttons"), (*here, "Buttons"))),
            cards=tuple(_card(card, (*here, "Cards", number)) for number, card in _mappings(fields.get("Cards"))),
        )


def _card(raw: Mapping[str, Json], path: Path) -> Card:
    return Card(path, tuple(_parts(raw.get("CardComponents"), (*path, "CardComponents"))))


def _mappings(raw: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    if isinstance(raw, (list, tuple)):
        yield from ((index, item) for index, item in enumerate(raw) if isinstance(item, Mapping))


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003134f]"
)


def plain_words(text: Text) -> int | None:
    """How many words a text has besides its variables; None where nothing can be counted.

    Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese put no blanks between words.
    """
    if _SPACELESS.search(text.value):
        return None
    return sum(any(map(str.isalnum, word)) for word in VARIABLE.sub(" ", text.value).split())
