"""What always holds between files and service, for templates of every shape."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.depth import DEPTH
from support.emulated_project import World, ends
from support.template_strategies import Body, families, shops

from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import KINDS
from templatesync.model.finding import Severity
from templatesync.project import settings as project_settings
from templatesync.project import workspace
from templatesync.project.languages import merge
from templatesync.validation import check

TEMPLATE = KINDS["template"]
LIMITLESS = {"policy": {"max_changes": {"percent": 100, "at_least": 1000}}}

law = settings(max_examples=14 * DEPTH, suppress_health_check=list(HealthCheck))


@contextmanager
def new_world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), **LIMITLESS)
        yield world
        world.emulator.end()


def documents(family: Sequence[Body]) -> list[Body]:
    """A family as one document, or as one for each language when no map of languages can say it."""
    merged = merge(family, TEMPLATE.file.localised, TEMPLATE.file.localised_maps)
    return list(family) if merged is None else [merged]


def want(world: World, shop: Sequence[Sequence[Body]]) -> None:
    world.want(*(document for family in shop for document in documents(family)))


def changes(world: World) -> list[dict[str, Any]]:
    return [row for row in world.document()["spaces"][0]["changes"] if row["action"] != "no_op"]


@law
@given(shops(), st.data())
def test_after_an_apply_the_plan_has_no_changes(shop: list[list[Body]], data: st.DataObject) -> None:
    with new_world() as world:
        want(world, shop)
        assert set(ends(world.apply()).values()) == {"done"}
        assert changes(world) == []
        for family in shop:
            for body in family:
                world.review("fail", body["Name"], body["Language"])
        again = [_again(family, data) for family in shop]
        want(world, again)
        result = world.apply(allow_breaking=True)
        assert set(ends(result).values()) <= {"done"}
        assert changes(world) == []


def _again(family: list[Body], data: st.DataObject) -> list[Body]:
    """Another content for the same keys."""
    name, category = family[0]["Name"], family[0]["Category"]
    (first, *_) = data.draw(families(name, category))
    return [first | {"Language": body["Language"]} for body in family]


@law
@given(shops())
def test_what_was_imported_plans_to_no_changes(shop: list[list[Body]]) -> None:
    with new_world() as world, tempfile.TemporaryDirectory() as folder:
        want(world, shop)
        world.apply()
        fresh = world.other(Path(folder))
        result = fresh.import_()
        assert result.skipped == ()
        assert {key for file in result.written for key in file.keys} == {
            f"template/{body['Name']}@{body['Language']}" for family in shop for body in family
        }
        read = workspace.read(project_settings.load(fresh.root))
        assert [finding for finding in check.check(read).findings if finding.severity is Severity.ERROR] == []
        document = fresh.document()
        assert changes(fresh) == []
        assert document["summary"]["unmanaged"] == 0
        assert all(not note for row in document["spaces"][0]["changes"] for note in row["notes"])


@law
@given(shops(), st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_order_comments_states_or_samples(
    shop: list[list[Body]], chance: random.Random
) -> None:
    with new_world() as world:
        want(world, shop)
        digest = world.document()["digest"]
        whole = [document for family in shop for document in documents(family)]
        chance.shuffle(whole)
        world.want()
        text = "---\n".join(to_yaml(_shuffled(each, chance), header=["a comment"]) for each in whole)
        world.put("templates/all.yaml", text)
        assert world.document()["digest"] == digest
        assert world.text() == world.text()


def _shuffled(body: Body, chance: random.Random) -> Body:
    """The same, its keys in another order, and every other sample."""
    items = list(body.items())
    chance.shuffle(items)
    return dict(items)


@law
@given(families())
def test_languages_come_apart_as_they_were_put_together(family: list[Body]) -> None:
    merged = merge(family, TEMPLATE.file.localised, TEMPLATE.file.localised_maps)
    if len(family) == 1:
        assert merged is None
        return
    assert merged is not None
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "templatesync.yaml").write_text("version: 1\nspaces: {local: {emulator: true}}\n", encoding="utf-8")
        read = workspace.assemble(project_settings.load(root), {"templates/a.yaml": to_yaml(merged).encode()})
        source = read.source("templates/a.yaml")
        assert source.findings == ()
        assert [dict(entry.resource.body) for entry in source.entries] == sorted(
            family, key=lambda body: merged["Languages"].index(body["Language"])
        )
