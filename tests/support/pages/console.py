"""A terminal for one page: runs commands in a home of its own, with nobody's settings. Reads no page.

A plain call of templatesync runs in this process, all else in bash, where `templatesync` is a program too.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from support.git_repository import SETTINGS
from support.pages.steady import FOLDER, Steady
from templatesync.cli import run
from templatesync.emulator import Emulator, HttpRequest, Settings
from templatesync.emulator.server import running

ROOT = Path(__file__).parents[3]
HOME = "/home/ann"
"""What stands in outputs for the home of the page."""
PORT = 8080
_GIT = (
    "[init]\n\tdefaultBranch = main\n[color]\n\tui = never\n[core]\n\tpager = cat\n[advice]\n\tdetachedHead = false\n"
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"$`\\]*\"")
_OF_SHELL = re.compile(r"[|<>;&$`*?(){}\\\n\"']|(?:^|[\s=])~")
_URL = re.compile(r"http://127\.0\.0\.1:\d+")
_COMMIT = re.compile(r"(compared with \S+ \()[0-9a-f]{12}(?=\))")


class Ran(NamedTuple):
    """How a command ended, and what a terminal showed of it."""

    code: int
    text: str


class _Screen(io.TextIOWrapper):
    """What a terminal shows."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        """Without the lines that were taken away again, as those of progress are."""
        return re.sub(r"[^\n]*\r\x1b\[K", "", _bytes(self).decode())


class _Typed(io.TextIOWrapper):
    """A keyboard, and what somebody types on it, which the screen shows. Without a text it is no terminal."""

    def __init__(self, text: str | None, screen: _Screen) -> None:
        super().__init__(io.BytesIO((text or "").encode()), encoding="utf-8")
        self._terminal, self._screen = text is not None, screen

    def isatty(self) -> bool:
        return self._terminal

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(size)
        self._screen.write(line)
        return line


class Console:
    """Close it, so that what it has started ends."""

    def __init__(self, scratch: Path) -> None:
        self.home = scratch / "home"
        self._scratch = scratch
        self._ends = contextlib.ExitStack()
        self._kept = scratch / "steady"
        for folder in (self.home, self._kept, scratch / "bin"):
            folder.mkdir(parents=True)
        self.steady = Steady(self._kept)
        (scratch / "gitconfig").write_text(_GIT)
        self.add_program("templatesync", f'exec "{sys.executable}" -m support.pages.steady "$@"')
        for python in ("python", "python3"):
            self.add_program(python, f'exec "{sys.executable}" "$@"')
        self.add_program("curl", f'exec "{sys.executable}" "{Path(__file__).with_name("curl.py")}" "$@"')
        self.environment: dict[str, str] = {
            "HOME": str(self.home),
            "PATH": f"{scratch / 'bin'}:{os.environ['PATH']}",
            "COLUMNS": "80",
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PYTHONPATH": str(ROOT / "tests"),
            "PYTHONDONTWRITEBYTECODE": "1",
            FOLDER: str(self._kept),
            **SETTINGS,
            "GIT_CONFIG_GLOBAL": str(scratch / "gitconfig"),
        }
        self.folder = self.home
        self.code = 0
        self.url = ""
        self._served: Emulator | None = None

    def add_program(self, name: str, script: str) -> None:
        path = self._scratch / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def close(self) -> None:
        self._ends.close()

    def start(self, what: str) -> None:
        """A fresh folder: `empty`, or a copy of the example shop."""
        number = sum(1 for _ in self.home.glob("shop*")) + 1
        self.folder = self.home / ("shop" if number == 1 else f"shop{number}")
        if what == "shop":
            shutil.copytree(ROOT / "examples", self.folder, ignore=shutil.ignore_patterns("ci"))
        else:
            self.folder.mkdir()

    def serve(self, settings: Mapping[str, str]) -> None:
        """A served emulator in place of the service, with keys that count there; `waba` has pairs SPACE:ACCOUNT."""
        wanted = dict(settings)
        after = float(wanted.pop("after", 0))
        accounts = [each.split(":") for each in wanted.pop("waba", "").split(",") if each]
        self._served = self.steady.emulator(replace(Settings(), after=after, **wanted))  # type: ignore[arg-type]
        self._ends.callback(self._served.close)
        self.url = self._ends.enter_context(running(self._served))
        for space, account in accounts:
            self.control("space", {"cust_space_id": space, "waba_id": account})
        self.environment |= {
            "TEMPLATESYNC_ENDPOINT": self.url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "emulator",
        }

    def control(self, what: str, body: Mapping[str, Any]) -> None:
        """Do at the emulator what only a person there can: at the served one, else at that of the project."""
        emulator = self._served
        with contextlib.ExitStack() as stack:
            if emulator is None:
                emulator = self.steady.emulator(Settings(), db=self.folder / ".templatesync" / "emulator.db")
                stack.callback(emulator.close)
            request = HttpRequest("POST", f"/_emulator/{what}", {}, json.dumps(body).encode())
            answer = emulator.handle(request)
        assert answer.status == 200, answer.body.decode()

    def run(self, line: str, typed: str | None = None, *, background: bool = True) -> Ran:
        """One line, or several that belong together. Its `cd`, its `export` and its emulator last."""
        shown = ""
        if self.url:
            line = line.replace(f"http://127.0.0.1:{PORT}", self.url)
        for part in re.split(r" && ", line):
            ran = self._part(re.sub(r"(?:^|\s+)#\s.*$", "", part).strip(), typed, background)
            shown += ran.text
            self.code = ran.code
            if ran.code:
                break
        return Ran(self.code, self._plain(shown))

    def _part(self, part: str, typed: str | None, background: bool) -> Ran:
        part = re.sub(r'"\$(\w+)"', lambda name: self.environment.get(name[1], name[0]), part)
        redirected = re.fullmatch(r"(templatesync [^|&;<>]*[^|&;<>\d ]) > ([\w./-]+)", part)
        simple, file = (redirected[1], self.folder / redirected[2]) if redirected else (part, None)
        if _OF_SHELL.search(_QUOTED.sub("", simple)):
            return self._shell(part)
        words = shlex.split(simple)
        around = {}
        while words and re.fullmatch(r"[A-Za-z_]+=.*", words[0]):
            name, _, around[name] = words.pop(0).partition("=")
        match words:
            case []:
                return Ran(0, "")
            case ["cd", folder]:
                self.folder = (self.folder / folder).resolve(strict=True)
                return Ran(0, "")
            case ["export", *given]:
                self.environment |= dict(each.split("=", 1) for each in given)
                return Ran(0, "")
            case ["templatesync", "emulator", *rest] if background and not {"--quirks", "--help", "-h"} & set(rest):
                return self._background(rest)
            case ["templatesync", *rest]:
                return self._here(rest, around, file, typed)
        return self._shell(part)

    def _here(self, words: list[str], around: Mapping[str, str], file: Path | None, typed: str | None) -> Ran:
        before = Path.cwd()
        screen = _Screen()
        out = screen if file is None else io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        os.chdir(self.folder)
        try:
            with (
                mock.patch.dict(os.environ, {**self.environment, **around}, clear=True),
                mock.patch.object(sys, "stdin", _Typed(typed, screen)),
                mock.patch.object(sys, "stdout", out),
                mock.patch.object(sys, "stderr", screen),
                self.steady.patched(),
            ):
                code = run(words)
        finally:
            os.chdir(before)
        if file is not None:
            file.write_bytes(_bytes(out))
        return Ran(code, screen.text)

    def _shell(self, script: str) -> Ran:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f"(exit {self.code})\n{script}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode())

    def _background(self, words: list[str]) -> Ran:
        """`templatesync emulator`, which goes on until the page ends. It takes a port that is free, and shows PORT."""
        given = [word for at, word in enumerate(words) if "--port" not in (word, words[at - 1])]
        process = subprocess.Popen(
            [str(self._scratch / "bin" / "templatesync"), "emulator", *given],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        self._ends.callback(_end, process)
        shown = line = process.stdout.readline()
        self.url = line.removeprefix("listening on ").strip()
        while line and "--endpoint" not in line and not {"-q", "--quiet"} & set(words):
            line = process.stdout.readline()
            shown += line
        return Ran(0 if self.url.startswith("http") else 1, shown)

    def _plain(self, text: str) -> str:
        """Without what is of this machine or of this run."""
        text = _COMMIT.sub(r"\g<1>1f2e3d4c5b6a", text.replace(str(self.home), HOME))
        return _URL.sub(f"http://127.0.0.1:{PORT}", text) if self.url else text


def _bytes(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(timeout=10)
    assert process.stdout is not None
    process.stdout.close()
