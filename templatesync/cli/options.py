"""What every command has in common: global options on both sides of its name, showing a result, ending with a code."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

import templatesync
from templatesync.cli import completing, help_text, output
from templatesync.cli.foreign import refuse_foreign, refuse_foreign_command, withhold
from templatesync.model.errors import ExitCode, FindingsError, LocalError, TemplatesyncError, UsageError, worst
from templatesync.model.stopping import Terminated
from templatesync.render.formats import FORMATS

Function = Callable[..., Any]

# Made once for all commands, of which there are more than a dozen: they know nothing of a run.
COMMON: tuple[click.Parameter, ...] = (
    click.Option(
        ["-C", "directory"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The project's folder. Other paths start where you are.",
    ),
    click.Option(
        ["--space", "spaces"],
        multiple=True,
        metavar="NAME",
        help="A space, a group of spaces or a pattern of names; repeatable.",
        shell_complete=completing.spaces,
    ),
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
    details: bool = False
    only: tuple[str, ...] = ()
    defects: list[Exception] | None = None
    """What broke beside the work: told at the end, when all else has been."""

    def broke(self, error: Exception) -> None:
        """Keep a defect for the end."""
        assert self.defects is not None
        if error not in self.defects:
            self.defects.append(error)

    @property
    def in_ci(self) -> bool:
        """Whether a machine runs this."""
        return bool(os.environ.get("CI"))

    def connection(self) -> Any:
        """Where requests go; the environment is read here and nowhere below."""
        from templatesync.commands.session import Connection

        return Connection(
            self.profile, self.endpoint, self.insecure_endpoint, self.ecs, dict(os.environ), broke=self.broke
        )

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
        return Style(bool(color), self.verbose, self.quiet, output.columns(stream), self.details, self.only)

    def progress(self) -> Any:
        """What tells of progress, on stderr."""
        from templatesync.cli.guard import Guarded
        from templatesync.render.progress import Progress

        progress = Guarded(Progress(sys.stderr, quiet=self.quiet), self.broke)
        click.get_current_context().call_on_close(progress.clear)  # however the command ends
        return progress

    def show(self, result: Any, command: str = "") -> ExitCode:
        """Render a result to where it belongs; its exit code. `command` names another row of the table of formats."""
        from templatesync.render.terminal import COLUMNS

        formats = FORMATS[command or self.command]
        name = self.format or next(iter(formats))
        style = self.style(sys.stdout)
        if self.output:
            style = style._replace(color=bool(self.color), columns=COLUMNS)
        chosen = formats[name]
        decided = ExitCode(getattr(result, "exit_code", ExitCode.OK))
        for error in getattr(result, "defects", ()):  # they ended one space, or one change
            self.broke(error)
        try:
            text = chosen(result, style)
        except TemplatesyncError:
            raise
        except Exception as error:
            from templatesync.render.remains import remains

            self.broke(error)
            output.say(remains(result).rstrip("\n"))
            return decided
        put = self.put(text, plain=chosen.ascii)
        # A file was asked for. Where only the screen could not take it, what was decided says more.
        return worst([decided, put]) if self.output or decided is ExitCode.OK else decided

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
                output.complain(str(error), "the data is on stdout instead")
                code = ExitCode.FAILURE
        return worst([code, output.write(plain(text) if plain and not output.speaks_utf8(sys.stdout) else text)])

    def ended(self, code: ExitCode = ExitCode.OK) -> ExitCode:
        """The exit code, with the defects told that were kept until now."""
        return worst([code, *(output.defect(error) for error in self.defects or ())])

    def complain(self, text: str) -> None:
        """A line on stderr about what went wrong, quiet or not."""
        from templatesync.render.terminal import safe

        output.complain(safe(text))

    def list(self, findings: Sequence[Any], lines: Mapping[str, Sequence[str]]) -> None:
        """Findings on stderr, as validate would show them."""
        from templatesync.render.finding import findings as shown
        from templatesync.render.terminal import joined

        output.say(joined(shown(findings, lines, self.style(sys.stderr))).rstrip("\n"))

    def note(self, text: str) -> None:
        """A line on stderr beside data that no person reads; nothing when quiet."""
        if not self.quiet:
            output.say(text)


class _Raised(Exception):
    """What click would make an end of its own of, on its way past it."""

    def __init__(self, error: OSError | KeyboardInterrupt) -> None:
        self.error = error


@contextlib.contextmanager
def _past_click() -> Iterator[None]:
    try:
        yield
    except (OSError, KeyboardInterrupt) as error:
        raise _Raised(error) from error


class _Context(click.Context):
    formatter_class = help_text.Formatter


class _Group(click.Group):
    context_class = _Context

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        with _past_click():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _past_click():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments, once no other tool's option is among them."""
        if not ctx.resilient_parsing:  # else a shell asks what may come next
            refuse_foreign(self, ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command, or answer that of another tool."""
        if not ctx.resilient_parsing:
            refuse_foreign_command(args[0], self.commands)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in help_text.by_purpose(self).values() for name in names]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, by what somebody wants to do."""
        help_text.write_group(self, ctx, formatter)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@_VERSION
@click.option("--format", "format", metavar="FORMAT", help="How to show the data; each command tells what it knows.")
@click.pass_context
def main(ctx: click.Context, /, **options: Any) -> None:
    """Keep WhatsApp templates of Alibaba Cloud Chat App Message Service in git.

    \b
    templatesync init whatsapp # start a project, with an emulator to try it on
    templatesync validate # check the files, without network
    templatesync plan # show what would change
    templatesync apply # change it
    templatesync status # follow the reviews

    `templatesync help COMMAND` explains a command, and `templatesync help TOPIC` what all have in common: options,
    exit-codes, keys, formats, environment or completion.
    """
    ctx.obj = options


main.params += COMMON


class _Command(click.Command):
    """A subcommand whose help leaves out the options that all commands have."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments, once no other tool's option is among them."""
        if not ctx.resilient_parsing:
            refuse_foreign(self, ctx, args)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The task, examples, the command's own options, exit codes."""
        common = {str(option.name) for option in main.params} - {"format"}
        help_text.write_command(self, ctx, formatter, common | {"--help", "--version"})


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
                code = function(merged, **options)
            except BaseException as error:
                if isinstance(error, FindingsError):
                    merged.list(error.findings, error.lines)
                merged.ended()
                raise
            return merged.ended(code)

        wrapped: Function = run_it
        if formats:
            *most, last = formats
            known = f"{', '.join(most)} or {last}" if most else last
            how = f"How to show the data: {known}{', which is the default' if not most else ''}."
            choice = click.option("--format", "format", type=click.Choice(list(formats)), metavar="FORMAT", help=how)
            wrapped = choice(wrapped)
        made = main.command(name, cls=_Command)(_VERSION(wrapped))
        made.params[:0] = COMMON
        return made

    return wrap


def _merged(name: str, before: Mapping[str, Any], after: dict[str, Any]) -> Globals:
    """Global options from both sides of the command; the nearer one wins, and spaces add up."""
    values: dict[str, Any] = {}
    for key, early in before.items():
        late = after.pop(key, None)
        values[key] = (*early, *(late or ())) if key == "spaces" else early if late is None else late
    return Globals(name, defects=[], **{key: value for key, value in values.items() if value is not None})


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code. Never raises, but for being interrupted twice."""
    for stream in (sys.stdout, sys.stderr):
        # Template texts are in every script, terminals and CI logs are not.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    if "_TEMPLATESYNC_COMPLETE" in os.environ:  # a shell asks, at TAB
        from templatesync.cli.shells import register

        register()
    try:
        return int(main.main(arguments, prog_name="templatesync", standalone_mode=False) or ExitCode.OK)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        return _stopped(stop)
    except click.ClickException as error:
        _misused(error)
        return ExitCode.USAGE
    except TemplatesyncError as error:
        return _explain(error)
    except _Raised as raised:
        return _stopped(raised.error) if isinstance(raised.error, KeyboardInterrupt) else _unwritable(raised.error)
    except Exception as error:
        return output.defect(error)


def _unwritable(error: OSError) -> ExitCode:
    """What click writes by itself, such as --help, may find no room; any other error is a defect."""
    ours = not isinstance(error, BrokenPipeError) and not output.no_room(error)
    return output.defect(error) if ours else output.unwritable(error)


def _stopped(stop: BaseException) -> ExitCode:
    """A signal, or the end of what is typed where a question was asked. Click makes an exception of its own of it."""
    terminated = isinstance(stop if isinstance(stop, KeyboardInterrupt) else stop.__context__, Terminated)
    code = ExitCode.TERMINATED if terminated else ExitCode.INTERRUPTED
    output.complain(code.name.lower())
    return code


def _misused(error: click.ClickException) -> None:
    """What click says of a wrong call, which quotes it: an argument in a pipeline may be the name of a branch."""
    import io

    from templatesync.render.terminal import joined, safe

    withhold(error)
    said = io.StringIO()
    error.show(said)
    lines = said.getvalue().expandtabs(4).splitlines()  # click lists what may be chosen behind tabs
    output.say(joined(map(safe, lines)).rstrip("\n"))


def _explain(error: TemplatesyncError) -> ExitCode:
    """One sentence on stderr."""
    output.complain(str(error), error.hint)
    return error.exit_code
