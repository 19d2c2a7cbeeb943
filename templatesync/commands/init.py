"""`init`: a project that validates and plans at once, against the embedded emulator. Never overwrites a file."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from templatesync.kinds import KINDS
from templatesync.model.errors import ExitCode, UsageError
from templatesync.project import settings
from templatesync.project.settings import FILE_NAME
from templatesync.schema.loading import schema_dir
from templatesync.storage.writing import create_file

if TYPE_CHECKING:
    from templatesync.commands.import_ import ImportResult

_PROJECT = """\
# yaml-language-server: $schema=schemas/project.schema.json
# The project: which spaces there are, and what may be changed. See `templatesync schema project`.
version: 1
spaces:
  local:
    emulator: true                       # runs inside templatesync: no account, no network
SPACESpolicy:
  on_approved: block                     # or modify: try to edit approved templates, which the platform rations
  max_changes: {percent: 30, at_least: 3}
"""
_REMOTE = """\
  production:
    cust_space_id: CUST_SPACE_ID
default_space: production
"""
_REMOTE_HINT = """\
    vars: {site: "https://local.example.com"}
  # production:
  #   cust_space_id: cams-xxxxxxxx       # the space of your WhatsApp Business Account in the Chat App console
  #   waba_id: "1234567890"              # optional: refuse to touch any other account
  #   vars: {site: "https://www.example.com"}
default_space: local
"""
_SPACE_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class InitResult:
    """What was written and what was there already, relative to the folder; and what was imported from `space`."""

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    space: str = ""
    imported: ImportResult | None = None

    @property
    def exit_code(self) -> ExitCode:
        """A scaffold alone is always a success."""
        return self.imported.exit_code if self.imported else ExitCode.OK


def init(folder: Path, cust_space_id: str = "") -> InitResult:
    """Scaffold a project in `folder`. With a customer space the project has it as `production`.

    Raises UsageError, before anything is written, when the space is none or another project is there already.
    """
    space = _space(folder, cust_space_id) if cust_space_id else ""
    remote = _REMOTE.replace("CUST_SPACE_ID", json.dumps(cust_space_id)) if cust_space_id else _REMOTE_HINT
    texts = {FILE_NAME: _PROJECT.replace("SPACES", remote)}
    if not cust_space_id:
        texts |= {name: text for kind in KINDS.values() for name, text in kind.file.starter.items()}
    for schema in sorted(schema_dir().glob("*.schema.json")):
        texts[f"schemas/{schema.name}"] = schema.read_text(encoding="utf-8")
    written = [name for name, text in texts.items() if create_file(folder, name, text)]
    ignore = folder / ".gitignore"
    if not ignore.exists() and create_file(folder, ".gitignore", "/.templatesync/\n"):
        written.append(".gitignore")
    return InitResult(folder, tuple(written), tuple(name for name in texts if name not in written), space)


def _space(folder: Path, cust_space_id: str) -> str:
    """The name of the space to import from. A project that is there already must have it."""
    if not _SPACE_ID.fullmatch(cust_space_id):
        raise UsageError(
            f"{cust_space_id[:40]!r} is no id of a space", hint="the console shows it, such as cams-kei0000"
        )
    if not os.path.lexists(folder / FILE_NAME):
        return "production"
    for space in settings.load(folder).spaces:
        if space.emulator is None and space.cust_space_id == cust_space_id:
            return space.name
    raise UsageError(
        f"the {FILE_NAME} that is there has no space with the id {cust_space_id}",
        hint="add the space to it, then run `templatesync import --space NAME`",
    )
