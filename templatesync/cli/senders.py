"""The commands for programs that send. As in `commands`, all else is imported late."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from templatesync.cli import completing
from templatesync.cli.options import Globals, command
from templatesync.cli.parameters import pasted
from templatesync.model.errors import ExitCode, UsageError
from templatesync.render.formats import FORMATS

_PATH = click.Path(path_type=Path)
_OUTPUTS = FORMATS["outputs"]
_ONE_SPACE = ("env", "codes")


@command("outputs")
@click.option("--contract", "contract_file", type=_PATH, metavar="FILE", help="That contract in place of the files.")
@click.option("--check", type=_PATH, metavar="FILE", help="Only tell whether FILE is as it would be made now.")
def outputs(options: Globals, contract_file: Path | None, check: Path | None) -> ExitCode:
    """Show what programs need to send. For each name and language that is the code, and the variables.

    What is live: json and env for senders that are deployed with the merge, codes for all others, which find there the
    code of the contract that they were written for. From files alone, without credentials: contract says what each
    send must carry, and python and typescript are functions that send it.

    \b
    templatesync outputs --space production
    templatesync outputs --space production --format env -o .env.templates
    templatesync outputs --space production --format codes -o codes.json
    templatesync outputs --format contract -o contract.json
    templatesync outputs --format python -o app/senders.py
    templatesync outputs --format python --contract contract.json -o senders.py
    templatesync outputs --format python --check app/senders.py

    What could not be read is told; it exits 10 then, or 4 or 5 where nothing of a space could be, and a file given with
    -o stays as it is. With --check it exits 3 when the file is not as --format would make it now, shows the difference,
    and the command that makes it.
    """
    name = options.format or next(iter(_OUTPUTS))
    if check and options.output:
        raise UsageError("--check and -o exclude each other: --check writes nothing")
    if contract_file and not _OUTPUTS[name].files:
        known = ", ".join(each for each, shown in _OUTPUTS.items() if shown.files)
        raise UsageError(f"--contract goes with the formats {known}: {name} shows what is live")
    result = _from_files(options, contract_file) if _OUTPUTS[name].files else _live(options, name)
    unread = getattr(result, "unread", ())
    for each in unread:
        options.complain(each)
    untouched = options.output or check
    if unread and untouched:
        what = "is not compared" if check else "is left as it is"
        options.complain(f"{untouched} {what}: this is not all that senders need")
        for error in result.defects:
            options.broke(error)
        return ExitCode(result.exit_code)
    return options.show(result) if check is None else _compared(options, name, contract_file, check, result)


def _from_files(options: Globals, contract_file: Path | None) -> Any:
    from templatesync.commands.contracts import contracts as run

    return run(options.directory, options.spaces, options.all_spaces, contract_file, options.cache_folder())


def _live(options: Globals, name: str) -> Any:
    from templatesync.commands.outputs import outputs as run

    return run(
        options.directory,
        options.spaces,
        options.all_spaces,
        options.connection(),
        in_ci=options.in_ci,
        one_for=f"--format {name}" if name in _ONE_SPACE else "",
    )


def _compared(options: Globals, name: str, contract_file: Path | None, check: Path, result: Any) -> ExitCode:
    from templatesync.commands.compared import compare
    from templatesync.render.terminal import COLUMNS, Style

    made = _OUTPUTS[name](result, Style(columns=COLUMNS))
    return options._replace(format="").show(
        compare(check, made, _command(options, name, contract_file, check)), "outputs --check"
    )


def _command(options: Globals, name: str, contract_file: Path | None, target: Path) -> str:
    """The call that writes the file, for a shell, with all options that decide what it says."""
    import shlex

    words = ["templatesync", *(["-C", str(options.directory)] if options.directory != Path() else []), "outputs"]
    words += [word for space in options.spaces for word in ("--space", space)]
    words += ["--all-spaces"] if options.all_spaces else []
    words += ["--profile", options.profile] if options.profile else []
    words += ["--endpoint", options.endpoint] if options.endpoint else []
    words += ["--insecure-endpoint"] if options.insecure_endpoint else []
    words += ["--ecs"] if options.ecs else []
    words += ["--contract", str(contract_file)] if contract_file else []
    return shlex.join([*words, "--format", name, "-o", str(target)])


@command("check-payload")
@click.argument("paths", nargs=-1, metavar="[FILE|-|DIR]...")
@click.option("--contract", "contract_file", type=_PATH, metavar="FILE", help="That contract in place of the files.")
@click.option("--codes", "codes_file", type=_PATH, metavar="FILE", help="What each TemplateCode is for.")
def check_payload(
    options: Globals, paths: tuple[str, ...], contract_file: Path | None, codes_file: Path | None
) -> ExitCode:
    """Check requests to send. Do they give what their templates ask for? Offline; sends nothing.

    Requests are JSON: SendChatappMessage or SendChatappMassMessage as on the wire, or as the SDKs of Python
    (template_params), Java, TypeScript and Go (templateParams) hold them; a file has one, or a list. Of a folder all
    *.json are read, of - stdin. A request names its template by TemplateName; TemplateCode may hold that name, too, and
    with --codes it may be a real code. Messages quote no values. It exits 3 when a request would be refused.

    \b
    templatesync check-payload request.json
    templatesync check-payload tests/payloads --format github
    app --dry-run | templatesync check-payload - --contract contract.json
    templatesync check-payload sent.json --codes codes.json
    """
    from templatesync.commands.check_payload import Wish
    from templatesync.commands.check_payload import check_payload as run

    wish = Wish(
        paths,
        _stdin,
        options.spaces,
        options.all_spaces,
        contract_file,
        codes_file,
        options.cache_folder(),
    )
    return options.show(run(options.directory, wish))


def _stdin(most: int) -> bytes:
    if sys.stdin is None:
        raise UsageError("there is no stdin to read")
    return sys.stdin.buffer.read(most)


@command("breaking")
@click.option(
    "--against",
    "given",
    required=True,
    metavar="REV|DIR|FILE",
    help="A revision of git (A... is the fork point), a project's folder, or a contract file.",
)
@click.option(
    "--allow",
    multiple=True,
    callback=pasted,
    metavar="KEY:RULE",
    shell_complete=completing.keys,
    help="Let this key break this rule; repeatable. There is no blanket.",
)
def breaking(options: Globals, given: str, allow: tuple[str, ...]) -> ExitCode:
    """Tell what breaks the programs that send. No network, no credentials; it works on forks.

    What files asked of programs is compared with what they ask now, everything as if it were approved. It exits 6 when
    something breaks that nobody has called intended: name the rule in the file (`templatesync: {breaks: [RULE]}`), or
    give --allow. It exits 3 when a file that counts has errors; one that has not changed is not judged again.

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
