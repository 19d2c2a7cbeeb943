"""Which events a workflow listens to, by its `on`: types, branches, paths. Knows no run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from support.pipeline.state import Pull

DEFAULT_TYPES = {"pull_request": ("opened", "synchronize", "reopened")}


def listens(
    row: Any, event: str, payload: Mapping[str, Any], ref: str, pull: Pull | None, changed: list[str] | None
) -> bool:
    row = row or {}
    if event == "schedule":
        return True
    types = row.get("types", DEFAULT_TYPES.get(event, ()))
    if types and payload.get("action") not in ([types] if isinstance(types, str) else types):
        return False
    if event == "workflow_run":
        if payload["workflow_run"]["name"] not in row["workflows"]:
            return False
        branch = payload["workflow_run"]["head_branch"]
    else:
        branch = pull.base_branch if pull else ref.removeprefix("refs/heads/")
    if "branches" in row and not matches(row["branches"], [branch]):
        return False
    if "branches-ignore" in row and matches(row["branches-ignore"], [branch]):
        return False
    return changed is None or "paths" not in row or matches(row["paths"], changed)


def matches(patterns: str | list[str], names: list[str]) -> bool:
    """Whether one name fits: the last pattern that fits decides, and `!` takes away."""
    patterns = [patterns] if isinstance(patterns, str) else patterns
    for name in names:
        fits = False
        for pattern in patterns:
            if re.fullmatch(_as_regex(pattern.removeprefix("!")), name):
                fits = not pattern.startswith("!")
        if fits:
            return True
    return False


def _as_regex(pattern: str) -> str:
    escaped = re.escape(pattern)
    return escaped.replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
