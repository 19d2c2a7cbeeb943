"""What a template, a QR code or a flow *is*: one folder each, found through `KINDS`. Knows no client and no engine."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from templatesync.kinds.base import Kind

# The one table: each name is a folder here whose package has `KIND`, and a project keeps its files in NAMEs.
_NAMES = ("template", "qr_code", "flow")


class _Kinds(Mapping[str, Kind]):
    """Kinds by name. Each is imported when it is asked for: a project of templates need not wait for flows."""

    def __getitem__(self, name: str) -> Kind:
        if name not in _NAMES:
            raise KeyError(name)
        kind: Kind = import_module(f"{__name__}.{name}").KIND
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


KINDS: Mapping[str, Kind] = _Kinds()

DEFAULT = _NAMES[0]
"""The kind of a document that names none."""


def folder_of(name: str) -> str:
    """Where a project keeps the files of a kind, by its name alone: nothing is imported for it."""
    return f"{name}s"
