"""`init`: a project that validates and plans at once, against the embedded emulator. Never overwrites a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from templatesync.errors import ExitCode
from templatesync.output import create_file
from templatesync.project import FILE_NAME
from templatesync.schema import schema_dir

_PROJECT = """\
# yaml-language-server: $schema=schemas/project.schema.json
# The project: which spaces there are, and what may be changed. See `templatesync schema project`.
version: 1
spaces:
  local:
    emulator: true                       # runs inside templatesync: no account, no network
    vars: {site: "https://local.example.com"}
REMOTEdefault_space: local
policy:
  on_approved: block                     # or modify: try to edit approved templates, which the platform rations
  max_changes: {percent: 30, at_least: 3}
"""
_REMOTE = """\
  production:
    cust_space_id: CUST_SPACE_ID
    vars: {site: "https://www.example.com"}
"""
_REMOTE_HINT = """\
  # production:
  #   cust_space_id: cams-xxxxxxxx       # the space of your WhatsApp Business Account in the Chat App console
  #   waba_id: "1234567890"              # optional: refuse to touch any other account
  #   vars: {site: "https://www.example.com"}
"""
_TEMPLATE = """\
# yaml-language-server: $schema=../schemas/resource.schema.json
# A first template. Change it, then run `templatesync plan`.
Name: order_update
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(name), we have packed your order $(order) and will send it today.
  - Type: BUTTONS
    Buttons:
      - {Type: URL, Text: See the order, Url: "${{ site }}/orders/$(order)", UrlType: dynamic}
Example: {name: Ada, order: "1001"}
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What was written and what was there already, relative to the folder."""

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    exit_code: ExitCode = ExitCode.OK


def init(folder: Path, cust_space_id: str = "") -> Result:
    """Scaffold a project in `folder`. With a customer space the project has it as `production`."""
    remote = _REMOTE.replace("CUST_SPACE_ID", cust_space_id) if cust_space_id else _REMOTE_HINT
    texts = {FILE_NAME: _PROJECT.replace("REMOTE", remote)}
    if not cust_space_id:
        texts["templates/order_update.yaml"] = _TEMPLATE
    for schema in sorted(schema_dir().glob("*.schema.json")):
        texts[f"schemas/{schema.name}"] = schema.read_text(encoding="utf-8")
    written = [name for name, text in texts.items() if create_file(folder / name, text)]
    ignore = folder / ".gitignore"
    if not ignore.exists() and create_file(ignore, "/.templatesync/\n"):
        written.append(".gitignore")
    return Result(folder, tuple(written), tuple(name for name in texts if name not in written))
