"""Names, labels and variables of any script become identifiers: valid in both languages, distinct, always the same."""

from __future__ import annotations

import builtins
import keyword
import unicodedata

import pytest
from support.any_names import templates, texts
from support.senders import loaded, python_of, sendable, typescript_of
from support.sending_shapes import Shape

from templatesync.render.identifiers import camel, distinct, same, snake
from templatesync.sending.contract import Contract, Place, Variable


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
        ("アイ・ウエ", "アイ_ウエ"),  # a dot that is a part of identifiers for newer releases of Python only
        ("･･", "uff65_uff65"),
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


def test_names_of_all_scripts_make_one_file_that_runs() -> None:
    made = templates(1_000)
    module = loaded(python_of(*made))
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
