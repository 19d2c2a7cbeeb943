"""What a plan costs, counted and never timed: calls, connections, contents made, differences explained."""

from __future__ import annotations

import functools
import math
from collections import Counter
from pathlib import Path
from typing import Any

import deepdiff
import pytest
from support.fault_cases import DETAIL, LIST
from support.faulty_service import Front
from support.plan_scenarios import OTHER, hello, numbered, there

from templatesync.commands import prepare
from templatesync.commands.session import Connection, Edges
from templatesync.emulator.server import _Server
from templatesync.kinds.template import canonical
from templatesync.planning.inputs import PlanOptions
from templatesync.project import references
from templatesync.service.driver.driver import Driver

EXAMPLES = Path(__file__).parents[2] / "examples"
COUNT = 230
PAGES = 3
WORKERS = 8


@pytest.fixture
def full(front: Front) -> Front:
    """Everything is there as the files say."""
    front.want(*numbered(COUNT))
    for body in numbered(COUNT):
        front.live(**there(body))
    return front


def calls(front: Front) -> Counter[str]:
    return Counter(call["operation"] for call in front.calls())


def test_a_plan_reads_each_page_and_each_detail_once(full: Front) -> None:
    assert full.cli("plan", "--detailed-exitcode").code == 0
    assert calls(full) == {"QueryChatappBindWaba": 1, LIST: PAGES, DETAIL: COUNT}


def test_an_apply_looks_once_before_and_once_after_what_it_writes(full: Front) -> None:
    """And once more where somebody changed it within the last minute. No run before this one is waited for."""
    full.live(**there(hello(Name="changed"), "fail"))
    full.want(*numbered(COUNT), hello(Name="changed", Components=OTHER))
    assert full.carry_out("--settle", "0").code == 0
    assert calls(full) == {
        "QueryChatappBindWaba": 1, LIST: PAGES, DETAIL: COUNT + 4, "ModifyChatappTemplate": 1,
    }  # fmt: skip


@pytest.mark.parametrize("changed", [0, 3])
def test_only_what_differs_is_explained(full: Front, changed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    explained = []

    def counted(before: Any, after: Any, **more: Any) -> Any:
        explained.append(before)
        return real(before, after, **more)

    real = deepdiff.DeepDiff
    monkeypatch.setattr(deepdiff, "DeepDiff", counted)
    bodies = numbered(COUNT)
    full.want(*bodies[changed:], *(body | {"Components": OTHER} for body in bodies[:changed]))
    assert full.cli("plan", "--detailed-exitcode").code == (2 if changed else 0)
    assert len(explained) == changed


def test_each_content_is_made_once(full: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(body: Any, extra: Any, category: Any) -> Any:
        made.append(body)
        return real(body, extra, category)

    real = canonical._content
    monkeypatch.setattr(canonical, "_content", counted)
    assert full.cli("plan", "--detailed-exitcode").code == 0
    assert len(made) == 2 * COUNT, "one for what is wanted, one for what is live"


def test_a_body_is_looked_through_for_references_once(full: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    def counted(kind: Any, body: Any) -> Any:
        looked.append(body)
        return real(kind, body)

    real = references.referring
    monkeypatch.setattr(references, "referring", counted)
    assert full.cli("plan", "--detailed-exitcode").code == 0
    assert len(looked) == COUNT, "before documents go; what is live is then read with what was found"


def test_of_the_files_only_those_that_lead_elsewhere_are_held() -> None:
    files = prepare.read_files(EXAMPLES)
    held = prepare.wanted_resources(files.project, (files.project.space("local"),), PlanOptions(), None).files
    leading = {name for name, data in files.texts.items() if b"FlowId" in data}
    assert leading
    assert held.texts.keys() == leading
    assert {entry.resource.file for entry in held.entries} == leading
    assert len(files.texts) > len(held.texts)


def test_a_worker_keeps_its_connection(full: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = []
    process = _Server.process_request

    def counted(server: _Server, request: Any, address: Any) -> None:
        accepted.append(address)
        process(server, request, address)

    monkeypatch.setattr(_Server, "process_request", counted)
    unpaced = functools.partial(Driver, workers=WORKERS, rates={LIST: math.inf, DETAIL: math.inf})
    full.patch("templatesync.commands.session.Connection", functools.partial(Connection, edges=Edges(driver=unpaced)))
    full.serve()
    assert full.cli("plan", "--detailed-exitcode").code == 0
    assert len(full.calls(DETAIL)) == COUNT
    assert 1 <= len(accepted) <= WORKERS
