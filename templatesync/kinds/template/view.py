"""A typed, read-only view of a template's body for rules: parts with their paths, texts with their variables.

Pure. Tolerant: what is missing or of another type is empty, for the schema has told of it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from templatesync.kinds.template.contract import VARIABLE
from templatesync.kinds.template.phrase import topics
from templatesync.media import Media
from templatesync.rule import Path
from templatesync.values import Json, Resource

VARIABLES, SAMPLES = "$()", "file:"
"""Words of `contents` for what has no word in the API: variables or samples of them, and media files of the project."""

# The fields of a component or button in which a customer or a phone meets a text.
_TEXT_FIELDS = ("Text", "Caption", "FileName", "Url", "CouponCode", "AutofillText")


class Variable(NamedTuple):
    """`$(name)` in a text, from `start` up to `end`."""

    name: str
    start: int
    end: int


class Text:
    """A text and where it stands. Not to be changed; a plain class, because a template has dozens of them."""

    __slots__ = ("_variables", "path", "value")

    def __init__(self, path: Path, value: str) -> None:
        self.path = path
        self.value = value
        self._variables: tuple[Variable, ...] | None = None

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The well-formed variables, in reading order."""
        if self._variables is None:
            found = VARIABLE.finditer(self.value) if "$(" in self.value else ()
            self._variables = tuple(Variable(match[1], match.start(), match.end()) for match in found)
        return self._variables


class Part(NamedTuple):
    """A component, a card's component or a button: whatever has a Type.

    `format` is the Format of a header, `written` its own texts by field, `text` its Text if it has one.
    """

    path: Path
    type: str
    fields: Mapping[str, Json]
    format: str
    written: Mapping[str, Text]
    buttons: tuple[Part, ...]
    cards: tuple[Card, ...]
    text: Text | None

    def get(self, name: str) -> Text | None:
        """The text in a field; None when it is missing or no text."""
        return self.written.get(name)

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
            if name in self.written:
                yield self.written[name]
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


@dataclass(frozen=True)
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
    media: Mapping[str, Media]
    """The files of the project that it names as samples, by name."""

    def part(self, type_: str) -> Part | None:
        """The first component of that type."""
        return next((part for part in self.parts if part.type == type_), None)

    def every(self, type_: str) -> Iterator[Part]:
        """All components of that type; there should be one, but a rule is told of each."""
        return (part for part in self.parts if part.type == type_)

    @cached_property
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
        return example if isinstance(example, dict) else {}

    def variables(self) -> Mapping[str, Path]:
        """Every variable, with the text in which it stands first."""
        return self._variables

    @cached_property
    def topics(self) -> frozenset[str]:
        """The lists of phrases of which one may stand in a text or label."""
        labels = (button.text.value for button in self.buttons if button.text is not None)
        return topics(self.language, "\n".join((*(text.value for text in self.prose), *labels)))

    @cached_property
    def _variables(self) -> Mapping[str, Path]:
        found: dict[str, Path] = {}
        for text in self.texts:
            for variable in text.variables:
                found.setdefault(variable.name, text.path)
        return found


def contents(template: Template) -> frozenset[str]:
    """What a template has, for rules that are about only that: its category, its types and formats, VARIABLES, SAMPLES,
    and `words:LIST` for each list of phrases of which one may stand in it."""
    found = {template.category}
    for part in template.all_parts:
        found.update((part.type, part.format))
        found.update(button.type for button in part.buttons)
    if template.example or any("$(" in text.value for text in template.texts):
        found.add(VARIABLES)
    found.update(f"words:{topic}" for topic in template.topics)
    if template.media:
        found.add(SAMPLES)
    return frozenset(found)


def view(resource: Resource) -> Template:
    """The view of a resource's body."""
    body = resource.body
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
        media=resource.media,
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
        written = {name: Text((*here, name), value) for name, value in fields.items() if isinstance(value, str)}
        buttons, cards = fields.get("Buttons"), fields.get("Cards")
        yield Part(
            here,
            _string(fields.get("Type")),
            fields,
            _string(fields.get("Format")),
            written,
            tuple(_parts(buttons, (*here, "Buttons"))) if buttons else (),
            tuple(_card(card, (*here, "Cards", number)) for number, card in _mappings(cards)) if cards else (),
            written.get("Text"),
        )


def _card(raw: Mapping[str, Json], path: Path) -> Card:
    return Card(path, tuple(_parts(raw.get("CardComponents"), (*path, "CardComponents"))))


def _mappings(raw: Json) -> Iterator[tuple[int, Mapping[str, Json]]]:
    if isinstance(raw, (list, tuple)):
        yield from ((index, item) for index, item in enumerate(raw) if isinstance(item, dict))


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
# Apart, because Python searches a class without characters beyond the first plane ten times faster.
_RARE_HAN = re.compile("[\U00020000-\U0003134f]")


def plain_words(text: Text) -> int | None:
    """How many words a text has besides its variables; None where nothing can be counted.

    Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese put no blanks between words.
    """
    if not text.value.isascii() and (_SPACELESS.search(text.value) or _RARE_HAN.search(text.value)):
        return None
    return sum(any(map(str.isalnum, word)) for word in VARIABLE.sub(" ", text.value).split())
