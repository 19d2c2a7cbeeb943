"""Outputs as `NAME=value` lines that a shell, Docker and dotenv readers take alike. One space at a time.

Names and codes come from the service. A name is never that of a variable which a shell or a program obeys (`PATH`,
`IFS`, `LD_PRELOAD`), for each begins with its kind; a code that readers would take differently is not written.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from templatesync.model.errors import ServiceError, UsageError
from templatesync.model.resource import Key
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.outputs import OutputRow, OutputsResult, SpaceOutputs


def outputs(result: OutputsResult, style: Style) -> str:
    """The codes of all that can be sent now, such as `TEMPLATE_SHOP_HELLO_EN=1234`; what cannot is a comment."""
    space = only_space(result, "env")
    lines = [f"# space {_plain(space.space)}{' EMULATOR' if space.emulator else ''}"]
    shared = Counter(map(_variable, space.rows))
    for row in space.rows:
        variable = _variable(row)
        if shared[variable] > 1:
            lines.append(
                f"# {variable} is ambiguous: {_plain(str(Key(row.kind, row.name, row.language)))} is one of several"
            )
        elif row.usable and row.code and not _ONE_WORD.fullmatch(row.code):
            lines.append(f"# {variable} is not written: its code has characters that not all readers take alike")
        elif row.usable and row.code:
            lines.append(f"{variable}={row.code}")
        else:
            lines.append(f"# {variable} is not usable: {_plain(row.status)}")
    return "\n".join(lines) + "\n"


def only_space(result: OutputsResult, name: str) -> SpaceOutputs:
    """The one space of formats that show one. Raises UsageError for several, ServiceError for one that was not read."""
    if len(result.spaces) != 1:
        raise UsageError(f"--format {name} shows one space", hint="name it with --space")
    space = result.spaces[0]
    if space.error:
        # Half a file would take the codes away from senders that read it.
        error = ServiceError(f"{space.space} cannot be read: {space.error.message}", code=space.error.code)
        error.exit_code = result.exit_code
        raise error
    return space


# Needs no quotes, which some readers take for a part of the value, and ends no line and no assignment.
_ONE_WORD = re.compile(r"[A-Za-z0-9_.:/@%+,-]+")
_LONGEST = 200


def _variable(row: OutputRow) -> str:
    said = f"{row.name}_{row.language}" if row.language else row.name
    return re.sub(r"[^A-Z0-9_]", "_", f"{row.prefix or f'{row.kind}_'}{said}".upper())


def _plain(text: str) -> str:
    """A part of a comment. Readers that know none must find no assignment in it."""
    return re.sub(r"[^ -~]|[=<]", "?", text[:_LONGEST])
