"""The command that draws what customers see. As in `commands`, all else is imported late."""

from __future__ import annotations

from pathlib import Path

import click

from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode, UsageError

_PATH = click.Path(path_type=Path)


@command("preview")
@click.argument("paths", type=_PATH, nargs=-1)
@click.option("--language", "languages", multiple=True, metavar="L", help="Only this language; repeatable.")
@click.option("--against", metavar="REV", help="Beside what the files were at a revision of git.")
@click.option("--live", is_flag=True, help="Beside what the space has now.")
def preview(
    options: Globals, paths: tuple[Path, ...], languages: tuple[str, ...], against: str | None, live: bool
) -> ExitCode:
    """Show what customers see. Draws all messages, flows and QR codes into one page of HTML.

    The page needs nothing beside itself: no script, no request. Findings of `validate` are told beside what they are
    about. Without --live there is no network and there are no credentials. The page is preview.html in the current
    folder unless -o says otherwise; `-o -` prints it.

    \b
    templatesync preview
    templatesync preview templates/invoice.yaml --language es -o invoice.html
    templatesync preview --against origin/main
    templatesync preview --live --space production
    """
    from templatesync.commands.preview import Wish
    from templatesync.commands.preview import preview as run

    target: Path | None = options.output or Path("preview.html")
    if target == Path("-"):
        target = None
    elif target is not None and target.is_dir():
        raise UsageError(f"{target} is a folder, not a file to write to")
    wish = Wish(
        paths,
        options.spaces,
        options.all_spaces,
        languages,
        options.revision(against),
        options.connection() if live else None,
        options.in_ci,
        options.cache_folder(),
    )
    result = run(options.directory, wish)
    for unread in result.unread:
        options.complain(unread)
    code = options._replace(output=target).show(result)
    if target is not None and code is ExitCode.OK:
        options.note(f"{target} shows {result.page.summary[0]}")
    return code
