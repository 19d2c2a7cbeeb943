"""A misspelt variable is one finding, at the very variable; what follows from it is none, and `--fix` leaves it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.projects import GOOD, Shop

from templatesync.model.nearest import is_slip

HEAD = "Name: shop_bad\nCategory: UTILITY\n"
SENTENCE = "Hello $(name), the parcel $(odrer) has left our studio today."
RIGHT = SENTENCE.replace("odrer", "order")
EXAMPLE = 'Example: {name: Ann, order: "1001"}\n'
MEANT = "$(odrer): did you mean order?"


def document(text: str, languages: str = "Language: en") -> str:
    return f"{HEAD}{languages}\nComponents:\n  - Type: BODY\n    Text: {text}\n{EXAMPLE}"


def findings(shop: Shop, text: str | bytes, file: str = "templates/bad.yaml") -> list[tuple[str, str, int, int]]:
    shop.write(file, text)
    found = [each for each in shop.validate("--no-cache").findings if each["file"] == file]
    return [(each["rule"], each["message"], each["line"], each["column"]) for each in found]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (SENTENCE, 6, 37),
        (f'"{SENTENCE}"', 6, 38),
        (f"'It''s here. {SENTENCE}'", 6, 50),
        ("|-\n      Hello $(name), we have news.\n\n      The parcel $(odrer) is here.", 9, 18),
        (">- # $(odrer)\n      Hello $(name), we have news:\n      the parcel $(odrer) is here.", 8, 18),
        ("Hello $(name), we have news\n      for you, $(odrer) is here. # $(odrer)", 7, 16),
        ('"Hello $(name),\\n\\\n      the parcel $(odrer) \\u2713 is here."', 7, 18),
        (
            '"Hello $(name), dear reader, here is \\x24(odrer) for you."',
            6,
            11,
        ),  # written as an escape: where the text begins
        ('"你好，这是给您的消息 👋 $(name)，您的包裹 $(odrer) 已经寄出。"', 6, 38),
    ],
)
def test_it_is_told_at_the_very_variable(shop: Shop, text: str, line: int, column: int) -> None:
    told = [("var-example-each", MEANT, line, column)]
    assert [each for each in findings(shop, document(text)) if each[0] != "lang-matches-text"] == told
    windows = document(text).replace("\n", "\r\n").encode()
    assert told[0] in findings(shop, b"\xef\xbb\xbf" + windows)


def test_it_is_told_in_json_too(shop: Shop) -> None:
    body = {"Name": "shop_bad", "Category": "UTILITY", "Language": "en", "Example": {"name": "Ann", "order": "1"},
            "Components": [{"Type": "BODY", "Text": SENTENCE}]}  # fmt: skip
    ((rule, message, line, column),) = findings(shop, json.dumps(body, indent=2))
    assert (rule, message, line, column) == ("var-example-each", MEANT, 12, 42)


MAPS = f"""
      en: {SENTENCE}
      de: Hallo $(name), das Paket $(order) ist heute abgegangen, viel Freude.
      fr: |-
        Bonjour $(name), le colis
        $(odrer) est parti de chez nous ce matin."""


def test_it_is_told_once_for_all_languages(shop: Shop) -> None:
    """Not that order is used nowhere, nor that languages differ, nor at each of them."""
    text = document(MAPS, "Languages: [en, de, fr]")
    assert findings(shop, text) == [("var-example-each", MEANT, 7, 37)]
    shop.bad(text)
    (told,) = shop.validate().findings
    assert told["hint"].endswith("; the same on line 11")
    assert (told["key"], told["path"]) == ("template/shop_bad@en", "Components[BODY].Text")
    assert shop.validate().findings == [told]  # from the cache


def test_a_text_for_all_languages_is_told_once(shop: Shop) -> None:
    found = findings(shop, document(SENTENCE, "Languages: [en, en_GB, en_US]"))
    assert [each for each in found if each[0].startswith(("var-", "lang-var"))] == [("var-example-each", MEANT, 6, 37)]


def test_a_sample_that_one_language_uses_is_of_use(shop: Shop) -> None:
    """That the languages differ is told, and nothing that follows from it."""
    maps = MAPS.replace(" $(odrer) has", " has").replace("$(odrer)", "$(order)")
    found = findings(shop, document(maps, "Languages: [en, de, fr]"))
    assert [(rule, message) for rule, message, *_ in found] == [("lang-variables", "$(order) is missing in en")]
    unused = document(MAPS.replace("$(odrer)", "it").replace("$(order)", "es"), "Languages: [en, de, fr]")
    assert ("var-example-extra", "there is no variable $(order)", 12, 29) in findings(shop, unused)


@pytest.mark.parametrize("sign", ["$( order )", "{{order}}", "{order}", "$（order）", "${order}", "$[order]"])
def test_what_is_malformed_is_one_finding(shop: Shop, sign: str) -> None:
    maps = MAPS.replace("$(odrer) has", f"{sign} has").replace("$(odrer)", "$(order)")
    ((rule, *_),) = findings(shop, document(maps, "Languages: [en, de, fr]"))
    assert rule in ("var-syntax", "var-braces", "body-no-double-braces")


def test_a_variable_of_the_space_moves_no_place(shop: Shop) -> None:
    found = findings(shop, document(SENTENCE.replace("parcel", "parcel of ${{ site }},")))
    assert found == [("var-example-each", MEANT, 6, 53)]


def test_a_slip_between_languages_is_one_finding(shop: Shop) -> None:
    """With a sample of each, nobody is told of a variable too many and of one too few."""
    text = document(MAPS, "Languages: [en, de, fr]").replace("order:", 'odrer: "1002", order:')
    assert [each[:2] for each in findings(shop, text)] == [("lang-variables", "$(order): did you mean odrer?")]


def test_a_comment_where_the_block_begins_silences_it(shop: Shop) -> None:
    block = f"|- # templatesync: ignore var-example-each\n      {SENTENCE}"
    assert findings(shop, document(block)) == []
    inside = f"|-\n      {SENTENCE}\n      # templatesync: ignore var-example-each"
    assert ("var-example-each", MEANT, 7, 33) in findings(shop, document(inside))


def test_one_silenced_language_hides_no_other(shop: Shop) -> None:
    maps = MAPS.replace("today.", "today. # templatesync: ignore var-example-each", 1)
    assert findings(shop, document(maps, "Languages: [en, de, fr]")) == [("var-example-each", MEANT, 11, 9)]


def test_languages_for_other_spaces_are_told_apart(shop: Shop) -> None:
    """A document of its own for one space is no language of the first."""
    one = document(MAPS, "Languages: [en, de, fr]") + "templatesync: {spaces: [local]}\n"
    other = one.replace("shop_bad", "shop_too")
    found = findings(shop, f"{one}---\n{other}")
    assert [each for each in found if each[0] == "var-example-each"] == [
        ("var-example-each", MEANT, 7, 37), ("var-example-each", MEANT, 21, 37),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [("nmae", "name"), ("nam", "name"), ("Name", "name"), ("costumer", "customer"), ("first_nmae", "first_name"),
     ("orderNumber", "order_number"), ("name1", "name")],
)  # fmt: skip
def test_slips(said: str, meant: str) -> None:
    assert is_slip(said, meant) and is_slip(meant, said)


@pytest.mark.parametrize(
    ("said", "other"), [("id", "ip"), ("first_name", "last_name"), ("name", "customer_name"), ("date", "time")]
)
def test_no_slips(said: str, other: str) -> None:
    assert not is_slip(said, other)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["item1", "item2"], "$(item2) has no sample"),  # another number is another variable
        (["name", "nmae"], "$(nmae): did you mean name?"),  # though name is in use
        (["order", "orders"], "$(orders) has no sample"),
    ],
)
def test_a_variable_of_its_own_is_none_that_is_misspelt(shop: Shop, names: list[str], told: str) -> None:
    text = f"Hello $({names[0]}), the parcel $({names[1]}) has left our studio today."
    found = findings(shop, document(text).replace(EXAMPLE, f"Example: {{{names[0]}: Ann}}\n"))
    assert [message for _, message, *_ in found] == [told]


@pytest.mark.parametrize("languages", ["Language: en", "Languages: [en, de, fr]"])
def test_fix_leaves_what_is_misspelt(shop: Shop, languages: str) -> None:
    """Neither is a sample made for the misspelt name, nor that of the right one taken away."""
    path = shop.bad(document(MAPS if "de" in languages else SENTENCE, languages))
    before = path.read_bytes()
    told: dict[str, Any] = json.loads(shop.run("validate", "--fix", "--format", "json").out)
    assert (told["fixed"], path.read_bytes()) == ([], before)
    assert [each["message"] for each in told["findings"]] == [MEANT]


def test_fix_mends_the_cause_beside_it(shop: Shop) -> None:
    """A sample that is missing is added, and what is malformed is mended, in a block as well."""
    block = "|-\n      Hello $( name ), the parcel $(odrer) is here,\n      with $(gift) inside of it."
    path = shop.bad(document(block))
    shop.run("validate", "--fix")
    wanted = document(block.replace("$( name )", "$(name)")).replace('"1001"', '"1001", gift: "TODO: sample of gift"')
    assert path.read_text(encoding="utf-8") == wanted


def test_a_right_text_has_no_findings(shop: Shop) -> None:
    assert findings(shop, document(RIGHT)) == []
    assert findings(shop, GOOD.replace("shop_hello", "shop_x").replace("left", "found its way out of")) == []


def test_a_name_that_differs_by_space_is_one_document(shop: Shop) -> None:
    """Each space has a key of its own then, and the sample that nobody uses is told in both."""
    shop.write("templatesync.yaml", "version: 1\nspaces:\n"
               "  a: {emulator: true, vars: {v: x}}\n  b: {emulator: true, vars: {v: y}}\n")  # fmt: skip
    text = document(MAPS.replace("$(odrer)", "it").replace("$(order)", "es"), "Languages: [en, de, fr]")
    found = findings(shop, text.replace("shop_bad", "shop_${{ v }}"))
    assert ("var-example-extra", "there is no variable $(order)", 12, 29) in found
