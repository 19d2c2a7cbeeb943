"""What a template, a QR code or a flow *is*: one folder each, found through `KINDS`."""

from collections.abc import Mapping

from templatesync.kinds.base import Kind
from templatesync.kinds.flow import FLOW
from templatesync.kinds.qr_code import QR_CODE
from templatesync.kinds.template import TEMPLATE

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (TEMPLATE, QR_CODE, FLOW)}

DEFAULT = TEMPLATE.name
"""The kind of a document that names none."""
