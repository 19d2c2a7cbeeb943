"""A project on GitLab for tests of its jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.gitlab import api
from support.gitlab.hosted import Hosted


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[Hosted]:
    """Merge request 3 is merged; templatesync is played."""
    with api.served() as lab:
        yield Hosted(tmp_path, lab)
