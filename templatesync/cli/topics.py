"""What `templatesync help TOPIC` tells: matters of all commands. Runs nothing; the words of options come from click."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import click

from templatesync.cli.exit_codes import ANY, ENDS, MEANING
from templatesync.model.errors import PRECEDENCE
from templatesync.render.formats import FORMATS

Rows = Sequence[tuple[str, str]]


def _options(formatter: click.HelpFormatter, common: Rows) -> None:
    formatter.write_text("Every command takes these, before or after its name; the nearer one wins, and spaces add up.")
    _table(formatter, "Common options", common)
    _text(
        formatter,
        "Without --space, a command about what is live means the project's default_space, and one about files all. "
        "Where the variable CI is set, plan, apply, status and outputs need --space or --all-spaces, so that nobody "
        "applies to the emulator by mistake.",
        "Data goes to stdout or to the file of -o, all else to stderr.",
    )


def _exit_codes(formatter: click.HelpFormatter, common: Rows) -> None:
    formatter.write_text("What a command ends with, for scripts and pipelines. The numbers never change.")
    _table(formatter, "Exit codes", [(str(int(code)), meaning) for code, meaning in MEANING.items()])
    order = ", ".join(str(int(code)) for code in PRECEDENCE)
    _text(
        formatter,
        f"When several fit, the first of these is told: {order}.",
        f"{', '.join(str(int(code)) for code in ANY)} may end any command; these may, besides:",
    )
    codes = {name: ", ".join(str(int(code)) for code in ends) for name, ends in ENDS.items()}
    _table(formatter, "By command", list(codes.items()))


def _keys(formatter: click.HelpFormatter, common: Rows) -> None:
    formatter.write_text(
        "A KEY names one resource of a space. `templatesync plan` and `status` show the keys there are."
    )
    forms = [
        ("template/order_update@en", "one language of a template: its Name, @, its Language"),
        ("template/order_update", "all its languages, where a command takes several"),
        ("qr_code/6531234567/a7055e3f42e3", "a QR code: its phone number and its id"),
        ("flow/book_class", "a flow: its FlowName"),
    ]
    _table(formatter, "Keys", forms)
    patterns = [
        ("'template/order_*'", "a pattern: * is any text, ? any character; quote it for the shell"),
        ("'*@id'", "all that is in Indonesian"),
        ("templates/order_update.yaml", "a file: what it wants (--target)"),
        ("templates/orders", "a folder: what the files in it want (--target)"),
    ]
    _table(formatter, "Several at once", patterns)
    with formatter.section("Examples"):
        for call in (
            "templatesync plan --target template/order_update@en",
            "templatesync plan --target templates/order_update.yaml",
            "templatesync import 'template/order_*' --space production",
            "templatesync retire order_update@id --dry-run",
        ):
            formatter.write(f"  {call}\n")


_MADE_FOR: Mapping[str, str] = {
    "text": "people; the default wherever a command has it",
    "json": "programs; `templatesync schema` prints the schemas",
    "github": "GitHub Actions: annotations, and for plan summary and outputs",
    "gitlab": "GitLab: a Code Quality report",
    "sarif": "code scanning: SARIF 2.1.0",
    "junit": "test reports: JUnit XML",
    "markdown": "comments, issues and pages",
    "html": "a page of messages as customers see them",
    "issues": "a pipeline that keeps issues, one for each thing to tell",
    "env": "senders: codes as variables of a shell",
    "codes": "senders: the code of each contract, as JSON",
    "contract": "senders: what each send must carry, as JSON",
    "python": "senders: functions in Python",
    "typescript": "senders: functions in TypeScript",
}


def _formats(formatter: click.HelpFormatter, common: Rows) -> None:
    formatter.write_text("`--format` chooses how the data is shown, and `-o FILE` where it goes.")
    known = {name for formats in FORMATS.values() for name in formats}
    _table(formatter, "Formats", [(name, said) for name, said in _MADE_FOR.items() if name in known])
    rows = [(name, ", ".join(formats)) for name, formats in FORMATS.items() if " --" not in name]
    _table(formatter, "By command, the default first", rows)


def _environment(formatter: click.HelpFormatter, common: Rows) -> None:
    formatter.write_text(
        "Options come before the environment, the environment before files. No project file sets this."
    )
    credentials = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "an access key; with the next one"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "its secret"),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", "the token of a temporary access key"),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "the file with the token that a pipeline gives; with the next two"),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "the OIDC provider in RAM"),
        ("ALIBABA_CLOUD_ROLE_ARN", "the role to assume"),
        ("ALIBABA_CLOUD_PROFILE", "a profile of ~/.aliyun/config.json, as --profile"),
    ]
    _table(formatter, "Credentials, the first that are there", credentials)
    others = [
        ("TEMPLATESYNC_ENDPOINT", "where requests go, as --endpoint"),
        ("TEMPLATESYNC_ISV_...", "an ISV code, under the name that isv_code_env of a space gives"),
        ("CI", "anything: some commands need --space then (`templatesync help options`)"),
        ("COLUMNS", "how wide lines may be"),
        ("NO_COLOR, FORCE_COLOR", "no colours, or colours where there is no terminal"),
        ("HTTPS_PROXY, NO_PROXY", "proxies, as other programs take them"),
        ("XDG_CACHE_HOME, XDG_STATE_HOME", "where it keeps what only saves time, and its locks"),
        ("XDG_CONFIG_HOME", "where templatesync/config.yaml is: your own profiles, endpoint, proxy"),
    ]
    _table(formatter, "All else", others)
    _text(formatter, "`templatesync doctor` tells which credentials are found and what they may do.")


def _completion(formatter: click.HelpFormatter, common: Rows) -> None:
    formatter.write_text("TAB completes commands, options, spaces, keys, rules and files, from local files alone.")
    for title, line in (
        ("bash, in ~/.bashrc", 'eval "$(_TEMPLATESYNC_COMPLETE=bash_source templatesync)"'),
        ("zsh, in ~/.zshrc", 'eval "$(_TEMPLATESYNC_COMPLETE=zsh_source templatesync)"'),
        (
            "fish, once",
            "_TEMPLATESYNC_COMPLETE=fish_source templatesync \\\n    > ~/.config/fish/completions/templatesync.fish",
        ),
        (
            "PowerShell, in $PROFILE",
            '$env:_TEMPLATESYNC_COMPLETE = "powershell_source"\n  templatesync | Out-String | Invoke-Expression\n'
            "  Remove-Item Env:_TEMPLATESYNC_COMPLETE",
        ),
    ):
        with formatter.section(title):
            formatter.write(f"  {line}\n")
    _text(
        formatter,
        "A new terminal has it then. In bash it starts sooner from a file: write what the inner call prints to "
        "~/.local/share/bash-completion/completions/templatesync.",
    )


def _table(formatter: click.HelpFormatter, title: str, rows: Rows) -> None:
    with formatter.section(title):
        formatter.write_dl(rows)


def _text(formatter: click.HelpFormatter, *paragraphs: str) -> None:
    for paragraph in paragraphs:
        formatter.write_paragraph()
        formatter.write_text(paragraph)


TOPICS: Mapping[str, Callable[[click.HelpFormatter, Rows], None]] = {
    "options": _options,
    "exit-codes": _exit_codes,
    "keys": _keys,
    "formats": _formats,
    "environment": _environment,
    "completion": _completion,
}
"""Each writes its text; it is given the common options with what they do."""
