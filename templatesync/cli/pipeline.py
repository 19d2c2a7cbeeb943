"""What a pipeline takes from files: those that its runner names in the environment, and others that it asks for."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from templatesync.cli.options import Globals
from templatesync.commands.plan import Delivered, PlanResult
from templatesync.model.errors import ExitCode, LocalError, TemplatesyncError, UsageError
from templatesync.render.formats import FORMATS
from templatesync.storage.writing import append_file, write_file

MOST = 1 << 20
"""Bytes of a step's summary: GitHub drops a larger one whole."""
_RUN = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")


class Also(NamedTuple):
    """A file that has the same result in another format."""

    format: str
    file: Path


def also(command: str, said: Sequence[str]) -> tuple[Also, ...]:
    """What `--also FORMAT=FILE` asks for. Raises UsageError before anything is done."""
    formats = [name for name in FORMATS[command] if name != "github"]  # which is files of its own
    found = []
    for each in said:
        name, _, file = each.partition("=")
        if name not in formats or not file:
            raise UsageError(f"--also takes FORMAT=FILE with {', '.join(formats)}, not {each!r}")
        path = Path(file)
        if not path.parent.is_dir() or path.is_dir():
            raise UsageError(f"{path} is no file that can be written: there is no such folder, or it is one")
        found.append(Also(name, path))
    return tuple(found)


def written(options: Globals, result: PlanResult, wanted: Sequence[Also]) -> ExitCode:
    """Write a result in other formats. What cannot be written is told, and hides nothing else."""
    from templatesync.render.terminal import COLUMNS

    style = options.style(None)._replace(color=False, columns=COLUMNS)
    code = ExitCode.OK
    for each in wanted:
        try:
            write_file(each.file, FORMATS[options.command][each.format](result, style))
        except LocalError as error:
            options.complain(f"the plan could not be saved as {each.format}: {error}")
            code = error.exit_code
        except Exception as error:
            options.broke(error)
    return code


def handed_over(options: Globals, result: PlanResult) -> PlanResult:
    """A plan with what the runner of a workflow was given of it, where somebody asks for that.

    What breaks here is told at the end, after the plan.
    """
    if options.format != "github":
        return result
    from templatesync.render.plan_github import VARIABLES, content

    result = dataclasses.replace(result, link=result.link or run_page())
    try:
        return dataclasses.replace(result, delivery=delivered(content(result), VARIABLES))
    except Exception as error:
        options.broke(error)
        return result


def not_begun(options: Globals, error: TemplatesyncError) -> None:
    """What ended an apply early, where its end was to be a comment: it is a comment, too."""
    if options.format == "markdown":
        from templatesync.render.apply_markdown import not_begun as shown

        options.put(shown(error, options.spaces))


def delivered(texts: Mapping[str, str], variables: Mapping[str, str]) -> tuple[Delivered, ...]:
    """Hand texts to the runner, each to the file that a variable of the environment names."""
    return tuple(_delivered(what, text, variables[what]) for what, text in texts.items())


def _delivered(what: str, text: str, variable: str) -> Delivered:
    named = os.environ.get(variable, "")
    if not named:
        return Delivered(what, problem=f"${variable} is not set")
    try:
        append_file(Path(named), text, MOST)
    except LocalError as error:
        return Delivered(what, problem=f"${variable}: {error}")
    return Delivered(what, f"${variable}")


def run_page() -> str:
    """Where a run of GitHub Actions shows what it has uploaded; empty elsewhere."""
    server, repository, run = (os.environ.get(name, "") for name in _RUN)
    page = f"{server}/{repository}/actions/runs/{run}"
    return page if all((server, repository, run)) and is_page(page) else ""


def is_page(link: str) -> bool:
    """Whether a text is an address that may stand in a link as it is."""
    return re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~!$&*+,;=:@%/?#-]*)?", link) is not None
