"""What every command has in common: global options on both sides of its name, showing a result, ending with a code."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

import templatesync
from templatesync.model.errors import ExitCode, FindingsError, LocalError, TemplatesyncError, UsageError, worst
from templatesync.render.formats import FORMATS

Function = Callable[..., Any]

# Made once for all commands, of which there are more than a dozen: they know nothing of a run.
_GLOBAL: tuple[click.Parameter, ...] = (
    click.Option(
        ["-C", "directory"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The project's folder. Other paths start where you are.",
    ),
    click.Option(["--space", "spaces"], multiple=True, metavar="NAME", help="A space of the project; repeatable."),
    click.Option(["--all-spaces"], is_flag=True, default=None, help="All spaces but emulators."),
    click.Option(["-o", "--output"], type=click.Path(path_type=Path), metavar="FILE", help="Write the data there."),
    click.Option(
        ["-q", "--quiet"], is_flag=True, default=None, help="No progress, no notes, findings in one line each."
    ),
    click.Option(["-v", "--verbose"], is_flag=True, default=None, help="Show what is unchanged too."),
    click.Option(["--profile"], metavar="NAME", help="A profile of the aliyun CLI."),
    click.Option(["--endpoint"], metavar="URL", help="Send requests there instead of the region's endpoint."),
    click.Option(["--insecure-endpoint"], is_flag=True, default=None, help="Allow any host as endpoint."),
    click.Option(["--ecs"], is_flag=True, default=None, help="Allow credentials from the ECS metadata service."),
    click.Option(["--color/--no-color", "color"], default=None, help="Colours; NO_COLOR and FORCE_COLOR count too."),
)

_VERSION = click.version_option(templatesync.__version__, message="templatesync %(version)s")


class Globals(NamedTuple):
    """The options that every command takes, before or after its name."""

    command: str
    directory: Path = Path()
    spaces: tuple[str, ...] = ()
    all_spaces: bool = False
    format: str = ""
    output: Path | None = None
    quiet: bool = False
    verbose: bool = False
    profile: str = ""
    endpoint: str = ""
    insecure_endpoint: bool = False
    ecs: bool = False
    color: bool | None = None

    @property
    def in_ci(self) -> bool:
        """Whether a machine runs this."""
        return bool(os.environ.get("CI"))

    def connection(self) -> Any:
        """Where requests go; the environment is read here and nowhere below."""
        from templatesync.commands.session import Connection

        return Connection(self.profile, self.endpoint, self.insecure_endpoint, self.ecs, dict(os.environ))

    def revision(self, name: str | None) -> Any:
        """A revision of git, for `--changed-since`; None without a name."""
        from templatesync.project.at_revision import Revision

        return None if name is None else Revision(name, dict(os.environ))

    def cache_folder(self) -> Path | None:
        """The user's own folder for what this program remembers."""
        from templatesync.storage.user_dirs import cache_folder

        return cache_folder(os.environ)

    def style(self, stream: Any) -> Any:
        """Colours for a stream: the flag, then FORCE_COLOR, then NO_COLOR, then whether it is a terminal."""
        from templatesync.render.terminal import Style

        color = self.color
        if color is None:
            forced, refused = os.environ.get("FORCE_COLOR"), os.environ.get("NO_COLOR")
            terminal = stream is not None and stream.isatty()
            color = forced not in (None, "", "0") or (not refused and terminal)
        return Style(bool(color), self.verbose, self.quiet)

    def progress(self) -> Any:
        """What tells of progress, on stderr."""
        from templatesync.render.progress import Progress

        progress = Progress(sys.stderr, quiet=self.quiet)
        click.get_current_context().call_on_close(progress.clear)  # however the command ends
        return progress

    def show(self, result: Any, command: str = "") -> ExitCode:
        """Render a result to where it belongs; its exit code. `command` names another row of the table of formats."""
        from templatesync.render.terminal import Style

        formats = FORMATS[command or self.command]
        name = self.format or next(iter(formats))
        style = Style(bool(self.color), self.verbose, self.quiet) if self.output else self.style(sys.stdout)
        chosen = formats[name]
        put = self.put(chosen(result, style), plain=chosen.ascii)
        for error in getattr(result, "defects", ()):  # they ended one space; what came of the others is told by now
            _bug(error)
        return worst([ExitCode(getattr(result, "exit_code", ExitCode.OK)), put])

    def put(self, text: str, *, plain: Callable[[str], str] | None = None) -> ExitCode:
        """Data to stdout, or to the file of `-o`; to stdout too when that file cannot be written: work was done.

        `plain` writes the text in ASCII alone, for a stdout that is not UTF-8.
        """
        from templatesync.storage.writing import write_file

        code = ExitCode.OK
        if self.output:
            try:
                write_file(self.output, text)
                return code
            except LocalError as error:
                _complain(str(error), "the data is on stdout instead")
                code = ExitCode.FAILURE
        _write(plain(text) if plain and not _speaks_utf8(sys.stdout) else text)
        return code

    def complain(self, text: str) -> None:
        """A line on stderr about what went wrong, quiet or not."""
        from templatesync.render.terminal import safe

        _complain(safe(text))

    def note(self, text: str) -> None:
        """A line on stderr beside data that no person reads; nothing when quiet."""
        if not self.quiet:
            _say(text)


def _speaks_utf8(stream: Any) -> bool:
    return str(getattr(stream, "encoding", "")).lower().replace("-", "") in ("utf8", "utf8sig")


def _write(text: str) -> None:
    if sys.stdout is None:  # closed by whoever started this
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _mute(sys.stdout)  # the reader has seen enough, as `| head` does
    except OSError as error:
        _mute(sys.stdout)
        raise LocalError(f"the output cannot be written: {error.strerror}") from None


def _mute(stream: Any) -> None:
    """Send what is left nowhere; Python would complain once more at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # as they are worked with, not by alphabet


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@_VERSION
@click.option("--format", "format", metavar="FORMAT", help="How to show the data; each command tells what it knows.")
@click.pass_context
def main(ctx: click.Context, /, **options: Any) -> None:
    """Keep WhatsApp message templates of Alibaba Cloud Chat App Message Service in git.

    \b
    templatesync init                      start a project
    templatesync validate                  check the files, without network
    templatesync plan                      show what would change
    templatesync apply                     change it
    templatesync status                    follow the reviews
    """
    ctx.obj = options


main.params += _GLOBAL


class _Command(click.Command):
    """A subcommand whose help shows its own options before those that all commands have."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the command, then the common ones."""
        common = {option.name for option in main.params} - {"format"}
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for option in self.get_params(ctx):
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx)):
                (shared if option.name in common or option.name in ("help", "version") else own).append(record)
        for title, records in (("Options", own), ("Common options", shared)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def command(name: str) -> Callable[[Function], Function]:
    """A subcommand: the global options again, and `Globals` as the first argument of the function."""
    formats = FORMATS.get(name, {})

    def wrap(function: Function) -> Function:
        @click.pass_context
        @functools.wraps(function)
        def run_it(ctx: click.Context, /, **options: Any) -> Any:
            merged = _merged(name, ctx.obj, options)
            if merged.format and merged.format not in formats:
                known = f"knows the formats {', '.join(formats)}" if formats else "has no formats"
                raise UsageError(f"{name} {known}, not {merged.format!r}")
            for path in (merged.output, options.get("receipt"), options.get("out")):
                # Known before anything is done, not when it is done and cannot be told.
                if path is not None and not path.parent.is_dir():
                    raise UsageError(f"there is no folder {path.parent} to write {path.name} to")
                if path is not None and path.is_dir():
                    raise UsageError(f"{path} is a folder, not a file to write to")
            try:
                return function(merged, **options)
            except FindingsError as error:
                _list(error, merged)
                raise

        wrapped: Function = run_it
        if formats:
            choice = click.option("--format", "format", type=click.Choice(list(formats)), help="How to show the data.")
            wrapped = choice(wrapped)
        made = main.command(name, cls=_Command)(_VERSION(wrapped))
        made.params[:0] = _GLOBAL
        return made

    return wrap


def _merged(name: str, before: Mapping[str, Any], after: dict[str, Any]) -> Globals:
    """Global options from both sides of the command; the nearer one wins, and spaces add up."""
    values: dict[str, Any] = {}
    for key, early in before.items():
        late = after.pop(key, None)
        values[key] = (*early, *(late or ())) if key == "spaces" else early if late is None else late
    return Globals(name, **{key: value for key, value in values.items() if value is not None})


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. Never raises, but for being interrupted twice."""
    for stream in (sys.stdout, sys.stderr):
        # Template texts are in every script, terminals and CI logs are not.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    try:
        return int(main.main(arguments, prog_name="templatesync", standalone_mode=False) or ExitCode.OK)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        _complain("interrupted")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        with contextlib.suppress(OSError, ValueError):
            error.show()
        return ExitCode.USAGE
    except KeyboardInterrupt:
        _complain("interrupted")
        return ExitCode.INTERRUPTED
    except TemplatesyncError as error:
        return _explain(error)
    except BrokenPipeError:
        _mute(sys.stdout)
        return ExitCode.OK
    except Exception as error:
        return _bug(error)


def _say(text: str) -> None:
    """A line on stderr; when nobody can read it, that is no reason to end otherwise."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)


def _complain(message: str, hint: str = "") -> None:
    from templatesync.render.terminal import safe

    _say(f"templatesync: {safe(message)}")
    if hint:
        _say(f"  hint: {safe(hint)}")


def _list(error: FindingsError, options: Globals) -> None:
    """The findings on stderr, as validate would show them."""
    from templatesync.render.finding import findings
    from templatesync.render.terminal import joined

    _say(joined(findings(error.findings, error.lines, options.style(sys.stderr))).rstrip("\n"))


def _explain(error: TemplatesyncError) -> ExitCode:
    """One sentence on stderr."""
    _complain(str(error), error.hint)
    return error.exit_code


def _bug(error: Exception) -> ExitCode:
    """A defect: the traceback goes to a file, one line to the person."""
    import tempfile
    import traceback

    from templatesync.service.secret import scrub

    text = scrub("".join(traceback.format_exception(error)))
    where = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="templatesync-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(f"templatesync {templatesync.__version__}, Python {sys.version}\n{text}")
            where = log.name
    except OSError:
        _say(text)
    _complain(
        f"this is a defect of templatesync: {type(error).__name__}",
        f"please report it with {where or 'the text above'}; it holds no secret, but parts of your files perhaps",
    )
    return ExitCode.BUG
