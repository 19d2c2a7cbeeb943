"""The pages of rules: why each one is there, with an example that breaks it and one that does not. Data, not code.

A page is an entry of a TOML file that lies beside the rules it is about; the id of the rule is its name. Only what
explains rules reads them: checking and planning must never pay for texts that they do not show.

    section = "Variables"              # once per file: the heading of its rules in lists and docs

    [var-adjacent]
    why = "…"                          # two to four sentences
    bad = "…"                          # breaks this rule, and no other one that is an error
    good = "…"                         # breaks none

An example is YAML, or JSON where the rule is about JSON. It may hold several files, each behind a comment line with
its name, such as `# templatesync.yaml`. A document without Name, kind and version is a part of one: what it lacks is
taken from the smallest valid one. `<601 characters>` stands for a text of that length, `<51 components>` for so many.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from templatesync.model.json_value import Json

_FOLDERS = ("validation/frame_pages", "kinds/*/pages", "kinds/*/rules/pages")
_FIELDS = ("why", "bad", "good")
NO_SECTION = "Further rules"


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to say about the rule `rule`. Where no short text can show it, `bad` and `good` are empty."""

    rule: str
    section: str
    why: str
    bad: str = ""
    good: str = ""


@cache
def pages() -> Mapping[str, Page]:
    """Every page by the id of its rule, in the order of files. Raises ValueError for a file of another shape."""
    package = Path(__file__).parent.parent
    found: dict[str, Page] = {}
    for file in sorted(file for folder in _FOLDERS for file in package.glob(f"{folder}/*.toml")):
        for each in read(file.name, file.read_text(encoding="utf-8")):
            if each.rule in found:
                raise ValueError(f"{file.name}: the rule {each.rule} has a page already; keep one of the two")
            found[each.rule] = each
    return MappingProxyType(found)


def page(rule: str) -> Page:
    """The page of a rule. Raises KeyError when nobody has written one."""
    return pages()[rule]


def read(name: str, text: str) -> tuple[Page, ...]:
    """The pages of one file. Raises ValueError, with the file's name and the entry, for what is no page."""
    data = tomllib.loads(text)
    section = data.pop("section", NO_SECTION)
    if not isinstance(section, str):
        raise ValueError(f"{name}: section is a text")
    return tuple(_page(name, section, rule, entry) for rule, entry in data.items())


def _page(name: str, section: str, rule: str, entry: Json) -> Page:
    if not isinstance(entry, dict) or not entry.get("why") or not entry.keys() <= set(_FIELDS):
        raise ValueError(f"{name}: [{rule}] needs why, may have bad and good, and has nothing else")
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise ValueError(f"{name}: why, bad and good of [{rule}] are texts, and none of them is empty")
    if ("bad" in entry) != ("good" in entry):
        raise ValueError(f"{name}: [{rule}] has one of bad and good; write both, or none")
    why, bad, good = (str(entry.get(field, "")) for field in _FIELDS)
    return Page(rule, section, " ".join(why.split()), bad, good)
