"""Names that were deleted of late: what the journal of this machine, or a receipt, knows of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.emulated_project import World, ends
from support.kind_specimens import Specimen, named, want
from support.plan_scenarios import LATER, gone, hello, there
from support.two_versions import notes, rows

from templatesync.commands.receipts import read_receipt
from templatesync.planning.receipt import Receipt

DAY = 86_400.0


def deleted(world: World, *languages: str, order: dict[str, Path] | None = None) -> None:
    """An apply of this machine deletes these; another template stays."""
    world.want(hello(LATER, Name="other"), *(gone("hello", language) for language in languages))
    done = ends(world.apply(order=order))
    assert {done[f"template/hello@{language}"] for language in languages} == {"done"}


def held(world: World, key: str = "hello@en") -> str:
    return notes(rows(world)[key]).get("name_held", "")


def test_a_name_that_was_deleted_here_is_told_for_thirty_days_and_no_longer(world: World) -> None:
    world.settings(limits=True)
    world.live(**there(hello()))
    deleted(world, "en")
    world.want(hello())
    text = (
        "hello in en was deleted on 2026-01-02, as the journal says; until 2026-02-01 the platform may refuse it, "
        "and another name is free at once"
    )
    assert held(world) == text
    # Other runs come and go meanwhile, and begin the journal anew each time.
    for _ in range(3):
        world.clock.sleep(9 * DAY)
        world.want(hello(LATER, Name=f"other_{int(world.clock.now)}"))
        assert set(ends(world.apply()).values()) == {"done"}
    world.want(hello())
    assert held(world) == text
    assert world.text() == world.text()
    assert ends(world.apply()) == {"template/hello@en": "failed"}  # as the note said
    world.clock.sleep(3 * DAY)
    assert held(world) == ""
    assert ends(world.apply()) == {"template/hello@en": "done"}


def test_what_was_made_again_is_forgotten(world: World) -> None:
    world.live(**there(hello()))
    deleted(world, "en")
    world.want(hello())
    assert ends(world.apply()) == {"template/hello@en": "done"}
    world.want(hello(), hello(LATER, Name="other_one"))
    world.apply()
    journal = (world.root / ".templatesync/journal/local.jsonl").read_text()
    assert "deleted" not in [json.loads(line)["event"] for line in journal.splitlines()]


def test_a_language_says_nothing_of_others_while_the_name_is_in_use(world: World) -> None:
    for language in ("en", "ar"):
        world.live(**there(hello(Language=language)))
    deleted(world, "ar")
    world.want(hello(), hello(Language="ar"), hello(Language="fr"))
    assert held(world, "hello@ar").startswith("hello in ar was deleted on")
    assert held(world, "hello@fr") == ""
    deleted(world, "en")
    world.want(hello(Language="fr"))
    assert held(world, "hello@fr").startswith("hello was deleted on")


def test_a_receipt_knows_it_too(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("receipts") / "receipt.json"
    world.live(**there(hello()))
    deleted(world, "en", order={"receipt": path})
    twin = world.other(tmp_path_factory.mktemp("elsewhere"))
    twin.want(hello())
    assert held(twin) == ""
    receipt = read_receipt(path)
    assert isinstance(receipt, Receipt)
    assert [space.deleted for space in receipt.spaces.values()] == [("template/hello@en",)]


@pytest.mark.parametrize("at", [float("nan"), float("inf"), 1e300, -1e300, 0.0])
def test_a_journal_with_any_time_in_it_ends_no_plan(world: World, at: float) -> None:
    world.live(**there(hello()))
    deleted(world, "en")
    path = world.root / ".templatesync/journal/local.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = [{**line, "at": at} if line["event"] == "result" else line for line in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in told))
    world.want(hello())
    assert rows(world)["hello@en"].action.value == "create"


@named
def test_only_where_the_platform_holds_names(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "two")
    want(world, specimen.file("two"), specimen.gone())
    world.apply()
    want(world, specimen.file("two"), specimen.file())
    (space,) = world.plan().plan.spaces
    (row,) = [change for change in space.changes if str(change.key) == str(specimen.file().key)]
    assert ("name_held" in notes(row)) == (row.key.kind == "template")
