"""Import: what is live as files, what no file can hold with its reason, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_world import World
from scenarios import LATER, TEXT, hello, there

from templatesync.commands.import_ import import_meta
from templatesync.errors import ExitCode, UsageError

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
    assert fresh.import_().exit_code == ExitCode.OK
    (text,) = files(fresh).values()
    assert text.startswith("# templatesync: ignore body-1024 body-no-double-braces var-example-each var-not-lead\n")
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


def test_what_has_a_file_is_left_alone(world: World) -> None:
    world.live(**there(hello()))
    world.live(**there(hello(Language="id")))
    world.want(hello(LATER))
    before = files(world)["01.yaml"]
    result = world.import_()
    assert result.exit_code == ExitCode.OK
    assert [each.key for each in result.skipped] == [A]
    assert [each.keys for each in result.written] == [("template/hello@id",)]
    assert files(world)["01.yaml"] == before


def test_no_file_is_ever_overwritten(world: World) -> None:
    world.live(**there(hello()))
    world.put("templates/hello.yaml", "Name: taken\nLanguage: en\ntemplatesync: {state: absent}\n")
    assert [each.file for each in world.import_().written] == ["templates/hello-2.yaml"]
    assert files(world)["hello.yaml"].startswith("Name: taken")


def test_only_what_is_asked_for_and_ours(world: World, fresh: World) -> None:
    world.project(policy={"manage": ["hello*"]})
    fresh = world.other(fresh.root)
    for name in ("hello", "hello_two", "theirs"):
        world.live(**there(hello(Name=name)))
    assert [each.keys for each in fresh.import_("template/hello").written] == [(A,)]
    assert [each.keys for each in fresh.import_().written] == [("template/hello_two@en",)]


def test_a_key_that_is_not_there_is_told(world: World, fresh: World) -> None:
    result = fresh.import_("template/nothing@en")
    assert (result.exit_code, [each.key for each in result.skipped]) == (ExitCode.PARTIAL, ["template/nothing@en"])


def test_names_that_make_no_file_name(world: World, fresh: World) -> None:
    world.live(**there(hello(Name="con")))
    world.live(**there(hello(Name="a" * 512)))
    assert len(fresh.import_().written) == 2
    assert all(len(name) < 128 for name in files(fresh))
    assert quiet(fresh)
    assert isinstance(fresh.root, Path)


def test_a_key_outside_of_manage_is_told(world: World, fresh: World) -> None:
    world.project(policy={"manage": ["hello*"]})
    fresh = world.other(fresh.root)
    world.live(**there(hello(Name="theirs")))
    result = fresh.import_("template/theirs")
    assert (result.exit_code, result.written) == (ExitCode.PARTIAL, ())
    assert [(each.key, "policy.manage" in each.reason) for each in result.skipped] == [("template/theirs", True)]


def test_what_a_file_of_another_space_has_is_written_for_this_space_only(world: World) -> None:
    spaces = {"local": {"emulator": True}, "other": {"emulator": True}}
    world.project(spaces=spaces, default_space="local")
    world.live(**there(hello()))
    world.want({**hello(), "templatesync": {"spaces": ["other"]}})
    assert len(world.import_().written) == 1
    assert "spaces: [local]" in files(world)["hello.yaml"]
    assert quiet(world)


def test_a_list_that_came_incomplete_is_told() -> None:
    from templatesync.commands.import_ import _untold
    from templatesync.project import Project, Space
    from templatesync.values import Listing

    space = Space("local", "cams-1")
    (told,) = _untold(Project(Path(), (space,)), space, {"template": Listing({}, complete=False)}, ())
    assert told.fault
    assert "incomplete" in told.reason


def test_what_has_a_file_is_not_converted_again(world: World) -> None:
    source = world.root / "meta.json"
    entry = '{"name": "hello", "language": "en", "category": "UTILITY", "components": [{"type": "BODY", "text": "Hi"}]}'
    source.write_text(entry)
    assert len(import_meta(world.root, source).written) == 1
    again = import_meta(world.root, source)
    assert (again.exit_code, again.written) == (ExitCode.OK, ())
    assert [(each.key, each.fault) for each in again.skipped] == [(A, False)]


def test_a_huge_file_of_nonsense_costs_little(world: World) -> None:
    source = world.root / "meta.json"
    source.write_text("[" + "1," * (1 << 20) + '{"name": "late"}]')
    skipped = import_meta(world.root, source).skipped
    assert len(skipped) < 300
    assert "more" in skipped[-1].reason
    source.write_text(" " * (5 << 20))
    with pytest.raises(UsageError, match="at most"):
        import_meta(world.root, source)


def test_a_missing_language_is_called_so(world: World) -> None:
    source = world.root / "meta.json"
    source.write_text('{"name": "hello", "category": "UTILITY", "components": []}')
    assert [each.reason for each in import_meta(world.root, source).skipped] == ["language is missing"]
