"""What each command imports, as a user runs it: start-up is time that everybody pays at every save and commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# The dear ones: every package that we depend on (but click), and the costly part of the standard library.
PACKAGES = {re.split("[>=<]", each)[0].replace("pyyaml", "yaml").replace("-", "_") for each in PROJECT["dependencies"]}
PACKAGES -= {"click"}
EDIT = {"templatesync.documents.edit", "templatesync.validation.fix", "templatesync.validation.format"}
SERVICE = {"templatesync.service.client", "templatesync.service.driver", "templatesync.emulator"}
NETWORK = {"httpx", "httpcore", *SERVICE}
EXPLAINING = {"jsonschema", "referencing"}
DATA = {"sqlite3", "multiprocessing", "asyncio"}

# A command, the state of its project (see `worlds`), and what it must not wait for.
MUST_NOT_IMPORT: list[tuple[str, str, set[str]]] = [
    ("--version", "none", PACKAGES | NETWORK | DATA | {"templatesync.kinds"}),
    ("--help", "none", PACKAGES | NETWORK | DATA | {"templatesync.kinds"}),
    ("validate --help", "none", PACKAGES | NETWORK | DATA | {"templatesync.kinds"}),
    ("schema template", "none", PACKAGES | NETWORK | DATA | {"templatesync.kinds"}),
    ("init shop", "none", (PACKAGES - {"yaml"}) | NETWORK | DATA),
    ("rules", "none", (PACKAGES - {"yaml"}) | NETWORK | DATA),
    ("validate", "sound", NETWORK | EXPLAINING | DATA | EDIT | {"deepdiff", "subprocess", "importlib.metadata"}),
    ("validate", "faulty", NETWORK | DATA | EDIT | {"deepdiff"}),
    ("validate --fix", "slip", NETWORK | DATA | {"deepdiff", "templatesync.validation.format"}),
    ("fmt --check", "sound", NETWORK | EXPLAINING | DATA | {"deepdiff"}),
    ("new-version template/order_update", "sound", NETWORK | EXPLAINING | DATA | {"deepdiff"}),
    ("plan", "live", EXPLAINING | EDIT | {"deepdiff", "templatesync.applying"}),
    ("plan", "edited", EXPLAINING | EDIT | {"templatesync.applying"}),
    ("apply --yes", "live", EXPLAINING | EDIT),
    ("status", "live", EXPLAINING | EDIT | {"deepdiff", "templatesync.applying.apply"}),
]


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment. What is compiled is kept, for the table's own speed."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"HOME": str(home), "PYTHONPYCACHEPREFIX": str(home / "compiled")}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, around: dict[str, str]) -> Path:
    """A folder for each state: no project, one without findings, one with, one that --fix mends, applied, edited."""
    root = tmp_path_factory.mktemp("worlds")
    (root / "none").mkdir()
    subprocess.run([sys.executable, "-m", "templatesync", "-q", "init", "sound"], cwd=root, env=around, check=True)
    text = (root / "sound/templates/order_update.yaml").read_text(encoding="utf-8")
    for state, old, new in [("faulty", "UTILITY", "UTILITIES"), ("slip", "UTILITY", "Utility")]:
        shutil.copytree(root / "sound", root / state)
        (root / state / "templates/order_update.yaml").write_text(text.replace(old, new), encoding="utf-8")
    shutil.copytree(root / "sound", root / "live")
    command = [sys.executable, "-m", "templatesync", "-q", "apply", "--yes"]
    subprocess.run(command, cwd=root / "live", env=around, check=True)
    shutil.copytree(root / "live", root / "edited")
    edited = re.sub(r"(Text: Hello)\b", r"\1 there", text)
    (root / "edited/templates/order_update.yaml").write_text(edited, encoding="utf-8")
    return root


def imported(command: str, folder: Path, around: dict[str, str]) -> dict[str, str]:
    """All modules that a command imports, each with the chain of imports that led to it.

    `-X importtime` tells a module after those that it imported, these further to the right.
    """
    code = [sys.executable, "-X", "importtime", "-m", "templatesync", *command.split()]
    with subprocess.Popen(code, cwd=folder, env=around, stdout=-1, stderr=-1, stdin=-3, text=True) as process:
        if command.startswith("emulator"):
            assert process.stdout is not None
            assert "http" in process.stdout.readline()
            process.terminate()
        _, told = process.communicate(timeout=60)
    assert "Traceback" not in told, told
    chain: list[tuple[int, str]] = []
    found = {}
    for line in reversed([each for each in told.splitlines() if each.startswith("import time:")][1:]):
        name = line.split("|")[2]
        depth = len(name) - len(name.lstrip())
        while chain and chain[-1][0] >= depth:
            chain.pop()
        chain.append((depth, name.strip()))
        found[name.strip()] = " > ".join(each for _, each in chain)
    return found


@pytest.mark.parametrize(
    ("command", "state", "never"), MUST_NOT_IMPORT, ids=[f"{row[0]}, {row[1]}" for row in MUST_NOT_IMPORT]
)
def test_a_command_does_not_wait_for_what_it_does_not_need(
    command: str, state: str, never: set[str], worlds: Path, around: dict[str, str], tmp_path: Path
) -> None:
    folder = shutil.copytree(worlds / state, tmp_path / "project")
    found = imported(command, folder, around | {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert {"click", "templatesync.cli"} <= found.keys(), "nothing was seen"
    # What one of the packages imports in turn is theirs to decide.
    ours = {name: chain for name, chain in found.items() if name in never and not _through(chain, name)}
    assert ours == {}, f"`templatesync {command}` imports what it need not"


def _through(chain: str, name: str) -> bool:
    """Whether a chain of imports leads through a package that the command may import."""
    return bool({each.partition(".")[0] for each in chain.split(" > ")[:-1]} & PACKAGES) and name not in PACKAGES


def test_what_must_not_be_imported_is_there() -> None:
    """A room that was renamed would be watched no more, and nobody would know."""
    names = {name for _, _, never in MUST_NOT_IMPORT for name in never if name.startswith("templatesync.")}
    places = [ROOT / name.replace(".", "/") for name in names]
    assert [place for place in places if not place.is_dir() and not place.with_suffix(".py").is_file()] == []
