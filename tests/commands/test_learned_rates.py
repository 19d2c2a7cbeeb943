"""What one run learns of rates is there for the next, for a day; a file that is odd is as if there were none."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.commands.learned_rates import DAY, LIMIT, NAME, LearnedRates
from templatesync.service.driver.rate import LearnedRate

DETAIL, LIST = "GetChatappTemplateDetail", "ListChatappTemplate"
NOW = 1_800_000_000.0
LEARNED = {("me@host", DETAIL): LearnedRate(47.5, True), ("me@host", LIST): LearnedRate(240.0, False)}


def rates(folder: Path | None, *, at: float = NOW, project: Path = Path("/nowhere")) -> LearnedRates:
    return LearnedRates(folder, project, lambda: at)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rates(tmp_path / "cache").keep(LEARNED)
    return tmp_path / "cache"


def test_it_is_there_for_a_day_and_for_this_account_only(folder: Path) -> None:
    assert rates(folder).of({"me@host", "you@host"}) == LEARNED
    assert rates(folder).of({"me@elsewhere"}) == {}
    assert rates(folder, at=NOW + DAY).of({"me@host"}) == LEARNED
    assert rates(folder, at=NOW + DAY + 1).of({"me@host"}) == {}
    assert rates(folder, at=NOW - 1).of({"me@host"}) == {}, "a clock was wrong, and nobody can say how old it is"


def test_it_is_for_its_user_alone_and_names_nobody(folder: Path) -> None:
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    assert "me@host" not in (folder / NAME).read_text()
    assert sorted(path.name for path in folder.iterdir()) == [NAME]


def test_runs_add_to_it_and_old_entries_go(folder: Path) -> None:
    rates(folder, at=NOW + 10).keep({("you@host", DETAIL): LearnedRate(6.0, True)})
    assert rates(folder, at=NOW + 20).of({"me@host", "you@host"}).keys() == {*LEARNED, ("you@host", DETAIL)}
    rates(folder, at=NOW + DAY + 5).keep({("me@host", DETAIL): LearnedRate(9.0, True)})
    assert rates(folder, at=NOW + DAY + 6).of({"me@host", "you@host"}) == {
        ("me@host", DETAIL): LearnedRate(9.0, True),
        ("you@host", DETAIL): LearnedRate(6.0, True),
    }
    before = (folder / NAME).read_bytes()
    rates(folder).keep({})
    assert (folder / NAME).read_bytes() == before


def test_accounts_are_not_kept_without_end(tmp_path: Path) -> None:
    for number in range(120):
        rates(tmp_path / "cache", at=NOW + number).keep({(f"{number}", DETAIL): LearnedRate(9.0, True)})
    told = json.loads((tmp_path / "cache" / NAME).read_text())["accounts"]
    assert len(told) == 100
    assert rates(tmp_path / "cache", at=NOW + 120).of({"119"})


ENTRY = {"per_second": 9.0, "refused": True, "at": NOW}
HOSTILE: list[Any] = [
    *(None, [], "x", 5, {}, {"per_second": 9.0}),
    *({**ENTRY, "per_second": value} for value in ("9", -1, 1e9, True, 10**400)),
    *({**ENTRY, "at": value} for value in (None, -(10**400))),
    {**ENTRY, "refused": 1},
]


@pytest.mark.parametrize("entry", HOSTILE)
def test_a_hostile_entry_is_none(folder: Path, entry: Any) -> None:
    (name,) = json.loads((folder / NAME).read_text())["accounts"]
    (folder / NAME).write_text(json.dumps({"format": 1, "accounts": {name: {DETAIL: entry, LIST: ENTRY, "No": ENTRY}}}))
    assert rates(folder).of({"me@host"}) == {("me@host", LIST): LearnedRate(9.0, True)}
    rates(folder).keep(LEARNED)
    assert rates(folder).of({"me@host"}) == LEARNED


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 10_000, b"null", b'{"format": 9}', b'{"format": 1, "accounts": [1]}', b" " * (LIMIT + 1)]
)
def test_a_file_that_is_none_of_ours_is_replaced(folder: Path, data: bytes) -> None:
    (folder / NAME).write_bytes(data)
    assert rates(folder).of({"me@host"}) == {}
    rates(folder).keep(LEARNED)
    assert rates(folder).of({"me@host"}) == LEARNED


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=3), lambda inner: st.lists(inner) |
                    st.dictionaries(st.sampled_from(["format", "accounts", "per_second", "at"]), inner)))  # fmt: skip
def test_any_json_is_no_trouble(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    folder = tmp_path_factory.mktemp("cache")
    (folder / NAME).write_text(json.dumps(value))
    (folder / NAME).chmod(0o600)
    assert rates(folder).of({"me@host"}) == {}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights as on Unix")
def test_what_others_may_write_is_left_alone(folder: Path) -> None:
    (folder / NAME).chmod(0o666)
    assert rates(folder).of({"me@host"}) == {}
    folder.chmod(0o777)
    assert rates(folder).of({"me@host"}) == {}
    rates(folder).keep(LEARNED)
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o666, "nothing was written"


def test_nothing_in_the_project_is_used_and_no_home_is_no_trouble(folder: Path) -> None:
    assert rates(folder, project=folder.parent).of({"me@host"}) == {}
    assert rates(None).of({"me@host"}) == {}
    rates(None).keep(LEARNED)
