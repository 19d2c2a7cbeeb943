"""A hosted project for tests of the pipeline, and files that hold what it posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.pipeline.world import PipelineWorld, pipeline_world, steady

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[PipelineWorld]:
    """An empty repository on GitHub, and a service whose reviews wait for somebody."""
    with pipeline_world(tmp_path) as world:
        yield world


@pytest.fixture
def posted(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares what was posted with a file of Markdown; writes the file when `--rewrite-golden` is given."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.md"
        if request.config.getoption("--rewrite-golden"):
            path.write_text(steady(text), encoding="utf-8")
        assert steady(text) == path.read_text(encoding="utf-8")

    return check
