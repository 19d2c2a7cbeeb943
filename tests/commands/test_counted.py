"""What a command does with the files, counted and never timed: each opened and parsed once, each schema compiled once.

The calls, contents and differences of a plan are counted in `faults/test_cost.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.projects import GOOD, PROJECT

pytestmark = pytest.mark.slow

FILES = 12
# Ways in and edges to other packages; nothing of ours. An error in the project file shows at the end of the counts.
COUNT = """
import collections, json, os, sys
import jsonschema.validators, jsonschema_rs, yaml
count = collections.Counter()
def watch(module, name, told):
    real = getattr(module, name)
    def counted(*given, **named):
        count[told] += 1
        return real(*given, **named)
    setattr(module, name, counted)
watch(yaml, "CSafeLoader", "parsed")
watch(jsonschema_rs, "Draft7Validator", "compiled")
watch(jsonschema.validators, "extend", "explainers")
def opened(event, given):
    if event == "open" and isinstance(given[0], str) and f"{os.sep}templates{os.sep}" in given[0]:
        count[os.path.basename(given[0])] += 1
sys.addaudithook(opened)
from templatesync.cli import run
code = run(sys.argv[1:])
print(json.dumps({"code": code, **count}), file=sys.stderr)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of so many files, and the home of a cache beside it."""
    (tmp_path / "shop/templates").mkdir(parents=True)
    (tmp_path / "shop/templatesync.yaml").write_text(PROJECT, encoding="utf-8")
    for number in range(FILES):
        text = GOOD.replace("shop_hello", f"shop_hello_{number}").replace("today", f"on day {number}")  # no twins
        (tmp_path / f"shop/templates/{number:02}.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "shop"


def counted(folder: Path, *arguments: str) -> dict[str, Any]:
    """Exit code, parses and compilations; `opened` is how often each template's file was opened."""
    command = [sys.executable, "-c", COUNT, "-q", "-o", os.devnull, *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder.parent / "cache")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    names = [name for name in found if name.endswith(".yaml")]
    return found | {"opened": [found.pop(name) for name in sorted(names)]}


ONCE = [1] * FILES


def test_validate(folder: Path) -> None:
    """The project file is one more to parse, and one more schema."""
    first = counted(folder, "validate")
    assert first == {"code": 0, "opened": ONCE, "parsed": FILES + 1, "compiled": 2}
    again = counted(folder, "validate")
    assert again == {"code": 0, "opened": ONCE, "parsed": 1, "compiled": 1}, "nothing has changed: hashed, not parsed"
    (folder / "templates/03.yaml").write_text(GOOD, encoding="utf-8")
    assert counted(folder, "validate") == {"code": 0, "opened": ONCE, "parsed": 2, "compiled": 2}
    assert counted(folder, "validate", "--no-cache") == first


def test_files_that_are_alike_are_read_again_to_say_so(folder: Path) -> None:
    """What stands in several files is found by digests; the few that share one are parsed once more."""
    for number in (3, 4):
        (folder / f"templates/{number:02}.yaml").write_text(GOOD, encoding="utf-8")
    found = counted(folder, "validate")
    assert found.pop("parsed") - FILES - 1 in range(1, 5), "both for what they say, and for the places in it"
    assert found == {"code": 3, "opened": ONCE, "compiled": 2}


def test_what_is_refused_is_explained_by_one_more_validator(folder: Path) -> None:
    """And parsed once more, for the places of what is told."""
    for file in sorted((folder / "templates").iterdir())[:3]:
        file.write_text(file.read_text(encoding="utf-8").replace("UTILITY", "THINGS"), encoding="utf-8")
    found = counted(folder, "validate")
    assert found == {"code": 3, "opened": ONCE, "parsed": FILES + 1 + 3, "compiled": 2, "explainers": 1}


@pytest.mark.parametrize("command", ["plan", "status", "outputs", "apply --yes"])
def test_each_file_once(folder: Path, command: str) -> None:
    """What is known needs no check, but what it wants is still to be read from it."""
    first = counted(folder, *command.split())
    assert first == {"code": 0, "opened": ONCE, "parsed": FILES + 1, "compiled": 2}
    assert counted(folder, *command.split()) == first | {"compiled": 1}


def test_what_one_command_has_checked_the_others_know(folder: Path) -> None:
    assert counted(folder, "validate")["compiled"] == 2
    assert counted(folder, "plan") == {"code": 0, "opened": ONCE, "parsed": FILES + 1, "compiled": 1}
    text = (folder / "templates/03.yaml").read_text(encoding="utf-8").replace("day", "one day")
    (folder / "templates/03.yaml").write_text(text, encoding="utf-8")
    assert counted(folder, "plan")["compiled"] == 2
    assert counted(folder, "validate") == {"code": 0, "opened": ONCE, "parsed": 1, "compiled": 1}


def test_a_fix_checks_only_what_it_has_changed(folder: Path) -> None:
    """Parsed besides is the one file: for where an edit belongs, what it makes of it, and whether it says the same."""
    file = folder / "templates/03.yaml"
    text = file.read_bytes().replace(b"Text: ", b"Text: |-\n      ")
    file.write_bytes(text.replace(b"\n", b"\r\n"))
    found = counted(folder, "validate", "--fix")
    assert (found["code"], file.read_bytes()) == (0, text)
    assert found["parsed"] - FILES - 1 <= 8
