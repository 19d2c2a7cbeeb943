"""What is answered to words of other tools, and which misspelt ones get a suggestion. Knows no command's work.

People come from Terraform, octoDNS, kubectl, Pulumi, decK, Atlas and git, and type what they know. One table answers
in the words of this tool, and only where it has no such word itself. No answer and no suggestion is a word that
changes or lets through anything: who types such a word has read what it does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import click

from templatesync.model.errors import UsageError

SUGGESTED = frozenset(
    "help validate plan status outputs rules schema doctor preview breaking check-payload "
    "--space --format --output --quiet --verbose --profile --color --no-color --help --version "
    "--strict --no-cache --changed-since --target --out --detailed-exitcode --fail-on --details --only --usage "
    "--check --dry-run --expect-digest --timeout --exit-code --since --content --policy --against --live --language "
    "--port --review --latency --quirk --quirks".split()
)
"""The commands and options that may be suggested for a misspelt word: each of them only looks, narrows or shows."""

_PLAN = "`templatesync plan` shows what apply would do"
_APPLY = "`templatesync apply` makes what is live what the files say, and asks first"
_BOTH = "`templatesync plan` shows what differs, and `templatesync apply` carries it out"
_IMPORT = "`templatesync import` writes what is live as files"
_LIVE = "`templatesync status` shows what is live"
_CHECK = "`templatesync validate` checks the files"
_DELETE = "a resource is deleted by its file: write `state: absent` under `templatesync:` there, and plan shows it"
_FRESH = "nothing is kept between runs: `templatesync plan` reads what is live each time"
_LOGIN = "there is nothing to log in to: `templatesync doctor` tells which credentials are found and what they may do"
_UNASKED = "`templatesync apply PLANFILE` carries out a plan that `templatesync plan --out PLANFILE` has saved, unasked"
_FORCE = "nothing is forced: `templatesync plan` names what stands in the way of each change, and the way past it"
_SPACE = "`--space NAME` chooses a space of the project"
_VARS = "variables of a space stand under its `vars` in templatesync.yaml"
_FILES = "all files of the project are read: `--target KEY` narrows plan and apply, and `-C DIR` chooses the project"
_FOLDER = "`-C DIR` chooses the project, whose settings are its templatesync.yaml"
_JSON = "`--format json` shows the data as JSON"
_HELP = "`templatesync --help` lists the commands"
_UNDO = "take the files back in git: `templatesync plan` then shows what that changes"
_NEW = "a resource begins as a file: write it below `templates/`, and `templatesync validate` checks it"
_CODE = "`templatesync plan --detailed-exitcode` exits 2 when changes are pending"
_PACE = "requests are paced by the quotas of the service, so there is nothing to set"
_NO_LOCK = "apply locks each space by itself, and a lock ends with the run that holds it"
_ASKS = "apply asks on a terminal only; elsewhere it takes a plan file or `--expect-digest HEX`"
_WAIT = "`templatesync status --wait` waits until no review runs"


def _each(words: str, answer: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), answer)


ANSWERS: Mapping[str, str] = {
    **_each("diff dry-run preview-changes compare whatif what-if", _PLAN),
    **_each("sync reconcile converge", _BOTH),
    **_each("push deploy up update upgrade publish release put create-or-update run", _APPLY),
    **_each("pull dump export download fetch clone backup", _IMPORT),
    **_each("show list ls get describe state inspect info ps", _LIVE),
    **_each("lint check test verify", _CHECK),
    **_each("destroy delete del rm remove down prune uninstall", _DELETE),
    **_each("refresh", _FRESH),
    **_each("login logout auth configure whoami ping", _LOGIN),
    **_each("rollback undo revert reset restore", _UNDO),
    **_each("new add create generate", _NEW),
    **_each("output", "`templatesync outputs` shows what programs need to send"),
    **_each("format", "`templatesync fmt` puts the files in order"),
    **_each("workspace context use select stack env", _SPACE),
    **_each("history log logs", "`git log` has what was wanted, and `templatesync status` what is live"),
    **_each("unlock force-unlock", _NO_LOCK),
    **_each("watch wait", _WAIT),
    **_each("serve server mock simulate", "`templatesync emulator` serves a stand-in for the service"),
    **_each("commands", _HELP),
    **_each("version", "`templatesync --version` tells the version"),
    **_each("--dry-run --dryrun --what-if --whatif --preview --diff --plan --simulate --noop --no-op", _PLAN),
    "plan --dry-run": "plan writes nothing: " + _PLAN,
    "fmt --dry-run": "`templatesync fmt --check` shows what it would change",
    "fmt --diff": "`templatesync fmt --check` shows what it would change",
    "validate --dry-run": "validate writes nothing unless it is told to mend",
    "status --dry-run": "status writes nothing: it only reads what is live",
    "outputs --dry-run": "outputs writes nothing: it only reads what is live",
    "import --diff": "`templatesync plan` shows how what is live differs from the files",
    **_each(
        "--auto-approve --autoapprove --approve --no-confirm --assume-yes --skip-preview --doit --execute", _UNASKED
    ),
    **_each("-y --non-interactive --no-input --no-interactive --batch", _UNASKED),
    **_each("--input", _ASKS),
    **_each("--force --force-conflicts --overwrite --override --ignore-errors --skip-checks", _FORCE),
    **_each("--var --var-file --set --values --vars --variable", _VARS),
    **_each("--destroy --delete --delete-all --remove --cascade", _DELETE),
    **_each("--refresh --refresh-only --no-refresh --state --state-out --backup --upgrade", _FRESH),
    **_each("--lock --lock-timeout --no-lock", _NO_LOCK),
    **_each("--json --yaml --output-format --as-json", _JSON),
    **_each("--chdir --config --config-file --root --dir --directory --project --project-dir --cwd -c", _FOLDER),
    **_each("--environment --env --namespace --workspace --stack --context --cluster --account -e -s", _SPACE),
    **_each("--group --groups --wave --spaces", "`--space` takes a group of spaces, too"),
    "-n": _PLAN + ", and " + _SPACE,
    **_each("-f --file --filename --files --recursive -R -k", _FILES),
    **_each("--select --selector --only-targets --include --exclude -l -t", "`--target KEY` takes only that key"),
    **_each("--all -A -a", "`--space NAME` can be given several times"),
    **_each("--fail-on-diff --exit-code --exitcode --fail-on-changes --error-on-diff", _CODE),
    **_each("--parallelism --parallel --concurrency --jobs -j -p", _PACE),
    **_each("--watch --follow -w", _WAIT),
    **_each("--debug --trace --log-level --loglevel -d", "`-v` shows more, and `templatesync doctor` what is wrong"),
    **_each("--silent --no-progress", "`-q` leaves out progress and notes"),
    **_each("--region --url --server --api-url", "`region` and `endpoint` of a space stand in templatesync.yaml"),
    **_each("--replace --taint", "`templatesync new-version NAME` starts the version that replaces another"),
    **_each("--message -m", "what was changed and why is told to git: templatesync keeps no messages"),
}
"""What is said to a word of another tool; `COMMAND --option` comes before `--option` alone. An option of one dash and
several letters is looked up with two."""


def answer(word: str, command: str = "") -> str:
    """What is said to a foreign command or option, or an empty text. `command` is the one that was given it."""
    name = word.partition("=")[0]
    return ANSWERS.get(f"{command} {name}") or ANSWERS.get(name, "")


def refuse_foreign(command: click.Command, ctx: click.Context, arguments: Sequence[str]) -> None:
    """Answer the first option that another tool has and this command has not. Raises UsageError.

    Before click takes it apart: `-out=plan.json` would else be `-o` with the file `ut=plan.json`.
    """
    options = {name: each for each in command.get_params(ctx) if isinstance(each, click.Option)
               for name in (*each.opts, *each.secondary_opts)}  # fmt: skip
    name = ctx.info_name if ctx.parent else ""
    rest = iter(arguments)
    for word in rest:
        if word[:2] == "-o" and "-o" in options and len(word) > 2:
            _refuse_format(word[2:].removeprefix("="), options.get("--format"))
        if word == "--" or (isinstance(command, click.Group) and not word.startswith("-")):
            return
        plain, given, _ = word.partition("=")
        option = options.get(plain)
        if option is not None:
            following = "" if option.is_flag or given else next(rest, "")
            if plain == "-o":
                _refuse_format(following, options.get("--format"))
        elif (said := _foreign(plain, name or "", options)) is not None:
            raise UsageError(f"there is no {plain} here: {said}")


def _foreign(word: str, command: str, options: Collection[str]) -> str | None:
    """What is said to an option that the command does not have; None when click is to say it."""
    if not word.startswith("-") or len(word) < 2:
        return None
    if word.startswith("--") or len(word) == 2:
        return answer(word, command) or None
    long = f"-{word}"
    if long in options:
        return f"an option of several letters has two dashes{f', {long}' if long in SUGGESTED else ''}"
    return answer(long, command) or None


def _refuse_format(value: str, offered: click.Option | None) -> None:
    """`-o json` means a format to who comes from kubectl, and a file here."""
    if offered is not None and isinstance(offered.type, click.Choice) and value in offered.type.choices:
        raise UsageError(
            f"-o takes a file: `--format {value}` chooses the format, and `-o ./{value}` names such a file"
        )


def refuse_foreign_command(word: str, known: Collection[str]) -> None:
    """Answer the command of another tool. Raises UsageError."""
    if word not in known and (said := answer(word)):
        raise UsageError(f"there is no command {word}: {said}")


def withhold(error: click.ClickException) -> None:
    """Take from what click would suggest all that is no suggestion."""
    if isinstance(offered := getattr(error, "possibilities", None), list):
        offered[:] = [each for each in offered if each in SUGGESTED]
