"""Every rule of Flow JSON against its fixtures on disk, with the positions that the JSON reader gives.

`tests/flow_rules/ID/{good,bad}` holds Flow JSON. Beside a bad file NAME.json stands NAME.expect, which names all that
is found in it, one `RULE LINE:COLUMN` a line. What stands beside the JSON in the flow's own file is in NAME.body, such
as `{"EndpointUri": …}`. Only the files of `fj-size` are made here, for they would be large.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.counted_work import work_of

from templatesync.documents import json_reader
from templatesync.kinds.flow import limits
from templatesync.kinds.flow.rules import RULES
from templatesync.kinds.flow.view import ASSET, CONTENT, ENDPOINT, entry_screens, flow
from templatesync.kinds.rule import Hit
from templatesync.model.resource import Key, Resource

FIXTURES = Path(__file__).parent.parent / "flow_rules"
EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "flows" / "book_class.json"
EXPECT = re.compile(r"(\S+) (\d+):(\d+)")
ON_DISK = [rule for rule in RULES if rule.id != "fj-size"]


def cases(which: str) -> list[Path]:
    return sorted(FIXTURES.glob(f"*/{which}/*.json"))


def name_of(case: Path) -> str:
    return f"{case.parent.parent.name}-{case.stem}"


def resource(content: Any, **body: Any) -> Resource:
    return Resource(Key("flow", "a_flow"), {ASSET: "flows/a.json", CONTENT: content, **body})


def hits(of: Resource) -> list[tuple[str, Hit]]:
    seen = flow(of)
    return [(rule.id, hit) for rule in RULES if rule.check for hit in rule.check(seen)]


def found(case: Path) -> list[tuple[str, int, int]]:
    loaded = json_reader.load(case.read_bytes(), case.name)
    assert loaded.findings == ()
    beside = case.with_suffix(".body")
    body = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    content = loaded.documents[0]
    told = hits(resource(content.data, **body))
    assert all(hit.path[0] in (ASSET, ENDPOINT) for _, hit in told)
    return [(rule, *content.locate(hit.path[1:])) for rule, hit in told]


@pytest.mark.parametrize("case", [*cases("good"), EXAMPLE], ids=name_of)
def test_nothing_is_found_in_good_files(case: Path) -> None:
    assert found(case) == []


@pytest.mark.parametrize("case", cases("bad"), ids=name_of)
def test_what_is_found_in_bad_files_is_what_they_say(case: Path) -> None:
    expected = EXPECT.findall(case.with_suffix(".expect").read_text(encoding="utf-8"))
    assert sorted(found(case)) == sorted((rule, int(line), int(column)) for rule, line, column in expected)
    assert case.parent.parent.name in {rule for rule, _, _ in expected}


@pytest.mark.parametrize("rule", ON_DISK, ids=lambda rule: rule.id)
def test_every_rule_has_fixtures(rule: Any) -> None:
    for which in ("good", "bad"):
        assert [case for case in cases(which) if case.parent.parent.name == rule.id], f"{rule.id} has no {which} case"


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {folder.name for folder in FIXTURES.iterdir()} == {rule.id for rule in ON_DISK}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_and_whence(rule: Any) -> None:
    assert re.fullmatch(r"fj(-[a-z0-9]+)+", rule.id)
    assert rule.summary.endswith(".") and rule.source
    assert rule.kind == "flow"


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_a_large_flow_is_told_of_once() -> None:
    value = json.loads(EXAMPLE.read_bytes())
    picture = {"type": "Image", "src": "A" * (limits.SIZE - 5_000)}
    value["screens"][0]["layout"]["children"].insert(0, picture)
    assert hits(resource(value)) == []
    picture["src"] += "A" * 5_000
    assert [(rule, hit.path) for rule, hit in hits(resource(value))] == [("fj-size", (ASSET,))]


def test_without_the_json_no_rule_has_anything_to_say() -> None:
    assert hits(Resource(Key("flow", "a_flow"), {ASSET: "flows/missing.json"})) == []
    assert not flow(Resource(Key("flow", "a_flow"), {})).present


# --- the screens that a button may open -----------------------------------------------------------------------------


def _screen(id_: str, *targets: str) -> dict[str, Any]:
    links = [
        {"type": "EmbeddedLink", "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": target}}}
        for target in targets
    ]
    inside = {"type": "If", "then": [{"type": "Switch", "cases": {"a": [{"type": "Form", "children": links}]}}]}
    return {"id": id_, "layout": {"type": "SingleColumnLayout", "children": [inside]}}


def test_entry_screens() -> None:
    screens = [_screen("A", "B"), _screen("B", "C", "NOWHERE"), _screen("C"), _screen("D", "C")]
    assert entry_screens({"screens": screens}) == {"A", "D"}
    assert entry_screens({"screens": screens, "routing_model": {"B": ["A", "C"], "A": ["D"]}}) == {"B"}
    assert entry_screens({"screens": screens, "routing_model": {}}) == {"A", "B", "C", "D"}
    assert entry_screens({"screens": [_screen("A", "A")]}) == {"A"}
    assert entry_screens(json.loads(EXAMPLE.read_bytes())) == {"CHOOSE_DATE"}


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"screens": {}}, {"screens": [1, None, {"id": 3}]}])
def test_entry_screens_of_what_is_no_flow(value: Any) -> None:
    assert entry_screens(value) == frozenset()


def test_an_action_of_an_entry_leads_somewhere_too() -> None:
    item = {"id": "1", "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "B"}}}
    first = {"id": "A", "layout": {"children": [{"type": "NavigationList", "list-items": [item]}]}}
    assert entry_screens({"screens": [first, _screen("B")]}) == {"A"}


# --- no JSON makes a rule crash, or slow ----------------------------------------------------------------------------

VALUES = [json.loads(case.read_bytes()) for case in [*cases("good"), *cases("bad"), EXAMPLE]]
WORDS = ["navigate", "complete", "A", "CHOOSE_DATE", "7.2", "2.1", "", "`", "${data.x}", "Footer", "If", "terminal"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "children", "next", "id", "cases", "A", "payload"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from _places(inner, (*path, step))


@st.composite
def mangled(draw: st.DrawFn) -> Any:
    """A flow in which some values have become anything."""
    value = copy.deepcopy(draw(st.sampled_from(VALUES)))
    for _ in range(draw(st.integers(1, 3))):
        places = [place for place in _places(value) if place]
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        holder = value
        for step in path:
            holder = holder[step]
        holder[last] = draw(JSON)
    return value


@given(mangled() | JSON)
def test_rules_never_crash(value: Any) -> None:
    for _, hit in hits(resource(value)):
        assert hit.message
        assert hit.path[0] == ASSET
    assert all(isinstance(id_, str) for id_ in entry_screens(value))


@given(mangled())
def test_a_hit_stands_where_something_is(value: Any) -> None:
    for rule, hit in hits(resource(value)):
        here = value
        for step in hit.path[1:]:
            assert isinstance(here, (dict, list)), (rule, hit)
            here = here[step]  # a path that leads nowhere would be told at the wrong line


def _deep(levels: int) -> Any:
    inside: Any = []
    for _ in range(levels):
        inside = [{"type": "If", "then": inside}]
    return {"screens": [{"id": "A", "layout": {"children": inside}}]}


def _chain() -> list[Any]:
    return [_screen(f"C{'x' * index}", f"C{'x' * (index + 1)}") for index in range(1_500)]


MOST_WORK = 60 * json_reader.JsonLimits().nodes
"""Calls: sixty for each value, and there are some fifty rules."""
# About as many values as the reader lets in.
HOSTILE: dict[str, Callable[[], Any]] = {
    "deep": lambda: _deep(30),
    "many": lambda: [_screen(f"S{chr(97 + index % 26)}" * (index % 40 + 1), "A", "Sb") for index in range(3_000)],
    "chain": _chain,
    "payload": lambda: [{"id": "A", "data": dict.fromkeys(map(str, range(40_000)), 1)}, *[_screen("B", "A")] * 3_000],
    "unknown": lambda: [_screen("A" * 90 + chr(97 + index % 26) * index, "B" * 99) for index in range(2_000)],
    "texts": lambda: [{"id": "A", "layout": {"children": [{"type": "TextBody", "text": "${data." * 900_000}]}}],
    "shapes": lambda: [{"id": "A", "layout": {"children": [None] * 90_000}}],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_no_flow_takes_long(name: str) -> None:
    value = HOSTILE[name]()
    resource_ = resource(value if isinstance(value, dict) else {"screens": value})
    work, _ = work_of(lambda: hits(resource_))
    assert work < MOST_WORK


@pytest.mark.slow
def test_no_routes_take_long() -> None:
    chain = _chain()
    model = {screen["id"]: [other["id"] for other in chain[:50]] for screen in chain}
    work, _ = work_of(lambda: hits(resource({"screens": chain, "routing_model": model})))
    assert work < MOST_WORK


def test_a_live_flow_may_be_deeper_than_a_file() -> None:
    assert entry_screens(_deep(5_000)) == {"A"}
