"""The digests that plans are compared by. Pure: values in, text out."""

from __future__ import annotations

import hashlib

from templatesync.model.json_value import Json, canonical_json

FORMAT_VERSION = "1.0"


def sha256(value: Json) -> str:
    """Hex digest of the canonical JSON of `value`."""
    # JSON may hold half a character, and an answer that does must not break a plan.
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
