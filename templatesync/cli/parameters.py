"""Times and addresses on the command line. Knows no command."""

from __future__ import annotations

from typing import Any

import click


class Duration(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic since click 8.2
    """Seconds, or a number with s, m or h."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        unit = {"s": 1.0, "m": 60.0, "h": 3600.0}.get(text[-1:], 0.0)
        number = text[:-1] if unit else text
        if not number.isdecimal() or len(number) > 9:  # thirty years and more are no time to wait
            self.fail(f"{value!r} is not a duration such as 90s, 30m or 2h", param, ctx)
        return int(number) * (unit or 1.0)


def number(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """Not a number is in every range."""
    if value is not None and value != value:
        raise click.BadParameter("nan is not a time", context, parameter)
    return value


def pasted(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Keys as they were meant: in a comment on GitHub they hold signs that nobody sees, so that nobody is mentioned."""
    return tuple(each.replace("\u200b", "") for each in value)


class Page(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic since click 8.2
    """An address that may stand in a link as it is."""

    name = "address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value:
            return ""
        from templatesync.cli.pipeline import is_page

        if not is_page(str(value)):
            self.fail(f"{value!r} is no address that begins with http:// or https://", param, ctx)
        return str(value)
