"""Import: what is live as files, what no file can hold with its reason, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World
from support.kind_specimens import Specimen, actions, every_kind, want
from support.plan_scenarios import TEXT, hello, there

from templatesync.documents.yaml_writer import to_yaml
from templatesync.kinds import folder_of
from templatesync.model.errors import ExitCode

A = "template/hello@en"


@pytest.fixture
def fresh(world: World) -> Iterator[World]:
    """An empty project beside the one whose emulator has something."""
    yield world.other(world.root / "fresh")


def files(world: World) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((world.root / "templates").glob("*.yaml"))}


def quiet(world: World) -> bool:
    """Whether nothing is to do for what has a file."""
    return all(row["action"] == "no_op" for row in world.document()["spaces"][0]["changes"])


def test_languages_of_one_structure_become_one_document(world: World, fresh: World) -> None:
    world.live(**there(hello()))
    world.live(**there(hello("Hai $(name), pesanan Anda sedang dalam perjalanan.", Language="id")))
    assert [each.keys for each in fresh.import_().written] == [(A, "template/hello@id")]
    (text,) = files(fresh).values()
    assert "Languages: [en, id]" in text
    assert "\n---\n" not in text
    assert quiet(fresh)


def test_languages_of_other_structure_become_documents_of_one_file(world: World, fresh: World) -> None:
    world.live(**there(hello()))
    world.live(**there(hello(TEXT, {"Type": "FOOTER", "Text": "Bye"}, Language="id")))
    assert len(fresh.import_().written) == 1
    (text,) = files(fresh).values()
    assert text.count("Language: ") == 2
    assert quiet(fresh)


@pytest.mark.parametrize(
    ("components", "words"),
    [
        ([{"Type": "HEADER", "Format": "LOCATION"}, {"Type": "BODY", "Text": TEXT}], "header of format LOCATION"),
        ([{"Type": "BODY", "Text": TEXT}, {"Type": "CALL_PERMISSION_REQUEST"}], "CALL_PERMISSION_REQUEST"),
        ([{"Type": "BODY", "Text": TEXT}, {"Type": "BUTTONS", "Buttons": [{"Type": "SPM"}]}], "button of type SPM"),
        ([{"Type": "BODY", "Text": "Hello ${{ name }}, goodbye."}], "${{"),
        ([{"Type": "BODY", "Text": "Hello \x07 goodbye."}], "U+0007"),
    ],
)
def test_what_no_file_can_hold_is_told_with_its_reason(
    world: World, fresh: World, components: list[Any], words: str
) -> None:
    world.live(**there(hello(Components=components)))
    world.live(**there(hello(Name="other")))
    result = fresh.import_()
    assert result.exit_code == ExitCode.PARTIAL
    assert [(each.key, words in each.reason) for each in result.skipped] == [(A, True)]
    assert list(files(fresh)) == ["other.yaml"]
    assert quiet(fresh)


def test_a_rule_that_a_live_template_breaks_is_silenced_there(world: World, fresh: World) -> None:
    world.live(**there(hello("$(name), {{1}} " + "x" * 1100, Example={})))
    result = fresh.import_()
    assert result.exit_code == ExitCode.OK
    assert result.written[0].ignored == ("body-1024", "body-no-double-braces", "var-not-lead")
    (text,) = files(fresh).values()
    assert text.startswith("# templatesync: ignore body-1024 body-no-double-braces var-not-lead while ")
    assert quiet(fresh)


@pytest.mark.parametrize("switch", [{"AllowSend": False}, {"CategoryChangePaused": True}])
def test_switches_off_their_default_are_kept(world: World, fresh: World, switch: dict[str, bool]) -> None:
    world.live(**there(hello(Category="MARKETING", **switch)))
    fresh.import_()
    (text,) = files(fresh).values()
    ((name, value),) = switch.items()
    assert f"{name}: {str(value).lower()}\n" in text
    assert quiet(fresh)


def test_switches_at_their_default_are_not(world: World, fresh: World) -> None:
    world.live(**there(hello(Category="MARKETING", AllowSend=True, CategoryChangePaused=False)))
    fresh.import_()
    (text,) = files(fresh).values()
    assert "AllowSend" not in text
    assert "CategoryChangePaused" not in text


@every_kind
def test_what_has_a_file_is_left_alone(world: World, specimen: Specimen) -> None:
    ids = specimen.put(world, "one", "two")["one"]
    want(world, file := specimen.file("one", "b", ids))
    first = world.root / folder_of(specimen.kind.name) / "01.yaml"
    before = first.read_bytes()
    result = world.import_()
    assert result.exit_code == ExitCode.OK
    assert [(each.key, each.fault) for each in result.skipped] == [(file.key, False)]
    assert [each.keys for each in result.written] == [(specimen.file("two").key,)]
    assert first.read_bytes() == before


@every_kind
def test_no_file_is_ever_overwritten(world: World, fresh: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    (written,) = fresh.import_().written
    path = fresh.root / written.file
    path.write_text(to_yaml(specimen.gone("other").body), encoding="utf-8")
    beside = {each: each.read_bytes() for each in path.parent.iterdir()}
    (again,) = fresh.import_().written
    assert again.file != written.file
    assert {each: each.read_bytes() for each in beside} == beside
    assert actions(fresh) == {specimen.file().key: "no_op", specimen.gone("other").key: "no_op"}


@every_kind
def test_only_what_is_asked_for_and_ours(world: World, fresh: World, specimen: Specimen) -> None:
    specimen.put(world, "one", "two", "theirs")
    one, two = specimen.file("one"), specimen.file("two")
    fresh.project(policy={"manage": [one.name, two.name]})
    assert [each.keys for each in fresh.import_(one.key).written] == [(one.key,)]
    assert [each.keys for each in fresh.import_().written] == [(two.key,)]
    assert actions(fresh) == {one.key: "no_op", two.key: "no_op"}


@every_kind
def test_a_key_that_is_not_there_is_told(fresh: World, specimen: Specimen) -> None:
    key = specimen.file("nothing").key
    result = fresh.import_(key)
    assert (result.exit_code, [each.key for each in result.skipped]) == (ExitCode.PARTIAL, [key])


def test_names_that_make_no_file_name(world: World, fresh: World) -> None:
    world.live(**there(hello(Name="con")))
    world.live(**there(hello(Name="a" * 512)))
    assert len(fresh.import_().written) == 2
    assert all(len(name) < 128 for name in files(fresh))
    assert quiet(fresh)
    assert isinstance(fresh.root, Path)


@every_kind
def test_a_key_outside_of_manage_is_told(world: World, fresh: World, specimen: Specimen) -> None:
    specimen.put(world, "theirs")
    fresh.project(policy={"manage": ["ours"]})
    key = specimen.file("theirs").key
    result = fresh.import_(key)
    assert (result.exit_code, result.written) == (ExitCode.PARTIAL, ())
    assert [(each.key, "policy.manage" in each.reason) for each in result.skipped] == [(key, True)]


@every_kind
def test_what_a_file_of_another_space_has_is_written_for_this_space_only(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    world.project(spaces={"local": {"emulator": True}, "other": {"emulator": True}}, default_space="local")
    want(world, specimen.file().own(spaces=["other"]))
    (written,) = world.import_().written
    assert "spaces: [local]" in (world.root / written.file).read_text(encoding="utf-8")
    assert actions(world) == {specimen.file().key: "no_op"}


def test_a_list_that_came_incomplete_is_told(world: World, fresh: World) -> None:
    world.live(**there(hello()))
    world.settings(quirks={"denied-flows": "words"})
    result = fresh.import_("template/hello", "flow/none")
    assert [each.keys for each in result.written] == [(A,)]
    assert [(each.key, each.fault, each.a_list) for each in result.skipped] == [
        ("flow", True, True),
        ("flow/none", True, False),
    ]
    assert "not whole" in result.skipped[0].reason and "a list is not whole" in result.skipped[1].reason
