"""A typed, read-only view of a template's body for rules: parts with their paths, texts with their variables.

Pure. Tolerant: what is missing or of another type is empty, for the schema has told of it already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.kinds.template.phrase import topics
from templatesync.kinds.template.script import has_rare_signs
from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.media import Media
from templatesync.model.paths import Path
from templatesync.model.resource import Resource

END = "\0"
"""What stands between texts that are joined: no word and no blank."""

# The fields of a component or button in which a customer or a phone meets a text, in the order in which they are read.
_TEXT_FIELDS = ("Text", "Caption", "FileName", "Url", "CouponCode", "AutofillText")
_AFTER_TEXT = _TEXT_FIELDS[1:]
_BESIDE_TEXT = frozenset(_AFTER_TEXT)
_PROSE = ("HEADER", "BODY", "FOOTER")

# Plain classes with slots below, for a template has dozens of these, and none of them is to be changed: frozen
# dataclasses and named tuples take three times as long to make.


class Variable(NamedTuple):
    """`$(name)` in a text, from `start` up to `end`."""

    name: str
    start: int
    end: int


class Text:
    """The text in a field of the part that stands at `_part`."""

    __slots__ = ("_field", "_part", "_stripped", "_variables", "value")

    def __init__(self, part: Path, field: str, value: str) -> None:
        self._part = part
        self._field = field
        self.value = value
        self._variables: tuple[Variable, ...] | None = None
        self._stripped: Text | None = None

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (*self._part, self._field)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The well-formed variables, in reading order."""
        if self._variables is None:
            found = VARIABLE.finditer(self.value) if "$(" in self.value else ()
            self._variables = tuple([Variable(match[1], match.start(), match.end()) for match in found])
        return self._variables

    def stripped(self) -> Text:
        """The text without blanks around it. The same object where there are none: it may know its variables."""
        if self._stripped is None:
            short = self.value.strip()
            self._stripped = self if len(short) == len(self.value) else Text(self._part, self._field, short)
        return self._stripped


class Part:
    """A component, a card's component or a button: whatever has a Type.

    `format` is the Format of a header, `value` what its Text says, if it has one. Its texts are made when they are
    asked for: no rule needs most of them.
    """

    __slots__ = ("_own", "buttons", "cards", "fields", "format", "path", "type", "value")

    def __init__(self, path: Path, fields: Mapping[str, Json], values: list[str]) -> None:
        """Appends to `values` the texts that stand in the part and below it, in reading order."""
        self.path = path
        self.fields = fields
        self.type: str = value if isinstance(value := fields.get("Type"), str) else ""
        self.format: str = value if isinstance(value := fields.get("Format"), str) else ""
        self.value: str | None = None
        self._own: dict[str, Text] | None = None
        if isinstance(value := fields.get("Text"), str):
            self.value = value
            values.append(value)
        if not _BESIDE_TEXT.isdisjoint(fields):
            values += [value for name in _AFTER_TEXT if isinstance(value := fields.get(name), str)]
        self.buttons = _parts(fields["Buttons"], (*path, "Buttons"), values) if "Buttons" in fields else ()
        self.cards = _cards(fields["Cards"], (*path, "Cards"), values) if "Cards" in fields else ()

    @property
    def text(self) -> Text | None:
        """Its Text; None when it has none."""
        return self.get("Text") if self.value is not None else None

    def get(self, name: str) -> Text | None:
        """The text in a field; None when it is missing or no text."""
        if not isinstance(value := self.fields.get(name), str):
            return None
        if self._own is None:
            self._own = {}
        if name not in self._own:
            self._own[name] = Text(self.path, name, value)
        return self._own[name]

    def at(self, name: str) -> Path:
        """Where a field stands, or where the part does when it lacks it."""
        return (*self.path, name) if name in self.fields else self.path

    def apps(self) -> Iterator[tuple[Path, Mapping[str, Json]]]:
        """The SupportedApps of a button, with their paths."""
        raw = self.fields.get("SupportedApps")
        for index, app in enumerate(raw) if isinstance(raw, (list, tuple)) else ():
            if isinstance(app, dict):
                yield (*self.path, "SupportedApps", index), app

    def texts(self) -> Iterator[Text]:
        """All texts in it and below it, in reading order."""
        for name in _TEXT_FIELDS:
            if (text := self.get(name)) is not None:
                yield text
        for button in self.buttons:
            yield from button.texts()
        for card in self.cards:
            for part in card.parts:
                yield from part.texts()


class Card:
    """One card of a carousel."""

    __slots__ = ("parts", "path")

    def __init__(self, path: Path, parts: tuple[Part, ...]) -> None:
        self.path = path
        self.parts = parts

    def part(self, type_: str) -> Part | None:
        """The first component of that type."""
        for part in self.parts:
            if part.type == type_:
                return part
        return None


class Template:
    """A template in one language, as a rule wants to see it.

    `parts` are the components of the message, `cards` those of its carousel, `all_parts` the components of both.
    `buttons` and `texts` hold those of cards as well, in reading order. `media` are the files of the project that it
    names as samples, by name, and `marked` the languages of its document whose samples nobody knows.
    """

    __slots__ = (
        "_addresses",
        "_bodies",
        "_by_type",
        "_joined",
        "_names",
        "_prose",
        "_rare",
        "_texts",
        "_topics",
        "_variables",
        "_wording",
        "all_parts",
        "body",
        "buttons",
        "cards",
        "category",
        "language",
        "marked",
        "media",
        "parts",
        "values",
    )

    def __init__(self, body: Mapping[str, Json], media: Mapping[str, Media], marked: Collection[str] = ()) -> None:
        self.marked = marked
        self.body = body
        self.media = media
        self.category = _string(body.get("Category"))
        self.language = _string(body.get("Language"))
        self.values: list[str] = []
        self.parts = _parts(body.get("Components"), ("Components",), self.values)
        self.all_parts: Sequence[Part] = [*self.parts]
        self.cards: Sequence[Card] = ()
        if any(part.cards for part in self.parts):
            self.all_parts = [each for part in self.parts for each in _with_cards(part)]
            self.cards = [card for part in self.parts if part.type == "CAROUSEL" for card in part.cards]
        self.buttons: Sequence[Part] = [button for part in self.all_parts for button in part.buttons]
        self._texts: Sequence[Text] | None = None
        self._prose: Sequence[Text] | None = None
        self._bodies: Sequence[Text] | None = None
        self._by_type: dict[str, list[Part]] | None = None
        self._addresses: Sequence[tuple[Text, Json]] | None = None
        self._wording: str | None = None
        self._variables: Mapping[str, Path] | None = None
        self._joined: str | None = None
        self._rare: bool | None = None
        self._names: Sequence[str] | None = None
        self._topics: frozenset[str] | None = None

    @property
    def texts(self) -> Sequence[Text]:
        """All texts, in reading order; `values` is what they say."""
        if self._texts is None:
            self._texts = [text for part in self.parts for text in part.texts()]
        return self._texts

    @property
    def prose_parts(self) -> Sequence[Part]:
        """The parts with what the file's author wrote for customers to read, without labels.

        None in AUTHENTICATION, whose texts the platform writes.
        """
        if self.category == "AUTHENTICATION":
            return ()
        return [part for part in self.all_parts if part.value and part.type in _PROSE]

    @property
    def prose(self) -> Sequence[Text]:
        """The texts of these parts."""
        if self._prose is None:
            self._prose = [part.text for part in self.prose_parts if part.text is not None]
        return self._prose

    @property
    def bodies(self) -> Sequence[Text]:
        """Those of the prose that are the message's BODY."""
        if self._bodies is None:
            mine = self.parts if self.category != "AUTHENTICATION" else ()
            self._bodies = [part.text for part in mine if part.type == "BODY" and part.value and part.text is not None]
        return self._bodies

    @property
    def addresses(self) -> Sequence[tuple[Text, Json]]:
        """The addresses of URL buttons that have one, each with its UrlType."""
        if self._addresses is None:
            urls = [
                (button.get("Url"), button.fields.get("UrlType")) for button in self.buttons if button.type == "URL"
            ]
            self._addresses = [(text, form) for text, form in urls if text is not None and text.value]
        return self._addresses

    def part(self, type_: str) -> Part | None:
        """The first component of that type."""
        return next(iter(self.every(type_)), None)

    def every(self, type_: str) -> Sequence[Part]:
        """All components of that type; there should be one, but a rule is told of each."""
        if self._by_type is None:
            self._by_type = {}
            for part in self.parts:
                self._by_type.setdefault(part.type, []).append(part)
        return self._by_type.get(type_, ())

    def has_button(self, *types: str) -> bool:
        """Whether the message has a button of one of these types."""
        return any(button.type in types for part in self.parts for button in part.buttons)

    @property
    def unknown(self) -> bool:
        """Whether its file says that its samples are unknown."""
        return self.language in self.marked

    @property
    def example(self) -> Mapping[str, Json]:
        """The samples by name."""
        example = self.body.get("Example")
        return example if isinstance(example, dict) else {}

    @property
    def joined(self) -> str:
        """All texts in one, for questions to all of them, with END between them."""
        if self._joined is None:
            self._joined = END.join(self.values)
        return self._joined

    @property
    def rare(self) -> bool:
        """Whether any text may have emoji, characters that nobody sees, or marks of direction."""
        if self._rare is None:
            self._rare = has_rare_signs(self.joined)
        return self._rare

    @property
    def names(self) -> Sequence[str]:
        """The names of the variables in all texts, as often as they stand there."""
        if self._names is None:
            self._names = VARIABLE.findall(self.joined) if "$(" in self.joined else ()
        return self._names

    def variables(self) -> Mapping[str, Path]:
        """Every variable, with the text in which it stands first."""
        if self._variables is None:
            found: dict[str, Path] = {}
            for text in self.texts:
                for variable in text.variables if "$(" in text.value else ():
                    if variable.name not in found:
                        found[variable.name] = text.path
            self._variables = found
        return self._variables

    @property
    def wording(self) -> str:
        """Prose and labels in one text, a line or more each."""
        if self._wording is None:
            parts = (*self.prose_parts, *self.buttons)
            self._wording = "\n".join([part.value for part in parts if part.value])
        return self._wording

    @property
    def topics(self) -> frozenset[str]:
        """The lists of phrases of which one may stand in a text or label."""
        if self._topics is None:
            self._topics = topics(self.language, self.wording)
        return self._topics


def view(resource: Resource) -> Template:
    """The view of a resource's body."""
    return Template(resource.body, resource.media, resource.options.samples_unknown)


def contents(template: Template) -> frozenset[str]:
    """What rules may name under `needs`, as far as a template has it.

    Its fields and those of its components and buttons, the types of these, its category, `samples` where its
    document says so, and `topic:` with each list of phrases of which one may stand in its texts and labels.
    """
    parts = (*template.all_parts, *template.buttons)
    found = {template.category, *template.body, *[part.type for part in parts]}
    found.update(*[part.fields for part in parts])
    found.update([f"topic:{topic}" for topic in template.topics])
    if template.marked:
        found.add("samples")
    return frozenset(found)


def _parts(raw: Json, path: Path, values: list[str]) -> tuple[Part, ...]:
    if not isinstance(raw, (list, tuple)):
        return ()
    return tuple([Part((*path, index), item, values) for index, item in enumerate(raw) if isinstance(item, dict)])


def _cards(raw: Json, path: Path, values: list[str]) -> tuple[Card, ...]:
    if not isinstance(raw, (list, tuple)):
        return ()
    cards = []
    for index, card in enumerate(raw):
        if isinstance(card, dict):
            here = (*path, index)
            cards.append(Card(here, _parts(card.get("CardComponents"), (*here, "CardComponents"), values)))
    return tuple(cards)


def _with_cards(part: Part) -> Iterator[Part]:
    yield part
    for card in part.cards:
        yield from card.parts


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


_SPACELESS = lazy_pattern(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
# Apart, because Python searches a class without characters beyond the first plane ten times faster.
_RARE_HAN = lazy_pattern("[\U00020000-\U0003134f]")


# Of the first words that many may be variables or signs.
_FEW = 5


def has_words(text: str, count: int) -> bool:
    """Whether a text certainly has so many words besides its variables, by its first ones. Quicker than counting."""
    return sum([word[0].isalnum() for word in text.split(None, count + _FEW)[: count + _FEW]]) >= count


def plain_words(text: Text) -> int | None:
    """How many words a text has besides its variables; None where nothing can be counted.

    Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese put no blanks between words.
    """
    if not text.value.isascii() and (_SPACELESS.search(text.value) or _RARE_HAN.search(text.value)):
        return None
    return sum(any(map(str.isalnum, word)) for word in VARIABLE.sub(" ", text.value).split())
