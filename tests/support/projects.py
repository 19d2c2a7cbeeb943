"""Projects to run commands on: made of texts, run as a user runs them, compared before and after."""

from __future__ import annotations

import json
import os
import re
import resource
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from templatesync.cli import run

PROJECT = """\
version: 1
spaces:
  local:
    emulator: true
    vars: {site: "https://local.example.com"}
default_space: local
"""
GOOD = """\
Name: shop_hello
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(name), your parcel has left our studio today.
Example: {name: Ann}
"""
MEMORY = 256 << 20
PROCESSOR = 30
"""Seconds of a processor after which the system ends a command: what runs for ever is to fail, not to hang."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Of `validate --format json`."""
        found: list[dict[str, Any]] = json.loads(self.out)["findings"]
        return found

    def rules(self, file: str = "templates/bad.yaml") -> set[str]:
        """The rules that a file breaks."""
        return {finding["rule"] for finding in self.findings if finding["file"] == file}


class Shop:
    """A project in a folder of its own."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str] | None = None) -> None:
        self.root = root
        self.capsys = capsys
        self.write("templatesync.yaml", PROJECT)
        self.write("templates/good.yaml", GOOD)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def bad(self, text: str | bytes) -> Path:
        return self.write("templates/bad.yaml", text)

    def run(self, *arguments: str) -> Ended:
        """A command, in this process."""
        assert self.capsys is not None
        self.capsys.readouterr()
        code = run(["-C", str(self.root), *arguments])
        said = self.capsys.readouterr()
        return sane(Ended(code, said.out, said.err))

    def validate(self, *arguments: str) -> Ended:
        """`validate --format json`, which must leave everything as it is."""
        before = tree(self.root)
        ended = self.run("validate", "--format", "json", *arguments)
        assert tree(self.root) == before
        return ended

    def child(
        self,
        *arguments: str,
        environment: Mapping[str, str | None] | None = None,
        memory: int = MEMORY,
        file_size: int | None = None,
        umask: int = 0o022,
        cwd: Path | None = None,
        shell: str = "",
    ) -> Ended:
        """A command in a process of its own, with bounds that the system keeps."""
        around = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
        around = {name: value for name, value in around.items() if value is not None}

        def bound() -> None:
            os.umask(umask)
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
            if file_size is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

        command = [sys.executable, "-m", "templatesync", "-C", str(self.root), *arguments]
        if shell:
            command = ["bash", "-o", "pipefail", "-c", f'"$@" {shell}', "bash", *command]
        done = subprocess.run(
            command, capture_output=True, env=around, preexec_fn=bound, timeout=60, cwd=cwd or Path.cwd()
        )
        return sane(Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")))


def sane(ended: Ended) -> Ended:
    """Whatever happens: no traceback, no defect, no death by a signal."""
    assert "Traceback" not in ended.said, ended.said
    assert "templatesync: this is a defect" not in ended.err, ended.err
    assert ended.code >= 0 and ended.code not in (70, 134, 137, 139), ended
    return ended


def tree(root: Path) -> dict[str, Any]:
    """All that is below a folder: kind, mode and content."""
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size < 1 << 24 else b""
        found[str(path.relative_to(root))] = (stat.filemode(status.st_mode), status.st_size, content)
    return found


def plain(text: str) -> str:
    """Output without what differs from run to run: codes, digests, request ids, this machine's folders."""
    text = re.sub(r"\b[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\b", "REQUEST", text)
    return re.sub(r"\b[0-9a-f]{32}\b", "CODE", text)
