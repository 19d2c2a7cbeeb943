"""`plan --cache`: what it spares, what it says, and the files that it must not believe."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.emulated_project import World
from support.fault_cases import DETAIL, LIST
from support.faulty_service import Front, leaks
from support.plan_scenarios import OTHER, hello, numbered, there

from templatesync.commands import plan as plan_command
from templatesync.model.change import FromCache
from templatesync.planning.inputs import PlanOptions
from templatesync.schema.loading import schema_dir

COUNT = 5
AGAIN = "nothing comes from the cache: "


@pytest.fixture
def full(front: Front) -> Front:
    """Everything is there as the files say, and was planned once with `--cache`."""
    front.want(*numbered(COUNT))
    for body in numbered(COUNT):
        front.live(**there(body))
    document, note = plan(front)
    assert document["spaces"][0]["from_cache"] == {"details": 0, "oldest": ""}
    assert note == ""
    return front


def plan(front: Front, *arguments: str) -> tuple[dict[str, Any], str]:
    """The document of a plan with `--cache`, and what it says on stderr."""
    ended = front.cli("plan", "--cache", "--format", "json", *arguments)
    leaks([file.read_text(encoding="utf-8") for file in front.home.rglob("*.jsonl") if file.is_file()])
    return json.loads(ended.out), ended.err


def details(front: Front, *arguments: str) -> int:
    """How many details a plan with `--cache` asks for."""
    before = len(front.calls(DETAIL))
    document, _ = plan(front, *arguments)
    asked = len(front.calls(DETAIL)) - before
    assert document["spaces"][0]["from_cache"]["details"] == COUNT - asked
    return asked


def kept(front: Front) -> Path:
    """The only file of details. What is known of the project's files is kept beside it."""
    (only,) = files_of_details(front.home)
    return only


def files_of_details(home: Path) -> list[Path]:
    return [*(home / ".cache").glob("templatesync/*.jsonl")]


def test_when_nothing_has_moved_only_the_list_is_read(full: Front) -> None:
    before = Counter(call["operation"] for call in full.calls())
    full.clock.now += 3600
    document, note = plan(full)
    asked = Counter(call["operation"] for call in full.calls()) - before
    assert asked == {"QueryChatappBindWaba": 1, LIST: 1}
    assert note == ""
    assert document["summary"]["no_op"] == COUNT
    schema = json.loads((schema_dir() / "plan.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(document)
    told = document["spaces"][0]["from_cache"]
    assert told["details"] == COUNT
    assert told["oldest"].startswith("2026-01-02T")
    text = full.cli("plan", "--cache").out
    assert f"From cache: {COUNT} details, the oldest read {told['oldest']}." in text


def test_the_same_plan_comes_from_the_cache_and_from_the_service(full: Front) -> None:
    full.want(*numbered(COUNT - 1), hello(Name=f"numbered_{COUNT - 1:05}", Components=OTHER))
    remembered, _ = plan(full)
    read = json.loads(full.cli("plan", "--format", "json").out)
    assert remembered["spaces"][0].pop("from_cache")["details"] == COUNT
    assert remembered == read
    assert read["summary"]["blocked"] == 1


def test_what_the_list_shows_as_moved_is_read_again(full: Front) -> None:
    full.clock.now += 60
    full.review("paused", name="numbered_00002")
    assert details(full) == 1
    assert details(full) == 0


def test_what_is_new_is_read_and_what_is_gone_is_forgotten(full: Front) -> None:
    full.want(*numbered(COUNT), hello())
    full.live(**there(hello()))
    plan(full)
    assert b"template/hello@en" in kept(full).read_bytes()
    full.want(*numbered(COUNT), {"Name": "hello", "Language": "en", "templatesync": {"state": "absent"}})
    assert full.carry_out().code == 0
    plan(full)
    assert b"template/hello@en" not in kept(full).read_bytes()
    assert details(full) == 0


def test_a_target_leaves_the_others_in_the_cache(full: Front) -> None:
    full.clock.now += 60
    plan(full, "--target", "template/numbered_00001")
    assert details(full) == 0


def test_a_list_that_does_not_add_up_forgets_nothing(full: Front) -> None:
    full.settings(pages="total_high")
    assert details(full) == 0
    full.settings(pages="normal")
    assert details(full) == 0


def test_without_the_option_nothing_is_taken_or_kept(front: Front) -> None:
    front.want(*numbered(COUNT))
    for body in numbered(COUNT):
        front.live(**there(body))
    for _ in range(2):
        assert "from_cache" not in front.cli("plan", "--format", "json").out
    assert len(front.calls(DETAIL)) == 2 * COUNT
    assert files_of_details(front.home) == []


def test_apply_refuses_a_plan_from_the_cache_and_takes_its_digest(full: Front) -> None:
    full.review("fail", name="numbered_00000")
    full.want(*numbered(COUNT)[1:], hello(Name="numbered_00000", Components=OTHER))
    document, _ = plan(full, "--out", str(full.root / "plan.json"))
    before = len(full.calls(DETAIL))
    refused = full.carry_out(str(full.root / "plan.json"))
    assert refused.code == 9
    assert "plan.json was made with --cache" in refused.err
    assert "--expect-digest" in refused.err
    assert len(full.calls(DETAIL)) == before
    done = full.carry_out("--settle", "0", "--expect-digest", document["digest"])
    assert (done.code, done.ends) == (0, {"numbered_00000": "done"})
    assert len(full.calls(DETAIL)) == before + COUNT + 3, (
        "apply reads everything, what it writes before (twice where that has just changed) and after"
    )


def test_the_files_are_for_their_owner_alone_and_name_nobody(full: Front) -> None:
    file = kept(full)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(file.stem) == 64
    assert set(file.stem) <= set("0123456789abcdef")


def _appended(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b'["template/x@en","",1]\t{}\n')


def _altered(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"numbered_00003", b"numbered_00009"))


def _older(file: Path) -> None:
    head, _, rest = file.read_bytes().partition(b"\n")
    old = json.dumps({**json.loads(head), "version": "0.0.1"}, sort_keys=True, separators=(",", ":"))
    file.write_bytes(old.encode() + b"\n" + rest)


def _another_owner(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(file.stem.encode(), b"0" * 64))


def _linked(file: Path) -> None:
    file.rename(file.parent / "elsewhere")
    file.symlink_to(file.parent / "elsewhere")


def _shared(file: Path) -> None:
    file.chmod(0o644)


def _folder_shared(file: Path) -> None:
    file.parent.chmod(0o755)


def _folder_linked(file: Path) -> None:
    file.parent.rename(file.parent.parent / "elsewhere")
    file.parent.symlink_to(file.parent.parent / "elsewhere")


def _folder_in_place(file: Path) -> None:
    file.unlink()
    file.mkdir()


ODD: dict[Callable[[Path], None], str] = {
    lambda file: file.write_bytes(b""): "is damaged or from another release",  # type: ignore[misc]
    lambda file: file.write_bytes(b"\xff\x00\n\t\n"): "is damaged or from another release",  # type: ignore[misc]
    lambda file: os.truncate(file, file.stat().st_size - 9): "is damaged or from another release",
    _appended: "is damaged or from another release",
    _altered: "is damaged or from another release",
    _older: "is damaged or from another release",
    _another_owner: "is damaged or from another release",
    lambda file: os.truncate(file, 200 << 20): "at most 134,217,728 are read",
    _linked: "is a symbolic link, which is not followed",
    _shared: "open to other users",
    _folder_shared: "open to other users",
    _folder_linked: "is a symbolic link",
    _folder_in_place: "is a folder, not a file",
}


@pytest.mark.parametrize("spoil", ODD, ids=[str(number) for number in range(len(ODD))])
def test_an_odd_file_is_left_out_and_said(full: Front, spoil: Callable[[Path], None]) -> None:
    spoil(kept(full))
    before = len(full.calls(DETAIL))
    document, note = plan(full)
    assert note.startswith(AGAIN)
    assert ODD[spoil] in note
    assert len(full.calls(DETAIL)) == before + COUNT
    assert document["summary"]["no_op"] == COUNT


@pytest.mark.parametrize("spoil", [_appended, _older, _another_owner, _linked, _shared])
def test_an_odd_file_is_made_anew(full: Front, spoil: Callable[[Path], None]) -> None:
    spoil(kept(full))
    plan(full)
    assert details(full) == 0


def test_another_account_endpoint_or_space_remembers_nothing_of_this_one(full: Front) -> None:
    full.endpoint = full.endpoint.replace("127.0.0.1", "localhost")
    assert details(full) == COUNT
    assert details(full) == 0


def test_nothing_inside_a_project_is_used(full: Front) -> None:
    full.setenv("XDG_CACHE_HOME", str(full.root / "cache"))
    _, note = plan(full)
    assert "is inside the project; let XDG_CACHE_HOME name a folder outside" in note
    assert not (full.root / "cache").exists()


def test_a_content_of_the_future_is_not_believed(full: Front) -> None:
    full.clock.now += 120
    kept(full).unlink()
    plan(full)
    full.clock.now -= 60
    assert details(full) == COUNT
    assert details(full) == 0


def test_a_folder_that_cannot_be_written(full: Front) -> None:
    full.setenv("XDG_CACHE_HOME", "/proc")
    document, note = plan(full)
    assert note.startswith(AGAIN)
    assert document["summary"]["no_op"] == COUNT


def test_two_at_a_time_leave_a_whole_file(full: Front) -> None:
    def meanwhile() -> None:
        full.emulator.before = None
        whole = kept(full).read_bytes()
        plan(full)
        assert kept(full).read_bytes().splitlines()[1:] == whole.splitlines()[1:]

    full.before_call(LIST, 1, meanwhile)
    _, note = plan(full)
    assert note == ""
    assert details(full) == 0


def test_an_emulator_in_the_process_keeps_nothing_and_the_plan_is_still_for_reading(tmp_path: Path) -> None:
    world = World(tmp_path / "project")
    world.want(hello())
    connection = replace(world.connection, environment={"HOME": str(tmp_path)})
    result = plan_command.plan(world.root, (), False, PlanOptions(), connection, cache=True)
    world.emulator.end()
    assert (result.plan.spaces[0].from_cache, result.plan.spaces[0].error) == (FromCache(), None)
    assert files_of_details(tmp_path) == []


def test_where_there_is_no_home_everything_is_read(full: Front) -> None:
    full.setenv("XDG_CACHE_HOME", "relative/folder")
    assert details(full) == 0, "an invalid setting counts as none"
    full.patch("templatesync.commands.plan.cache_folder", lambda environment: None)
    before = len(full.calls(DETAIL))
    _, note = plan(full)
    assert note.startswith(AGAIN + "there is no home folder")
    assert len(full.calls(DETAIL)) == before + COUNT
