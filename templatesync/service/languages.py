"""The language codes of WhatsApp, as data. Pure, but for the list that is shipped with it; knows no template."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def languages() -> Mapping[str, bool]:
    """Every language code of WhatsApp, and whether Alibaba Cloud lists it too."""
    lines = (Path(__file__).parent / "languages.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line)
    return {code: "cams" in source for code, _, source in rows}


@cache
def _folded() -> Mapping[str, str]:
    return {code.lower(): code for code in languages()}


def respelt(code: str) -> str:
    """The code that differs from this one in case and hyphens only; empty when there is none."""
    return _folded().get(code.replace("-", "_").lower(), "")
