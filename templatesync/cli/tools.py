"""The commands beside the main job: rules, schema, doctor, emulator. As in `commands`, all else is imported late."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from templatesync.cli import completing
from templatesync.cli.options import Globals, command
from templatesync.model.errors import ExitCode, UsageError
from templatesync.model.stopping import HEEDED

_PATH = click.Path(path_type=Path)
_KEY, _SECRET = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"


@command("rules")
@click.argument("rule", required=False, default="", shell_complete=completing.rules)
def rules(options: Globals, rule: str) -> ExitCode:
    """List all rules, or explain one.

    \b
    templatesync rules
    templatesync rules body-1024
    templatesync rules --format markdown > rules.md
    """
    from templatesync.commands.rules import rules as run

    return options.show(run(rule))


@command("doctor")
@click.option("--policy", type=click.Choice(["plan", "apply"]), help="Only print the RAM policy of that role.")
@click.option(
    "--trial", default="", metavar="NAME", help="Create, edit and delete a template of that name. Asks first."
)
@click.option("--yes", is_flag=True, help="With --trial: without being asked.")
def doctor(options: Globals, policy: str | None, trial: str, yes: bool) -> ExitCode:
    """Check credentials, clock, account and permissions of a space. Changes nothing, unless --trial asks it to.

    It also tells what the service is like, as far as reading shows it. With --format json there is nothing of yours in
    it but the names of spaces, so that it can be sent to the maintainers.

    With --trial it writes, to find out what only writing shows: a real template goes to a real review, and its name
    cannot be used for 30 days once it is deleted. Call it again when the review is over (exit 7 until then).

    \b
    templatesync doctor --space production
    templatesync doctor --policy plan # what a pull request's role needs
    templatesync doctor --policy apply
    templatesync doctor --space production --trial templatesync_trial
    """
    from templatesync.commands import doctor as command_

    if yes and not trial:
        raise UsageError("--yes goes with --trial: nothing else of doctor writes anything")
    if trial:
        if policy:
            raise UsageError("--trial and --policy exclude each other")
        return _trial(options, trial, yes)
    if policy:
        from templatesync.planning.document import text

        return options.put(text(command_.policy(policy)))
    progress = options.progress()
    result = command_.doctor(
        options.directory, options.spaces, options.all_spaces, options.connection(), progress=progress.read
    )
    progress.clear()
    return options.show(result)


def _trial(options: Globals, name: str, yes: bool) -> ExitCode:
    from templatesync.commands.trial import run_trial

    terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    if not terminal and not yes:
        raise UsageError("without a terminal, --trial needs --yes")

    def confirm(question: str) -> bool:
        if yes:
            options.note(question.replace("This would ", "This will ", 1))
            return True
        click.echo(question, err=True)
        return click.confirm("Do this?", default=False, err=True)

    result = run_trial(options.directory, options.spaces, options.all_spaces, options.connection(), name, confirm)
    return options.show(result)


@command("schema")
@click.argument("kind", required=False, default="resource", shell_complete=completing.schemas)
def schema(options: Globals, kind: str) -> ExitCode:
    """Print a JSON Schema, for editors and programs. KIND is resource (the default), project, plan, receipt and so on.

    \b
    templatesync schema resource > schemas/resource.schema.json
    templatesync schema plan
    """
    from templatesync.schema.loading import schema_dir

    known = sorted(path.name.removesuffix(".schema.json") for path in schema_dir().glob("*.schema.json"))
    if kind not in known:
        raise UsageError(f"there is no schema {kind!r}", hint=f"there are {', '.join(known)}")
    text = (schema_dir() / f"{kind}.schema.json").read_text(encoding="utf-8")
    return options.put(text)


@command("emulator")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option("--db", type=_PATH, metavar="FILE", help="Keep everything there; without it nothing is kept.")
@click.option("--review", default="manual", metavar="MODE", help="manual, approve, reject or after=SECONDS.")
@click.option(
    "--modify-approved",
    type=click.Choice(["allow", "refuse"]),
    default="refuse",
    help="Whether approved templates can be edited.",
)
@click.option("--qps", type=click.Choice(["on", "off"]), default="off", help="Quotas per second.")
@click.option("--limits", type=click.Choice(["on", "off"]), default="off", help="Longer limits.")
@click.option(
    "--codes", type=click.Choice(["per-name", "per-language"]), default="per-name", help="What a TemplateCode is for."
)
@click.option("--latency", type=click.IntRange(0), default=0, metavar="MS", help="Added to every call.")
@click.option(
    "--write-delay",
    type=click.IntRange(0),
    default=0,
    metavar="MS",
    help="A write is carried out so much later, even when its sender was killed.",
)
@click.option(
    "--consistency-delay",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="Lists show what was made or deleted so much later.",
)
@click.option("--access-key-id", default="emulator", metavar="ID", help="The key that requests must be signed with.")
@click.option("--access-key-secret", default="emulator", metavar="SECRET", help="Its secret; emulator, like the key.")
@click.option(
    "--quirk",
    "quirk",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completing.quirks,
    help="Do otherwise in one way; repeatable.",
)
@click.option("--quirks", is_flag=True, help="Only list the quirks and their values.")
def emulator(
    options: Globals, port: int, db: Path | None, quirk: tuple[str, ...], quirks: bool, **switches: Any
) -> ExitCode:
    """Serve a stand-in for the service on 127.0.0.1. It is for this tool and for the official SDKs.

    \b
    templatesync emulator --port 8080 --review approve
    templatesync emulator --space local # the database of that space
    templatesync emulator --quirk list-lag=30 # listings half a minute behind
    templatesync emulator --write-delay 3000 # a write goes on for 3 seconds
    """
    import signal
    import threading

    from templatesync.commands.emulator import chosen_quirks, list_quirks
    from templatesync.commands.emulator import emulator as run

    if quirks:
        return options.put(list_quirks())
    wanted = chosen_quirks(quirk)
    if len(options.spaces) > 1:
        raise UsageError("the emulator serves one space's database")
    stop = threading.Event()

    def ready(url: str) -> None:
        click.echo(f"listening on {url}")  # whoever starts this from a script reads this one line
        if wanted:
            options.note(f"quirks: {', '.join(f'{name}={value}' for name, value in wanted.items())}")
        usual = (switches["access_key_id"], switches["access_key_secret"]) == ("emulator", "emulator")
        keys = f"{_KEY}=emulator {_SECRET}=emulator" if usual else f"{_KEY}=… {_SECRET}=…"
        options.note("in another terminal, with a space of your project that has a cust_space_id:")
        options.note(f"  export {keys}\n  templatesync plan --space NAME --endpoint {url}")

    before = {number: signal.signal(number, lambda *_: stop.set()) for number in HEEDED}
    try:
        run(
            options.directory,
            _emulator_settings(**switches),
            port=port,
            database=db,
            space=options.spaces[0] if options.spaces else "",
            quirks=wanted,
            ready=ready,
            stop=stop,
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return ExitCode.OK


def _emulator_settings(
    review: str,
    modify_approved: str,
    qps: str,
    limits: str,
    codes: str,
    latency: int,
    write_delay: int,
    consistency_delay: float,
    access_key_id: str,
    access_key_secret: str,
) -> Any:
    from templatesync.emulator.settings import Codes, ModifyApproved, Review, Settings

    mode, _, seconds = review.partition("=")
    after = 0.0
    if mode == "after" and seconds.replace(".", "", 1).isdecimal():
        mode, after = "approve", float(seconds)
    if mode not in set(Review) or (seconds and not after):
        raise UsageError(f"--review takes manual, approve, reject or after=SECONDS, not {review!r}")
    return Settings(
        review=Review(mode),
        after=after,
        modify_approved=ModifyApproved(modify_approved),
        qps=qps == "on",
        limits=limits == "on",
        codes=Codes(codes),
        latency_ms=float(latency),
        write_delay_ms=float(write_delay),
        consistency_delay=consistency_delay,
        access_key_id=access_key_id,
        access_key_secret=access_key_secret,
    )
