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

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What is watched: all packages that we depend on (but click, which every command needs), the costly part of the
# standard library, and the rooms of ours that not every command needs. What these import in turn is theirs to decide.
PACKAGES = {re.split("[>=<]", each)[0].replace("pyyaml", "yaml").replace("-", "_") for each in PROJECT["dependencies"]}
STANDARD = {"asyncio", "importlib.metadata", "multiprocessing", "sqlite3", "subprocess", "tomllib"}
ROOMS = {"apply", "cams", "driver", "edit", "emulator", "fixing", "formatting", "kinds", "survey", "workspace"}
COMMANDS = {path.stem for path in (ROOT / "templatesync/commands").glob("[a-z]*.py")} - {
    "opening",
    "scenes",
    "pictures",
}
OURS = {f"templatesync.{each}" for each in ROOMS} | {f"templatesync.commands.{each}" for each in COMMANDS}

FILES = "yaml jsonschema_rs"
CLIENT = f"{FILES} httpcore httpx"
LOCAL = f"{CLIENT} sqlite3"  # the client, and behind it the embedded emulator
READ = "kinds workspace"
ASK = f"{READ} cams driver"

# Command; state of the project; packages, exactly; rooms, exactly. The states are those of `worlds`; what is
# judged was validated before.
TABLE = [
    ("--version",                         "none",         "",                            ""),
    ("--help",                            "none",         "",                            ""),
    ("validate --help",                   "none",         "",                            ""),
    ("plan --help",                       "none",         "",                            ""),
    ("init shop",                         "none",         "yaml",                        "kinds"),
    ("schema template",                   "none",         "",                            ""),
    ("rules",                             "none",         "tomllib yaml",                "kinds"),
    ("validate",                          "sound",        FILES,                         f"{READ} survey"),
    ("validate",                          "judged sound", FILES,                         f"{READ} survey"),
    ("validate --no-cache",               "sound",        FILES,                         f"{READ} survey"),
    ("validate --format sarif",           "faulty",       f"{FILES} jsonschema",         f"{READ} survey"),
    ("validate",                          "faulty",       f"{FILES} jsonschema",         f"{READ} survey"),
    ("validate --fix",                    "slip",         f"{FILES} jsonschema",         f"{READ} survey edit fixing"),
    ("fmt --check",                       "sound",        FILES,                         f"{READ} edit formatting"),
    ("new-version template/order_update", "sound",        FILES,                         f"{READ} edit"),
    ("plan",                              "sound",        LOCAL,                         f"{ASK} emulator"),
    ("apply --yes",                       "sound",        LOCAL,                         f"{ASK} apply emulator"),
    ("plan",                              "live",         LOCAL,                         f"{ASK} emulator"),
    ("plan",                              "edited",       f"{LOCAL} deepdiff",           f"{ASK} emulator"),
    ("status",                            "live",         LOCAL,                         f"{ASK} emulator"),
    ("outputs",                           "live",         LOCAL,                         f"{ASK} emulator"),
    ("import -o found",                   "live",         LOCAL,                         f"{ASK} emulator"),
    ("doctor",                            "live",         LOCAL,                         f"{ASK} emulator"),
    ("emulator --port 0",                 "none",         "yaml httpcore httpx sqlite3", f"{ASK} emulator"),
]  # fmt: skip


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


def through(chain: str) -> set[str]:
    """The packages that a chain of imports goes through."""
    return {each.partition(".")[0] for each in chain.split(" > ")}


@pytest.mark.parametrize(("command", "state", "packages", "rooms"), TABLE, ids=[f"{row[0]}, {row[1]}" for row in TABLE])
def test_a_command_imports_what_it_needs(
    command: str, state: str, packages: str, rooms: str, worlds: Path, around: dict[str, str], tmp_path: Path
) -> None:
    folder = shutil.copytree(worlds / state.removeprefix("judged "), tmp_path / "project")
    environment = around | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    if state.startswith("judged "):
        imported("validate", folder, environment)
    found = imported(command, folder, environment)
    assert {"click", "templatesync.cli"} <= found.keys(), "nothing was seen"
    wanted = {*packages.split(), *(f"templatesync.{each}" for each in rooms.split())}
    seen = {name for name in found.keys() & (PACKAGES | OURS) if name != "click"}
    seen |= {name for name in found.keys() & STANDARD if not through(found[name]) & PACKAGES}
    own = f"templatesync.commands.{command.split()[0].replace('-', '_')}"
    more = [found[name] for name in sorted(seen - wanted - {own, f"{own}_"})]
    assert more == [], f"`templatesync {command}` imports more than its row says: " + "; ".join(more)
    assert wanted - seen == set(), f"`templatesync {command}` imports less than its row says"


def test_the_rooms_are_there() -> None:
    """A room that was renamed would be watched no more, and nobody would know."""
    places = [ROOT / "templatesync" / each.replace(".", "/") for each in ROOMS]
    assert [place for place in places if not place.is_dir() and not place.with_suffix(".py").is_file()] == []
