"""Bounds of a project, and of what one file may become in it. Data; reads nothing.

Each is for one thing that costs, where it costs: what is small in itself may be used many times. All of them are far
above what an honest project needs.
"""

from __future__ import annotations

MOST_SPACES = 1_000
MOST_PATTERNS = 100
"""Of `include`."""
LONGEST_PATTERN = 400
MOST_NAMES = 1_000
"""Patterns of `policy.manage`, and of `policy.protect`."""
LONGEST_NAME = 600
MOST_RULES = 1_000
"""Entries of `rules`."""
