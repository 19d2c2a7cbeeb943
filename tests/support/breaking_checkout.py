"""A project in a git repository, of which `breaking` compares two states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.git_repository import Repository
from support.projects import Ended, Shop
from templatesync.schema.gate import problems

PROJECT = """\
version: 1
spaces:
  local: {emulator: true, vars: {site: "https://local.example.com"}}
  staging: {cust_space_id: cams-staging, vars: {site: "https://staging.example.com"}}
default_space: local
"""
FILE = "templates/hello.yaml"


def hello(text: str = "Hello $(name), your parcel has left our studio today.", **said: str) -> str:
    """A template with the variables of its text; `name`, `language`, `block` and `parts` say more."""
    names = {word.split(")")[0] for word in text.split("$(")[1:]}
    example = ", ".join(f"{name}: Ann" for name in sorted(names))
    block = f"templatesync: {{{said['block']}}}\n" if said.get("block") else ""
    return (
        f"Name: {said.get('name', 'hello')}\nCategory: UTILITY\nLanguage: {said.get('language', 'en')}\nComponents:\n"
        f"  - Type: BODY\n    Text: {text}\n{said.get('parts', '')}Example: {{{example}}}\n{block}"
    )


def replies(*labels: str) -> str:
    """The part with quick replies."""
    listed = ", ".join(f"{{Type: QUICK_REPLY, Text: {label}}}" for label in labels)
    return f"  - Type: BUTTONS\n    Buttons: [{listed}]\n"


OTHER = "Hello $(customer), your parcel has left our studio today."
V2 = {"name": "hello_v2", "block": "replaces: hello"}


class Checkout:
    """A project in a git repository, with one commit."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.repository = Repository.new(root)
        self.shop = Shop(root, capsys)
        (root / "templates/good.yaml").unlink()
        self.shop.write("templatesync.yaml", PROJECT)
        self.shop.write(FILE, hello())

    def commit(self) -> None:
        self.repository.commit()

    def breaking(self, *arguments: str, against: str = "HEAD") -> Ended:
        return self.shop.run("breaking", "--against", against, *arguments)

    def told(self, *arguments: str, against: str = "HEAD", code: int = 0) -> dict[str, Any]:
        ended = self.breaking("--format", "json", *arguments, against=against)
        assert ended.code == code, ended.said
        document: dict[str, Any] = json.loads(ended.out)
        assert [*problems("breaking", document)] == []
        return document


def rules(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["key"], each["rule"]) for each in document["breaking"] if each["counts"]]


def codes(document: dict[str, Any]) -> list[str]:
    return [note["code"] for note in document["notes"]]
