"""The commands about programs that send: breaking. As in `commands`, all else is imported late."""

from __future__ import annotations

import os

import click

from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode


@command("breaking")
@click.option(
    "--against",
    "given",
    required=True,
    metavar="REV|DIR|FILE",
    help="A revision of git (A... is the fork point), a project's folder, or a contract file.",
)
@click.option(
    "--allow", multiple=True, metavar="KEY:RULE", help="Let this key break this rule; repeatable. There is no blanket."
)
def breaking(options: Globals, given: str, allow: tuple[str, ...]) -> ExitCode:
    """Tell what breaks the programs that send. No network, no credentials; it works on forks.

    Files as they were are compared with the files, everything as if it were approved. It exits 6 when something breaks
    that nobody has called intended: name the rule in the file (`templatesync: {breaks: [RULE]}`), or give --allow. It
    exits 3 when a file that counts has errors. Files that are as they were are not judged again.

    What has a `/` and exists is a path; all else is a revision if there is one of that name, and a path if not. Write
    ./NAME for a folder.

    \b
    templatesync breaking --against origin/main...
    templatesync breaking --against HEAD~1 --format github
    templatesync breaking --against ../released --space production
    templatesync breaking --against contract.json
    templatesync breaking --against main --allow template/hi@en:breaking-cards
    """
    from templatesync.commands.breaking import breaking as run

    return options.show(
        run(options.directory, given, options.spaces, options.all_spaces, allow, environment=dict(os.environ))
    )
