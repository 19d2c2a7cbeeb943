"""Where templates are in a JSON: in lists and maps of any depth, by name, by language, under whatever key. Pure.

Knows how an object is recognised, and nothing of what its fields mean for CAMS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from templatesync.kinds.template.meta.draft import items, mapping, quoted, whole_number, word
from templatesync.kinds.template.meta.words import CATEGORIES, COMPONENTS
from templatesync.model.json_value import Json
from templatesync.service.languages import respelt

MAX_ENTRIES = 6000
"""As many templates as Meta allows in one WhatsApp Business Account."""
_MOST_VALUES = 100_000
"""Objects and lists that are looked at; 6,000 templates, each wrapped twice, have some 20,000 outside of themselves."""
_DEEPEST = 50
_PEEKED = 50
_LISTED = 10
_SHORT = 40

# Keys that say nothing of what is below them: of many templates, or of one in whatever is about it.
_MANY = frozenset(
    "data templates message_templates messagetemplates waba_templates wabatemplates whatsapp_templates items results "
    "records entries nodes edges list values rows".split()
)
_ONE = frozenset(
    "template message_template messagetemplate whatsapp_template whatsapptemplate waba_template node item entry record "
    "result response payload body request content value definition spec meta".split()
)
_BY_LANGUAGE = frozenset("localizations localisations languages translations locales variants versions".split())
# What of a template holds no other template.
_OWN = frozenset({"components", "header", "body", "footer", "buttons", "body_params", "body_param_types", "example"})

_Path: TypeAlias = "tuple[_Path, str | int] | None"


class Entry(NamedTuple):
    """What looks like a template, with the name, language and category that only stood around it.

    `place` says where it is. `group` is alike for the members of one list or map.
    """

    value: Mapping[str, Json]
    place: str
    group: str


class Found(NamedTuple):
    """All that look like templates, in the order of the file, and what was not read."""

    entries: tuple[Entry, ...]
    unread: tuple[str, ...]


class _Around(NamedTuple):
    """What the objects and keys around a value say of it. `named` says that its parent is a template's own object."""

    name: str = ""
    language: Json = None
    category: str = ""
    seconds: Json = None
    named: bool = False

    def under(self, key: str, child: Json) -> _Around:
        """For what stands under a key, which may be a name, a language or a category."""
        plain, own = key.casefold(), mapping(child)
        if plain in _MANY:
            return self._replace(name="", named=False)
        if plain in _ONE or plain in _BY_LANGUAGE:
            return self
        if (code := respelt(key)) and _code(own.get("language")) in ("", code):
            return self._replace(language=code)
        if word(key) in CATEGORIES and not own.get("category"):
            return self._replace(category=word(key))
        return self if self.named else self._replace(name=key)

    def within(self, value: Mapping[str, Json]) -> _Around:
        """For what stands in an object that is no template, but may be about one or have something for all."""
        name, category = value.get("name"), word(value.get("category"))
        language = value.get("language") if _code(value.get("language")) else None
        about = category in CATEGORIES or language is not None or any(map(_is_about, value, value.values()))
        named = isinstance(name, str) and bool(name.strip()) and about
        return _Around(
            name if named and isinstance(name, str) else self.name,
            self.language if language is None else language,
            category if category in CATEGORIES else self.category,
            value.get("message_send_ttl_seconds", self.seconds),
            named,
        )


def _is_about(key: str, child: Json) -> bool:
    """Whether a member of an object has a template, or its languages, of which the object then has the name."""
    plain = key.casefold()
    return plain in _BY_LANGUAGE or (plain in _ONE and isinstance(child, Mapping))


class _Frame(NamedTuple):
    """A list or object that is being gone through: what is left of its children, and how many entries were before."""

    children: Iterator[tuple[str | int, Json, _Around]]
    path: _Path
    about: Mapping[str, Json] | None
    before: int


def find(data: Json) -> Found:
    """Everything in `data` that is a template or lacks little to be one. Never raises, in bounded time."""
    walk = _Walk()
    walk.run(data)
    unread = dict.fromkeys(walk.unread)
    if walk.count > MAX_ENTRIES:
        more = walk.count - MAX_ENTRIES
        unread[f"{more:,} more are too many for one file: {MAX_ENTRIES:,} are read"] = None
    if not walk.count:
        unread = dict.fromkeys((f"{_described(data)} templates with name, language and components", *unread))
    return Found(tuple(walk.entries), tuple(unread))


class _Walk:
    """Goes through everything with a stack of its own, so that no depth can exhaust the one of the program."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.count = 0
        self.unread: list[str] = []
        self.stack: list[_Frame] = []
        self.left = _MOST_VALUES

    def run(self, data: Json) -> None:
        self._visit(data, _Around(), None)
        while self.stack:
            frame = self.stack[-1]
            step = next(frame.children, None)
            if step is None:
                self.stack.pop()
                self._leave(frame)
            elif not _holds(step[1]):
                continue
            elif self.left == 0:
                self.unread.append(f"only the first {_MOST_VALUES:,} objects and lists were looked at")
                return
            else:
                self._visit(step[1], step[2], (frame.path, step[0]))

    def _visit(self, value: Json, around: _Around, path: _Path) -> None:
        self.left -= 1
        taken = _is_template(value, around) if isinstance(value, Mapping) else _are_components(value)
        if taken:
            self._take(value if isinstance(value, Mapping) else {"components": value}, around, path)
        if len(self.stack) == _DEEPEST:
            self.unread.append(f"what is more than {_DEEPEST} deep was not looked at")
        elif isinstance(value, Mapping):
            inner = around.within(value)
            keys = [key for key, each in value.items() if _holds(each) and not (taken and key in _OWN)]
            children = ((key, value[key], inner.under(key, value[key])) for key in keys)
            self.stack.append(_Frame(children, path, None if taken else value, self.count))
        elif not taken:
            self.stack.append(
                _Frame(((at, each, around) for at, each in enumerate(items(value))), path, None, self.count)
            )

    def _take(self, value: Mapping[str, Json], around: _Around, path: _Path) -> None:
        self.count += 1
        if self.count > MAX_ENTRIES:
            return
        entry = dict(value)
        several = entry.get("languages")
        if isinstance(several, Mapping) or any(
            "code" not in each for each in items(several) if isinstance(each, Mapping)
        ):
            del entry["languages"]  # they are entries of their own
        told = {"name": around.name, "category": around.category, "message_send_ttl_seconds": around.seconds}
        if not entry.get("languages"):
            told["language"] = around.language
        entry |= {key: given for key, given in told.items() if given and not entry.get(key)}
        self.entries.append(Entry(entry, _place(path), _group(path)))

    def _leave(self, frame: _Frame) -> None:
        """What can be said of an object only when all in it is known."""
        value, found = frame.about, self.count > frame.before
        if value is None:
            return
        if not found:
            if isinstance(value.get("name"), str) and word(value.get("category")) in CATEGORIES:
                self._take(value, _Around(), frame.path)
            return
        if mapping(value.get("paging")).get("next"):
            self.unread.append("this is one page of several (paging.next): fetch the others, too")
        total, listed = whole_number(value.get("total")), max((len(items(each)) for each in value.values()), default=0)
        if total is not None and 0 < listed < total - (whole_number(value.get("offset")) or 0):
            self.unread.append(f"this is one page of several ({listed:,} of {total:,}): fetch the others, too")


def _holds(value: Json) -> bool:
    return bool(value) and isinstance(value, Mapping | list | tuple)


def _code(given: Json) -> str:
    """The language that is meant by a code or by an object with one, in the spelling of the list."""
    given = mapping(given).get("code") if isinstance(given, Mapping) else given
    return respelt(given.strip()) if isinstance(given, str) else ""


def _are_components(value: Json) -> bool:
    """Whether a list is that of a message's components, without an object around it."""
    first = items(value)[:_PEEKED]
    return bool(first) and all(word(mapping(each).get("type")) in COMPONENTS for each in first)


def _is_template(value: Mapping[str, Json], around: _Around) -> bool:
    """Whether this is a template, in the form of one or of the library's listing."""
    name = value.get("name") or around.name
    language = value.get("language") or value.get("languages") or around.language
    category = word(value.get("category") or around.category)
    known = sum((isinstance(name, str) and bool(name), bool(language), bool(category)))
    components = value.get("components")
    if components is not None:
        typed = any(word(mapping(each).get("type")) in COMPONENTS for each in items(components)[:_PEEKED])
        return typed or (isinstance(components, list | tuple | str) and known >= 2)
    if isinstance(value.get("library_template_name"), str):
        return True
    if not isinstance(value.get("body"), str):
        return False
    return "body_params" in value or "body_param_types" in value or (known == 3 and category in CATEGORIES)


def _steps(path: _Path) -> list[str | int]:
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return steps[::-1]


def _place(path: _Path) -> str:
    """Where something is, for people: "entry 3 of templates"."""
    steps = _steps(path)
    keys = ".".join(_shown(step) for step in steps if isinstance(step, str))[: 3 * _SHORT]
    numbers = [step + 1 for step in steps if isinstance(step, int)]
    if not numbers:
        return f"what is under {keys}" if keys else "entry 1"
    return f"entry {numbers[-1]}{f' of {keys}' if keys else ''}"


def _group(path: _Path) -> str:
    return ".".join("" if isinstance(step, int) else _shown(step) for step in _steps(path)[:-1])


def _shown(key: str) -> str:
    return key if len(key) <= _SHORT else f"{key[: _SHORT - 1]}…"


def _described(data: Json) -> str:
    """What the file holds in place of templates, up to the word that is denied."""
    if isinstance(data, Mapping) and data:
        return f"it has the {_keys(list(data))}; none holds"
    if isinstance(data, list | tuple) and data:
        first = next((each for each in data[:_PEEKED] if isinstance(each, Mapping) and each), None)
        of = f", the first object with the {_keys(list(first))}" if first else ""
        return f"it is a list of {len(data):,}{of}; none holds"
    empty = (
        "an empty object" if isinstance(data, Mapping) else "an empty list" if data == [] else "no object and no list"
    )
    return f"it is {empty}, so it holds no"


def _keys(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _LISTED:,} more" if len(keys) > _LISTED else ""
    shown = ", ".join(_shown(key) if key.isidentifier() else quoted(_shown(key)) for key in keys[:_LISTED])
    return f"key{'s' if len(keys) > 1 else ''} {shown}{more}"
