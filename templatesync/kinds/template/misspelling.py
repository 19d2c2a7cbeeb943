"""Which variables of a template are misspelt, and which ones its malformed signs mean. Pure; knows no rule, no file.

A misspelt variable has consequences: its own sample is not there, that of the name that was meant seems to be of no
use, and the language seems to have other variables than the rest. They are no findings of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from templatesync.kinds.template.view import Template
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.nearest import is_slip
from templatesync.model.paths import Path

_MOST_ASKED = 8
"""Names of one template: whoever misspells more of them has mended some by then."""
_MOST_COMPARED = 50
# What other rules tell of: blanks inside, signs of a wide keyboard, braces of other systems.
_SIGNS = lazy_pattern(r"(?:[$＄][(（\[{]|\{\{?)[ \t]*(\w[\w \t.-]{0,60})")
_DIGITS = lazy_pattern(r"\d+")


def misspelt(template: Template) -> Mapping[str, str]:
    """Variables without a sample, each with the name that was probably meant."""
    samples = template.example
    if template.category == "AUTHENTICATION" or not samples or samples.keys() >= set(template.names):
        return {}
    used = {*template.names, *malformed(template)}
    asked = islice((name for name in dict.fromkeys(template.names) if name not in samples), _MOST_ASKED)
    return {name: near for name in asked if (near := meant(name, samples, used))}


def meant(name: str, samples: Iterable[str], used: Collection[str]) -> str:
    """The sample whose name a variable without one was probably meant to have, or an empty text.

    Rather one that nothing uses. One that is in use only for a small slip, and never for another number: `$(item2)`
    beside `$(item1)` is a variable of its own. Names that are numbers are never misspelt.
    """
    if name.isdecimal():
        return ""
    near = [each for each in islice(samples, _MOST_COMPARED) if is_slip(name, each)]
    free = (each for each in near if each not in used)
    return next(free, "") or next((each for each in near if _surely(name, each)), "")


def _surely(name: str, other: str) -> bool:
    return len(name) > 3 and sorted(name.lower()) == sorted(other.lower()) and _numbers(name) == _numbers(other)


def _numbers(name: str) -> list[str]:
    return _DIGITS.findall(name)


def malformed(template: Template) -> frozenset[str]:
    """The samples whose variables are probably meant by what is no variable, as `$( name )` and `{{name}}` are."""
    text = template.joined
    sound = text.count("$") == len(template.names) and "{" not in text and "＄" not in text
    if sound or not template.example:
        return frozenset()  # as nearly all are
    found: set[str] = set()
    for inside in _SIGNS.findall(text):
        words = re.findall(r"\w+", inside)
        found.update(("_".join(words), words[0], f"var{words[0]}"))
    return frozenset(found & template.example.keys())


def spelt_names(template: Template) -> set[str]:
    """The variables of a template as they would be without misspellings."""
    wrong = misspelt(template)
    return {*(wrong.get(name, name) for name in template.names), *malformed(template)}


def first_places(template: Template) -> Mapping[str, tuple[Path, tuple[int, int]]]:
    """Where each variable stands first: the path of a text, and from where to where in it."""
    found: dict[str, tuple[Path, tuple[int, int]]] = {}
    for text in template.texts:
        for variable in text.variables:
            found.setdefault(variable.name, (text.path, (variable.start, variable.end)))
    return found
