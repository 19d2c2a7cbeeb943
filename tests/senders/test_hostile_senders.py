"""Texts of strangers in generated code: none ends its string or its comment, turns the code around, or runs."""

from __future__ import annotations

import ast
import doctest
import re

import pytest
from support.senders import codes_of, loaded, python_of, sendable, typescript_of

from templatesync.model.unseen import UNSEEN
from templatesync.project.chains import Member, Sendable
from templatesync.sending.contract import Contract, Place, Room, Variable

HOSTILE = [
    '"""\nraise SystemExit\n"""',
    'a"""',
    "\\",
    'a\\"',
    "*/ throw 1; /*",
    "*/",
    "`${process.exit()}`",
    ">>> raise SystemExit",
    "# type: ignore\n# mypy: ignore-errors\n# fmt: on",
    "@deprecated {@link a}\n// @ts-nocheck\n@ts-ignore",
    "\\N{BULLET} \\x41 \\u0041 {name} %s",
    "\u202eafter\u2066\u200b\u2028\u2029\x00\x1b[31m\x85",
    "\ud800 \U000e0041 \uffff",
    "a\r\nb\rc",
]


def hostile(text: str) -> Sendable:
    """A template in which everything is that text, as far as anything of it is shown."""
    variable = Variable("name", (Place(text, before=text),))
    contract = Contract(
        language=text, variables=(variable,), rooms=(Room(text, 5, ("name",)),), replies=(text,), category=text,
        text=text, coupon=text,
    )  # fmt: skip
    return Sendable("shop", text, {text: Member(text, contract, text)})


@pytest.mark.parametrize("text", HOSTILE)
def test_python_says_the_text_and_does_nothing_else(text: str) -> None:
    each = hostile(text)
    written = python_of(each)
    assert written.isprintable() is False and not UNSEEN.search(written.replace("\n", ""))
    assert len(ast.parse(written).body) == len(ast.parse(python_of(sendable("shop", en=Contract()))).body)
    module = loaded(written)
    sent = module.shop(codes=codes_of(each), language=text, name="A")
    assert (sent["language"], sent["payload"]) == (text, [text])
    assert not doctest.DocTestFinder().find(module.shop, "shop")[0].examples
    assert not [line for line in written.split("\n") if line.startswith("# mypy")]


def skeleton(code: str) -> str:
    """TypeScript without what stands in strings and comments, and without the name of its reply."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/|\bon\w+', "", code, flags=re.DOTALL)


@pytest.mark.parametrize("text", HOSTILE)
def test_typescript_has_as_many_comments_and_strings_as_ever(text: str) -> None:
    written = typescript_of(hostile(text)).partition("const _of_shop")[2]
    assert not UNSEEN.search(written.replace("\n", ""))
    assert skeleton(written) == skeleton(typescript_of(hostile("a")).partition("const _of_shop")[2])
    assert not any("{@" in comment for comment in re.findall(r"^ \* .*", written, flags=re.MULTILINE))


def test_all_that_people_read_is_in_the_docstring() -> None:
    contract = Contract(
        variables=(Variable("name", (Place("body"),)),), rooms=(Room("body", 950, ("name",)),), category="UTILITY",
        text="Hello $(name),\n\nthanks.",
    )  # fmt: skip
    told = ast.get_docstring(ast.parse(python_of(sendable("shop", en=contract))).body[-1])  # type: ignore[arg-type]
    assert told == (
        "Sends shop (UTILITY)\n\n| Hello $(name),\n|\n| thanks.\n\nRoom in body: 950 characters of name.\n\n"
        "From templates/shop.yaml."
    )
