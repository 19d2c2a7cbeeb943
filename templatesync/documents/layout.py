"""In which order a person reads the keys of a value, and the items of a list whose order says nothing. Pure.

Each kind has one layout: what is written anew follows it, and what is formatted. Knows no kind and no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from templatesync.model.json_value import Json


class Layout(NamedTuple):
    """The order of one mapping, or of each mapping of a list.

    `keys` come first and `last` at the end; what neither names stands between them as it was written. With `by`, the
    items of the list are sorted by what that field holds, in the order of `values`. `inside` has the layouts of fields;
    what has none stays as it is.
    """

    keys: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    by: str = ""
    values: tuple[str, ...] = ()
    inside: Mapping[str, Layout] = {}

    def of(self, name: str) -> Layout:
        """The layout of what a field holds."""
        return self.inside.get(name, PLAIN)

    def key_order(self, names: Sequence[str]) -> list[int]:
        """Indexes of `names` in the order in which they are read."""
        return sorted(range(len(names)), key=lambda index: self._key_rank(names[index]))

    def item_order(self, values: Sequence[Json]) -> list[int]:
        """Indexes of a list's items, given what each has under `by`."""
        if not self.by:
            return list(range(len(values)))
        return sorted(range(len(values)), key=lambda index: _rank(self.values, values[index]))

    def arrange(self, value: Json) -> Json:
        """The same value, in order."""
        if isinstance(value, Mapping):
            names = list(value)
            ordered = [names[index] for index in self.key_order(names)]
            return {name: self.of(name).arrange(value[name]) for name in ordered}
        if isinstance(value, list):
            kinds = [item.get(self.by) if isinstance(item, Mapping) else None for item in value]
            return [self.arrange(value[index]) for index in self.item_order(kinds)]
        return value

    def _key_rank(self, name: str) -> int:
        if name in self.last:
            return len(self.keys) + 1 + self.last.index(name)
        return _rank(self.keys, name)


def _rank(known: Sequence[str], value: Json) -> int:
    return known.index(value) if isinstance(value, str) and value in known else len(known)


PLAIN = Layout()
"""Everything stays as it was written."""

OPTIONS = Layout(
    keys=(
        "state", "replaces", "output", "adopt", "pinned", "breaks", "spaces", "on_approved", "protected", "publish",
        "samples", "told_back",
    )
)  # fmt: skip
"""The `templatesync:` block of every kind."""
