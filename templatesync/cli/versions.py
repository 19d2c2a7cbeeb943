"""The commands for versions of a template, from the first to the last of each. They write files and nothing else.

Everything else is imported when a command runs.
"""

from __future__ import annotations

import os

import click

from templatesync.cli import completing
from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode

_DRY_RUN = click.option("--dry-run", is_flag=True, help="Write nothing, show what would change.")
_ALLOW_BREAKING = click.option(
    "--allow-breaking", is_flag=True, help="Programs that can send nothing any more are to go without."
)


@command("new-version")
@click.argument("name", shell_complete=completing.names)
@click.option("--language", "languages", multiple=True, metavar="LANG", help="Only that language; may be repeated.")
@_DRY_RUN
def new_version(options: Globals, name: str, languages: tuple[str, ...], dry_run: bool) -> ExitCode:
    """Start the next version of a template or flow. Copies its file to the next free name, marked as what replaces it.

    What the file names, such as a flow's JSON, is copied too; adopt, pinned, output and breaks, which are about the old
    version, are not. With --language the copy has those languages alone: senders of the others stay with the old
    version. NAME may be a key, where a flow and a template share one.

    \b
    templatesync new-version order_shipped # writes order_shipped_v2.yaml
    templatesync new-version order_shipped --language id
    templatesync new-version flow/book_class # writes it with a copy of its JSON
    """
    from templatesync.commands.new_version import new_version as run

    cache, around = options.cache_folder(), dict(os.environ)
    return options.show(run(options.directory, name, languages, cache=cache, environment=around, dry_run=dry_run))


@command("rename")
@click.argument("old", shell_complete=completing.names)
@click.argument("new")
@_DRY_RUN
def rename(options: Globals, old: str, new: str, dry_run: bool) -> ExitCode:
    """Start a version under another name. Programs that send go on under the name they know.

    Nobody can change the name of a template: NEW is a copy that goes to review, replaces OLD, and says by `output` that
    programs know it by the old name. OLD stays until NEW is in use; `templatesync finish` ends it then.

    \b
    templatesync rename order_shipped order_on_its_way
    templatesync rename flow/book_class "Book a class" --dry-run
    """
    from templatesync.commands.rename import rename as run

    cache, around = options.cache_folder(), dict(os.environ)
    return options.show(run(options.directory, old, new, cache=cache, environment=around, dry_run=dry_run))


@command("retire")
@click.argument("name", metavar="NAME[@LANG]", shell_complete=completing.names)
@_ALLOW_BREAKING
@_DRY_RUN
def retire(options: Globals, name: str, allow_breaking: bool, dry_run: bool) -> ExitCode:
    """Mark a resource, or one language of it, as absent. The next apply deletes it, once nobody needs it.

    Its document becomes a tombstone; one language is taken out of its document and gets a tombstone of its own. What
    is protected or pinned is refused, and so is the last version for programs of its kind: --allow-breaking writes into
    the tombstone that they are to go without.

    \b
    templatesync retire invoice # an older version
    templatesync retire order_shipped@id --allow-breaking
    templatesync retire template/order_shipped@id --allow-breaking --dry-run
    """
    from templatesync.commands.retire import retire as run

    result = run(
        options.directory,
        name,
        allow_breaking=allow_breaking,
        cache=options.cache_folder(),
        environment=dict(os.environ),
        dry_run=dry_run,
    )
    return options.show(result)


@command("finish")
@click.argument("name", shell_complete=completing.names)
@_ALLOW_BREAKING
@click.option("--gone", is_flag=True, help="What has a tombstone is gone, also where this machine cannot know.")
@_DRY_RUN
def finish(options: Globals, name: str, allow_breaking: bool, gone: bool, dry_run: bool) -> ExitCode:
    """End older versions, once the new one is in use. NAME is the name that programs know, or that of any version.

    Older versions become tombstones, language by language, as far as a newer one is to take over; an apply deletes them
    once that is in use. Run again after that, it takes the tombstones out, and the link to what is gone: what an apply
    on this machine has deleted, and with --gone all. Programs keep the name they know. What senders still use is
    refused, with the reason.

    \b
    templatesync finish invoice
    templatesync finish invoice_v2 --dry-run
    templatesync finish invoice --gone # a plan says that it was deleted
    """
    from templatesync.commands.finish import finish as run

    result = run(
        options.directory,
        name,
        allow_breaking=allow_breaking,
        gone=gone,
        cache=options.cache_folder(),
        environment=dict(os.environ),
        dry_run=dry_run,
    )
    return options.show(result)
