"""Of every kind: what an apply left is known by its receipt, and what git had by its commits; all else is drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.emulated_project import World, ends
from support.git_repository import Repository
from support.kind_specimens import Specimen, every_kind, want

from templatesync.kinds import KINDS
from templatesync.model.change import Action
from templatesync.model.errors import ExitCode
from templatesync.model.outcome import OutcomeKind
from templatesync.model.resource import Key, Live, Resource
from templatesync.planning.drift import Earlier, sent_by, whose
from templatesync.planning.receipt import Row


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path / "shop")
    yield found
    found.emulator.end()


def told(world: World, known: Path | None = None) -> tuple[ExitCode, str]:
    found = world.plan(fail_on=("drift",), known=known)
    return found.exit_code, "\n".join(found.notes)


@every_kind
def test_ours_and_theirs(specimen: Specimen, world: World, tmp_path: Path) -> None:
    ids = specimen.put(world, "one")["one"]
    receipt = tmp_path / "receipt.json"
    want(world, specimen.file("one", "b", ids))
    assert set(ends(world.apply(order={"receipt": receipt}, **specimen.options)).values()) == {"done"}
    want(world, specimen.file("one", "c", ids))
    code, said = told(world)
    assert (code, "nobody can tell" in said) == (ExitCode.OK, True)  # there is no git
    assert told(world, receipt) == (ExitCode.OK, "")
    repository = Repository.new(tmp_path)
    repository.commit()
    assert told(world)[0] == ExitCode.REFUSED
    assert told(world, receipt) == (ExitCode.OK, "")
    want(world, specimen.file("one", "b", ids))
    repository.commit()
    want(world, specimen.file("one", "c", ids))
    repository.commit()
    assert told(world) == (ExitCode.OK, "")


@every_kind
def test_what_is_gone(specimen: Specimen, world: World, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    file = specimen.file("one")
    want(world, file)
    world.apply(order={"receipt": receipt})
    document = json.loads(receipt.read_bytes())
    twin = World(tmp_path / "shop")
    code, said = told(twin, receipt)
    assert (code, f"missing: {file.key}" in said) == (ExitCode.REFUSED, True)
    assert told(twin) == (ExitCode.OK, "")
    document["spaces"][0]["changes"][0]["action"] = "delete"
    receipt.write_text(json.dumps(document), encoding="utf-8")
    assert told(twin, receipt) == (ExitCode.OK, "")
    twin.emulator.end()


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Components", "Type", "Text", "Buttons", "Cards", "Example", "Category", "Asset", "FlowName"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(["Components", "Asset", "Category"]), _ANY), _ANY
)
def test_nothing_that_a_receipt_holds_breaks_it(name: str, content: dict[str, Any], body: Any) -> None:
    key = Key(name, "one", "en" if KINDS[name].file.localised else "")
    row = Row(key, Action.UPDATE, OutcomeKind.DONE, "", content)
    live = Live(key, "pass", body={"Components": [], "PrefilledMessage": "a"})
    wanted = Resource(key, {"Components": [{"Type": "BODY", "Text": "b"}], "PrefilledMessage": "b"})
    assert whose(KINDS[name], wanted, live, "", Earlier(known=True, sent=sent_by(row, ()))) in ("edited", "pending")
