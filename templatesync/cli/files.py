"""The commands that write files of the project from what is live, or from others: their options and their calls.

Everything else is imported when a command runs.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import click

from templatesync.cli import completing
from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode, TemplatesyncError, UsageError

_PATH = click.Path(path_type=Path)


_VAR_HELP = "Write ${{ NAME }} where VALUE stands in what is imported (repeatable)."


@command("init")
@click.argument("folder", type=_PATH, default=None, required=False)
@click.option("--from", "cust_space_id", default="", metavar="CUST_SPACE_ID", help="Import what this space has, too.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help=_VAR_HELP)
def init(options: Globals, folder: Path | None, cust_space_id: str, variables: tuple[str, ...]) -> ExitCode:
    """Start a project, with an emulator to try it on. It validates and plans at once. Never overwrites a file.

    With --from, the project file says which WhatsApp Business Account the space belongs to, and has the variables that
    --var names. The emulator stays the default.

    \b
    templatesync init
    templatesync init whatsapp --from cams-8filvjc8snw
    templatesync init shop --from cams-8filvjc8snw --var site=https://example.com
    """
    from templatesync.commands.init import account_of
    from templatesync.commands.init import init as run

    target = folder or options.directory
    if not cust_space_id:
        if variables:
            raise UsageError("--var is for --from: it looks for values in what is live")
        return options.show(run(target))
    from templatesync.commands.import_ import import_live, unreadable

    account = account_of(target, cust_space_id, variables, options.connection())
    result = run(target, cust_space_id, account.waba_id, account.variables)
    if account.untold and account.error is None:
        result = dataclasses.replace(result, account_untold=account.untold)
        options.complain(f"the project file has no waba_id: {account.untold}; write it by hand")
    if account.error is not None:
        return options.show(dataclasses.replace(result, imported=unreadable(result.space, account.error)))
    try:
        imported = import_live(target, (result.space,), False, options.connection(), variables=variables)
    except TemplatesyncError:
        options.show(result)  # the files are there, whatever came after
        raise
    return options.show(dataclasses.replace(result, imported=imported))


@command("import")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=completing.keys)
@click.option("--update", "updating", is_flag=True, help="Take what is live into the files that there are.")
@click.option("--yes", is_flag=True, help="With --update: write without being asked.")
@click.option("--dry-run", is_flag=True, help="With --update: write nothing, show what would change.")
@click.option(
    "--known", type=_PATH, metavar="RECEIPT", help="With --update: what this receipt says was told back differently."
)
@click.option("--from-meta", type=_PATH, metavar="FILE", help="Convert templates in Meta's own form (JSON) instead.")
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="Write ${{ NAME }} where its value, as the spaces' vars say it, stands in what is imported (repeatable).",
)
@click.option("--images", type=_PATH, metavar="DIR", help="Save the pictures of QR codes there, too.")
def import_(
    options: Globals,
    keys: tuple[str, ...],
    updating: bool,
    yes: bool,
    dry_run: bool,
    known: Path | None,
    from_meta: Path | None,
    variables: tuple[str, ...],
    images: Path | None,
) -> ExitCode:
    """Write live resources as YAML files. Never overwrites a file; with --update it edits those that there are.

    What several spaces have alike goes into one file; what only some of them have, into one that names these.

    \b
    templatesync import --space production
    templatesync import --all-spaces --var site
    templatesync import template/order_shipped --space production
    templatesync import 'template/order_*' --space production
    templatesync import --update template/order_shipped --space production
    templatesync import --space production --images pictures
    templatesync import --from-meta message_templates.json
    """
    from templatesync.commands.import_ import import_live

    if updating:
        if from_meta is not None or images is not None or variables:
            raise UsageError("--update edits files, and keeps their variables; --from-meta, --images and --var do not")
        return _update(options, keys, known, yes=yes, dry_run=dry_run)
    if yes or dry_run or known is not None:
        raise UsageError("--yes, --dry-run and --known are for --update: else import overwrites nothing")
    if from_meta is not None:
        if keys:
            raise UsageError("--from-meta converts a whole file; it takes no keys")
        if variables:
            raise UsageError("--var looks for values in what is live; a file in Meta's form belongs to no space")
        if images is not None:
            raise UsageError("--images saves pictures of what is live; a file in Meta's form has none")
        from templatesync.commands.import_meta import import_meta

        return options.show(import_meta(options.directory, from_meta))
    progress = options.progress()
    result = import_live(
        options.directory,
        options.spaces,
        options.all_spaces,
        options.connection(),
        keys,
        progress.read,
        images,
        progress.counted,
        variables,
    )
    progress.clear()
    return options.show(result)


def _update(options: Globals, keys: tuple[str, ...], known: Path | None, *, yes: bool, dry_run: bool) -> ExitCode:
    from templatesync.commands.update import update

    terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    if not terminal and not yes and not dry_run:
        raise UsageError("without a terminal, --update needs --yes, or --dry-run to see what it would do")
    progress = options.progress()

    def agreed(result: Any) -> bool:
        from templatesync.render.update import text

        progress.clear()
        if dry_run or yes:
            return yes and not dry_run
        click.echo(text(result, options.style(sys.stderr)), err=True)
        return click.confirm("Write this?", default=False, err=True)

    result = update(
        options.directory,
        options.spaces,
        options.all_spaces,
        options.connection(),
        keys,
        confirm=agreed,
        progress=progress.read,
        counted=progress.counted,
        known=known,
        in_ci=options.in_ci,
    )
    progress.clear()
    return options.show(result, "import --update")
