"""The journal: an intent on disk before each write, a result after it; and what a killed run leaves behind."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.kind_specimens import Specimen, Write, actions, every_kind, every_write, want
from support.plan_scenarios import hello

from templatesync.applying import journal
from templatesync.applying.journal import Journal
from templatesync.model.errors import ExitCode, LocalError

A = "template/hello@en"


def path(world: World) -> Path:
    return world.root / ".templatesync" / "journal" / "local.jsonl"


def lines(world: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path(world).read_text(encoding="utf-8").splitlines()]


def leave(world: World, *entries: dict[str, Any] | str) -> None:
    """A journal as an earlier run left it."""
    path(world).parent.mkdir(parents=True, exist_ok=True)
    texts = [entry if isinstance(entry, str) else json.dumps({"v": 1, "at": "then", **entry}) for entry in entries]
    path(world).write_text("\n".join(texts), encoding="utf-8")


class Killed(BaseException):
    """As by SIGKILL: nothing of the program runs on."""


def killed_at(world: World, operation: str, *, after: bool) -> None:
    def die(called: str, *rest: Any) -> None:
        if called == operation:
            world.emulator.before = world.emulator.after = None
            raise Killed

    if after:
        world.emulator.after = die
    else:
        world.emulator.before = die


@every_write
def test_each_write_has_an_intent_and_a_result(world: World, write: Write) -> None:
    key = write.start(world)
    world.apply(**write.options)
    intent, result = lines(world)
    assert [(line["event"], line["key"]) for line in (intent, result)] == [("intent", key), ("result", key)]
    assert intent["action"] == write.action
    assert len(intent["wanted_digest"]) == (0 if write.action == "delete" else 64)
    assert result["outcome"] == "done"
    assert result["request_id"].startswith("REQUEST-")


@every_write
def test_a_refusal_is_a_result(world: World, write: Write) -> None:
    key = write.start(world)
    world.fault("denied", write.operations[0])
    world.apply(**write.options)
    assert [(line["key"], line.get("code")) for line in lines(world)] == [(key, None), (key, "NoPermission")]


@every_write
def test_the_intent_is_on_disk_before_the_request_leaves(world: World, write: Write) -> None:
    write.start(world)
    seen: list[list[dict[str, Any]]] = []

    def before(operation: str) -> None:
        if operation in write.operations:
            seen.append(lines(world))

    world.emulator.before = before
    world.apply(**write.options)
    assert [[line["event"] for line in each] for each in seen] == [["intent"]] * len(write.operations)


def test_it_is_for_its_owner_alone_and_not_for_git(world: World) -> None:
    world.want(hello())
    world.apply()
    assert stat.S_IMODE(path(world).stat().st_mode) == 0o600
    assert stat.S_IMODE(path(world).parent.stat().st_mode) & 0o077 == 0
    assert (world.root / ".templatesync" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@every_kind
def test_nothing_is_written_down_when_nothing_changes(world: World, specimen: Specimen) -> None:
    specimen.put(world, "one")
    want(world, specimen.file())
    assert world.apply().exit_code == ExitCode.OK
    assert not path(world).exists()


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@every_write
def test_a_killed_run_repeats_nothing_and_leaves_a_word(world: World, write: Write, after: bool) -> None:
    key = write.start(world)
    killed_at(world, write.operations[-1], after=after)
    with pytest.raises(Killed):
        world.apply(**write.options)
    result = world.apply(**write.options)
    assert (ends(result), result.left_open) == ({} if after else {key: "done"}, (key,))
    third = world.apply()
    assert (ends(third), third.left_open) == ({}, ())
    assert tuple(world.changed()) == write.operations
    assert actions(world) == {key: "no_op"}


@every_kind
def test_an_unknown_end_is_left_open_for_the_next_run(world: World, specimen: Specimen) -> None:
    (file,) = specimen.edited(world, "one")
    want(world, file)
    world.fault("drop_before", specimen.updates[0])
    assert ends(world.apply(**specimen.options)) == {file.key: "unknown"}
    assert world.apply(**specimen.options).left_open == (file.key,)


def test_a_torn_last_line_is_what_a_kill_leaves(world: World) -> None:
    leave(world, {"event": "intent", "key": A}, '{"v": 1, "event": "res')
    world.want(hello())
    assert world.apply().left_open == (A,)
    assert not path(world).with_suffix(".bad").exists()


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "[" * 100_000,
        "[]",
        "7",
        '{"v": 2, "event": "intent", "key": "k"}',
        '{"v": 1}',
        '{"v": "1", "key": "k"}',
        "\0",
    ],
)
def test_a_journal_that_is_not_ours_is_put_aside(world: World, line: str) -> None:
    leave(world, line, {"event": "intent", "key": A})
    world.want(hello())
    result = world.apply()
    assert (ends(result), result.left_open) == ({A: "done"}, ())
    assert path(world).with_suffix(".bad").read_text(encoding="utf-8").startswith(line)
    assert len(lines(world)) == 2


@every_write
def test_a_lost_journal_loses_nothing(world: World, write: Write) -> None:
    write.start(world)
    killed_at(world, write.operations[-1], after=True)
    with pytest.raises(Killed):
        world.apply(**write.options)
    path(world).unlink()
    assert ends(world.apply()) == {}
    assert tuple(world.changed()) == write.operations


def test_a_folder_that_cannot_be_written_refuses_the_run(world: World) -> None:
    world.want(hello())
    path(world).mkdir(parents=True)
    with pytest.raises(LocalError, match="journal"):
        world.apply()
    assert world.writes() == []


class Disk:
    """A disk that is full from the given line on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room = room
        self._sync = os.fsync
        monkeypatch.setattr(journal.os, "fsync", self)

    def __call__(self, descriptor: int) -> None:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= 1
        self._sync(descriptor)


@every_kind
def test_without_an_intent_on_disk_nothing_is_written(
    world: World, specimen: Specimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(world, *(specimen.file(name) for name in ("one", "two", "three")))
    Disk(monkeypatch, 0)
    result = world.apply()
    assert set(ends(result).values()) == {"not-started"}
    assert result.exit_code == ExitCode.FAILURE
    assert world.writes() == []


@every_kind
def test_a_disk_that_fills_up_ends_the_run_and_hides_nothing(
    world: World, specimen: Specimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before is told as done, even the one whose result found no room."""
    want(world, *(specimen.file(str(number)) for number in range(6)))
    Disk(monkeypatch, 3)
    result = world.apply()
    written = world.changed().count(specimen.creates[0])
    assert written == 2  # the first one goes alone, and what comes of it takes room, too
    assert sorted(ends(result).values()) == ["done"] * written + ["not-started"] * (6 - written)
    assert result.exit_code == ExitCode.PARTIAL


def test_a_short_write_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    real = os.write
    monkeypatch.setattr(journal.os, "write", lambda descriptor, data: real(descriptor, data[:7]))
    world.want(hello())
    assert ends(world.apply()) == {A: "done"}
    assert [line["event"] for line in lines(world)] == ["intent", "result"]


def test_opening_twice_tells_what_is_open_once(tmp_path: Path) -> None:
    state = tmp_path / ".templatesync"
    file = state / "journal" / "local.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text('{"v": 1, "event": "intent", "key": "template/a@en"}\n', encoding="utf-8")
    with Journal(state, "local") as first:
        assert first.left_open == ("template/a@en",)
    with Journal(state, "local") as second:
        assert second.left_open == ()
