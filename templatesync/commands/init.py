"""`init`: a project that validates and plans at once, against the embedded emulator. Never overwrites a file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templatesync.documents.yaml_writer import inline, quoted
from templatesync.kinds import KINDS
from templatesync.model.change import Cause, Refusal
from templatesync.model.errors import ExitCode, TemplatesyncError, UsageError
from templatesync.project import literals, settings
from templatesync.project.settings import FILE_NAME, Project, Space
from templatesync.schema.loading import schema_dir
from templatesync.storage.writing import create_file

if TYPE_CHECKING:
    from templatesync.commands.import_ import ImportResult
    from templatesync.commands.session import Connection

_PROJECT = """\
# yaml-language-server: $schema=schemas/project.schema.json
# The project: which spaces there are, and what may be changed. See `templatesync schema project`.
version: 1
spaces:
  local:
    emulator: true                       # runs inside templatesync: no account, no network
"""
_HINT = """\
  # production:
  #   cust_space_id: cams-xxxxxxxx       # the space of your WhatsApp Business Account in the Chat App console
  #   waba_id: "1234567890"              # optional: refuse to touch any other account
  #   vars: {site: "https://www.example.com"}
"""
_NO_ACCOUNT = """\
    # waba_id: "1234567890"              # the service did not tell it; with it no other account is touched
"""
_POLICY = """\
default_space: local
policy:
  on_approved: block                     # or modify: try to edit approved templates, which the platform rations
  max_changes: {percent: 30, at_least: 3}
"""
_SPACE_ID = re.compile(r"[!-~]{1,128}")


@dataclass(frozen=True, slots=True)
class InitResult:
    """What was written and what was there already, relative to the folder; and what was imported from `space`.

    `account_untold` is why the new project file does not say which account the space belongs to.
    """

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    space: str = ""
    imported: ImportResult | None = None
    account_untold: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """A scaffold alone is always a success; one that should say which account it is for, and cannot, is none."""
        code = self.imported.exit_code if self.imported else ExitCode.OK
        return ExitCode.PARTIAL if self.account_untold and code is ExitCode.OK else code


def init(
    folder: Path, cust_space_id: str = "", waba_id: str = "", variables: Mapping[str, str] | None = None
) -> InitResult:
    """Scaffold a project in `folder`. With a customer space the project has it as `production`.

    Raises UsageError, before anything is written, when the space is none or another project is there already.
    """
    space = space_of(folder, cust_space_id) if cust_space_id else ""
    texts = {FILE_NAME: _project(cust_space_id, waba_id, variables or {})}
    if not cust_space_id:
        texts |= {name: text for kind in KINDS.values() for name, text in kind.file.starter.items()}
    for schema in sorted(schema_dir().glob("*.schema.json")):
        texts[f"schemas/{schema.name}"] = schema.read_text(encoding="utf-8")
    written = [name for name, text in texts.items() if create_file(folder, name, text)]
    ignore = folder / ".gitignore"
    if not ignore.exists() and create_file(folder, ".gitignore", "/.templatesync/\n"):
        written.append(".gitignore")
    return InitResult(folder, tuple(written), tuple(name for name in texts if name not in written), space)


def _project(cust_space_id: str, waba_id: str, variables: Mapping[str, str]) -> str:
    """The project file. A variable has one value in both spaces: the emulator then has what is live."""
    if not cust_space_id:
        return _PROJECT + f"    vars: {inline({'site': 'https://local.example.com'})}\n" + _HINT + _POLICY
    said = f"    vars: {inline(variables)}\n" if variables else ""
    waba = f"    waba_id: {quoted(waba_id)}\n" if waba_id else _NO_ACCOUNT
    return f"{_PROJECT}{said}  production:\n    cust_space_id: {quoted(cust_space_id)}\n{waba}{said}{_POLICY}"


class Account(NamedTuple):
    """What a new project file says of a space: its WhatsApp Business Account, as the service tells it, and variables.

    `untold` is why the account is not told. With an `error` the service cannot be reached: whoever asks for more need
    not wait again.
    """

    waba_id: str = ""
    variables: Mapping[str, str] = {}
    untold: str = ""
    error: Refusal | None = None


def account_of(folder: Path, cust_space_id: str, variables: Sequence[str], connection: Connection) -> Account:
    """What there is to write about a space. Nothing of a project that is there already, whose file stays as it is.

    Raises UsageError as `init` does, and for variables without a value.
    """
    from templatesync.commands.prepare import unread
    from templatesync.commands.session import connect
    from templatesync.planning.reading import read_account
    from templatesync.service.driver.job import Job

    asked = literals.parse(variables)
    name = space_of(folder, cust_space_id)
    if os.path.lexists(folder / FILE_NAME):
        return Account()
    if unsaid := next((each.name for each in asked if each.value is None), ""):
        raise UsageError(
            f"--var {unsaid} has no value to write", hint=f"such as --var {unsaid}=https://www.example.com"
        )
    values = {each.name: each.value for each in asked if each.value is not None}
    space = Space(name, cust_space_id)
    try:
        with connect(Project(folder, (space,)), (space,), connection) as session:
            (ended,) = session.driver.run([Job(session.clients[name], read_account(), space=name)])
    except TemplatesyncError:
        return Account("", values)  # the import will tell
    if ended.error is not None:
        refusal = unread(ended.error)
        untold = f"its account could not be read: {refusal.message}"
        return Account("", values, untold, refusal if refusal.cause is Cause.UNREAD else None)
    waba_id = ended.value.waba_id if ended.value is not None else ""
    if not _SPACE_ID.fullmatch(waba_id):
        return Account("", values, "the service did not tell its account")
    return Account(waba_id, values)


def space_of(folder: Path, cust_space_id: str) -> str:
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
