"""The journal: an intent on disk before each write, a result after it; and what a killed run leaves behind."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from support.emulated_project import LOCAL, World, ends
from support.kind_specimens import Specimen, Write, actions, every_kind, every_write, want
from support.plan_scenarios import hello, there

from templatesync.applying import journal
from templatesync.commands.apply import ApplyResult
from templatesync.model.errors import ExitCode, LocalError
from templatesync.planning.memory import VERSION, owner_of
from templatesync.render.formats import FORMATS
from templatesync.render.terminal import Style

A = "template/hello@en"
STORY = ["begin", "intent", "answer", "result", "end"]


def path(world: World) -> Path:
    return world.root / ".templatesync" / "journal" / "local.jsonl"


def lines(world: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path(world).read_text(encoding="utf-8").splitlines()]


def leave(world: World, *entries: dict[str, Any] | str, owner: str | None = None) -> None:
    """A journal as an earlier run left it a second ago."""
    own = owner_of(world.root, "http://127.0.0.1", LOCAL) if owner is None else owner
    begin = {"event": "begin", "v": VERSION, "owner": own}
    texts = [entry if isinstance(entry, str) else json.dumps(entry) for entry in [begin, *map(_whole(world), entries)]]
    write(world, "\n".join(texts))


def write(world: World, text: str) -> None:
    path(world).parent.mkdir(parents=True, exist_ok=True)
    path(world).write_text(text, encoding="utf-8")
    path(world).chmod(0o600)


def _whole(world: World) -> Callable[[dict[str, Any] | str], dict[str, Any] | str]:
    known = {"at": world.clock.now - 1, "action": "create", "wanted_digest": "w", "live_digest": ""}
    return lambda entry: entry if isinstance(entry, str) else {**known, **entry}


def told(result: ApplyResult) -> dict[str, str]:
    """What is told of an earlier run, by key."""
    return {each.attempt.key: each.outcome.value for space in result.recovered.values() for each in space}


class Killed(BaseException):
    """As by SIGKILL: nothing of the program runs on."""


def killed_at(world: World, operation: str, *, after: bool, nth: int = 1) -> None:
    calls = count(1)

    def die(called: str, *rest: Any) -> None:
        if called == operation and next(calls) == nth:
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
    begin, intent, *sent, answer, result, end = lines(world)
    assert [line["event"] for line in (begin, intent, answer, result, end)] == STORY
    assert {line["event"] for line in sent} <= {"sent"}
    assert len(sent) >= len(write.operations) - 1
    assert [line["key"] for line in (intent, answer, result)] == [key] * 3
    assert intent["action"] == write.action
    assert len(intent["wanted_digest"]) == (0 if write.action == "delete" else 64)
    assert result["outcome"] == "done"
    assert answer["request_id"] == result["request_id"]
    assert result["request_id"].startswith("REQUEST-")


@every_write
def test_a_refusal_is_a_result(world: World, write: Write) -> None:
    key = write.start(world)
    world.fault("denied", write.operations[0])
    world.apply(**write.options)
    _, intent, result, _ = lines(world)
    assert [(line["key"], line.get("code")) for line in (intent, result)] == [(key, None), (key, "NoPermission")]


@every_write
def test_the_intent_is_on_disk_before_the_request_leaves(world: World, write: Write) -> None:
    write.start(world)
    seen: list[list[dict[str, Any]]] = []

    def before(operation: str) -> None:
        if operation in write.operations:
            seen.append(lines(world))

    world.emulator.before = before
    world.apply(**write.options)
    assert [each[-1]["event"] for each in seen] == ["intent"] + ["sent"] * (len(write.operations) - 1)


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
    lost = not after and write.operations == write.specimen.creates[:1] and not write.specimen.kind.policy.unique
    assert ends(result) == ({} if after else {key: "blocked" if lost else "done"})
    half = write.action != "delete" and len(write.operations) > 1  # of several requests the first ones show
    assert told(result) == {key: "done" if after or half else "unknown"}
    third = world.apply(resubmit=(key,) if lost else ())
    assert (ends(third), told(third)) == ({key: "done"} if lost else {}, {})
    assert tuple(world.changed()) == write.operations
    assert actions(world) == {key: "no_op"}


@every_kind
def test_an_unknown_end_is_told_by_the_next_run(world: World, specimen: Specimen) -> None:
    (file,) = specimen.edited(world, "one")
    want(world, file)
    world.fault("drop_before", specimen.updates[0])
    assert ends(world.apply(**specimen.options)) == {file.key: "unknown"}
    assert told(world.apply(**specimen.options)) == {file.key: "unknown"}


def test_what_a_killed_run_had_done_is_told_with_codes_and_requests(world: World, tmp_path: Path) -> None:
    world.want(hello(), hello(Name="other"))
    killed_at(world, "ListChatappTemplate", after=True, nth=3)
    with pytest.raises(Killed):
        world.apply()
    receipt = tmp_path / "receipt.json"
    world.apply(order={"receipt": receipt})
    (space,) = json.loads(receipt.read_text(encoding="utf-8"))["spaces"]
    (recovered,) = space["recovered"]
    assert (recovered["key"], recovered["action"], recovered["outcome"]) == (A, "create", "done")
    assert recovered["code"] == "OK"
    assert recovered["request_id"].startswith("REQUEST-")
    assert recovered["sent_at"].endswith(" UTC")


def test_a_code_of_how_a_write_looked_before_is_not_said_of_what_came_of_it(world: World) -> None:
    world.want(hello())
    world.live(**there(hello()))
    attempt = {"key": A, "outcome": "unknown", "accepted": True, "code": "not_listed"}
    leave(world, {"event": "intent", "key": A}, {"event": "result", **attempt})
    said = FORMATS["apply"]["text"](world.apply(), Style())
    assert f"+ {A}  done: it shows in what is live" in said


def test_a_run_that_told_all_leaves_nothing_to_tell(world: World) -> None:
    world.want(hello())
    world.apply()
    assert told(world.apply()) == {}


def test_what_is_told_is_told_again_when_that_run_is_killed_too(world: World) -> None:
    leave(world, {"event": "intent", "key": A, "action": "delete"})
    world.want(hello(), hello(Name="other"))
    killed_at(world, "CreateChatappTemplate", after=False)
    with pytest.raises(Killed):
        world.apply()
    assert A in told(world.apply())


def test_a_torn_last_line_is_what_a_kill_leaves(world: World) -> None:
    leave(world, {"event": "intent", "key": A}, '{"event": "res')
    world.want(hello())
    assert told(world.apply()) == {A: "unknown"}
    assert not path(world).with_suffix(".bad").exists()


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "[" * 100_000,
        "[]",
        "7",
        '{"event": "intent", "key": "k"}',
        '{"event": "intent", "key": 7, "at": 1, "action": "create", "wanted_digest": "", "live_digest": ""}',
        '{"event": "intent", "key": "k", "at": 1, "action": "dance", "wanted_digest": "", "live_digest": ""}',
        '{"event": "intent", "key": "k", "at": 1' + "0" * 400 + "}",
        '{"event": "result", "key": "k", "at": 1, "outcome": "splendid"}',
        "\0",
    ],
)
def test_a_journal_that_is_not_ours_is_put_aside(world: World, line: str) -> None:
    leave(world, line, {"event": "intent", "key": A})
    world.want(hello())
    result = world.apply()
    assert (ends(result), told(result)) == ({A: "done"}, {})
    assert line in path(world).with_suffix(".bad").read_text(encoding="utf-8")
    assert [entry["event"] for entry in lines(world)] == STORY


@pytest.mark.parametrize("begin", [{"owner": "another"}, {"v": 1}, {"v": VERSION + 1}, {"event": "intent"}])
def test_the_journal_of_another_project_space_or_release_is_not_believed(world: World, begin: dict[str, Any]) -> None:
    """One that a repository brought along would else keep things from being made, and tell what nobody did."""
    leave(world, {"event": "intent", "key": A, "accepted": True})
    first, *rest = lines(world)
    write(world, "\n".join(json.dumps(entry) for entry in [{**first, **begin}, *rest]))
    world.want(hello())
    (note,) = world.document()["spaces"][0]["notes"]
    assert "is not the journal of this project and space" in note
    result = world.apply()
    assert (ends(result), told(result)) == ({A: "done"}, {})


def test_a_journal_of_gigabytes_is_not_read(world: World) -> None:
    leave(world, {"event": "intent", "key": A})
    os.truncate(path(world), 3 << 30)
    world.want(hello())
    assert "at most" in world.document()["spaces"][0]["notes"][0]
    assert ends(world.apply()) == {A: "done"}
    assert path(world).stat().st_size < 10_000


def test_a_journal_that_is_a_link_is_left_alone(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine\n", encoding="utf-8")
    path(world).parent.mkdir(parents=True)
    path(world).symlink_to(elsewhere)
    world.want(hello())
    assert ends(world.apply()) == {A: "done"}
    assert elsewhere.read_text(encoding="utf-8") == "mine\n"
    assert path(world).is_file() and not path(world).is_symlink()


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
    path(world).parent.parent.mkdir()
    path(world).parent.write_text("", encoding="utf-8")
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
    Disk(monkeypatch, 1)
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
    steps = 1 if len(specimen.creates) == 1 else 3  # its intent, and one word for each request that follows
    Disk(monkeypatch, 4 + steps)
    result = world.apply()
    written = world.changed().count(specimen.creates[0])
    assert written == 2  # the first one goes alone, and what is answered and comes of it takes room, too
    assert sorted(ends(result).values()) == ["done"] * written + ["not-started"] * (6 - written)
    assert result.exit_code == ExitCode.PARTIAL


def test_a_short_write_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    real = os.write
    monkeypatch.setattr(journal.os, "write", lambda descriptor, data: real(descriptor, data[:7]))
    world.want(hello())
    assert ends(world.apply()) == {A: "done"}
    assert [line["event"] for line in lines(world)] == STORY
