"""Contracts as a TypeScript file: a function for each template, for `tsc --strict` and a runtime without imports.

The same contracts give the same bytes: there is no clock in it and no version of this program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from templatesync.render.identifiers import camel
from templatesync.render.sender_shape import Function, Names, Part, functions, named
from templatesync.render.source_text import typescript_comment, typescript_string
from templatesync.render.terminal import Style
from templatesync.sending.check import CODE, PRODUCTS, SECTIONS
from templatesync.sending.typescript_frame import FRAME

if TYPE_CHECKING:
    from templatesync.commands.contracts import ContractsResult

# Reserved words of ECMAScript modules and of TypeScript, and names that may not be declared there.
_WORDS = frozenset(
    """ abstract any arguments as async await bigint boolean break case catch class const constructor continue debugger
    declare default delete do else enum eval export extends false finally for from function get if implements import in
    infer instanceof interface is keyof let module namespace never new null number object of package private protected
    public readonly require return set static string super switch symbol this throw true try type typeof undefined
    unique unknown using var void while with yield """.split()
)
# What the file itself reads: a function of such a name would stand in its way.
_OWN = frozenset(
    """ Codes Error FlowAction Infinity JSON Message NaN Object ProductAction RangeError Section TypeError
    Unavailable exports globalThis """.split()
)
_TYPES = {
    "code": "code: string",
    "flow_token": "flowToken: string",
    "flow_data": "flowData?: { readonly [name: string]: unknown }",
    "product": "product: string",
    "sections": "sections: readonly Section[]",
    "more": "more?: { readonly [name: string]: string }",
}


def typescript(result: ContractsResult, style: Style) -> str:
    """A module with one function for each template. It imports nothing."""
    found = functions(result.sendables)
    names = named(found, _WORDS, _OWN, camel)
    frame = FRAME.replace("@CODE@", str(CODE)).replace("@SECTIONS@", str(SECTIONS)).replace("@PRODUCTS@", str(PRODUCTS))
    lines = [line for each, mine in zip(found, names, strict=True) for line in _function(each, mine)]
    return "\n".join([frame.rstrip("\n"), *lines]) + "\n"


def _function(function: Function, names: Names) -> Iterator[str]:
    table = f"_of_{names.function}"
    yield from ("", f"const {table}: _Template = {{", f"  name: {typescript_string(function.logical)},")
    yield "  asks: {"
    for language, ask in function.asks.items():
        parts = ", ".join(f"{name}: {_literal(value)}" for name, value in ask.parts())
        yield f"    [{typescript_string(language)}]: {{ {parts} }},"
    yield from ("  },", "};", "")
    yield from typescript_comment(function.about())
    yield f"export function {names.function}(given: {{"
    yield from (f"  {parameter};" for parameter in _parameters(function, names))
    yield "}): Message {"
    yield f"  return _message({table}, given.codes, given.language, given.check, {{"
    yield from (f"    {argument}," for argument in _given(function, names))
    yield from ("  });", "}")


def _parameters(function: Function, names: Names) -> Iterator[str]:
    yield "codes: Codes"
    yield f"language: {' | '.join(map(typescript_string, function.asks))}"
    yield from (f"{names.variables[name]}: string" for name in function.variables)
    yield from (_TYPES[name] for name in function.extras)
    yield from (f"{name}?: string | undefined" for name in names.replies)
    yield "check?: boolean"


def _given(function: Function, names: Names) -> Iterator[str]:
    params = [f"[{typescript_string(name)}, given.{names.variables[name]}]" for name in function.variables]
    if function.one_time:
        params.append(f"[{typescript_string(function.one_time)}, given.code]")
        yield f"oneTime: {typescript_string(function.one_time)}"
    if params:
        yield f"params: [{', '.join(params)}]"
    if names.replies:
        yield f"payloads: [{', '.join(f'given.{name}' for name in names.replies)}]"
    yield from (f"{camel(name)}: given.{camel(name)}" for name in function.extras if name != "code")


def _literal(value: Part) -> str:
    if isinstance(value, str):
        return typescript_string(value)
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, tuple) else str(value).lower()
