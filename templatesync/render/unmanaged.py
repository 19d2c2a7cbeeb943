"""What is live without a file, by name and with the way on: for a terminal, Markdown and a page. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from templatesync.model.change import SpacePlan
from templatesync.model.condition import Condition
from templatesync.model.resource import Key
from templatesync.render.escape import markdown_sentence, markdown_text, visible
from templatesync.render.grouping import grouped, shortened
from templatesync.render.terminal import Style, wrapped

MOST_NAMED = 5
"""Resources that are named without being asked, and languages of each."""
_MOST_FOLDED = 200
_MOST_LINES = 3
_LONGEST = 120


def shown(plans: Sequence[SpacePlan], style: Style) -> Iterator[str]:
    """The names for a terminal: once for all spaces in which the same are, and in one line where these are many."""
    spaces: dict[Key, list[str]] = {}
    for plan in plans:
        for key in plan.unmanaged if plan.error is None else ():
            spaces.setdefault(key, []).append(plan.space)
    groups = grouped(sorted(spaces), lambda key: tuple(spaces[key]))
    if len(groups) > _MOST_LINES and not style.whole:
        groups = {tuple(dict.fromkeys(space for each in spaces.values() for space in each)): sorted(spaces)}
    for where, keys in groups.items():
        place = f" in {shortened(where, MOST_NAMED)}" if len(plans) > 1 else ""
        most = len(keys) if style.whole else MOST_NAMED
        said = visible(f"Live without a file{place}: {_few(keys, most)}; {_way_on(keys)}.")
        yield from wrapped(said, style.columns, "  ", "    ")


def sentence(keys: Collection[Key]) -> str:
    """The same of one space for a page, which escapes it itself."""
    return f"{len(keys):,} live without a file: {_few(keys, MOST_NAMED)}; {_way_on(keys)}."


def item(keys: Collection[Key]) -> str:
    """The same of one space for an item of a list in Markdown: more than a few are folded."""
    head = f"{len(keys):,} live without a file"
    way = markdown_sentence(_way_on(keys))
    names = [markdown_text(_cut(name)) for name in _names(keys)]
    if len(names) <= MOST_NAMED:
        return f"{head}: {', '.join(names)}; {way}"
    more = len(names) - _MOST_FOLDED
    left = f" and {more:,} more; <code>templatesync plan --format json</code> has all" if more > 0 else ""
    return f"<details><summary>{head}</summary>{', '.join(names[:_MOST_FOLDED])}{left}; {way}</details>"


def _way_on(keys: Collection[Key]) -> str:
    way = Condition.UNMANAGED.way_on
    return way.replace("KEY", str(*keys)) if len(keys) == 1 else way


def _few(keys: Iterable[Key], most: int) -> str:
    names = _names(keys)
    more = len(names) - most
    return ", ".join(map(_cut, names[:most])) + (f" and {more:,} more" if more > 0 else "")


def _names(keys: Iterable[Key]) -> list[str]:
    """A name for all languages of a resource, with as many of these as there is room for."""
    names = []
    for (kind, name), several in grouped(keys, lambda key: (key.kind, key.name)).items():
        languages = [key.language for key in several if key.language]
        more = f" and {len(languages) - MOST_NAMED} more" if len(languages) > MOST_NAMED else ""
        said = f" ({', '.join(languages[:MOST_NAMED])}{more})" if len(several) > 1 else ""
        names.append(f"{Key(kind, name)}{said}" if len(several) > 1 else str(*several))
    return names


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
