"""The command `ci`, which writes the files of a pipeline. As in `commands`, all else is imported late."""

from __future__ import annotations

import os

import click

from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode


@command("ci")
@click.argument("action", type=click.Choice(["init"]))
@click.argument("host", type=click.Choice(["github", "gitlab"]))
@click.option("--provider-arn", default="", metavar="ARN", help="The OIDC provider of RAM that trusts the host.")
@click.option("--plan-role", default="", metavar="ARN", help="The role that only reads, for pull requests.")
@click.option("--apply-role", default="", metavar="ARN", help="The role that writes, for what is merged.")
@click.option(
    "--environment", default="", metavar="NAME", help="The environment with approval; by default the space's name."
)
@click.option("--package", default="", metavar="SPEC", help="What pip installs there; by default this version.")
def ci(options: Globals, action: str, host: str, **said: str) -> ExitCode:
    """Write the files of a pipeline. It plans in pull requests, applies on merge, and follows reviews and drift.

    They go into the repository around the project. A file that is there is never overwritten: then nothing is written.
    What is left to do in RAM and at the host is printed, as commands to copy. Without ARNs the files read them from
    variables of the host.

    \b
    templatesync ci init github
    templatesync ci init github --space production
    templatesync ci init gitlab --space staging
    templatesync ci init github --space 'brand_*' --environment brands
    """
    from templatesync.commands.ci_init import Wish, ci_init

    result = ci_init(options.directory, options.spaces, options.all_spaces, host, Wish(**said), dict(os.environ))
    return options.show(result)
