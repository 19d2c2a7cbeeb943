"""Appearances as one page of HTML that needs nothing else: no script, no request. Pure; knows no kind, no plan.

Whoever has a page drawn says what stands in it; templates and stylesheet lie in `templates/`. Imported when a page is
drawn and not before: Jinja2 takes a while.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from templatesync.look import drawing, paragraphs
from templatesync.look.bubble import Bubble, Picture, Sample, Screens, Values
from templatesync.look.drawing import Looks
from templatesync.look.html_text import html
from templatesync.look.qr_picture import qr_path
from templatesync.look.words import Run, changed, readable
from templatesync.model.finding import Finding, Severity
from templatesync.model.resource import several


class Inlined(NamedTuple):
    """A file that a sample names: a picture as a `data:` address, or why it is not drawn."""

    data: str = ""
    why: str = ""


class Version(NamedTuple):
    """What a resource looks like at one time or in one place. Without `looks` it is not there; `note` may say why."""

    title: str
    looks: Looks | None = None
    note: str = ""


class Entry(NamedTuple):
    """One language of a resource. Of several versions the earlier is first; of versions that look alike there is one.

    `place` is where it is in the files. `spaces` are named where others have another text.
    """

    language: str
    versions: tuple[Version, ...]
    findings: tuple[Finding, ...] = ()
    place: str = ""
    spaces: tuple[str, ...] = ()


class Group(NamedTuple):
    """A resource in all its languages. `kind` is the name of its kind."""

    kind: str
    name: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()


class Page(NamedTuple):
    """All that a page shows. `findings` are those about nothing that is drawn; `inlined` is by a sample's source.

    `summary` are sentences below the title. With `compared`, entries have several versions.
    """

    title: str
    groups: tuple[Group, ...]
    summary: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    inlined: Mapping[str, Inlined] = {}
    compared: bool = False


def page(given: Page) -> str:
    """The page. The same bytes for the same values."""
    template, css = _templates()
    return template.render(
        page=given,
        media=_Media(given.inlined),
        index=tuple(_index(given.groups)),
        sections=_sections(given),
        once=_once(given),
        css=css,
        pictures=[Markup(each.data) for each in given.inlined.values() if _SAFE.fullmatch(each.data)],  # noqa: S704
    )


@cache
def _templates() -> tuple[Template, Markup]:
    """The template of a page, and the stylesheet: our own files, translated once."""
    environment = Environment(
        autoescape=True,
        finalize=html,
        loader=PackageLoader("templatesync.look"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "block": paragraphs.block,
        "inline": paragraphs.inline,
        "pieces": paragraphs.pieces,
        "lines": paragraphs.lines,
        "words": paragraphs.words,
        "language": _language,
        "one": lambda kind: several(kind).removesuffix("s"),
        "RIGHT_TO_LEFT": _RIGHT_TO_LEFT,
        "PARTS": _PARTS,
        "TELLING": _TELLING,
    }
    css = environment.get_template("page.css").render()
    return environment.get_template("page.html"), Markup(css)  # noqa: S704  # our own file, without values


_PARTS = frozenset(
    "heading subheading text caption input date choice choices opt-in link list picture pictures upload button"
    " condition hint".split()
)
"""The parts of a flow's screen that the stylesheet knows."""
_TELLING = _PARTS - frozenset("heading subheading text caption button hint link".split()) | {"other"}
"""Those of which people see only by a word what they are."""
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages in which a phone shows all of a chat the other way round. Each paragraph finds its own direction, too."""
_SAFE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/]+={0,2}")
"""What may stand in our stylesheet."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


def _language(name: str) -> str:
    """A language as browsers know it (BCP 47); empty for what is none."""
    return name.replace("_", "-") if _LANGUAGE.fullmatch(name) else ""


# --- media ------------------------------------------------------------------------------------------------------------


class DrawnMedia(NamedTuple):
    """A picture by its number, or a box that says what would be there and where from."""

    kind: str
    number: int = -1
    source: str = ""
    name: str = ""
    why: str = ""


class _Media:
    """Draws samples. The same picture stands once in a page, in the stylesheet."""

    def __init__(self, inlined: Mapping[str, Inlined]) -> None:
        self._inlined = inlined
        drawn = [source for source, each in inlined.items() if _SAFE.fullmatch(each.data)]
        self._numbers = {source: number for number, source in enumerate(drawn)}

    def __call__(self, sample: Sample) -> DrawnMedia:
        kind, source = sample.kind.value, sample.source
        if source in self._numbers:
            return DrawnMedia(kind, self._numbers[source], source, sample.name)
        why = self._inlined[source].why if source in self._inlined else ""
        return DrawnMedia(kind, -1, _origin(source), sample.name, why)


def _origin(source: str) -> str:
    """The host that something would come from, or the file; nothing is fetched from either."""
    try:
        parts = urlsplit(source)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    return host or source


# --- sections ---------------------------------------------------------------------------------------------------------


class DrawnVersion(NamedTuple):
    """One version: `form` says which of the others is there."""

    title: str
    note: str
    form: str = "none"
    message: drawing.Message | None = None
    screens: tuple[tuple[str, Screens], ...] = ()
    picture: Picture | None = None
    path: str = ""
    size: int = 0


class DrawnEntry(NamedTuple):
    """An entry with what differs between its first version and its last, by part."""

    id: str
    entry: Entry
    versions: tuple[DrawnVersion, ...]
    differs: tuple[tuple[str, tuple[Run, ...]], ...] = ()


class Section(NamedTuple):
    """A group as it is drawn."""

    id: str
    group: Group
    entries: Iterable[DrawnEntry]


def _sections(given: Page) -> Iterator[Section]:
    for number, group in enumerate(given.groups, 1):
        entries = (_entry(f"r{number}-{place}", entry) for place, entry in enumerate(group.entries, 1))
        yield Section(f"r{number}", group, entries)


def _entry(id_: str, entry: Entry) -> DrawnEntry:
    versions = entry.versions
    drawn = tuple(map(_version, versions))
    return DrawnEntry(id_, entry, drawn, tuple(_differs(versions)) if len(versions) > 1 else ())


def _version(version: Version) -> DrawnVersion:
    drawn = DrawnVersion(version.title, version.note)
    if version.looks is None:
        return drawn
    first = version.looks[0]
    if isinstance(first, Bubble):
        bubbles = [each for each in version.looks if isinstance(each, Bubble)]
        return drawn._replace(form="message", message=drawing.message(bubbles))
    if isinstance(first, Screens):
        return drawn._replace(form="screens", screens=tuple(_distinct(version.looks)))
    path, size = qr_path(first.link)
    return drawn._replace(form="picture", picture=first, path=path, size=size)


def _distinct(given: Looks) -> Iterator[tuple[str, Screens]]:
    """The screens that differ, each with the fillings that it is for; no name when it is for all."""
    found: dict[Screens, list[str]] = {}
    for values, look in zip(Values, given, strict=True):
        if isinstance(look, Screens):
            found.setdefault(look, []).append(values.value)
    for screens, names in found.items():
        yield ("" if len(found) == 1 else " ".join(names)), screens


def _differs(versions: Sequence[Version]) -> Iterator[tuple[str, tuple[Run, ...]]]:
    """The words that differ between the first version and the last, by part, with names in the places of values."""
    before, after = (dict(_texts(version)) for version in (versions[0], versions[-1]))
    if not before or not after:
        return
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part, ""), after.get(part, "")
        if old != new:
            yield part, readable(changed(old, new))


def _texts(version: Version) -> Iterator[tuple[str, str]]:
    """The texts of a version, each with the name of its part."""
    bubble = version.looks[1] if version.looks else None
    if not isinstance(bubble, Bubble):
        return
    yield "header", bubble.header.text
    yield "media", f"{bubble.media.kind} {bubble.media.name}".rstrip() if bubble.media else ""
    yield "offer", bubble.offer.text.text if bubble.offer else ""
    yield "body", bubble.body.text
    yield "footer", bubble.footer.text
    for number, button in enumerate(bubble.buttons, 1):
        yield f"button {number}", f"{button.label.text} {button.target.text}".rstrip()
    for number, card in enumerate(bubble.cards, 1):
        yield f"card {number}", card.body.text
        for place, button in enumerate(card.buttons, 1):
            yield f"card {number}, button {place}", f"{button.label.text} {button.target.text}".rstrip()
    for other in bubble.others:
        yield other.type, other.text.text


# --- index ------------------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """A language of a resource in the index: where it is, and how many characters its body has.

    Without `id` it has none in that language, which is `missing` when it has been translated into others, and into none
    that is nearly the same. `findings` counts errors and warnings; what is not `there` was there in an earlier version.
    """

    id: str = ""
    length: int = 0
    longest: bool = False
    findings: int = 0
    missing: bool = False
    there: bool = True


class Row(NamedTuple):
    """A resource in the index."""

    id: str
    name: str
    cells: tuple[Cell, ...]


class Table(NamedTuple):
    """One kind in the index; without `languages` it has none."""

    kind: str
    languages: tuple[str, ...]
    rows: tuple[Row, ...]
    gaps: int = 0


def _index(groups: Sequence[Group]) -> Iterator[Table]:
    for kind in dict.fromkeys(group.kind for group in groups):
        mine = [(f"r{number}", group) for number, group in enumerate(groups, 1) if group.kind == kind]
        languages = tuple(sorted({entry.language for _, group in mine for entry in group.entries if entry.language}))
        rows = tuple(Row(id_, group.name, tuple(_cells(id_, group, languages))) for id_, group in mine)
        yield Table(several(kind), languages, rows, sum(cell.missing for row in rows for cell in row.cells))


def _cells(id_: str, group: Group, languages: Sequence[str]) -> Iterator[Cell]:
    found: dict[str, Cell] = {}
    for place, entry in enumerate(group.entries, 1):
        grave = sum(finding.severity is not Severity.INFO for finding in entry.findings)
        cell = Cell(f"{id_}-{place}", _length(entry), False, grave, there=entry.versions[-1].looks is not None)
        found.setdefault(entry.language, cell)
    kept = {language: cell for language, cell in found.items() if cell.there}  # what is gone asks for no translation
    lengths = [cell.length for cell in kept.values()]
    most = max(lengths, default=0)
    for language in languages:
        near = any(_base(other) == _base(language) for other in kept)
        cell = found.get(language, Cell(missing=len(kept) > 1 and not near))
        yield cell._replace(
            longest=len(lengths) > 1 and bool(cell.id) and cell.there and cell.length == most > min(lengths)
        )


def _base(language: str) -> str:
    return language.replace("-", "_").partition("_")[0]


def _length(entry: Entry) -> int:
    newest = entry.versions[-1].looks
    return len(newest[0].body.text) if newest and isinstance(newest[0], Bubble) else 0


def _once(given: Page) -> tuple[str, ...]:
    """What is so of all marketing messages, said once."""
    bubbles = (
        version.looks[0]
        for group in given.groups
        for entry in group.entries
        for version in entry.versions
        if version.looks
    )
    hidden = (each for bubble in bubbles if isinstance(bubble, Bubble) for each in bubble.hidden)
    return tuple(dict.fromkeys(each.text for each in hidden if each.code == "reformatted"))
