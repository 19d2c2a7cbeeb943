"""Each command's own options, and the call of its function. Everything else is imported when a command runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from templatesync.cli import completing
from templatesync.cli.consent import approved, confirm
from templatesync.cli.options import Globals, command
from templatesync.cli.parameters import Duration, Page, number, pasted
from templatesync.model.errors import ExitCode, TemplatesyncError, UsageError, worst

_PATH = click.Path(path_type=Path)
TARGET = click.option(
    "--target",
    "targets",
    multiple=True,
    callback=pasted,
    metavar="KEY",
    shell_complete=completing.keys_and_files,
    help="Only this key, pattern of keys (template/order_*) or file; repeatable.",
)
_PRUNE = click.option("--prune", is_flag=True, help="Delete what is live and in no file.")
_BREAKING = click.option(
    "--allow-breaking", is_flag=True, help="Let changes through that break senders; a file says it as `breaks`."
)
_MASS = click.option(
    "--allow-mass-change", type=int, metavar="N", help="Let exactly N updates and deletes through at once."
)
_UNKNOWN = click.option(
    "--allow-unknown-state", is_flag=True, help="Let tombstones delete what is in a state that nobody knows."
)
_KNOWN = click.option(
    "--known",
    type=_PATH,
    metavar="RECEIPT",
    help="What this receipt says was told back differently is not sent again; what it left is no drift.",
)
_RESUBMIT = click.option(
    "--resubmit",
    multiple=True,
    callback=pasted,
    metavar="KEY",
    shell_complete=completing.keys,
    help="Send it again although it is equal.",
)


_SINCE = click.option(
    "--changed-since",
    "since",
    metavar="REV",
    help="Only what has changed since a revision of git; A... is the fork point.",
)


DETAILS = click.option("--details", is_flag=True, help="Show everything: each text, place and difference.")


WAIT = click.option("--timeout", type=Duration(), default=1800.0, metavar="30m", help="How long to wait at most.")


def _plan_options(targets: tuple[str, ...], prune: bool, **others: Any) -> Any:
    from templatesync.planning.inputs import PlanOptions

    if targets and prune:
        raise UsageError("--target and --prune exclude each other", hint="pruning looks at everything that is live")
    return PlanOptions(targets=targets, prune=prune, **others)


def alarms_of(said: str | None, known: Collection[str]) -> tuple[str, ...]:
    """The words of `--fail-on`; none without it. Raises UsageError for a list of nothing, which would turn it off."""
    words = listed("--fail-on", said or "", known)
    if said is not None and not words:
        hint = "a variable of the pipeline may be empty; leave the option out for no alarm"
        raise UsageError("--fail-on names nothing to fail on", hint=hint)
    return words


def listed(option: str, said: str, known: Collection[str]) -> tuple[str, ...]:
    """The words of a list that an option was given. Raises UsageError for one that it does not know."""
    words = tuple(filter(None, said.split(",")))
    for word in words:
        if word not in known:
            raise UsageError(f"{option} knows {', '.join(known)}, not {word!r}")
    return words


@command("validate")
@click.argument("paths", type=_PATH, nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--fix", is_flag=True, help="First mend what has one safe answer; tell what was mended and what is left.")
@click.option("--no-cache", is_flag=True, help="Judge every file again, and keep nothing of it.")
@_SINCE
def validate(
    options: Globals, paths: tuple[Path, ...], strict: bool, fix: bool, no_cache: bool, since: str | None
) -> ExitCode:
    """Check files against schema and rules. No network, no credentials.

    With --fix, files are changed where a finding has one safe answer (`templatesync rules ID` tells). All else in them
    stays as it is, and nothing is kept that would bring a new error. A missing sample is added as TODO, which is an
    error until somebody writes it.

    \b
    templatesync validate
    templatesync validate templates/order_shipped.yaml --strict
    templatesync validate --format github
    templatesync validate --format sarif -o templatesync.sarif
    templatesync validate --format markdown -o findings.md
    templatesync validate --fix templates
    templatesync validate --changed-since origin/main...
    """
    from templatesync.commands.validate import validate as run
    from templatesync.render.report import count_line
    from templatesync.render.strictness import lines
    from templatesync.render.terminal import safe

    result = run(
        options.directory,
        paths,
        options.spaces,
        options.all_spaces,
        strict=strict,
        fix=fix,
        cache=None if no_cache else options.cache_folder(),
        since=options.revision(since),
    )
    for note in result.notes:
        options.note(note)
    code = options.show(result)
    if options.format in ("gitlab", "sarif", "junit"):
        for line in (*lines(result.strictness), count_line(result)):  # all that the log of a CI job shows of it
            options.note(safe(line))
    return code


@command("fmt")
@click.argument("paths", type=_PATH, nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; show what would change, and exit 3 when something would.")
def fmt(options: Globals, paths: tuple[Path, ...], check: bool) -> ExitCode:
    """Put resource files in canonical order and style. Comments stay with what they are about.

    Keys and components in the order in which a person reads them, two blanks of indentation, quotes around text that an
    old YAML reader takes for a number, a date or a switch, LF as line ends. A file that would then say something else,
    or has errors in its YAML, stays as it is and is told. Exits 3 for such a file.

    \b
    templatesync fmt
    templatesync fmt templates/order_shipped.yaml qr_codes
    templatesync fmt --check # for CI: a diff, and exit 3
    """
    from templatesync.commands.fmt import fmt as run

    return options.show(run(options.directory, paths, check=check))


@command("plan")
@click.option("--out", type=_PATH, metavar="FILE", help="Save the plan for `apply FILE`.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when changes are pending.")
@click.option(
    "--fail-on",
    metavar="LIST",
    shell_complete=completing.alarms_of_plan,
    help="Exit 6 on any of blocked, breaking, review, told_back, unmanaged, drift (edited, recategorised, missing, "
    "unmanaged).",
)
@click.option("--cache", is_flag=True, help="Read only what the list says has moved; apply refuses such a plan file.")
@click.option(
    "--only",
    default="",
    metavar="LIST",
    shell_complete=completing.kinds_of_change,
    help="Show these kinds of change alone: create, new-version, update, delete, blocked, waiting, breaking, review, "
    "noted, unchanged. What is planned, counted, saved and digested is the same.",
)
@DETAILS
@click.option("--usage", is_flag=True, help="Ask how often what changes or goes was sent this week.")
@click.option(
    "--also", multiple=True, metavar="FORMAT=FILE", help="Write the same plan there in another format; repeatable."
)
@click.option("--link", type=Page(), default="", metavar="URL", help="Where a page of it is; Markdown leads there.")
@_SINCE
@TARGET
@_PRUNE
@_BREAKING
@_MASS
@_RESUBMIT
@_UNKNOWN
@_KNOWN
def plan(
    options: Globals,
    details: bool,
    only: str,
    out: Path | None,
    detailed_exitcode: bool,
    fail_on: str | None,
    cache: bool,
    known: Path | None,
    since: str | None,
    also: tuple[str, ...],
    link: str,
    usage: bool,
    **asked: Any,
) -> ExitCode:
    """Show what apply would do. Reads what is live; writes nothing remote.

    `markdown` is for a comment: each message before and after. `github` makes it the summary of a workflow's step, sets
    outputs (has-changes, reviews, breaking, blocked, waiting, deletes, unmanaged, digest, truncated, exit-code), and
    annotates lines. `html` is a page of the messages, before and after side by side.

    `--fail-on drift` reads the last 50 commits of each file: what was edited elsewhere is told from what waits for an
    apply. `--known` says what an apply left, which may not be there any more.

    \b
    templatesync plan
    templatesync plan --space production --out plan.json
    templatesync plan --space production --fail-on blocked,breaking
    templatesync plan --space production --fail-on drift --known receipt.json
    templatesync plan --all-spaces --only blocked,breaking --details
    templatesync plan --space production --cache
    templatesync plan --space production --changed-since origin/main...
    templatesync plan --space 'brand_*' --target templates/order_shipped.yaml
    templatesync plan --space production --format markdown -o plan.md
    templatesync plan --space production --format html -o plan.html
    templatesync plan --space production --out plan.json --also html=plan.html
    templatesync plan --space production --prune --usage
    """
    from templatesync.cli import pipeline
    from templatesync.commands.plan import FAIL_ON
    from templatesync.commands.plan import plan as run
    from templatesync.model.change import KINDS_OF_CHANGE

    options = options._replace(details=details, only=listed("--only", only, KINDS_OF_CHANGE))
    bad, files = alarms_of(fail_on, FAIL_ON), pipeline.also("plan", also)
    if since is not None and asked["prune"]:
        raise UsageError(
            "--changed-since and --prune exclude each other", hint="pruning looks at everything that is live"
        )
    progress = options.progress()
    result = run(
        options.directory,
        options.spaces,
        options.all_spaces,
        _plan_options(**asked),
        options.connection(),
        in_ci=options.in_ci,
        detailed=detailed_exitcode,
        fail_on=bad,
        out=out,
        cache=cache,
        known=known,
        since=options.revision(since),
        places=options.format == "github",
        usage=usage,
        progress=progress.read,
        counted=progress.counted,
    )
    progress.clear()
    for note in result.notes:
        options.note(note)
    if result.unsaved:
        options.complain(result.unsaved)
    result = pipeline.handed_over(options, dataclasses.replace(result, link=link))
    return worst([pipeline.written(options, result, files), options.show(result)])


@command("apply")
@click.argument("plan_file", type=_PATH, required=False, metavar="[PLANFILE]")
@click.option("--yes", is_flag=True, help="Apply without being asked.")
@click.option("--expect-digest", metavar="HEX", help="Refuse unless the plan has this digest.")
@click.option("--wait", is_flag=True, help="Go on by itself when a quota frees itself.")
@click.option("--receipt", type=_PATH, metavar="FILE", help="Write how each change ended, as JSON.")
@click.option(
    "--with-waiting",
    is_flag=True,
    help="With PLANFILE: carry out, too, what it has as blocked by a rollout or a running review, once that is over.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0, max=86400),
    callback=number,
    metavar="SECONDS",
    help="How long an absence or an old content must be seen before it is believed, since a run that was cut off may "
    "still be writing. By default 60 after such a run, or one that has just ended in another checkout, 10 on a machine "
    "that knows of no earlier one, else 0.",
)
@click.option("--changed-since", "since", hidden=True, help="Not here: apply the plan file that plan makes with it.")
@DETAILS
@WAIT
@TARGET
@_PRUNE
@_BREAKING
@_MASS
@_RESUBMIT
@_UNKNOWN
@_KNOWN
def apply(
    options: Globals,
    details: bool,
    plan_file: Path | None,
    yes: bool,
    expect_digest: str | None,
    wait: bool,
    with_waiting: bool,
    receipt: Path | None,
    known: Path | None,
    settle: float | None,
    since: str | None,
    timeout: float,
    **asked: Any,
) -> ExitCode:
    """Carry out a plan: make what is live what the files say. Plans again, and does only what was approved.

    \b
    templatesync apply # plan, ask, apply
    templatesync apply plan.json # only what it permits
    templatesync apply --expect-digest "$DIGEST" # only what was reviewed
    templatesync apply plan.json --format markdown -o outcome.md
    templatesync apply --yes --settle 60 # in CI, after a cancelled run
    """
    from templatesync.cli.pipeline import not_begun
    from templatesync.commands import apply as command_

    options = options._replace(details=details)
    if with_waiting and plan_file is None:
        raise UsageError(
            "--with-waiting goes with a PLANFILE", hint="without one, what nothing blocks any more goes out anyway"
        )
    agreed = approved(since, expect_digest, yes or bool(plan_file))
    progress = options.progress()
    try:
        result = command_.apply(
            options.directory,
            options.spaces,
            options.all_spaces,
            _plan_options(**asked),
            options.connection(),
            command_.Order(
                plan_file=plan_file,
                expect_digest=(expect_digest or "").lower(),
                approved=agreed,
                wait=wait,
                with_waiting=with_waiting,
                timeout=timeout,
                receipt=receipt,
                known=known,
                settle=settle,
                confirm=lambda plan: confirm(options, progress, plan),
            ),
            in_ci=options.in_ci,
            watch=command_.Watch(
                progress.started,
                progress.ended,
                progress.read,
                progress.waiting,
                progress.doubting,
                progress.stopping,
                progress.counted,
            ),
        )
    except TemplatesyncError as error:
        progress.clear()
        not_begun(options, error)
        raise
    progress.clear()
    return options.show(result)
