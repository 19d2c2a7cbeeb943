"""Samples that the service did not tell: an import says so, and no content is sent until somebody has written them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends, outcome
from support.plan_scenarios import TEXT, hello, numbered, own, there

from templatesync.commands.new_version import new_version
from templatesync.model.errors import ExitCode
from templatesync.project import workspace
from templatesync.project.settings import load
from templatesync.validation.check import check

HALO = "Hai $(name), pesanan Anda sedang dalam perjalanan."
ANOTHER = "Hello $(name), quite another text is on its way to you."
KEY = "template/hello@en"
PICTURE = {"Type": "HEADER", "Format": "IMAGE"}


@pytest.fixture
def fresh(world: World) -> Iterator[World]:
    """An empty project beside the one whose emulator has something."""
    yield world.other(world.root / "fresh")


def only(world: World) -> Path:
    (path,) = sorted((world.root / "templates").glob("*.yaml"))
    return path


def rows(world: World, **options: Any) -> dict[str, tuple[str, str]]:
    changes = world.document(**options)["spaces"][0]["changes"]
    return {row["key"]: (row["action"], row["reason"]) for row in changes}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_space_of_many_is_taken_over_and_the_few_without_samples_wait_for_them(world: World, fresh: World) -> None:
    """150 templates, of which the service tells no samples of 12."""
    for body in numbered(150):
        world.live(**there(body, "fail"))
    silent = {body["Name"] for body in numbered(12)}
    world.emulator.after = lambda operation, answer: (
        answer["Data"].update(Example={} if answer["Data"]["Name"] in silent else {"name": "Ann"})
        if operation == "GetChatappTemplateDetail"
        else None
    )
    result = fresh.import_()
    assert result.exit_code == ExitCode.OK
    assert len(result.written) == 150
    assert not any(each.ignored or each.notes for each in result.written)
    marked = [path for path in (fresh.root / "templates").glob("*.yaml") if "samples: unknown" in path.read_text()]
    assert len(marked) == 12
    assert {action for action, _ in rows(fresh).values()} == {"no_op"}

    path = fresh.root / "templates/numbered_00003.yaml"
    edit(path, TEXT, ANOTHER)
    world.forget()
    applied = fresh.apply()
    change = outcome(applied).change
    assert ends(applied) == {"template/numbered_00003@en": "blocked"}
    assert applied.exit_code == ExitCode.REFUSED
    assert world.writes() == []
    line = path.read_text().splitlines().index("  samples: unknown") + 1
    assert (change.action, change.reason) == ("blocked", "samples unknown")
    assert change.notes[0].text.endswith(f"`samples: unknown` in templates/numbered_00003.yaml:{line}")

    edit(path, "templatesync:\n  samples: unknown\n", "Example: {name: Ann}\n")
    assert ends(fresh.apply(targets=("template/numbered_00003",))) == {"template/numbered_00003@en": "done"}
    assert {action for action, _ in rows(fresh).values()} == {"no_op"}


def test_samples_alone_are_no_change(world: World, fresh: World) -> None:
    world.live(**there(hello(TEXT, Example={}), "fail"))
    fresh.import_()
    edit(only(fresh), "templatesync:\n  samples: unknown\n", "Example: {name: Ann}\n")
    assert rows(fresh) == {KEY: ("no_op", "")}


def test_no_language_lends_samples_to_another(world: World, fresh: World) -> None:
    world.live(**there(hello(TEXT, PICTURE | {"Url": "https://example.com/a.jpg"}), "fail"))
    world.live(**there(hello(HALO, PICTURE, Language="id", Example={}), "fail"))
    world.live(**there(hello(HALO, PICTURE | {"Url": "https://example.com/a.jpg"}, Language="ms"), "fail"))
    (written,) = fresh.import_().written
    assert (written.notes, written.ignored) == ((), ())
    text = only(fresh).read_text(encoding="utf-8")
    assert "Languages: [en, id, ms]" in text
    assert re.search(r"    Url:\n      en: \S+\n      ms: \S+\n", text)
    assert "Example:\n  name:\n    en: Ann\n    ms: Ann\n" in text
    assert "  samples:\n    unknown: [id]\n" in text
    assert {action for action, _ in rows(fresh).values()} == {"no_op"}
    edit(only(fresh), "Hai $(name)", "Halo $(name)")
    edit(only(fresh), "Hello $(name)", "Good day $(name)")
    found = rows(fresh)
    assert found["template/hello@id"] == ("blocked", "samples unknown")
    assert found[KEY] == ("update", "")
    edit(only(fresh), "    en: Ann\n", "    en: Ann\n    id: Ani\n")
    assert rows(fresh)["template/hello@id"] == ("blocked", "samples unknown")  # the picture has none yet


def test_each_document_of_a_file_has_its_own_mark(world: World, fresh: World) -> None:
    world.live(**there(hello(), "fail"))
    world.live(**there(hello(HALO, {"Type": "FOOTER", "Text": "Bye"}, Language="id", Example={}), "fail"))
    fresh.import_()
    first, second = only(fresh).read_text(encoding="utf-8").split("---\n")
    assert "samples" not in first
    assert second.endswith("templatesync:\n  samples: unknown\n")
    assert {action for action, _ in rows(fresh).values()} == {"no_op"}


@pytest.mark.parametrize(
    "told",
    [
        {"Data": {"Example": None}},
        {"Data": {"Example": {}}},
        {"Data": {"Example": {"name": ""}}},
        {"Data": {"Example": {"name": " \n"}}},
        {"Data": {"Example": {"name": None}}},
        {"Data": {"Example": {"other": "Ann"}}},
    ],
)
def test_samples_are_unknown_however_the_service_leaves_them_out(
    world: World, fresh: World, told: dict[str, dict[str, Any]]
) -> None:
    world.live(**there(hello(), "fail"))

    def told_so(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail":
            answer["Data"] |= told["Data"]

    world.emulator.after = told_so
    assert fresh.import_().exit_code == ExitCode.OK
    text = only(fresh).read_text(encoding="utf-8")
    assert "samples: unknown" in text
    assert "Example" not in text
    assert rows(fresh) == {KEY: ("no_op", "")}


def test_some_of_the_samples_are_kept_and_the_others_unknown(world: World, fresh: World) -> None:
    world.live(
        **there(hello("Hello $(name), your order $(order) is on its way to you.", Example={"name": "Ann"}), "fail")
    )
    fresh.import_()
    text = only(fresh).read_text(encoding="utf-8")
    assert "Example:\n  name: Ann\ntemplatesync:\n  samples: unknown\n" in text
    assert rows(fresh) == {KEY: ("no_op", "")}


def test_media_without_a_sample_are_unknown_in_cards_too(world: World, fresh: World) -> None:
    cards = [{"CardComponents": [PICTURE, {"Type": "BODY", "Text": f"Card number {n}"}]} for n in (1, 2)]
    cards[1]["CardComponents"][0] = PICTURE | {"Url": "https://example.com/a.jpg"}
    world.live(**there(hello("Hello and welcome.", {"Type": "CAROUSEL", "Cards": cards}, Category="MARKETING")))
    (written,) = fresh.import_().written
    assert "samples: unknown" in only(fresh).read_text(encoding="utf-8")
    assert "header-media-url" not in written.ignored
    assert rows(fresh) == {KEY: ("no_op", "")}


@pytest.mark.parametrize("mark", ["unknown", {"unknown": True}, {"unknown": ["en"]}])
def test_every_mark_keeps_what_would_be_sent(world: World, mark: Any) -> None:
    body = hello(Example={})
    world.want(own(body, samples=mark))
    assert rows(world) == {KEY: ("blocked", "samples unknown")}  # it would be created
    world.live(**there(body, "fail"))
    assert rows(world) == {KEY: ("no_op", "")}
    assert rows(world, resubmit=(KEY,)) == {KEY: ("blocked", "samples unknown")}


def test_switches_need_no_samples(world: World) -> None:
    body = hello(Category="MARKETING", Example={})
    world.live(**there(body))
    world.want(own(body | {"AllowSend": False}, samples="unknown"))
    assert rows(world) == {KEY: ("update", "")}
    assert ends(world.apply()) == {KEY: "done"}
    assert world.changed() == ["ModifyChatappTemplateProperties"]


def test_what_is_blocked_anyway_says_that_samples_are_missing_too(world: World) -> None:
    world.live(**there(hello(Example={})))
    world.want(own(hello(ANOTHER, Example={}), samples="unknown"))
    (row,) = world.document()["spaces"][0]["changes"]
    assert (row["action"], row["reason"]) == ("blocked", "approved")
    assert any("templates/01.yaml:" in note for note in row["notes"])


def test_a_mark_of_another_language_keeps_nothing(world: World) -> None:
    world.want(own(hello(), samples={"unknown": ["id"]}))
    assert rows(world) == {KEY: ("create", "")}


def errors(world: World) -> list[tuple[str, str]]:
    """What is wrong with the files."""
    return [(finding.file, finding.rule) for finding in check(workspace.read(load(world.root))).errors]


def test_a_new_version_asks_for_the_samples_that_nobody_told(world: World, fresh: World) -> None:
    world.live(**there(hello(TEXT, PICTURE | {"Url": "https://example.com/a.jpg"})))
    world.live(**there(hello(HALO, PICTURE, Language="id", Example={})))
    fresh.import_()
    made = fresh.root / new_version(fresh.root, "hello").file
    text = made.read_text(encoding="utf-8")
    assert '    id: "TODO: sample of name"\n' in text
    assert '      id: "TODO: address of a sample"\n' in text
    assert "samples:" not in text
    assert [rule for file, rule in errors(fresh) if file == "templates/hello_v2.yaml"] == ["example-placeholder"] * 2
    edit(made, '"TODO: sample of name"', "Ani")
    edit(made, '"TODO: address of a sample"', "https://example.com/b.jpg")
    assert rows(fresh)["template/hello_v2@id"][0] == "create"


def test_a_new_version_of_what_has_no_sample_at_all(world: World, fresh: World) -> None:
    world.live(**there(hello(TEXT, PICTURE, Example={})))
    fresh.import_()
    made = fresh.root / new_version(fresh.root, "hello").file
    text = made.read_text(encoding="utf-8")
    assert text.endswith('\nExample: {name: "TODO: sample of name"}\ntemplatesync:\n  replaces: hello\n')
    assert text.count("TODO") == 2
