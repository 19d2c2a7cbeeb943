"""The command that tells where everything stands. As in `commands`, all else is imported late."""

from __future__ import annotations

from pathlib import Path

import click

from templatesync.cli import completing
from templatesync.cli.commands import TARGET, WAIT, alarms_of
from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode, UsageError

_PATH = click.Path(path_type=Path)
_FOLLOWING = ("markdown", "issues")
"""The formats that tell with a receipt what became of each of its changes."""


@command("status")
@click.option("--content", is_flag=True, help="Read and compare content, too: whose change is a difference?")
@click.option("--wait", is_flag=True, help="Wait until no review runs.")
@click.option("--exit-code", "tell", is_flag=True, help="Exit 7 while reviews run, 8 when one was rejected.")
@click.option(
    "--fail-on",
    metavar="LIST",
    shell_complete=completing.alarms_of_status,
    help="Exit 6 on any of these conditions, or where nobody can say. `drift` is edited, recategorised, missing and "
    "unmanaged. What only content tells has it read.",
)
@click.option("--receipt", "submitted", type=_PATH, metavar="FILE", help="Only what this receipt of apply submitted.")
@click.option(
    "--known",
    multiple=True,
    type=_PATH,
    metavar="RECEIPT",
    help="What this receipt of an earlier apply left, and is not there, is missing. It narrows nothing. May be given "
    "several times, the oldest first; a broken one is told and left out.",
)
@click.option("--since", type=_PATH, metavar="FILE", help="Tell what is new since an earlier `status --format json`.")
@click.option("--usage", is_flag=True, help="Ask how often each was sent in 90 days, and tell what nobody sends.")
@click.option("--details", is_flag=True, help="Show each resource, however many there are.")
@WAIT
@TARGET
def status(
    options: Globals,
    details: bool,
    content: bool,
    wait: bool,
    tell: bool,
    fail_on: str | None,
    submitted: Path | None,
    known: tuple[Path, ...],
    since: Path | None,
    usage: bool,
    timeout: float,
    targets: tuple[str, ...],
) -> ExitCode:
    """Show where everything stands. States, reasons and categories come from the service's lists, in seconds.

    \b
    Each resource may have conditions, each told with what to do:
      edited         no version of its file had this: it was changed elsewhere
      pending        the file wants something else, which an apply is for
      differs        one of these two, and no git history says which
      recategorised  the platform has it in another category
      missing        a receipt says that it was live, and it is not there
      unmanaged      live, ours by `policy.manage`, and in no file
      quality_fell   since the status of --since
      paused, disabled, rejected, unknown_state, unreadable, samples_unknown

    With --receipt, `markdown` tells what became of each change, for a comment: approved, rejected and why, superseded,
    still to apply. `issues` is JSON: an issue for each rejection, or with --fail-on one for each space.

    \b
    templatesync status
    templatesync status --space production --content
    templatesync status --all-spaces --fail-on drift --format markdown
    templatesync status --receipt receipt.json --wait --timeout 2h
    templatesync status --receipt receipt.json --format markdown
    templatesync status --space production --fail-on drift --format issues
    templatesync status --all-spaces --since yesterday.json
    templatesync status --space production --fail-on missing --known receipt.json
    templatesync status --space production --usage
    """
    from templatesync.commands.status import FAIL_ON, Handed
    from templatesync.commands.status import status as run

    options = options._replace(details=details)
    alarms = alarms_of(fail_on, FAIL_ON)
    if options.format == "issues" and submitted is None and not alarms:
        hint = "one issue is for each rejection of a receipt, or for each space where one of the conditions holds"
        raise UsageError("--format issues needs --receipt or --fail-on", hint=hint)
    progress = options.progress()
    result = run(
        options.directory,
        options.spaces,
        options.all_spaces,
        options.connection(),
        targets=targets,
        in_ci=options.in_ci,
        content=content,
        usage=usage,
        fail_on=alarms,
        handed=Handed(submitted, since, known),
        tell=tell,
        follow=submitted is not None and options.format in _FOLLOWING,
        wait=wait,
        timeout=timeout,
        progress=progress.message,
        read=progress.read,
        counted=progress.counted,
    )
    progress.clear()
    narrow = (["--target names"] if targets else []) + (["--receipt has"] if submitted else [])
    if alarms and narrow:
        options.note(f"--fail-on has looked at what {' and '.join(narrow)} alone, and says nothing of the rest")
    for each in result.left_out:
        options.note(f"left out: {each}")
    if result.findings:
        options.list(result.findings, result.lines)
        options.note("The files have errors. Of what they want, only the names are known here; states are told.")
    return options.show(result)
