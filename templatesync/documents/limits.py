"""Bounds of one YAML file, so that none takes more than a moment to read. Data; reads nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """Bounds of one file, so that none takes more than a moment to judge, whatever it holds.

    A template has some 200 nodes, one of ten cards in thirty languages 3,000; none is more than ten deep. The longest
    text of the API has 2,000 characters. `nodes` counts those of a document, `all_nodes` those of the file.
    """

    size: int = 1 << 19
    depth: int = 64
    nodes: int = 6_000
    all_nodes: int = 30_000
    documents: int = 1_000
    text: int = 10_000
    problems: int = 100
    directives: int = 10
