"""Whether somebody agrees to an apply: beforehand, or when asked. Knows no command."""

from __future__ import annotations

import sys
from typing import Any

import click

from templatesync.cli.options import Globals
from templatesync.model.errors import UsageError

_HEX = frozenset("0123456789abcdef")


def approved(since: str | None, expect_digest: str | None, approved: bool) -> bool:
    """Whether nobody need be asked. Raises UsageError for what apply does not take, and where nobody can be asked."""
    if since is not None:
        raise UsageError(
            "apply is never narrowed by git: what another change left undone would be lost",
            hint="save the plan with `plan --changed-since REV --out plan.json`, then `apply plan.json` does just that",
        )
    if expect_digest is not None and (len(expect_digest) != 64 or set(expect_digest.lower()) - _HEX):
        hint = "" if expect_digest else "it is empty, as of a variable that is not set, and must not mean any digest"
        raise UsageError("--expect-digest takes the 64 hex digits that plan shows", hint=hint)
    terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    if not terminal and not approved and not expect_digest:
        raise UsageError("without a terminal, apply needs --yes, a plan file or --expect-digest")
    return approved or bool(expect_digest)


def confirm(options: Globals, progress: Any, plan: Any) -> bool:
    """Show a plan and ask."""
    from templatesync.render.plan import question

    progress.clear()
    click.echo(question(plan, options.style(sys.stderr)), err=True)
    return click.confirm("Apply this?", default=False, err=True)
