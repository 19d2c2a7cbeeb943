"""What a template, a QR code or a flow *is*: one folder each, found through `KINDS`."""

from collections.abc import Iterator, Mapping

from templatesync.kinds.base import Kind


class _Kinds(Mapping[str, Kind]):
    """Kinds by name. Each is imported when it is asked for: a project of templates need not wait for flows."""

    _names = ("template", "qr_code", "flow")

    def __getitem__(self, name: str) -> Kind:
        if name == "template":
            from templatesync.kinds.template import TEMPLATE

            return TEMPLATE
        if name == "qr_code":
            from templatesync.kinds.qr_code import QR_CODE

            return QR_CODE
        if name == "flow":
            from templatesync.kinds.flow import FLOW

            return FLOW
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


KINDS: Mapping[str, Kind] = _Kinds()

DEFAULT = "template"
"""The kind of a document that names none."""
