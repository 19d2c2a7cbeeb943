"""What stands under `spaces:`, as the file has it: spaces, what they have in common, and groups of them. Pure.

`defaults` and `groups` are names that a space may have: with a customer space or an emulator of its own it is one, as
in projects from before these words meant anything. Makes no space of it, and knows no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.model.nearest import MOST_ASKED, nearest
from templatesync.model.paths import Path
from templatesync.project import limits
from templatesync.project.policy import fitting, is_pattern

DEFAULTS = "defaults"
GROUPS = "groups"
_OF_A_SPACE = ("cust_space_id", "emulator")


class SpacesSaid(NamedTuple):
    """The three things that stand under `spaces:`. What is none of them, the schema tells, and it is left out here."""

    spaces: Mapping[str, Mapping[str, Json]]
    defaults: Mapping[str, Json]
    groups: Mapping[str, Sequence[str]]


class Problem(NamedTuple):
    """What is wrong at a path of the project file."""

    path: Path
    message: str
    hint: str


def spaces_said(raw: Json) -> SpacesSaid:
    """What a project file says under `spaces:`."""
    said = raw if isinstance(raw, dict) else {}
    spaces = {name: each for name, each in said.items() if isinstance(each, dict) and _is_space(name, each)}
    defaults, groups = ({} if name in spaces else said.get(name, {}) for name in (DEFAULTS, GROUPS))
    return SpacesSaid(
        spaces, defaults if isinstance(defaults, dict) else {}, groups if isinstance(groups, dict) else {}
    )


def _is_space(name: str, raw: Mapping[str, Json]) -> bool:
    if name not in (DEFAULTS, GROUPS):
        return True
    return any(not isinstance(raw.get(key, []), list) for key in _OF_A_SPACE)  # a group's patterns are a list


def with_defaults(raw: Mapping[str, Json], defaults: Mapping[str, Json]) -> Mapping[str, Json]:
    """What is said of a space, and of all where it says nothing: variables one by one. An emulator is in no region."""
    shared, own = defaults.get("vars", {}), raw.get("vars", {})
    filled = {**shared, **own} if shared and own else own or shared
    region = {} if raw.get("emulator") else {key: defaults[key] for key in ("region",) if key in defaults}
    return {**region, **raw, "vars": filled}


def problems(said: SpacesSaid) -> Iterator[Problem]:
    """What is wrong with spaces and groups that each are as the schema wants them."""
    if not said.spaces:
        yield Problem(("spaces",), "the project has no space", "name one, with cust_space_id or emulator: true")
    owners: dict[str, str] = {}
    for name, space in said.spaces.items():
        identity = space.get("cust_space_id", "")
        if identity and identity in owners:
            message = f"the spaces {owners[identity]} and {name} have one cust_space_id"
            yield Problem(("spaces", name, "cust_space_id"), message, "a space is known by one name")
        owners.setdefault(identity, name)
    for name, patterns in said.groups.items():
        if name in said.spaces:
            hint = "`--space` takes either, so each needs a name of its own"
            yield Problem(("spaces", GROUPS, name), f"{name} is the name of a space and of a group", hint)
        for index, pattern in enumerate(patterns):
            if pattern in said.groups and pattern not in said.spaces:
                hint = f"write what {pattern} has; `--space` takes several groups"
                message = f"{pattern} is a group, and a group has spaces alone"
                yield Problem(("spaces", GROUPS, name, index), message, hint)


def idle_patterns(said: SpacesSaid) -> Iterator[Problem]:
    """The entries of groups that no space fits: a name that is misspelt leaves its space out of whatever is done."""
    real = [name for name, space in said.spaces.items() if not space.get("emulator")]
    there, asked = frozenset(real), 0
    for name, patterns in said.groups.items():
        for index, pattern in enumerate(patterns):
            wild = is_pattern(pattern)
            if any(map(fitting((pattern,)), real)) if wild else pattern in there:
                continue
            at: Path = ("spaces", GROUPS, name, index)
            if pattern in said.spaces:
                yield Problem(at, f"{pattern} is an emulator, which is in no group", "take it out")
            elif wild:
                hint = "* and ? stand for any characters, emulators left out"
                yield Problem(at, f"no space has a name like {pattern}", hint)
            else:
                near = nearest(pattern, real) if asked < MOST_ASKED else ""
                asked += 1
                yield Problem(at, f"there is no space {pattern!r}", f"did you mean {near}?" if near else "take it out")


def excesses(raw: Json) -> Iterator[Problem]:
    """What there is too much of: each of it would be paid for again with every space, or every file."""
    said = spaces_said(raw)
    yield from _more(("spaces",), len(said.spaces), limits.MOST_SPACES, "split the project")
    shared = said.defaults.get("vars")
    if isinstance(shared, dict):
        hint = "each space has a copy: keep what only some need in their own vars"
        yield from _more(("spaces", DEFAULTS, "vars"), len(shared), limits.MOST_SHARED_VARS, hint)
    yield from _more(("spaces", GROUPS), len(said.groups), limits.MOST_GROUPS, "one pattern with * has many spaces")
    wild = 0
    for name, patterns in said.groups.items():
        texts = [each for each in patterns if isinstance(each, str)] if isinstance(patterns, list) else []
        wild += sum(map(is_pattern, texts))
        long = [len(each) for each in texts if len(each) > limits.LONGEST_SPACE_PATTERN]
        at: Path = ("spaces", GROUPS, name)
        yield from _more(at, len(texts), limits.MOST_SPACES, "no more spaces are possible")
        if long:
            most = f"at most {limits.LONGEST_SPACE_PATTERN:,} are read"
            yield Problem(at, f"a pattern has {max(long):,} characters; {most}", "shorten it with *")
    yield from _more(
        ("spaces", GROUPS), wild, limits.MOST_GROUP_PATTERNS, "name spaces in full", "patterns with * or ?"
    )


def _more(path: Path, number: int, most: int, hint: str, what: str = "entries") -> Iterator[Problem]:
    if number > most:
        yield Problem(path, f"{'.'.join(map(str, path))} has {number:,} {what}; at most {most:,} are read", hint)
