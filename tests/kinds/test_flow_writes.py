"""Writing flows to a service that names no ids, lags behind, or ignores what it took."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.flow_project import ASSET
from support.flow_space import (
    ABSENT,
    BOOK,
    KIND,
    OTHER_ASSET,
    wanted,
)
from support.kind_calls import Called

from templatesync.model.calls import CallError
from templatesync.model.json_value import Json
from templatesync.model.resource import NOT_LISTED, NOT_UNDERSTOOD, Key, Options

# --- writes -----------------------------------------------------------------------------------------------------------


NEW = Key("flow", " New  flow")


@pytest.mark.parametrize(
    "quirks",
    [
        {"created_id": "other"},
        {"created_id": "null"},
        {"created_id": "missing"},
        {"created_id": "other", "flow_names": "lower"},
        {"created_id": "null", "flow_status": "unknown"},
        {"created_id": "null", "list_lag": "2"},
        {"created_id": "null", "unlisted": "5"},
        {"detail_lag": "120"},
        {"list_lag": "120"},
        {"flow_names": "collapsed"},
        {"slow_writes": "2"},
        {"slow_writes": "30"},
        {"edits": "30"},
        {"flow_path": "missing"},
        {"flow_path": "empty-text"},
        {"flow_file": "denied"},
    ],
    ids=str,
)
def test_what_is_made_gets_its_json_and_is_published(filled: Called, quirks: dict[str, str]) -> None:
    filled.quirks(**quirks)
    written = filled.run(KIND.remote.create(wanted(NEW)))
    filled.quirks()
    filled.clock.sleep(7200)
    there = filled.run(KIND.remote.read(NEW, None))
    assert there is not None
    assert (there.status, there.ids) == ("PUBLISHED", written.ids)
    assert there.body is not None
    assert there.body["AssetContent"] == ASSET


def test_a_flow_that_nobody_shows_is_made_in_part(filled: Called) -> None:
    filled.quirks(created_id="null", list_lag="3600")
    with pytest.raises(CallError) as raised:
        filled.run(KIND.remote.create(wanted(NEW)))
    assert (raised.value.partly, raised.value.answer.code) == (True, NOT_LISTED)
    assert filled.run(KIND.remote.create(wanted(ABSENT, None, Options()))).ids == {}


def test_another_id_than_that_of_the_new_flow_is_not_written_to(filled: Called) -> None:
    victim = filled.run(KIND.remote.read(BOOK, None))
    assert victim is not None
    told = {"Code": "OK", "Data": {"FlowId": victim.ids["flow_id"]}}
    filled.answering("CreateFlow", lambda request, answer: replace(answer, data=told))
    written = filled.run(KIND.remote.create(wanted(NEW, OTHER_ASSET)))
    assert written.ids != victim.ids
    assert filled.run(KIND.remote.read(BOOK, None)) == replace(
        victim, body={**(victim.body or {}), **_moving(filled, BOOK)}
    )


def _moving(called: Called, key: Key) -> dict[str, Json]:
    """What is another one in every answer."""
    there = called.run(KIND.remote.read(key, None))
    assert there is not None
    return {name: (there.body or {})[name] for name in ("PreviewUrl", "PreviewUrlExpires")}


@pytest.mark.parametrize("value", ["ignored", "30"])
def test_an_old_json_is_not_published(filled: Called, value: str) -> None:
    there = filled.run(KIND.remote.read(BOOK, None))
    assert there is not None
    filled.quirks(edits=value)
    try:
        filled.run(KIND.remote.update(wanted(content=OTHER_ASSET), there))
    except CallError as error:
        assert (value, error.partly, error.answer.code) == ("ignored", True, NOT_UNDERSTOOD)
    filled.quirks()
    now = filled.run(KIND.remote.read(BOOK, None))
    assert now is not None
    assert now.body is not None
    content = now.body["AssetContent"]
    assert (now.status, content) == (("DRAFT", ASSET) if value == "ignored" else ("PUBLISHED", OTHER_ASSET))


@pytest.mark.parametrize("value", ["other-code", "system-error", "http-404", "http-400"])
def test_a_refused_deletion_is_for_the_list_to_settle(filled: Called, value: str) -> None:
    there = filled.run(KIND.remote.read(BOOK, None))
    assert there is not None
    filled.quirks(absent_deleted=value, absent_flow=value)
    assert filled.run(KIND.remote.delete(there)).ids == {}
    with pytest.raises(CallError):
        filled.run(KIND.remote.delete(there))
    assert filled.run(KIND.remote.read(BOOK, there)) is None
