"""What needs type checkers from npm is run by `make generated` alone, which says where they are."""

from __future__ import annotations

import os

collect_ignore_glob = [] if "TEMPLATESYNC_TYPE_CHECKERS" in os.environ else ["test_*.py"]
