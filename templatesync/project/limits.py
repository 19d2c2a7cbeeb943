"""Bounds of a project, and of what one file may become in it. Data; reads nothing.

Each is for one thing that costs, where it costs: what is small in itself may be used many times. All of them are far
above what an honest project needs.
"""

from __future__ import annotations

MOST_SPACES = 1_000
MOST_SHARED_VARS = 500
"""Of `spaces.defaults`."""
MOST_GROUPS = 500
MOST_GROUP_PATTERNS = 500
"""Patterns of all groups together that each are held against the name of every space."""
LONGEST_SPACE_PATTERN = 100
MOST_PATTERNS = 100
"""Of `include`."""
LONGEST_PATTERN = 400
MOST_NAMES = 1_000
"""Patterns of one `policy.manage`, and of one `policy.protect`."""
LONGEST_NAME = 600
MOST_RULES = 1_000
"""Entries of `rules`."""
MOST_EXPANDED = 600_000
"""What one file may become, over its languages and spaces: values, texts by their length, resources."""
RESOURCE_COST = 50
"""What a resource counts as besides its values."""
CHARACTERS = 4
"""So many of them cost as much as a value."""
MOST_TOLD = 1_000
"""Findings of the expansion of one file, before equal ones are told once."""
MOST_ASSET_BYTES = 128 << 20
"""Bytes of JSON files that are read for a project, as often as they are."""
MOST_SHARED = 200_000
"""Values of JSON files that are kept at a time for the next who names them."""
MOST_FILES = 50_000
MOST_BYTES = 64 << 20
"""Of all resource files together: they are held while the project is looked at."""
MOST_COMPARED = 300_000
"""Resources that have something in common, each counted once for each of its spaces, if these are not the same."""
