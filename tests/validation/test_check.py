"""Files that have not changed are not checked again, files are checked in several processes, and nobody sees the
difference."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.projects import GOOD, Shop

import templatesync
from templatesync.cli import run
from templatesync.project import settings, workspace
from templatesync.storage.user_dirs import cache_folder
from templatesync.validation import cache, check
from templatesync.validation.check import Report

ROOT = Path(__file__).parents[1]
BAD = GOOD.replace("shop_hello", "shop_bad").replace("Language: en", "Language: xx")


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path / "shop", capsys)


def look(shop: Shop, folder: Path | None = None, spaces: tuple[str, ...] = (), **more: Any) -> Report:
    """A check with the cache in `folder`."""
    return check.check(workspace.read(settings.load(shop.root)), spaces or None, cache=folder, **more)


def test_what_has_not_changed_is_not_checked_again(shop: Shop, tmp_path: Path) -> None:
    shop.bad(BAD)
    first = look(shop, tmp_path / "cache")
    assert first.anew == 2
    again = look(shop, tmp_path / "cache")
    assert again.anew == 0
    assert again.findings == first.findings != ()
    shop.bad(BAD.replace("Hello", "Dear"))
    assert look(shop, tmp_path / "cache").anew == 1
    assert look(shop, tmp_path / "cache").anew == 0


def test_another_version_of_a_package_is_asked_anew(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages are made by packages, too."""
    packages = tmp_path / "packages"
    (packages / "jsonschema-1.0.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(packages)
    assert [look(shop, tmp_path / "cache").anew for _ in range(2)] == [1, 0]
    (packages / "jsonschema-1.0.0.dist-info").rename(packages / "jsonschema-1.0.1.dist-info")
    assert look(shop, tmp_path / "cache").anew == 1


def test_findings_across_files_are_told_of_known_files_too(shop: Shop, tmp_path: Path) -> None:
    shop.write("templates/twin.yaml", GOOD)
    for _ in range(2):
        found = look(shop, tmp_path / "cache").findings
        assert [(each.rule, each.file) for each in found] == [("duplicate-resource", "templates/twin.yaml")]


@pytest.mark.parametrize("what", ["project", "version", "sources", "spaces"])
def test_what_a_verdict_rests_on_makes_all_files_new(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    look(shop, tmp_path)
    spaces: tuple[str, ...] = ()
    if what == "project":
        own = shop.root / "templatesync.yaml"
        own.write_text(own.read_text(encoding="utf-8") + "rules: {body-550: off}\n", encoding="utf-8")
    elif what == "version":
        monkeypatch.setattr(templatesync, "__version__", "99.0.0")
    elif what == "sources":
        monkeypatch.setattr(cache, "_stamps", lambda folder: iter(["check.py 1 2"]))
    else:
        own = shop.root / "templatesync.yaml"
        own.write_text("version: 1\nspaces: {a: {emulator: true}, b: {emulator: true}}\n", encoding="utf-8")
        look(shop, tmp_path)
        spaces = ("a",)
    assert look(shop, tmp_path, spaces).anew == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"key": 1}', b"\xff\xfe", b'{"key": "KEY", "files": []}',
     b'{"key": "KEY", "files": {"templates/good.yaml": ["DIGEST"]}}',
     b'{"key": "KEY", "files": {"templates/good.yaml": ["DIGEST", [["x"]], 3]}}',
     b'{"key": "KEY", "files": {"templates/good.yaml": 7}}'],
)  # fmt: skip
def test_a_damaged_cache_is_a_slower_run_and_no_other(shop: Shop, tmp_path: Path, content: bytes) -> None:
    look(shop, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    whole = json.loads(kept.read_bytes())
    digest = whole["files"]["templates/good.yaml"][0]
    kept.write_bytes(content.replace(b"KEY", whole["key"].encode()).replace(b"DIGEST", digest.encode()))
    assert look(shop, tmp_path / "cache").anew == 1
    assert json.loads(kept.read_bytes()) == whole


def test_a_link_in_place_of_the_cache_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    look(shop, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.rename(tmp_path / "elsewhere.json")
    kept.symlink_to(tmp_path / "elsewhere.json")
    assert look(shop, tmp_path / "cache").anew == 1


def test_a_folder_that_cannot_be_written_is_no_obstacle(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert look(shop, tmp_path / "cache").anew == 1
    assert (tmp_path / "cache").read_text(encoding="utf-8") == "a file"


def test_what_names_other_files_is_checked_each_time(shop: Shop, tmp_path: Path) -> None:
    shop.write("flows/a.json", '{"version": "7.2", "screens": []}')
    shop.write("flows/a.yaml", "kind: flow\nFlowName: shop_a\nCategories: [OTHER]\nAsset: flows/a.json\n")
    look(shop, tmp_path / "cache")
    shop.write("flows/a.json", '{"screens": []}')
    again = look(shop, tmp_path / "cache")
    assert again.anew == 1
    assert {each.file for each in again.findings} == {"flows/a.json"}
    assert "flows/a.json" in workspace.read(settings.load(shop.root)).lines(again.findings)


def test_what_is_told_of_a_file_that_another_space_names_is_not_kept(shop: Shop, tmp_path: Path) -> None:
    shop.write(
        "templatesync.yaml", "version: 1\nspaces: {a: {emulator: true}, b: {emulator: true}}\ndefault_space: a\n"
    )
    block = "templatesync: {spaces: [b]}\n"
    shop.write("flows/a.yaml", f"kind: flow\nFlowName: shop_a\nCategories: [OTHER]\nAsset: flows/a.json\n{block}")
    shop.write("flows/a.json", "{")
    assert {each.file for each in look(shop, tmp_path / "cache", ("a",)).findings} == {"flows/a.json"}
    shop.write("flows/a.json", '{"screens": []}')
    assert look(shop, tmp_path / "cache", ("a",)).findings == ()


def test_the_command_uses_the_users_cache_unless_told_otherwise(shop: Shop, nobody: Path) -> None:
    shutil.rmtree(nobody / ".cache", ignore_errors=True)
    assert shop.run("validate", "--no-cache").code == 0
    assert not (nobody / ".cache").exists()
    assert shop.run("validate").code == 0
    (kept,) = (nobody / ".cache/templatesync").iterdir()
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    said = shop.run("validate").out
    assert said == shop.run("validate", "--no-cache").out


def test_where_the_cache_is() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/x", "HOME": "/h"}) == Path("/x/templatesync")
    assert cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/templatesync")
    assert cache_folder({}) is None


@pytest.mark.slow
def test_several_processes_find_what_one_finds(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "WORTH_SPREADING", 10)
    monkeypatch.setattr(check, "_CHUNK", 7)
    for number in range(40):
        text = (GOOD if number % 3 else BAD).replace("shop_", f"shop_{number}_")
        shop.write(f"templates/{number:02}.yaml", text)
    alone, together = look(shop, processes=1), look(shop, processes=2)
    assert together.checked == alone.checked
    assert together.findings == alone.findings != ()


@pytest.mark.slow
@pytest.mark.parametrize("which", ["good", "bad"])
def test_every_fixture_is_told_of_alike_whoever_asks(which: str, tmp_path: Path, shop: Shop) -> None:
    """By itself; with what is wanted, as plan does it; from the cache."""
    for case in sorted((ROOT / "rules").glob(f"*/{which}/*")):
        target = shop.root / "templates" / case.parent.parent.name / case.name
        if case.is_dir():
            shutil.copytree(case, target)
        elif case.suffix == ".yaml":
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(case, target)
    told = look(shop, tmp_path / "cache").findings
    assert look(shop, tmp_path / "cache").findings == told
    assert look(shop, tmp_path / "cache", wanted=True).findings == told
    assert len(told) > 300


def test_help_tells_of_the_cache(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "--help"]) == 0
    assert "--no-cache" in capsys.readouterr().out


BLOCKED = """
import os, sys, time
from templatesync.validation import check
from templatesync.cli import run

def look(*given):
    os.write(1, b"looking\\n")  # at once: two write it
    time.sleep(60)

check.WORTH_SPREADING, check._CHUNK, check._processors, check._check = 2, 1, lambda: 2, look
sys.exit(run(["validate", "--no-cache"]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="processes there know nothing of what the test changes")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL", "SIGHUP"])
def test_no_process_outlives_the_one_that_is_killed(shop: Shop, name: str) -> None:
    """CI and editors kill the process that they started; what holds its output open makes them wait for ever."""
    kill = getattr(signal, name)
    for number in range(4):
        shop.write(f"templates/t{number}.yaml", GOOD.replace("shop_hello", f"shop_{number}"))
    command = [sys.executable, "-c", BLOCKED]
    with subprocess.Popen(command, cwd=shop.root, stdout=subprocess.PIPE, text=True, start_new_session=True) as main:
        try:
            assert main.stdout is not None
            assert [main.stdout.readline() for _ in range(2)] == ["looking\n"] * 2
            main.send_signal(kill)
            main.communicate(timeout=30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(main.pid, signal.SIGKILL)
    assert main.returncode == -kill


def test_what_an_interrupt_leaves_is_not_checked(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Chunks that no process has begun are dropped; each process writes down the files that it does look at."""
    seen = tmp_path / "seen"

    def look_and_stop(*given: Any) -> Any:
        with seen.open("a") as file:
            file.write(".")
        time.sleep(0.05)  # all of them would take seconds, the first answer comes at once
        raise KeyboardInterrupt

    for number in range(100):
        shop.write(f"templates/t{number}.yaml", GOOD.replace("shop_hello", f"shop_{number}"))
    monkeypatch.setattr(check, "WORTH_SPREADING", 2)
    monkeypatch.setattr(check, "_CHUNK", 1)
    monkeypatch.setattr(check, "_check", look_and_stop)
    with pytest.raises(KeyboardInterrupt):
        look(shop, processes=2)
    assert 0 < len(seen.read_text()) < 100
