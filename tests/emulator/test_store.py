"""The database: private, lasting, shared, and clear about what it cannot use."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from support.emulator_caller import Caller, Clock, shop

from templatesync.emulator import Emulator, Settings, StoreError
from templatesync.emulator.store import database

CHILD = """
import sys
from pathlib import Path
from support.emulator_caller import Caller, Clock, shop
from templatesync.emulator import Emulator
emulator = Emulator(db=Path(sys.argv[1]), clock=Clock())
caller = Caller(emulator.handle, Clock(), extra={"x-acs-process": sys.argv[2]})
for number in range(40):
    caller.create(Name=f"p{sys.argv[2]}_{number}")
caller.call("CreateChatappTemplate", **shop(Name="same"))
emulator.close()
"""


def opened(path: Path, clock: Clock) -> tuple[Emulator, Caller]:
    emulator = Emulator(db=path, clock=clock)
    return emulator, Caller(emulator.handle, clock)


def test_a_file_keeps_everything_and_is_private(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "deep" / "er" / "emulator.db"
    emulator, caller = opened(path, clock)
    caller.create()
    caller.control("POST", "clock", {"advance": 100})
    for made in path.parent.iterdir():
        assert stat.S_IMODE(made.stat().st_mode) == 0o600, made
    emulator.close()
    assert [made.name for made in path.parent.iterdir()] == ["emulator.db"]
    emulator, caller = opened(path, clock)
    assert caller.names() == ["shop"]
    assert [entry["operation"] for entry in caller.history()] == ["CreateChatappTemplate", "ListChatappTemplate"]
    assert caller.history()[1]["time"] == clock.now + 100
    emulator.close()
    emulator.close()


def test_two_emulators_may_share_a_file(tmp_path: Path, clock: Clock) -> None:
    first, one = opened(tmp_path / "e.db", clock)
    second, two = opened(tmp_path / "e.db", clock)
    one.create()
    assert two.names() == ["shop"]
    assert two.code("CreateChatappTemplate", **shop()) == "InvalidParameter.TemplateNameExist"
    first.close()
    second.close()


@pytest.mark.slow
def test_two_processes_may_share_a_file(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "e.db"
    command = [sys.executable, "-W", "error", "-c", CHILD, str(path)]
    around = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    children = [subprocess.Popen([*command, str(number)], env=around, stderr=subprocess.PIPE) for number in range(2)]
    ended = [(child.communicate(timeout=60)[1], child.returncode) for child in children]
    assert ended == [(b"", 0), (b"", 0)]
    emulator, caller = opened(path, clock)
    assert caller.ok("ListChatappTemplate")["Total"] == 81
    same = [entry["code"] for entry in caller.history() if entry["parameters"].get("Name") == "same"]
    assert sorted(same) == ["InvalidParameter.TemplateNameExist", "OK"]
    emulator.close()


def test_threads_may_share_an_emulator(caller: Caller) -> None:
    codes: list[str] = []

    def work(number: int) -> None:
        codes.extend(caller.code("CreateChatappTemplate", **shop(Name=f"t{number % 2}")) for _ in range(20))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(codes)) == ["InvalidParameter.TemplateNameExist", "OK"]
    assert codes.count("OK") == 2
    assert [entry["seq"] for entry in caller.history()] == list(range(1, 161))


def spoilt(path: Path, how: str) -> None:
    if how == "text":
        path.write_text("this is no database, but long enough to look at " * 20)
        return
    Emulator(db=path).close()
    if how == "cut":
        path.write_bytes(path.read_bytes()[:5000])
        return
    script = {
        "newer": "PRAGMA user_version = 999",
        "foreign": "PRAGMA application_id = 77",
    }[how]
    db = sqlite3.connect(path)
    db.execute(script)
    db.commit()
    db.close()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("text", "not a usable emulator database"),
        ("cut", "not a usable emulator database"),
        ("newer", "made by a newer version"),
        ("foreign", "database of another program"),
    ],
)
def test_a_file_that_cannot_be_used_is_left_alone(tmp_path: Path, how: str, words: str) -> None:
    path = tmp_path / "e.db"
    spoilt(path, how)
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Emulator(db=path)
    assert words in caught.value.message
    assert path.read_bytes() == before


def test_another_programs_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE precious (x)")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="another program"):
        Emulator(db=path)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot open"):
        Emulator(db=tmp_path)


def test_whatever_breaks_inside_is_a_500_and_changes_nothing(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("templatesync.emulator.store.history.add", broken)
    response = caller.raw("CreateChatappTemplate", **shop())
    assert response.status == 500
    assert b"secret detail" not in response.body
    monkeypatch.undo()
    assert caller.names() == []


def test_a_closed_emulator_answers_500() -> None:
    emulator = Emulator(Settings(), clock=Clock())
    emulator.close()
    assert Caller(emulator.handle, Clock()).raw("QueryChatappBindWaba").status == 500


def test_an_older_file_is_brought_up_to_date(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "e.db"
    emulator, caller = opened(path, clock)
    caller.create()
    emulator.close()
    older = sqlite3.connect(path)
    for script in database.MIGRATIONS[1:]:
        for table in re.findall(r"CREATE TABLE (\w+)", script):
            older.execute(f"DROP TABLE {table}")
    older.execute("PRAGMA user_version = 1")
    older.commit()
    older.close()
    emulator, caller = opened(path, clock)
    assert caller.names() == ["shop"]
    assert caller.ok("ListFlow")["Data"] == []
    emulator.close()
