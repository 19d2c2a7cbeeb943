"""`emulator --quirk` and `--quirks`."""

from __future__ import annotations

import threading

import httpx
import pytest
from support.projects import Shop

from templatesync.commands.emulator import emulator
from templatesync.emulator.quirks import QUIRKS
from templatesync.emulator.settings import Settings


def test_the_list_names_every_quirk_and_value(shop: Shop) -> None:
    ended = shop.run("emulator", "--quirks")
    assert ended.code == 0
    for quirk in QUIRKS.values():
        assert f"{quirk.name}: {quirk.about}\n" in ended.out
        assert all(f"\n    {value} " in ended.out for value in quirk.values)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nope=x"], "there is no quirk 'nope'\n  hint: `emulator --quirks` lists them\n"),
        (["list-lagg=30"], "there is no quirk 'list-lagg'; did you mean list-lag?"),
        (["total=x"], "the quirk total has no value 'x'; there are missing, null, "),
        (["total"], "--quirk takes NAME=VALUE, not 'total'"),
        (["total=text", "total=null"], "the quirk total is given twice"),
    ],
)
def test_what_there_is_not_is_wrong_usage(shop: Shop, options: list[str], words: str) -> None:
    ended = shop.run("emulator", *(part for option in options for part in ("--quirk", option)))
    assert (ended.code, ended.out) == (64, "")
    assert words in ended.err


@pytest.mark.parametrize("space", ["", "local"])
def test_the_served_emulator_has_them(shop: Shop, space: str) -> None:
    stop, told = threading.Event(), []

    def ready(url: str) -> None:
        told.append(httpx.post(f"{url}/_emulator/settings", json={}, trust_env=False).json()["quirks"])
        stop.set()

    shop.write("templatesync.yaml", "version: 1\nspaces:\n  local: {emulator: true}\n")
    quirks = {"total": "text", "names": "camel"}
    emulator(shop.root, Settings(), port=0, database=None, space=space, quirks=quirks, ready=ready, stop=stop)
    assert told == [quirks]


def test_its_lags_are_switches(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(
        "templatesync.commands.emulator.emulator", lambda directory, settings, **given: served.append(settings)
    )
    ended = shop.run("emulator", "--write-delay", "1500", "--consistency-delay", "2.5")
    assert (ended.code, ended.err) == (0, "")
    assert served == [Settings(write_delay_ms=1500, consistency_delay=2.5)]
