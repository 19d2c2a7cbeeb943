"""What of a body stands for variables and media until somebody sends. Pure; never raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from templatesync.kinds.template.look import look
from templatesync.kinds.template.sample import local
from templatesync.look.bubble import Values
from templatesync.model.change import Samples
from templatesync.model.json_value import Json

_MOST: Final = 1_000
"""Characters of one sample: no place of a message has room for more."""


def samples(body: Mapping[str, Json]) -> Samples:
    """The values of Example, and where header and cards have their media from."""
    said = body.get("Example")
    variables = said if isinstance(said, Mapping) else {}
    bubble = look(dict(body), "", {}, Values.NAMES)
    shown = [bubble.media, *[card.media for card in bubble.cards]]
    media = [_known(sample.source) if sample is not None else "" for sample in shown]
    while media and not media[-1]:
        media.pop()
    return Samples(dict(sorted(_texts(variables))), tuple(media))


def _texts(variables: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name, value in variables.items():
        if isinstance(name, str) and isinstance(value, str):
            yield name, value[:_MOST]


def _known(source: str) -> str:
    """A file of the project, or an address without what may be a secret in it: a login, a signature."""
    if local(source) is not None:
        return source
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"[:_MOST] if host else ""
