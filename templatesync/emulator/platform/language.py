"""The languages that a template can have. Pure but for reading one file of the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def languages() -> frozenset[str]:
    """Codes of CAMS's list and of Meta's longer one: the service passes on what it does not know itself."""
    text = files("templatesync.cams").joinpath("languages.tsv").read_text(encoding="utf-8")
    return frozenset(line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#"))
