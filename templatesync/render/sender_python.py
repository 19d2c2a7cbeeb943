"""Contracts as a Python file: a function for each template, for mypy, pyright and a runtime without imports.

The same contracts give the same bytes: there is no clock in it and no version of this program.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from templatesync.render.sender_shape import Ask, Function, Names, Part, functions, named
from templatesync.render.source_text import python_docstring, python_string
from templatesync.render.terminal import Style
from templatesync.sending.check import CODE, PRODUCTS, SECTIONS
from templatesync.sending.python_frame import FRAME

if TYPE_CHECKING:
    from templatesync.commands.contracts import ContractsResult

_WORDS = frozenset(keyword.kwlist)
# What the file itself reads: a function of such a name would stand in its way.
_OWN = frozenset(
    """ typing Codes Message Unavailable LookupError TypeError ValueError all any bool dict enumerate frozenset int
    isinstance len list map object range str sum tuple zip """.split()
)
_TYPES = {
    "code": "str",
    "flow_token": "str",
    "flow_data": "typing.Mapping[str, object] | None = None",
    "product": "str",
    "sections": "typing.Mapping[str, typing.Sequence[str]]",
    "more": "typing.Mapping[str, str] | None = None",
}


def python(result: ContractsResult, style: Style) -> str:
    """A module with one function for each template. It imports `typing` and nothing else."""
    found = functions(result.sendables)
    names = named(found, _WORDS, _OWN, str)
    frame = FRAME.replace("@CODE@", str(CODE)).replace("@SECTIONS@", str(SECTIONS)).replace("@PRODUCTS@", str(PRODUCTS))
    lines = [line for each, mine in zip(found, names, strict=True) for line in _function(each, mine)]
    return "\n".join([frame.rstrip("\n"), *lines]) + "\n"


def _function(function: Function, names: Names) -> Iterator[str]:
    table = f"_of_{names.function}"
    yield from ("", "", f"{table} = _Template({python_string(function.logical)}, {{")
    for language, ask in function.asks.items():
        yield f"    {python_string(language)}: _Ask({', '.join(_ask(ask))}),"
    yield from ("})", "", "", f"def {names.function}(", "    *,")
    yield from (f"    {parameter}," for parameter in _parameters(function, names))
    yield ") -> Message:"
    yield from python_docstring(function.about(), "    ")
    yield f"    return _message({table}, codes, language, check, _Given("
    yield from (f"        {argument}," for argument in _given(function, names))
    yield "    ))"


def _parameters(function: Function, names: Names) -> Iterator[str]:
    yield "codes: Codes"
    yield f"language: typing.Literal[{', '.join(map(python_string, function.asks))}]"
    yield from (f"{names.variables[name]}: str" for name in function.variables)
    more = function.extras
    yield from (f"{name}: {_TYPES[name]}" for name in more)
    yield from (f"{name}: str | None = None" for name in names.replies)
    yield "check: bool = True"


def _given(function: Function, names: Names) -> Iterator[str]:
    params = [f"{python_string(name)}: {names.variables[name]}" for name in function.variables]
    if function.one_time:
        params.append(f"{python_string(function.one_time)}: code")
        yield f"one_time={python_string(function.one_time)}"
    if params:
        yield f"params={{{', '.join(params)}}}"
    if names.replies:
        yield f"payloads={_tuple(names.replies)}"
    yield from (f"{name}={name}" for name in function.extras if name != "code")


def _ask(ask: Ask) -> Iterator[str]:
    (_, digest), (_, variables), *others = ask.parts()
    yield from (_literal(digest), _literal(variables))
    yield from (f"{name}={_literal(value)}" for name, value in others)


def _literal(value: Part) -> str:
    if isinstance(value, str):
        return python_string(value)
    return _tuple(map(_literal, value)) if isinstance(value, tuple) else str(value)


def _tuple(parts: Iterable[str]) -> str:
    """A literal, which of one part needs a comma."""
    found = [*parts]
    return f"({found[0]},)" if len(found) == 1 else f"({', '.join(found)})"
