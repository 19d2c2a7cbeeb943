"""The published schemas: legal, complete for editors, and told in words that a person understands at once."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing.exceptions import Unresolvable
from support.schema_cases import PROJECT, VALID, WRONG, space, template

from templatesync.kinds import KINDS
from templatesync.kinds.template import limits
from templatesync.kinds.template.rules import RULES as TEMPLATE_RULES
from templatesync.project.settings import DEFAULT_INCLUDE
from templatesync.schema import gate, loading, messages
from templatesync.validation.registry import RULES

SCHEMAS = (*KINDS, "resource", "project")


def steps(problem: loading.Problem) -> str:
    return "/".join(map(str, problem.path))


@pytest.mark.parametrize(("name", "instance"), VALID)
def test_valid_documents_have_no_problem(name: str, instance: Any) -> None:
    assert gate.problems(name, instance) == []
    assert list(messages.validator(name).iter_errors(instance)) == []
    assert gate._gate(name)(instance), "valid documents should not need jsonschema"


@pytest.mark.parametrize(("name", "instance", "rule", "path", "words"), WRONG)
def test_wrong_documents_are_caught_by_the_intended_rule(
    name: str, instance: Any, rule: str, path: str, words: str
) -> None:
    found = gate.problems(name, instance)
    assert [each for each in found if (each.rule, steps(each)) == (rule, path) and words in each.message], found


@pytest.mark.parametrize(("name", "instance", "rule", "path", "words"), WRONG)
def test_messages_are_written_for_people(name: str, instance: Any, rule: str, path: str, words: str) -> None:
    for problem in gate.problems(name, instance):
        assert problem.rule in RULES
        for text in (problem.message, problem.hint):
            assert not re.search(r"\b(None|True|False)\b|\{'|\['|does not match|is not valid under", text)
            assert not text.endswith(".")
        assert problem.message


def test_values_are_shown_short() -> None:
    (problem,) = gate.problems("template", template(Category="U" * 10_000))
    assert len(problem.message) < 200
    (problem,) = gate.problems("template", template(AllowSend=10**5000))
    assert problem.message == "there is a number in here with thousands of digits"


def test_the_nearest_name_is_offered() -> None:
    hints = {problem.path[-1]: problem.hint for problem in gate.problems("template", template(Componets=[], kinds="a"))}
    assert hints == {"Componets": "did you mean Components?", "kinds": "did you mean kind?"}
    (problem,) = gate.problems("project", {**PROJECT, "prox": "x"})
    assert "proxy" not in problem.hint


def test_secrets_are_not_shown() -> None:
    for key in ("access_key_secret", "secret", "Secret"):
        for problem in gate.problems("project", space(**{key: "LTAI-hidden"})):
            assert "hidden" not in problem.message + problem.hint


# --- the schemas themselves -----------------------------------------------------------------------------------------


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


@pytest.mark.parametrize("file", sorted(loading.schema_dir().glob("*.schema.json")), ids=lambda file: file.name)
def test_every_schema_is_legal_draft_07(file: Any) -> None:
    loaded = json.loads(file.read_text(encoding="utf-8"))
    assert loaded["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert loaded["title"] and loaded["description"]
    Draft7Validator.check_schema(loaded)


def _fields(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields that a file may have, with what their references say of them."""
    root = loading.load(name)
    for declaring in _walk(root):
        if declaring.get("additionalProperties") is False or declaring is root:
            for key, field in declaring["properties"].items():
                yield key, {**_referred(root, field), **field}
        for keyword in ("items", "additionalProperties"):
            inner = declaring.get(keyword)
            if "title" in declaring and isinstance(inner, dict):
                yield f"{declaring['title']} {keyword}", {**_referred(root, inner), **inner}


def _referred(root: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    here: Any = root if "$ref" in field else {}
    for step in field.get("$ref", "#").split("/")[1:]:
        here = here[step]
    return {**_referred(root, here), **here} if "$ref" in here else dict(here)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_has_hover_help(name: str) -> None:
    for key, field in _fields(name):
        assert field.get("title") and field.get("description"), key
        assert not field["title"].endswith("."), key
        assert field["description"].endswith("."), key
        if "enum" in field or "const" in field or "properties" in field or "not" in field:
            continue  # the values are shown, or the fields inside, or it is one that is refused
        assert field.get("examples") or "default" in field, key


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_value_of_several_is_explained(name: str) -> None:
    for key, field in _fields(name):
        if len(field.get("enum", ())) > 1:
            said = field.get("enumDescriptions", ())
            assert len(set(said)) == len(field["enum"]) and all(each.endswith(".") for each in said), key


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("Text", limits.BODY), ("Text", limits.BODY_WITH_OFFER), ("Text", limits.HEADER_TEXT), ("Text", limits.FOOTER),
        ("Text", limits.OFFER_TEXT), ("Text", limits.LABEL), ("Text", limits.CARD_BODY), ("Url", limits.URL),
        ("Buttons", limits.BUTTONS), ("Cards", limits.CARDS[0]), ("Cards", limits.CARDS[-1]),
        ("PhoneNumber", limits.PHONE_NUMBER), ("CouponCode", limits.COUPON_ADVISED), ("AutofillText", limits.AUTOFILL),
        ("SupportedApps", limits.APPS), ("SignatureHash", limits.HASH), ("PackageName", limits.PACKAGE),
        ("CodeExpirationMinutes", limits.CODE_MINUTES[-1]),
        *(("MessageSendTtlSeconds", seconds) for ttl in limits.TTL.values() for seconds in (ttl[0], ttl[-1])),
    ],
)  # fmt: skip
def test_descriptions_name_the_limits(field: str, number: int) -> None:
    said = [each["description"] for name, each in _fields("template") if name == field]
    assert any(re.search(rf"\b{number}\b", text) for text in said)


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_and_defaults_are_valid(name: str) -> None:
    root = loading.load(name)
    for field in _walk(root):
        for example in [*field.get("examples", []), *([field["default"]] if "default" in field else [])]:
            validator = messages.validator(name).evolve(schema={**field, "definitions": root.get("definitions", {})})
            assert list(validator.iter_errors(example)) == []


def test_every_rule_that_the_schema_names_exists_and_the_other_way_round() -> None:
    named = {
        node["x-rule"] for name in SCHEMAS for node in _walk(loading.load(name)) if isinstance(node.get("x-rule"), str)
    }
    assert named <= RULES.keys()
    assert {rule.id for rule in TEMPLATE_RULES if not (rule.check or rule.linked_check or rule.across)} <= named


def test_fields_and_enums_are_those_of_the_api() -> None:
    api = json.loads(resources.files("templatesync.service").joinpath("api.json").read_text(encoding="utf-8"))
    request = {each["name"]: each for each in api["operations"]["CreateChatappTemplate"]["request"]}
    definitions = loading.load("template")["definitions"]

    def compare(documented: list[dict[str, Any]], ours: dict[str, Any]) -> None:
        assert {each["name"] for each in documented} == ours.keys()
        for each in documented:
            assert set(each.get("enum", ())) == set(ours[each["name"]].get("enum", ())), each["name"]
            nested = {"Buttons": "button", "Cards": "card", "CardComponents": "cardComponent"}.get(each["name"])
            if nested == "button" and ours is definitions["cardComponent"]["properties"]:
                nested = "cardButton"
            if nested:
                compare(each["items"], definitions[nested]["properties"])

    compare(request["Components"]["items"], definitions["component"]["properties"])
    # The space is told on the command line, its ISV code by the environment; CustWabaId is deprecated.
    own = {"CustSpaceId", "CustWabaId", "IsvCode"}
    extra = {"AllowSend", "Languages", "kind", "templatesync"}
    assert request.keys() - own == loading.load("template")["properties"].keys() - extra


def test_nothing_is_ever_fetched() -> None:
    validator = messages.validator("resource")
    for reference in ("https://example.com/x.json", "file:///etc/passwd"):
        with pytest.raises(Unresolvable):
            validator._resolver.lookup(reference)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_gate_reads_its_schema_and_those_that_it_refers_to(name: str) -> None:
    references = {node["$ref"] for node in _walk(loading.load(name)) if "$ref" in node}
    others = {each.removesuffix(".schema.json") for each in references if not each.startswith("#")}
    loading.load.cache_clear()
    gate._gate.__wrapped__(name)
    assert loading.load.cache_info().misses == 1 + len(others)
    assert set(loading.referred(name)) == others


# --- any document at all --------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from _places(inner, (*path, step))


NODES = [node for name in SCHEMAS for node in _walk(loading.load(name))]
WORDS = sorted({word for node in NODES for word in [*node.get("enum", ()), *node.get("properties", ())]})


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Any]:
    """A document near a valid one, or anything."""
    name, base = draw(st.sampled_from([*VALID, *((name, instance) for name, instance, *_ in WRONG)]))
    value = copy.deepcopy(base)
    for _ in range(draw(st.integers(0, 3))):
        places = [place for place in _places(value) if place]
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        holder = value
        for step in path:
            holder = holder[step]
        action = draw(st.sampled_from(["set", "drop", "add"]))
        if action == "set":
            holder[last] = draw(st.sampled_from(WORDS) | JSON)
        elif action == "drop":
            del holder[last]
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(WORDS))] = draw(st.sampled_from(WORDS) | JSON)
        else:
            holder.append(copy.deepcopy(holder[last]))
    return name, value


@given(documents() | st.tuples(st.sampled_from(SCHEMAS), JSON))
def test_any_document_is_told_about_and_the_gate_never_lets_a_problem_pass(case: tuple[str, Any]) -> None:
    name, instance = case
    problems = gate.problems(name, instance)
    errors = next(messages.validator(name).iter_errors(instance), None)
    assert errors is None or not gate._gate(name)(instance)
    assert bool(problems) == (errors is not None)
    assert len(set(problems)) == len(problems)
    assert all(problem.rule in RULES and problem.message for problem in problems)
    assert problems == gate.problems(name, copy.deepcopy(instance))


def test_the_schemas_of_resources_and_projects_know_every_kind() -> None:
    """The published schemas are read by editors, so they say it themselves: what a new kind must be added to."""
    resource, project = loading.load("resource"), loading.load("project")
    assert resource["properties"]["kind"]["enum"] == list(KINDS)
    assert set(loading.referred("resource")) == {kind.file.schema for kind in KINDS.values()}
    assert project["properties"]["include"]["default"] == list(DEFAULT_INCLUDE)
