"""Type checkers as somebody runs them who has generated senders. Each gives the lines that it objects to."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

PATIENCE = 300
STRICT = ("--strict", "--noEmit", "--pretty", "false")
FLAGS = (
    "--noUnusedLocals", "--noUnusedParameters", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess",
    "--noImplicitReturns", "--noPropertyAccessFromIndexSignature", "--erasableSyntaxOnly", "--isolatedModules",
)  # fmt: skip
"""Of tsc, beyond --strict. Without a target it is the oldest there is, whose library has no Map."""


def ran(*command: str | Path, cwd: Path) -> str:
    """What a program says, whether or not it is content."""
    ended = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode in (0, 1, 2), ended
    return ended.stdout + ended.stderr


def mypy(file: Path) -> list[int]:
    """Lines of that file; a mistake in another one, which it imports, fails the test."""
    said = ran(sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null", "--no-error-summary", file.name,
               cwd=file.parent)  # fmt: skip
    return _lines(file, re.findall(r"^(\S+?):(\d+): error", said, flags=re.MULTILINE), said)


def pyright(checkers: Path, file: Path) -> list[int]:
    """The same of pyright, with all that its strict mode reports."""
    (file.parent / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    said = ran(checkers / "node_modules/.bin/pyright", "--outputjson", "-p", ".", cwd=file.parent)
    (file.parent / "pyrightconfig.json").unlink()
    found = json.loads(said)["generalDiagnostics"]
    where = [(Path(each["file"]).name, str(each["range"]["start"]["line"] + 1)) for each in found]
    return _lines(file, where, json.dumps(found, indent=1))


def tsc(checkers: Path, file: Path, *flags: str) -> list[int]:
    """The same of tsc."""
    said = ran(checkers / "node_modules/.bin/tsc", *STRICT, *flags, file.name, cwd=file.parent)
    return _lines(file, re.findall(r"^(\S+?)\((\d+),\d+\): error", said, flags=re.MULTILINE), said)


def _lines(file: Path, found: list[tuple[str, str]], said: str) -> list[int]:
    assert {name for name, _ in found} <= {file.name}, said
    assert found or "error" not in said or '"error"' in said, said
    return sorted({int(line) for _, line in found})
