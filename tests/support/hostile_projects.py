"""Projects that were made to cost much: each part of one is small, and meets many others."""

from __future__ import annotations

from collections.abc import Callable

from support.hostile_files import HEAD


def project(spaces: str = "  local: {emulator: true}\n", more: str = "") -> str:
    return f"version: 1\n{more}spaces:\n{spaces}"


def spaces(count: int, variables: Callable[[int], str] = lambda number: "") -> str:
    """So many spaces, each with variables of its own."""
    named = ((number, variables(number)) for number in range(count))
    return "".join(f"  s{n}: {{cust_space_id: c{n}{f', vars: {{{said}}}' if said else ''}}}\n" for n, said in named)


def template(name: object, text: str = "Hello dear customer, your parcel has left.", more: str = "") -> str:
    return f"---\nName: a{name}\n{HEAD[8:]}- {{Type: BODY, Text: '{text}'}}\n{more}"


def entries(key: str, count: int) -> str:
    return f"{key}: [" + ", ".join(f"'*a{number}*'" for number in range(count)) + "]\n"
