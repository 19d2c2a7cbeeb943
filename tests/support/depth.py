"""On how many examples laws are tried: as many in the whole suite as its time allows, and many more by `make laws`."""

from __future__ import annotations

import os

DEPTH = int(os.environ.get("TEMPLATESYNC_LAWS", "1"))
"""How many times as many as in the whole suite."""
