"""A hosted project for tests of the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pipeline.world import PipelineWorld, pipeline_world


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[PipelineWorld]:
    """An empty repository on GitHub, and a service whose reviews wait for somebody."""
    with pipeline_world(tmp_path) as world:
        yield world
