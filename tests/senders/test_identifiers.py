"""Names, labels and variables of any script become identifiers: valid in both languages, distinct, always the same."""

from __future__ import annotations

import builtins
import keyword
import random
import re
import unicodedata
from collections.abc import Sequence

import pytest
from support.senders import loaded, python_of, sendable, typescript_of
from support.sending_shapes import Shape

from templatesync.render.identifiers import camel, distinct, same, snake
from templatesync.sending.contract import Contract, Place, Variable

SCRIPTS = [
    *(chr(first + at) for first in (0x41, 0x61, 0xC0, 0x391, 0x410, 0x531, 0x5D0, 0x621, 0x905, 0xE01, 0xE81, 0x1780)
      for at in range(20)),
    *(chr(first + at) for first in (0x3042, 0x30A2, 0x4E00, 0xAC00, 0x10A0, 0x13A0, 0xFF21, 0x1D400, 0x10400, 0x20000)
      for at in range(20)),
    *"0123456789__ -.!?'\"\\/*`$&<>{}()[]|~^%#@:;,\n\t\0",
    *"ſﬀⅣªº²½㎏ǅßŉİıẞ΅ʹͺำຳ゛ﷺ\u0301\u0e33\u200b\u200d\u202e\u2066\u3164\ufe0f\xad",
    *("👍", "🏴", "\U0001f1e9", "\ud800", "\uffff", "\U0010ffff", "class", "__", "١", "௧", "・", "·"),
]  # fmt: skip


def texts(count: int, seed: int = 1) -> list[str]:
    """Random texts of one to five pieces; they differ."""
    dice = random.Random(seed)
    found = dict.fromkeys("".join(dice.choices(SCRIPTS, k=dice.choice([1, 1, 2, 3, 5]))) for _ in range(count * 2))
    return [*found][:count]


def in_javascript(identifier: str) -> bool:
    """ECMAScript's IdentifierName; what Python takes is a part of it."""
    return identifier.isidentifier()


@pytest.mark.parametrize("wish", [lambda text: snake(text, "t_"), lambda text: camel(snake(text, "t_")),
                                  lambda text: same(text, "var_")])  # fmt: skip
def test_five_thousand_names_are_valid_and_distinct(wish: object) -> None:
    assert callable(wish)
    names = texts(5_000)
    found = distinct(((name, wish(name)) for name in names), keyword.kwlist)
    assert len(found) == len({unicodedata.normalize("NFKC", each) for each in found.values()}) == 5_000
    for identifier in found.values():
        assert in_javascript(identifier) and not keyword.iskeyword(identifier) and identifier[0] != "_", identifier
        # Python reads it in another form than it is written in, if there is one: then two might be the same.
        assert unicodedata.normalize("NFKC", identifier) == identifier, identifier


def test_every_character_makes_an_identifier() -> None:
    for number in (*range(0x3100), *range(0xA000, 0x11000), *range(0x1D400, 0x1D800), 0x10FFFF):
        for wish in (snake(chr(number), "t_"), same(chr(number), "var_"), camel(f"on_{snake(chr(number), '')}")):
            assert wish.isidentifier() and unicodedata.normalize("NFKC", wish) == wish, hex(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Confirm", "confirm"),
        ("Yes, please!", "yes_please"),
        ("I'll be there", "i_ll_be_there"),
        ("  ¡Sí! ", "sí"),
        ("تأكيد", "تأكيد"),
        ("是的，谢谢", "是的_谢谢"),
        ("Ja 👍", "ja"),
        ("👍", "u1f44d"),
        ("", "empty"),
        ("24 hours", "t_24_hours"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_words_of_a_label_make_its_identifier(text: str, expected: str) -> None:
    assert snake(text, "t_") == expected


def test_a_variable_keeps_its_name() -> None:
    for name in ("order_id", "orderId", "名前", "Name"):
        assert same(name, "var_") == name
    assert (same("1", "var_"), same("__a", "var_")) == ("var_1", "a")


def test_a_keyword_or_a_clash_gets_an_underline() -> None:
    wanted = [("class", "class"), ("ａ", "a"), ("a", "a"), ("a!", "a")]
    expected = {"class": "class_", "a": "a", "a!": "a_", "ａ": "a__"}
    assert distinct(wanted, ["class"]) == distinct(reversed(wanted), ["class"]) == expected


def contracts(names: Sequence[str], labels: Sequence[str]) -> list[Contract]:
    """Contracts of a few variables and quick replies each."""
    found = []
    for at in range(0, len(names), 5):
        variables = tuple(Variable(name, (Place("body"),)) for name in names[at : at + 5])
        found.append(Contract(language="en", variables=variables, replies=tuple(labels[at : at + 3])))
    return found


def test_names_of_all_scripts_make_one_file_that_runs() -> None:
    names = [re.sub(r"\W", "", name) or "a" for name in texts(1_000, seed=2)]
    made = contracts([*dict.fromkeys(names)], texts(1_000, seed=3))
    templates = [sendable(name, en=each) for name, each in zip(texts(len(made), seed=4), made, strict=True)]
    module = loaded(python_of(*templates))
    functions = [name for name, each in vars(module).items() if callable(each) and name[0] != "_"]
    assert len(functions) == len(made) + 3  # and Codes, Message and Unavailable


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_no_parameter_and_no_function_stands_in_the_way_of_the_file(language: str) -> None:
    """Words of the language, of what it has built in, of the file, and of other parameters."""
    words = [*keyword.kwlist, *dir(builtins), "typing", "Codes", "Message", "Unavailable", "codes", "language", "check",
             "code", "flow_token", "flowToken", "more", "product", "sections", "undefined", "Object", "on_confirm",
             "constructor", "__proto__", "prototype", "eval", "arguments", "Error", "string", "given"]  # fmt: skip
    words = [*dict.fromkeys(words)]
    variables = tuple(Variable(name, (Place("body"),)) for name in words)
    contract = Shape(screen="DATE", products="MPM", header="IMAGE", replies=("Confirm",)).contract()
    each = [sendable(word, en=contract) for word in words]
    every = sendable("every", en=Contract(variables=variables, replies=("Confirm",), expires=True))
    if language == "python":
        module = loaded(python_of(*each, every))
        asked = {"codes": {"every": {"en": {every.members["en"].contract.digest: "7"}}}, "language": "en"}
        names = module.every.__kwdefaults__.keys() | asked.keys()
        given = {name: "b c" for name in module.every.__code__.co_varnames if name not in names}
        sent = module.every(**asked, **given, on_confirm_="yes")
        assert sent["template_params"] == dict.fromkeys(words, "b c") and sent["payload"] == ["yes"]
        assert callable(module.str_) and callable(module.class_) and module.Message is not module.str_
    else:
        text = typescript_of(*each, every)
        assert "  class_: string;" in text and "  codes_: string;" in text and "function string_(" in text
        assert '["__proto__", given.proto__]' in text
