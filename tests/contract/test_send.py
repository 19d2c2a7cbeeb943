"""What programs send, which this one never does: contracts are derived from parameters that are those of the SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.api_paths import leaves
from support.contract.differences import decoded
from support.contract.parameters import variants
from support.contract.recorder import recording
from support.contract.sdk import Driver

from templatesync.service.api import api

SENDS = tuple(api().sends)
GATEWAYS = frozenset({"ownerid", "resourceowneraccount", "resourceownerid"})
"""On no page: members that every model has from the gateway."""


@pytest.mark.parametrize("operation", SENDS)
def test_the_parameters_are_those_of_the_sdk(operation: str, drivers: Callable[[str], Driver]) -> None:
    there = drivers("5.3.1").order("parameters", action=operation)["paths"]
    names = {path.replace("from_", "from") for path in there} - GATEWAYS
    assert names == {path.lower() for path in leaves(api().sends[operation].request)}


@pytest.mark.parametrize("operation", SENDS)
def test_each_travels_as_the_table_says(operation: str, drivers: Callable[[str], Driver]) -> None:
    """Required ones alone, all of them, and some in between."""
    with recording() as recorder:
        for label, params in variants(api().sends[operation]):
            params.setdefault("From", "6531234567")
            outcome = drivers("5.3.1").order(
                "call", endpoint=recorder.url.removeprefix("http://"), way="sync", key="K", secret="S", token="",
                action=operation, params=params,
            )  # fmt: skip
            assert outcome.get("status") == 200, (label, outcome)
            came = recorder.take()
            assert came.headers["x-acs-action"].strip() == operation
            assert decoded(api().sends[operation], came.params) == meant(params), label


def meant(params: dict[str, Any]) -> dict[str, Any]:
    """As it arrives: numbers are texts on the way, unless they are inside JSON."""
    said = params.items()
    return {name: value if isinstance(value, (dict, list, str)) else json.dumps(value) for name, value in said}
