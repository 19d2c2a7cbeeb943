"""What a project allows, in all its spaces or in one. Knows keys and patterns; no file, no kind, no space."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple

from templatesync.model.json_value import Json
from templatesync.model.resource import Key


class ProjectPolicy(NamedTuple):
    """What is allowed. `max_percent` and `at_least` are the two bounds of `max_changes`.

    With `above`, a policy of some spaces: it protects what that one protects besides, and manages no more than it.
    """

    on_approved: str = "block"
    manage: tuple[str, ...] = ("*",)
    protect: tuple[str, ...] = ()
    max_percent: int = 30
    at_least: int = 3
    above: ProjectPolicy | None = None

    @property
    def own(self) -> tuple[ProjectPolicy, ...]:
        """It and those above, without the one of the project: what is said of spaces, the widest first."""
        return () if self.above is None else (*self.above.own, self)

    def manages(self, key: Key) -> bool:
        """Whether a resource is ours to show, change and prune."""
        return _named(key, self.manage) and (self.above is None or self.above.manages(key))

    def protects(self, key: Key) -> bool:
        """Whether a resource is never deleted, even after its file is gone."""
        return _named(key, self.protect) or (self.above is not None and self.above.protects(key))


def policy_of(said: Mapping[str, Json], above: ProjectPolicy | None = None) -> ProjectPolicy:
    """The policy that a file says, over the one that holds where it says nothing."""
    usual = above or ProjectPolicy()
    bounds = said.get("max_changes", {})
    return ProjectPolicy(
        on_approved=said.get("on_approved", usual.on_approved),
        manage=tuple(said.get("manage", ("*",))),
        protect=tuple(said.get("protect", ())),
        max_percent=bounds.get("percent", usual.max_percent),
        at_least=bounds.get("at_least", usual.at_least),
        above=above,
    )


_WILD = re.compile(r"[*?\[]")
_SINGLE = re.compile(r"[?\[]")


def _named(key: Key, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits the name, or the key without its language: `shop_*` or `kind/*`."""
    if "*" in patterns:
        return True
    fits = fitting(patterns) if patterns else None
    return fits is not None and (fits(key.name) or fits(str(Key(key.kind, key.name))))


@lru_cache(4096)  # a project file bounds what all policies of its spaces hold together
def fitting(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether one of the patterns fits, in one go for all of them: a project may have a thousand of each.

    Only what has `?` or `[` becomes a regular expression: to make one takes longer than to read the pattern.
    """
    exact = frozenset(pattern for pattern in patterns if not _WILD.search(pattern))
    starred = [pattern.split("*") for pattern in patterns if "*" in pattern and not _SINGLE.search(pattern)]
    begins = tuple(parts[0] for parts in starred if len(parts) == 2 and not parts[1])
    ends = tuple(parts[1] for parts in starred if len(parts) == 2 and not parts[0])
    others = [parts for parts in starred if len(parts) > 2 or all(parts)]
    single = "|".join(translate(pattern) for pattern in patterns if _SINGLE.search(pattern))
    expression = re.compile(single) if single else None

    def fits(name: str) -> bool:
        if name in exact or name.startswith(begins) or name.endswith(ends):
            return True
        return any(_has(name, parts) for parts in others) or (
            expression is not None and expression.match(name) is not None
        )

    return fits


def _has(name: str, parts: Sequence[str]) -> bool:
    """Whether a name is these parts in their order, with anything in between. The nearest place is as good as any."""
    first, last = parts[0], parts[-1]
    at, end = len(first), len(name) - len(last)
    if at > end or not name.startswith(first) or not name.endswith(last):
        return False
    for part in parts[1:-1]:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def is_pattern(text: str) -> bool:
    """Whether a text has wildcards, as no name has."""
    return _WILD.search(text) is not None
