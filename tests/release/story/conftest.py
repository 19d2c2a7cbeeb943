"""What takes long, or needs programs that not everybody has, is run by `make story` alone, which says so."""

from __future__ import annotations

import os

collect_ignore_glob = [] if "TEMPLATESYNC_STORY" in os.environ else ["test_*.py"]
