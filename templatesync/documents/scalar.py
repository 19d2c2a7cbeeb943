"""What a plain scalar is: the core schema of YAML 1.2, section 10.3.2 of the specification. Pure."""

from __future__ import annotations

import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_INT = re.compile(r"[-+]?[0-9]+")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER_FIRST = frozenset("+-.0123456789")
_MAX_DIGITS = 18  # more would not survive a 64-bit reader
_MAX_SIGNS = 32  # of a fraction: no double needs more than 24


class NumberError(ValueError):
    """A number that JSON does not have, or not surely."""

    def __init__(self, message: str, hint: str = "quote it if it is text") -> None:
        super().__init__(message)
        self.hint = hint


def resolve(value: str) -> str | int | float | bool | None:
    """The value of what stands without quotes. Raises NumberError."""
    if value in _NULL:
        return None
    if value in _BOOL:
        return _BOOL[value]
    if value[0] not in _NUMBER_FIRST:
        return value
    if _NOT_A_NUMBER.fullmatch(value):
        raise NumberError(f"{value} is not a number JSON has", "quote it")
    return _number(value) if _NUMBER.fullmatch(value) else value


def _number(value: str) -> int | float:
    whole = _INT.fullmatch(value)
    if len(value) > (_MAX_DIGITS + 2 if whole else _MAX_SIGNS):
        hint = "quote it if it is text, such as a phone number or an id"
        raise NumberError(f"the number is {len(value):,} signs long", hint)
    if whole:
        return int(value)
    if value.startswith(("0o", "0x")):
        return int(value, 0)
    number = float(value)
    if number in (float("inf"), float("-inf")):
        raise NumberError(f"{value} is too large")
    return number
