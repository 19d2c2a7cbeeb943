"""Variables in place of their values: only where a value stands alone, and never so that a text says something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.kinds import KINDS
from templatesync.project.literals import with_literals, with_variables
from templatesync.project.variables import fill

SITE = "https://www.example.com"
VALUES = {"site": SITE, "host": "www.example.com", "brand": "Acme", "shop": "淘宝网店"}


def replaced(text: str, values: dict[str, str] = VALUES) -> str:
    return with_variables(text, sorted(values.items(), key=lambda item: -len(item[1])), values)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (f"{SITE}/t/$(order)", "${{ site }}/t/$(order)"),
        (
            f"See {SITE}. Or ({SITE}), *{SITE}*: {SITE}!",
            "See ${{ site }}. Or (${{ site }}), *${{ site }}*: ${{ site }}!",
        ),
        ("http://www.example.com/", "http://${{ host }}/"),
        (f"网址：{SITE}。谢谢", "网址：${{ site }}。谢谢"),
        ("Acme's, _Acme_ and 欢迎来到Acme购物", "${{ brand }}'s, _${{ brand }}_ and 欢迎来到${{ brand }}购物"),
        ("「淘宝网店」", "「${{ shop }}」"),
    ],
)
def test_a_value_that_stands_alone(text: str, made: str) -> None:
    assert replaced(text) == made


@pytest.mark.parametrize(
    "text",
    [
        *(f"{SITE}{more}" for more in (
            ".evil", "-evil.com", "@evil.com", ":8080/", "%2eevil", "evil", "..evil", "。evil", "\u2024evil",
            "\ufe52evil", "$(x)", ".$(x)", "{{1}}", "査", "\u0301",
        )),
        "shop.www.example.com", "evil-www.example.com", "info@www.example.com", "HTTPS://WWW.EXAMPLE.COM",
        "Acme2", "MegaAcme", "my_Acme", "Acme-Shop", "Acme.com", "ACME", "$(Acme)", "$(my Acme)", "Acme\u0301",
        "{{Acme}}", "来到淘宝网店购物",
    ],
)  # fmt: skip
def test_what_is_part_of_something_longer_stays(text: str) -> None:
    assert replaced(text) == text


def test_only_texts_and_addresses_are_looked_at() -> None:
    body = {
        "Name": "Acme", "Category": "Acme", "Language": "Acme",
        "Components": [{"Type": "Acme", "Text": "By Acme", "Buttons": [{"Url": f"{SITE}/Acme", "FlowId": "Acme"}]}],
        "Example": {"Acme": "Acme"},
    }  # fmt: skip
    assert with_literals(KINDS["template"].file, body, VALUES) == {
        "Name": "Acme", "Category": "Acme", "Language": "Acme",
        "Components": [{"Type": "Acme", "Text": "By ${{ brand }}", "Buttons": [
            {"Url": "${{ site }}/${{ brand }}", "FlowId": "Acme"}]}],
        "Example": {"Acme": "${{ brand }}"},
    }  # fmt: skip
    flow = {"FlowName": "Acme", "EndpointUri": f"{SITE}/flow"}
    assert with_literals(KINDS["flow"].file, flow, VALUES)["EndpointUri"] == "${{ site }}/flow"


PIECES = st.lists(
    st.sampled_from(["Acme", SITE, "$", "{", "}", "(", ")", "{{", ".", "-", "x", " ", "淘", "\u0301"]), max_size=9
)


@given(PIECES, st.dictionaries(st.sampled_from("abc"), PIECES.map("".join).filter(len), max_size=3))
def test_filled_in_it_says_the_same(pieces: list[str], values: dict[str, str]) -> None:
    text = "".join(pieces)
    assert "${{" in text or fill(replaced(text, values), values) == text
