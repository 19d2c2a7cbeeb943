"""JSON as Python holds it, and its one canonical text. Knows nothing of what a value means."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

# JSON as Python holds it. `Any` because mypy's recursive JSON type turns every read of a
# field into a cast, and the shapes are checked by JSON Schema before anyone reads them.
Json: TypeAlias = Any


# The one text of a JSON value: sorted keys, no blanks, characters as themselves. Made once, and without a look for
# circles, which JSON cannot have: a plan encodes two contents for each row.
canonical_json = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode
