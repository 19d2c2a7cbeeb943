"""Generated Python: what a call gives, what it refuses, and what it says when no version takes what it gives."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sender_calls import any_values, right_values
from support.senders import CODE, codes_of, is_refused, module_of, python_of, sendable, template
from support.sending_shapes import Card, Shape, pairs, shapes

from templatesync.project.chains import Member, Sendable
from templatesync.sending.breaking import breaking

GREETING = Shape(body=("name", "order"))
QUESTION = Shape(body=("name",), replies=("Confirm", "Not now"))


def call(each: Sendable, function: str = "shop", **values: Any) -> Any:
    return getattr(module_of(each), function)(**{"codes": codes_of(each), "language": "en", **values})


def test_a_call_gives_the_arguments_of_the_request() -> None:
    assert call(template(GREETING), name="Ann", order="1001") == {
        "channel_type": "whatsapp",
        "type": "template",
        "template_code": CODE,
        "language": "en",
        "template_params": {"name": "Ann", "order": "1001"},
    }


def test_payloads_are_given_by_label_and_sent_by_place() -> None:
    swapped = QUESTION._replace(replies=("Not now", "Confirm"))
    for shape, expected in ((QUESTION, ["yes", "no"]), (swapped, ["no", "yes"])):
        assert call(template(shape), name="Ann", on_not_now="no", on_confirm="yes")["payload"] == expected
    assert call(template(QUESTION), name="Ann", on_not_now="no")["payload"] == ["Confirm", "no"]


def test_cards_have_payloads_of_their_own() -> None:
    shape = Shape(cards=(Card(("Buy",)), Card(("Buy",))))
    sent = call(template(shape), card_2_on_buy="cup", card_1_on_buy="pot")
    assert sent["payload"] == ["pot", "cup"]


def test_flow_and_products_travel_as_the_service_names_them() -> None:
    shape = Shape(screen="DATE", products="MPM")
    sections = {"Cups": ["sku-1", "sku-2"], "Pots": ["sku-3"]}
    sent = call(template(shape), flow_token="t", flow_data={"a": 1}, product="sku-1", sections=sections)
    assert sent["flow_action"].to_map() == {"FlowToken": "t", "FlowActionData": {"a": 1}}
    first, second = sent["product_action"]["Sections"]
    assert first == {
        "Title": "Cups",
        "ProductItems": [{"ProductRetailerId": "sku-1"}, {"ProductRetailerId": "sku-2"}],
    }
    assert (second["Title"], sent["product_action"]["ThumbnailProductRetailerId"]) == ("Pots", "sku-1")
    assert sent["product_action"].validate() is None


def test_a_one_time_code_has_a_parameter() -> None:
    assert call(template(Shape(code=True)), code="481516")["template_params"] == {"code": "481516"}


def test_what_no_page_names_has_one_parameter_where_it_is_needed() -> None:
    address = "https://a.example/b.jpg"
    assert call(template(Shape(header="IMAGE")), more={"x": address})["template_params"] == {"x": address}
    assert call(template(Shape(expires=True)), more={"ends": "1767225600000"})["template_params"]
    with pytest.raises(TypeError, match="more"):
        call(template(GREETING), name="Ann", order="1", more={})


def test_a_parameter_exists_only_where_it_is_needed() -> None:
    parameters = {
        GREETING: ["codes", "language", "name", "order", "check"],
        Shape(code=True): ["codes", "language", "code", "check"],
        Shape(products="CATALOG"): ["codes", "language", "product", "check"],
    }
    for shape, expected in parameters.items():
        found = inspect.signature(module_of(template(shape)).shop).parameters
        assert [*found] == expected
        assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in found.values())


@pytest.mark.parametrize(
    ("live", "said"),
    [
        ((Shape(body=("customer", "order")),), "this code wants {name, order}; live are {customer, order}"),
        ((), "this code wants {name, order}; live are none"),
        (
            (GREETING._replace(replies=("Yes",)), Shape(body=("a",))),
            "this code wants {name, order}; live are {name, order}, replies Yes and {a}",
        ),
    ],
)
def test_what_is_live_is_told_when_nothing_fits(live: tuple[Shape, ...], said: str) -> None:
    codes = {"shop": {"en": {each.contract().digest: "7" for each in live}}}
    module = module_of(template(GREETING))
    with pytest.raises(module.Unavailable) as raised:
        module.shop(codes=codes, language="en", name="Ann", order="1")
    assert str(raised.value) == f"shop@en: {said}"


def test_only_variables_are_told_when_only_variables_differ() -> None:
    module = module_of(template(QUESTION))
    codes = {"shop": {"en": {QUESTION._replace(body=("customer",)).contract().digest: "7"}}}
    with pytest.raises(module.Unavailable) as raised:
        module.shop(codes=codes, language="en", name="Ann")
    assert str(raised.value) == "shop@en: this code wants {name}; live are {customer}"


def test_contracts_of_one_summary_are_told_in_full() -> None:
    """A value that is the end of an address now: nothing else differs."""
    module = module_of(template(Shape(body=("name",))))
    live = Shape(end="name").contract().digest
    with pytest.raises(module.Unavailable, match=live):
        module.shop(codes={"shop": {"en": {live: "7"}}}, language="en", name="Ann")


def test_codes_are_asked_by_the_contract_of_this_code() -> None:
    old, new = template(GREETING), template(GREETING._replace(body=("customer", "order")))
    codes = {"shop": {"en": {**codes_of(old)["shop"]["en"], new.members["en"].contract.digest: "2"}}}
    assert module_of(old).shop(codes=codes, language="en", name="A", order="1")["template_code"] == CODE
    assert module_of(new).shop(codes=codes, language="en", customer="A", order="1")["template_code"] == "2"


def test_an_unknown_language_is_told() -> None:
    with pytest.raises(ValueError, match="shop has no language 'xx' here; it has en"):
        call(template(GREETING), language="xx", name="A", order="1")


WRONG = [
    (GREETING, {"name": " "}),
    (GREETING, {"name": "a\nb"}),
    (GREETING, {"name": "a\tb"}),
    (GREETING, {"name": "a     b"}),
    (GREETING, {"name": "a" * 1100}),
    (Shape(code=True), {"code": "1" * 16}),
    (Shape(end="a"), {"a": "b c"}),
    (Shape(end="a"), {"a": "100%"}),
    (Shape(end="a"), {"a": "HTTPS://b"}),
    (Shape(address="a"), {"a": "ftp://b.example"}),
    (Shape(address="a"), {"a": "https:///b"}),
    (Shape(screen="DATE"), {"flow_token": ""}),
    (Shape(products="CATALOG"), {"product": ""}),
    (Shape(products="MPM"), {"sections": {}}),
    (Shape(products="MPM"), {"sections": {"Cups": [""]}}),
    (Shape(products="MPM"), {"sections": {"Cups": ["sku", ""]}}),
    (Shape(products="MPM"), {"sections": {"Cups": ["sku"] * 31}}),
    (Shape(products="MPM"), {"sections": {f"{at}": ["sku"] for at in range(11)}}),
    (QUESTION, {"on_confirm": "Not now"}),
    (Shape(header="IMAGE"), {"more": {"x": "no address"}}),
]


@pytest.mark.parametrize(("shape", "wrong"), WRONG)
def test_what_no_type_can_tell_is_refused_before_it_is_sent(shape: Shape, wrong: dict[str, Any]) -> None:
    each = template(shape)
    values = right_values(shape.contract()) | wrong
    with pytest.raises(ValueError, match=r"^shop@en: "):
        call(each, **values)
    assert is_refused(shape.contract(), call(each, **values, check=False))
    assert not is_refused(shape.contract(), call(each, **values | right_values(shape.contract()) | _none(wrong)))


def _none(wrong: dict[str, Any]) -> dict[str, Any]:
    """A call without those that need not be given."""
    return {name: None for name in wrong if name.startswith("on_") or name == "more"}


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="shop@en: the value of order is no text"):
        call(template(GREETING), name="A", order=1001, check=False)
    for shape, name in ((Shape(screen="DATE"), "flow_token"), (Shape(products="CATALOG"), "product")):
        with pytest.raises(TypeError, match=f"shop@en: the value of {name} is no text"):
            call(template(shape), **{name: None}, check=False)
    with pytest.raises(TypeError, match="payload"):
        call(template(QUESTION), name="A", on_confirm=3)


@settings(max_examples=50)
@given(shapes(), st.integers(0, 2**32))
def test_generated_code_refuses_what_the_judge_refuses_and_nothing_else(shape: Shape, seed: int) -> None:
    dice = random.Random(seed)
    contract, module, each = shape.contract(), module_of(template(shape)), template(shape)
    names = [name for name in inspect.signature(module.shop).parameters if name not in ("codes", "language", "check")]
    for _ in range(6):
        values = any_values(contract, names, dice)
        given = {"codes": codes_of(each), "language": "en", **values}
        sent = module.shop(**given, check=False)
        wrong = is_refused(contract, sent)
        if wrong:
            with pytest.raises(ValueError, match=r"^shop@en: "):
                module.shop(**given)
        else:
            assert module.shop(**given) == sent


@settings(max_examples=50)
@given(pairs())
def test_a_breaking_edit_makes_another_file(two: tuple[Shape, Shape]) -> None:
    """So `outputs --check` fails until the file is written again, and old code goes on asking for the old contract."""
    old, new = (each.contract() for each in two)
    if breaking(old, new):
        assert python_of(sendable("shop", en=old)) != python_of(sendable("shop", en=new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (GREETING, Shape(body=("customer", "order"))),
        (GREETING, Shape(body=("name",))),
        (GREETING, Shape(body=("name", "order", "a"))),
        (QUESTION, QUESTION._replace(replies=("Not now",))),
        (QUESTION, QUESTION._replace(replies=("Confirm", "Later"))),
        (GREETING, GREETING._replace(screen="DATE")),
        (GREETING, GREETING._replace(products="CATALOG")),
        (GREETING._replace(products="CATALOG"), GREETING._replace(products="MPM")),
        (Shape(code=True), Shape()),
        (Shape(cards=(Card(("Buy",)), Card(("Buy",)))), Shape(cards=(Card(("Buy",)),))),
    ],
)
def test_a_call_written_for_the_old_contract_does_not_fit_the_new_function(old: Shape, new: Shape) -> None:
    before, after = (module_of(template(each)).shop for each in (old, new))
    given = dict.fromkeys(inspect.signature(before).parameters)
    with pytest.raises(TypeError):
        inspect.signature(after).bind(**given)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (QUESTION, QUESTION._replace(replies=("Not now", "Confirm"))),
        (QUESTION, QUESTION._replace(replies=("Confirm", "Not now", "Later"))),
        (GREETING, GREETING._replace(body=("order", "name"))),
        (GREETING, GREETING._replace(words="Dear customer, hello")),
    ],
)
def test_a_call_goes_on_to_fit_where_nothing_of_it_changes(old: Shape, new: Shape) -> None:
    before, after = (module_of(template(each)).shop for each in (old, new))
    inspect.signature(after).bind(**dict.fromkeys(inspect.signature(before).parameters))


def test_one_function_serves_all_languages_that_take_the_same() -> None:
    english = QUESTION.contract()
    spanish = dataclasses.replace(english, language="es", replies=("Confirmar", "Ahora no"))
    members = {"en": Member("shop", english), "es": Member("shop", spanish, reply_names=english.replies)}
    each = Sendable("shop", "shop", members)
    module, codes = module_of(each), codes_of(each)
    sent = module.shop(codes=codes, language="es", name="Ana", on_confirm="yes")
    assert (sent["payload"], sent["language"]) == (["yes", "Ahora no"], "es")


def test_a_language_of_an_older_version_keeps_its_own_order() -> None:
    """English has adopted a version with its buttons the other way round; Spanish has not got it."""
    new = QUESTION._replace(replies=("Not now", "Confirm")).contract()
    old = dataclasses.replace(QUESTION.contract(), language="es", replies=("Confirmar", "Ahora no"))
    members = {"en": Member("shop_v2", new), "es": Member("shop", old, reply_names=("Confirm", "Not now"))}
    each = Sendable("shop", "shop", members)
    module, codes = module_of(each), codes_of(each)
    for language, expected in (("en", ["no", "yes"]), ("es", ["yes", "no"])):
        sent = module.shop(codes=codes, language=language, name="Ana", on_confirm="yes", on_not_now="no")
        assert sent["payload"] == expected


def test_languages_that_ask_for_something_else_have_a_function_of_their_own() -> None:
    each = sendable("shop", en=GREETING.contract(), ar=Shape(body=("customer",)).contract(), id=GREETING.contract())
    module, codes = module_of(each), codes_of(each)
    assert module.shop(codes=codes, language="id", name="A", order="1")["language"] == "id"
    assert module.shop_ar(codes=codes, language="ar", customer="A")["language"] == "ar"
    with pytest.raises(ValueError, match="it has en, id"):
        module.shop(codes=codes, language="ar", name="A", order="1")


def test_a_name_that_is_taken_goes_to_the_template_that_has_it() -> None:
    first = sendable("shop", en=GREETING.contract(), ar=Shape(body=("a",)).contract())
    second = sendable("shop_ar", en=Shape(body=("b",)).contract())
    module = module_of(first, second)
    assert "b" in inspect.signature(module.shop_ar).parameters
    assert "a" in inspect.signature(module.shop_ar_).parameters


def test_functions_of_one_name_are_told_apart() -> None:
    first = sendable("shop", en=GREETING.contract(), pt_BR=Shape(body=("a",)).contract())
    second = sendable("shop_pt", en=GREETING.contract(), BR=Shape(body=("b",)).contract())
    module = module_of(first, second)
    assert {*inspect.signature(module.shop_pt_br).parameters} >= {"b"}
    assert {*inspect.signature(module.shop_pt_br_).parameters} >= {"a"}


def test_a_version_that_nobody_has_adopted_asks_under_the_logical_name() -> None:
    each = sendable("shop_v2", logical="shop", en=GREETING.contract())
    assert module_of(each).shop_v2(codes=codes_of(each), language="en", name="A", order="1")["template_code"] == CODE


def test_the_same_contracts_give_the_same_bytes_in_whatever_order() -> None:
    many = [sendable(f"shop_{at}", en=GREETING.contract(), id=GREETING.contract()) for at in range(5)]
    again = [each._replace(members=dict(reversed(each.members.items()))) for each in reversed(many)]
    assert python_of(*many) == python_of(*again)


def test_it_imports_nothing_but_typing() -> None:
    tree = ast.parse(python_of(template(Shape(screen="DATE", products="MPM", replies=("Yes",), address="a"))))
    imports = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imports == ["import typing"]
