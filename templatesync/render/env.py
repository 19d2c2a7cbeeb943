"""Outputs as `NAME=value` lines that a shell, Docker and dotenv readers take alike. One space at a time."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from templatesync.errors import UsageError
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.outputs import Result


def outputs(result: Result, style: Style) -> str:
    """The codes of all that can be sent now, such as `SHOP_HELLO_EN=1234`; what cannot is a comment."""
    if len(result.spaces) != 1:
        raise UsageError("--format env shows one space", hint="name it with --space")
    space = result.spaces[0]
    lines = [f"# space {space.space}{' EMULATOR' if space.emulator else ''}"]
    for row in space.rows:
        code = str(row.values.get("template_code", ""))
        name = re.sub(r"[^A-Z0-9_]", "_", f"{row.name}_{row.language}".upper())
        variable = name if not name[:1].isdigit() else f"_{name}"
        if row.usable and code:
            lines.append(f"{variable}={shlex.quote(code)}")
        else:
            lines.append(f"# {variable} is not usable: {re.sub(r'[^ -~]', '?', row.status)}")
    return "\n".join(lines) + "\n"
