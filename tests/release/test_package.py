"""What would be released: every file of the package, and a version that all places agree on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import templatesync

ROOT = Path(__file__).parents[2]
PINNED = [
    ROOT / "docs" / "install.md",
    ROOT / "action.yml",
    *(ROOT / "examples" / "ci").rglob("action.yml"),
    *(ROOT / "examples" / "ci").rglob("templatesync.yml"),
]


def files(*folders: str) -> set[str]:
    """What is in the repository, but for what Python leaves beside it."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return {path.relative_to(ROOT).as_posix() for path in found if path.is_file() and "__pycache__" not in path.parts}


def packed(builder: WheelBuilder | SdistBuilder) -> set[str]:
    found = [*builder.recurse_included_files(), *builder.recurse_forced_files(builder.config.force_include)]
    return {Path(each.distribution_path).as_posix() for each in found}


def test_the_wheel_has_all_of_the_package_and_no_more() -> None:
    wanted = files("templatesync") | {f"templatesync/{each}" for each in files("schemas")}
    assert packed(WheelBuilder(str(ROOT))) == wanted


def test_the_sources_have_what_builds_and_tests_need() -> None:
    wanted = files("templatesync", "schemas", "examples", "docs", "tests", "bench", ".github", ".ci")
    wanted |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "Dockerfile", ".dockerignore"}
    wanted |= {".pre-commit-hooks.yaml", "action.yml"}
    assert wanted - packed(SdistBuilder(str(ROOT))) == set()


@pytest.mark.parametrize("page", PINNED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_is_installed_somewhere_is_this_version(page: Path) -> None:
    said = re.findall(r"templatesync(?:\[\w+\])?(?:==|@|:)(\d[\w.]*\w)", page.read_text(encoding="utf-8"))
    assert set(said) == {templatesync.__version__}


def test_the_changes_begin_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", text, re.MULTILINE)
    assert newest is not None and newest[1] == templatesync.__version__


def test_hooks_are_pinned_to_this_version() -> None:
    blocks = re.findall(r"```yaml\n(repos:.*?)```", (ROOT / "docs" / "install.md").read_text("utf-8"), re.DOTALL)
    revisions = [repository["rev"] for block in blocks for repository in yaml.safe_load(block)["repos"]]
    assert revisions == [f"v{templatesync.__version__}"]


def test_the_least_python_is_said_alike() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    least = project["project"]["requires-python"].removeprefix(">=")
    assert project["tool"]["ruff"]["target-version"] == "py" + least.replace(".", "")
    assert f"Python {least} or newer" in (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
