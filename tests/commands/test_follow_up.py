"""What became of the changes of a receipt, for every kind: by what is live, and by what files want now."""

from __future__ import annotations

from pathlib import Path

from support.emulated_project import World, ends
from support.kind_specimens import Specimen, every_kind, kinds_that, want
from support.plan_scenarios import hello

from templatesync.commands.status import Handed, StatusResult, status
from templatesync.planning.follow_up import FollowUp, Stands
from templatesync.render.formats import FORMATS
from templatesync.render.status_receipt import count
from templatesync.render.terminal import Style


def applied(world: World, name: str, **options: object) -> Path:
    path = world.root / f"{name}.json"
    world.apply(order={"receipt": path}, **options)
    return path


def result(world: World, receipt: Path) -> StatusResult:
    return status(world.root, (), False, world.connection, handed=Handed(receipt), follow=True)


def only(world: World, receipt: Path) -> FollowUp:
    (space,) = result(world, receipt).followed or ()
    (change,) = space.changes
    assert space.error is None
    return change


@every_kind
def test_what_was_sent_is_there(world: World, specimen: Specimen) -> None:
    want(world, specimen.file())
    receipt = applied(world, "first")
    change = only(world, receipt)
    assert change.stands in (Stands.RUNNING, Stands.APPROVED, Stands.NOT_IN_USE)
    specimen.settle(world, specimen.file())
    assert only(world, receipt).stands is Stands.APPROVED
    assert "state=done" in FORMATS["status"]["markdown"](result(world, receipt), Style())


@kinds_that(lambda specimen: not specimen.settled)  # what is published is for good: it has no second content
def test_what_another_text_has_become_is_told_of_no_earlier_one(world: World, specimen: Specimen) -> None:
    ids = specimen.put(world, "one")["one"]
    want(world, specimen.file("one", "b", ids))
    first = applied(world, "first", **specimen.options)
    specimen.ready(world, specimen.file("one", "b", ids))
    want(world, specimen.file("one", "c", ids))
    second = applied(world, "second", **specimen.options)
    assert only(world, first).stands is Stands.SUPERSEDED
    specimen.settle(world, specimen.file("one", "c", ids))
    assert [only(world, each).stands for each in (first, second)] == [Stands.SUPERSEDED, Stands.APPROVED]
    want(world, specimen.file("one", "b", ids))  # what is live is still that of the second
    assert only(world, first).stands is Stands.CHANGED


@every_kind
def test_what_is_gone_is_deleted_or_superseded(world: World, specimen: Specimen) -> None:
    want(world, specimen.file(), specimen.file("two"))
    created = applied(world, "created")
    specimen.settle(world, specimen.file())
    want(world, specimen.gone(), specimen.file("two"))
    key = specimen.gone().key
    deleted = applied(world, "deleted", allow_breaking=True)
    (space,) = result(world, deleted).followed or ()
    assert [each.stands for each in space.changes if str(each.row.key) == key] == [Stands.DELETED]
    for files in ([specimen.gone()], []):
        want(world, *files, specimen.file("two"))
        (space,) = result(world, created).followed or ()
        assert [each.stands for each in space.changes if str(each.row.key) == key] == [Stands.SUPERSEDED]
        (space,) = result(world, deleted).followed or ()
        assert [each.stands for each in space.changes if str(each.row.key) == key] == [Stands.DELETED]


@every_kind
def test_what_failed_is_left_until_another_run_has_done_it(world: World, specimen: Specimen) -> None:
    want(world, specimen.file())
    world.fault("throttle", specimen.creates[0], times=99)
    receipt = applied(world, "first")
    world.lift()
    change = only(world, receipt)
    assert (change.stands, change.ready) == (Stands.LEFT, False)
    assert count(result(world, receipt).followed or ()).state == "pending"
    assert ends(world.apply()) == {specimen.file().key: "done"}
    specimen.settle(world, specimen.file())
    assert only(world, receipt).stands is Stands.APPROVED


def test_nothing_is_concluded_from_a_list_that_is_not_whole(world: World) -> None:
    world.want(hello())
    receipt = applied(world, "first")
    world.fault("500", "ListChatappTemplate", times=99)
    (space,) = result(world, receipt).followed or ()
    told = count([space])
    assert (told.state, told.reviews) == ("pending", 1)
