"""What `ci init` has written, and what is left to do, as commands to copy. Pure; knows no file's content.

Outside values pass through `safe`; those in commands hold nothing that a shell would obey, or nothing was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.json_value import Json
from templatesync.planning.document import text as document
from templatesync.render.ci_github import steps as github
from templatesync.render.ci_gitlab import steps as gitlab
from templatesync.render.terminal import Style, joined, safe

if TYPE_CHECKING:
    from templatesync.commands.ci_init import CiInitResult

_STEPS: Mapping[str, Callable[[CiInitResult], Iterator[str]]] = {"github": github, "gitlab": gitlab}


def text(result: CiInitResult, style: Style) -> str:
    """The files, and the steps that are left, for a terminal."""
    lines = [f"{style.green('+')} {safe(name)}" for name in result.written]
    lines += [f"  {safe(name)} is there already, as it would be written" for name in result.kept]
    lines += ["", *map(safe, _about(result)), ""]
    return joined([*lines, *map(safe, _STEPS[result.host](result))])


def _about(result: CiInitResult) -> Iterator[str]:
    if result.missing:
        yield f"templatesync.yaml has no space {result.space} yet, and the pipeline needs it:"
        yield "under `spaces` write this, with the id from the Chat App console, and with"
        yield "`vars` as your other spaces have them"
        yield f"  {result.space}: {{cust_space_id: cams-xxxxxxxx}}"
        yield ""
    if not result.in_git:
        yield "This folder is in no git repository: the files are for its root, wherever that"
        yield "will be."
        yield ""
    where = "" if result.folder == "." else f" in {result.folder}"
    requests = "Merge requests" if result.host == "gitlab" else "Pull requests"
    yield f"{requests} will plan --space {result.space}{where}, and what is merged into"
    yield f"{result.branch} is applied in the environment {result.environment}. These steps are left:"


def json(result: CiInitResult, style: Style) -> str:
    """The files, and what they were written for."""
    said: dict[str, Json] = {
        "host": result.host,
        "written": list(result.written),
        "kept": list(result.kept),
        "own": list(result.own),
        "space": result.space,
        "missing": result.missing,
        "environment": result.environment,
        "folder": result.folder,
        "branch": result.branch,
        "repository": result.repository,
    }
    return document({"format_version": FORMAT_VERSION, **said})
