"""Versions of one template on the embedded emulator: files, merges, reviews, and what `outputs` then tells programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.projects import Shop
from templatesync.commands.session import DATABASE
from templatesync.documents.yaml_writer import to_yaml
from templatesync.emulator import Emulator, HttpRequest, Settings

SPACE = "emulator-local"
OLD, NEW = "order_update", "order_update_v2"
"""The logical name, which is that of the first version, and the second one."""
CUSTOMER = "Hello $(customer), your order $(order) has left our studio today."
NAME = "Hello $(name), your order $(order) has left our studio today."
REWORDED = "Good day $(customer), your order $(order) is on its way to you now."
ARABIC = "مرحبا $(customer)، لقد غادر طلبك $(order) مرسمنا اليوم صباحا."


class Story(Shop):
    """A project whose reviews somebody decides by hand."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(root, capsys)
        self.write("templatesync.yaml", "version: 1\nspaces:\n  local: {emulator: {review: manual}}\n")
        (root / "templates" / "good.yaml").unlink()

    def version(self, name: str, *, category: str = "UTILITY", more: Any = None, own: Any = None, **texts: str) -> None:
        """The file of a version, a text for each language. `own` is what the `templatesync:` block says."""
        replaces = {} if name == OLD else {"replaces": OLD if name == NEW else NEW}
        names = sorted({part.split(")")[0] for text in texts.values() for part in text.split("$(")[1:]})
        body = {
            "Name": name,
            "Category": category,
            "Languages": [*texts],
            "Components": [{"Type": "BODY", "Text": dict(texts)}],
            "Example": dict.fromkeys(names, "a value"),
            **(more or {}),
        }
        block = {**replaces, **(own or {})}
        self.write(f"templates/{name}.yaml", to_yaml({**body, **({"templatesync": block} if block else {})}))

    def merge(self, *options: str) -> None:
        """What a pipeline does after a merge."""
        ended = self.run("apply", "--yes", "--allow-breaking", *options)
        assert ended.code in (0, 7), ended

    def control(self, path: str, settings: Settings | None = None, **body: Any) -> None:
        emulator = Emulator(settings or Settings(), db=self.root / ".templatesync" / DATABASE)
        try:
            data = json.dumps({"cust_space_id": SPACE, **body}).encode()
            answer = emulator.handle(HttpRequest("POST", f"/_emulator/{path}", {"host": "127.0.0.1"}, data))
            assert answer.status == 200, answer.body
        finally:
            emulator.close()

    def review(self, name: str, status: str = "pass", **more: str) -> None:
        """The platform decides, of all languages of a version unless one is named."""
        self.control("review", template_name=name, status=status, **more)

    def approved(self, *names: str) -> None:
        """Merge, and let the platform approve these."""
        self.merge()
        for name in names:
            self.review(name)

    def rows(self, code: int = 0) -> dict[tuple[str, str], dict[str, Any]]:
        """Of `outputs`, by name and language."""
        ended = self.run("outputs", "--format", "json")
        assert ended.code == code, ended
        (space,) = json.loads(ended.out)["spaces"]
        found = {(row["name"], row["language"]): row for row in space["outputs"]}
        assert len(found) == len(space["outputs"])
        return found

    def uses(self) -> dict[tuple[str, str], str]:
        """Which version is found under each name and language, with `!` when it cannot be sent."""
        return {at: row["current"] + ("" if row["usable"] else "!") for at, row in self.rows().items()}

    def codes(self, code: int = 0) -> dict[str, dict[str, dict[str, str]]]:
        """Of `outputs --format codes`: the mapping, with the readable part of a digest in place of all of it."""
        ended = self.run("outputs", "--format", "codes")
        assert ended.code == code, ended
        return {
            name: {
                language: {digest.rsplit(" ", 1)[0]: one for digest, one in codes.items()}
                for language, codes in languages.items()
            }
            for name, languages in json.loads(ended.out).items()
        }
