"""One change of each sort, to be carried out while something goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from support.faulty_service import Front
from support.plan_scenarios import LATER, gone, hello, there

CREATE = "CreateChatappTemplate"
MODIFY = "ModifyChatappTemplate"
DELETE = "DeleteChatappTemplate"
DETAIL = "GetChatappTemplateDetail"
LIST = "ListChatappTemplate"
ACCOUNT = "QueryChatappBindWaba"


def creation(front: Front) -> None:
    front.want(hello())


def edit(front: Front) -> None:
    front.live(**there(hello(), "fail"))
    front.want(hello(LATER))


def deletion(front: Front) -> None:
    front.live(**there(hello()))
    front.want(gone())


SETUPS: Mapping[str, Callable[[Front], None]] = {CREATE: creation, MODIFY: edit, DELETE: deletion}


@dataclass(frozen=True)
class Loss:
    """A write whose answer does not come: how it ends, how many of it are sent, and how many of them count."""

    operation: str
    fault: str
    times: int
    end: str
    sent: int
    changed: int

    def __str__(self) -> str:
        return f"{self.operation[:6]}-{self.fault}-{self.times}"


def lost(operation: str, *, done: tuple[str, ...], not_done: tuple[str, ...]) -> list[Loss]:
    """What follows when the service had carried it out, and when it had not: once and every time."""
    again = operation != MODIFY
    cases = [Loss(operation, fault, 1, "done", 1, 1) for fault in done]
    for fault in not_done:
        if again:
            cases.append(Loss(operation, fault, 1, "done", 2, 1))
        cases.append(Loss(operation, fault, 99, "unknown", 2 if again else 1, 0))
    return cases


def settle(front: Front, loss: Loss) -> None:
    """Carry out the change under the fault, check how it ends, and that the next run without faults repairs it."""
    SETUPS[loss.operation](front)
    front.fault(loss.fault, loss.operation, times=loss.times)
    ended = front.carry_out()
    assert ended.ends == {"hello": loss.end}
    assert ended.code == (0 if loss.end == "done" else 10)
    assert (len(front.calls(loss.operation)), front.effects(loss.operation)) == (loss.sent, loss.changed)
    row = ended.row("hello")
    if loss.end == "unknown":
        assert row["code"]
        assert "plan again, which says how it goes on" in row["message"]
        assert row["code"] in ended.out
    elif loss.sent == 1:
        assert row["message"] == "settled by reading back"
    front.calm()
    front.carry_out()
    assert front.changes() == 0
    assert front.effects(loss.operation) == 1
