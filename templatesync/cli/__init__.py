"""The command line: options to one command function, its result to a renderer, all ends to an exit code.

The only user of click. Nothing heavy is imported before the command that needs it runs, so `--help` answers at once.
"""

from __future__ import annotations

# These register the commands with the group; their order in --help is that of `help_text.PURPOSES`.
from templatesync.cli import ci, commands, files, helping, looking, senders, status, tools, versions

# isort: split
from templatesync.cli.options import main, run

__all__ = ["ci", "commands", "files", "helping", "looking", "main", "run", "senders", "status", "tools", "versions"]
