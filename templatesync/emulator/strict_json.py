"""Reading JSON as the service does, and no looser. Pure; knows no shape of what is read."""

from __future__ import annotations

import json

from templatesync.model.json_value import Json


def parse(text: str | bytes) -> Json:
    """The value of a JSON text. Raises ValueError.

    NaN and Infinity are not JSON. Half a surrogate pair is, but no text that could be stored or answered.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
