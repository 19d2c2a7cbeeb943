"""A served emulator, filled with the corpus: what plan and apply are measured on."""

from __future__ import annotations

import json
import random
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import corpus
from measure import AROUND, OURS

SPACE = "cams-bench"
PROJECT = f"version: 1\nspaces: {{shop: {{cust_space_id: {SPACE}}}}}\n"
KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "emulator"}
HISTORY = 100_000
"""Calls that the emulator is to remember."""


def control(url: str, path: str, given: Any = None) -> Any:
    """A control endpoint; GET when nothing is given."""
    data = None if given is None else json.dumps(given).encode()
    with urllib.request.urlopen(f"{url}/_emulator/{path}", data, timeout=60) as answer:
        return json.load(answer)


@contextmanager
def served(*options: str) -> Iterator[str]:
    """The address of an emulator, a process of its own."""
    command = [*OURS, "emulator", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=AROUND) as emulator:
        try:
            assert emulator.stdout is not None
            url = emulator.stdout.readline().split()[-1]
            control(url, "settings", {"history": HISTORY})
            yield url
        finally:
            emulator.terminate()


def want(folder: Path, count: int) -> None:
    """A new project of so many templates."""
    corpus.write(folder, count)
    (folder / "templatesync.yaml").write_text(PROJECT, encoding="utf-8")


def fill(url: str, count: int, there: int = 0) -> None:
    """Put there what the files of a project of `count` want; `there` are in it already."""
    dice = random.Random(1)
    for number in range(count):
        wanted = corpus.template(number, dice)
        if number >= there:
            body = {name.lower(): value for name, value in wanted.items()}
            ttl = body.pop("messagesendttlseconds", None)
            properties = {"properties": {"MessageSendTtlSeconds": ttl}} if ttl else {}
            control(url, "template", {"cust_space_id": SPACE, **body, **properties})
