"""An answer of any shape to any operation is understood, or told: no crash, no write, no "nothing to do" rests on it.

`make beliefs` tries ten thousand, `make laws` many of each operation.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.beliefs.bending import OPERATIONS, Prepared, case
from support.depth import DEPTH


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    yield Prepared(tmp_path_factory.mktemp("bending"))


def test_there_is_all_of_it_to_be_done(prepared: Prepared) -> None:
    """With the official service each command does what it is for, so that a bent answer has something to spoil."""
    codes = {step: told.code for step, told in prepared.usual.items()}
    assert codes == dict.fromkeys(codes, 0) | {"bent plan": 2, "bent plan of prune": 2}
    operations = {operation for operation, _ in prepared.usual["bent apply of prune"].writes}
    assert operations >= {"CreateChatappTemplate", "ModifyChatappTemplate", "DeleteChatappTemplate", "CreateFlow"}
    assert operations >= {"ModifyFlow", "CreatePhoneMessageQrdl", "DeletePhoneMessageQrdl"}


@settings(max_examples=6 * DEPTH)
@given(seed=st.integers(0, 1 << 32))
def test_of_all_operations(prepared: Prepared, seed: int) -> None:
    assert [str(wrong) for wrong in prepared.tell(case(seed))] == []


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name])
def test_of_one_operation(prepared: Prepared, operation: str) -> None:
    for seed in range(3 * DEPTH):
        chosen = case(seed)._replace(operation=operation)
        assert [str(wrong) for wrong in prepared.tell(chosen)] == [], chosen
