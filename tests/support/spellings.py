"""The ways in which a program may write a value into a text: each a function that this project does not use itself."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

Spell = Callable[[str], str]


def _each(pattern: str, *, letters: bool = False) -> Spell:
    """Every sign (or all that is no letter) as an escape."""
    return lambda value: "".join(pattern.format(ord(sign)) if letters or not sign.isalnum() else sign for sign in value)


def _lower(value: str) -> str:
    """Percent-encoded with small digits, as some proxies do."""
    return "".join(quote(sign, safe="").lower() if quote(sign, safe="") != sign else sign for sign in value)


def _in_base64(before: int, encode: Callable[[bytes], bytes] = base64.b64encode) -> Spell:
    """Somewhere in a longer text that is then encoded."""
    return lambda value: encode(f"{'user:'[:before]}{value}@rest".encode()).decode()


SPELLINGS: Mapping[str, Spell] = {
    "as it is": str,
    "in percents": lambda value: quote(value, safe=""),
    "in percents, slash kept": quote,
    "in percents, small digits": _lower,
    "in percents, all of it": lambda value: "".join(f"%{byte:02X}" for byte in value.encode()),
    "in percents, plus kept": lambda value: quote(value, safe="+="),
    "in percents of JavaScript": _each("%u{:04X}"),
    "in a form": quote_plus,
    "in JSON": lambda value: json.dumps(value)[1:-1],
    "in JSON of PHP": lambda value: json.dumps(value)[1:-1].replace("/", "\\/"),
    "in JSON, all of it": _each("\\u{:04x}", letters=True),
    "in JSON, capitals": _each("\\u{:04X}"),
    "in JSON in JSON": lambda value: json.dumps(json.dumps(value)[1:-1].replace("/", "\\/"))[1:-1],
    "in JavaScript": _each("\\x{:02x}"),
    "in JavaScript of today": _each("\\u{{{:x}}}"),
    "in octal": lambda value: "".join(
        sign if sign.isalnum() else "".join(f"\\{byte:03o}" for byte in sign.encode()) for sign in value
    ),
    "in Markdown": lambda value: "".join(
        sign if sign.isalnum() or not sign.isascii() else f"\\{sign}" for sign in value
    ),
    "in HTML": html.escape,
    "in HTML, numbers": _each("&#{};"),
    "in HTML, all of it": _each("&#x{:X};", letters=True),
    "in HTML, padded": _each("&#x0000{:x};"),
    "in HTML, names": lambda value: value.replace("&", "&amp;").replace("+", "&plus;").replace("=", "&equals;"),
    "in HTML, slash": lambda value: value.replace("/", "&sol;").replace("+", "&#43;"),
    "in hex": lambda value: value.encode().hex(),
    "in hex, capitals": lambda value: value.encode().hex().upper(),
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
    "in base64, second": _in_base64(1),
    "in base64, third": _in_base64(2),
    "in base64, login": _in_base64(5),
    "in base64 for URLs": _in_base64(1, base64.urlsafe_b64encode),
    "in base64 of percents": lambda value: base64.b64encode(f"a={quote(value, safe='')}&b".encode()).decode(),
    "in base64 of JSON of PHP": lambda value: base64.b64encode(SPELLINGS["in JSON of PHP"](value).encode()).decode(),
    "in base64 twice": lambda value: base64.b64encode(base64.b64encode(value.encode())).decode(),
    "in base64, in lines": lambda value: base64.encodebytes(b"0123456789" * 5 + value.encode()).decode().strip(),
    "in base64, in lines, in JSON": lambda value: json.dumps(SPELLINGS["in base64, in lines"](value))[1:-1],
}
