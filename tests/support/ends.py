"""Holds every command that a test runs to the exit codes that its help text names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import click

from templatesync.cli import options
from templatesync.cli.exit_codes import ANY, ENDS
from templatesync.model.errors import ExitCode, TemplatesyncError


class UndeclaredEnd(BaseException):
    """A command has ended with a code that no help text names. No Exception, for the program tells of those."""


def _hold(name: str, code: int) -> None:
    if code not in ENDS.get(name, {}) and code not in ANY:
        raise UndeclaredEnd(f"`{name}` ends with {code}, which its help text does not name")


@contextmanager
def held_to_what_help_says() -> Iterator[None]:
    """As long as this lasts."""
    invoke = options._Command.invoke

    def held(self: options._Command, ctx: click.Context) -> Any:
        try:
            code = invoke(self, ctx)
        except TemplatesyncError as error:
            _hold(str(self.name), error.exit_code)
            raise
        _hold(str(self.name), int(code or ExitCode.OK))
        return code

    with mock.patch.object(options._Command, "invoke", held):
        yield
