"""What needs Chromium is run by `make look` alone, which says where it and axe-core are."""

from __future__ import annotations

import os

collect_ignore_glob = [] if "TEMPLATESYNC_CHROMIUM" in os.environ else ["test_*.py"]
CHROMIUM = os.environ.get("TEMPLATESYNC_CHROMIUM", "")
