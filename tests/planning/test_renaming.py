"""A name that was changed without `replaces`: noticed by equal content, and never pruned before the new one is used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.emulated_project import World, ends
from support.flow_project import Flows
from support.plan_scenarios import LATER, gone, hello, image, own, there, url
from support.two_versions import notes, rows

from templatesync.commands import plan as plan_command
from templatesync.kinds.base import Pair
from templatesync.model.errors import ExitCode
from templatesync.model.resource import Listing, Live, Resource
from templatesync.planning.inputs import PlanInput

ASKED = "is this hello under another name? `replaces: hello` keeps senders"
DETAIL = "GetChatappTemplateDetail"


def new(**fields: Any) -> dict[str, Any]:
    return hello(Name="order", **fields)


def asked(world: World, key: str = "order@en", **options: Any) -> str:
    return notes(rows(world, **options)[key]).get("renamed", "")


def details(world: World) -> int:
    return sum(entry["operation"] == DETAIL for entry in world.arrived())


@pytest.mark.parametrize(
    "body",
    [
        hello(),
        hello("Hello $(name), *it* is here.", image("https://example.com/a.jpg"), url("https://example.com/$(name)")),
        hello(Category="MARKETING", AllowSend=True),
        hello("Hello you, it is here.", {"Type": "FOOTER", "Text": "Reply STOP"}),
    ],
)
def test_equal_content_under_another_name_is_noticed(world: World, body: dict[str, Any]) -> None:
    world.live(**there(body))
    world.want(body | {"Name": "order"})
    assert asked(world) == ASKED
    samples = {"Example": {"name": "Somebody Else"}} if "Example" in body else {}
    world.want(body | {"Name": "order"} | samples)
    assert asked(world) == ASKED
    world.want(own(body | {"Name": "order"}, replaces="hello"))
    assert asked(world) == ""


def test_other_content_another_language_and_what_is_not_ours_are_not_it(world: World) -> None:
    world.live(**there(hello()))
    for body in (new(Components=hello(LATER)["Components"]), new(Language="ar")):
        world.want(body)
        assert asked(world, f"order@{body['Language']}") == ""
    world.want(new(), hello())
    assert asked(world) == ""
    world.project(policy={"manage": ["order*"]})
    world.want(new())
    assert asked(world) == ""


def test_one_language_of_equal_content_is_enough_to_ask(world: World) -> None:
    """In the change that gives the name another language may be dropped, added or reworded, or the rest stay."""
    for language in ("en", "ar"):
        world.live(**there(hello(Language=language)))
    part = ASKED.replace("hello under", "hello (the same in en) under")
    world.want(new())  # Arabic is dropped
    assert asked(world) == part
    other = new(Language="ar", Components=hello(LATER)["Components"])
    world.want(new(), other)  # reworded
    assert [asked(world, f"order@{language}") for language in ("en", "ar")] == [part] * 2
    world.want(new(), hello(Language="ar"))  # Arabic keeps its name
    assert asked(world) == ASKED
    world.want(new(), hello(Name="arabic", Language="ar"))  # each has a name of its own
    assert asked(world) == part
    assert asked(world, "arabic@ar") == part.replace(" en)", " ar)")
    world.want(new(), new(Language="ar"), new(Language="id"))  # added
    assert asked(world, "order@id") == part.replace(" en)", " ar, en)")


def test_several_that_may_be_it_are_named_up_to_three(world: World) -> None:
    for number in range(5):
        world.live(**there(hello(Name=f"order_{number}")))
    world.want(new())
    assert asked(world) == ("is this order_0, order_1 or order_2 under another name? `replaces: order_0` keeps senders")


def test_few_details_are_read_and_none_without_a_reason(world: World) -> None:
    for number in range(60):
        world.live(**there(hello(Name=f"kept_{number:02}" if number < 50 else f"orders_{number}")))
    world.want(hello(Name="kept_00"))
    world.forget()
    world.plan()
    assert details(world) == 1  # nothing is created
    world.want(hello(Name="kept_00"), new())
    world.forget()
    assert asked(world).startswith("is this orders_50, orders_51 or orders_52 under")  # the likeliest names
    assert details(world) == 21
    world.forget()
    world.apply(targets=("template/kept_00",))
    world.plan(targets=("template/order",))
    assert details(world) <= 2


def test_a_detail_that_cannot_be_read_costs_nothing_but_the_note(world: World) -> None:
    world.live(**there(hello()))

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == DETAIL:
            answer.clear()
            answer.update({"Code": "InvalidParameter.Odd", "Message": "not now", "RequestId": "REQUEST"})

    world.emulator.after = after
    world.want(new())
    row = rows(world)["order@en"]
    assert (row.action.value, "renamed" in notes(row)) == ("create", False)


def test_the_old_name_stays_until_the_new_one_is_in_use(world: World) -> None:
    world.settings(review="manual")
    world.live(**there(hello()))
    world.live(**there(hello(LATER, Name="stays")))
    stays = hello(LATER, Name="stays")
    world.want(stays, new())
    options = {"prune": True}
    row = rows(world, **options)["hello@en"]
    assert (row.action.value, row.reason) == ("blocked", "waiting")
    assert "order has the same content and is not in use in every language yet" in row.notes[0].text
    assert "`replaces: hello` there keeps senders" in row.notes[0].text
    assert asked(world, **options) == ASKED
    result = world.apply(**options)
    assert (result.exit_code, ends(result)["template/hello@en"]) == (ExitCode.OK, "blocked")
    assert rows(world, **options)["hello@en"].reason == "waiting"
    world.review("fail", "order")
    assert rows(world, **options)["hello@en"].reason == "in use"
    world.review("pass", "order")
    assert ends(world.apply(**options))["template/hello@en"] == "done"


def test_a_tombstone_is_obeyed_and_says_what_would_keep_senders(world: World) -> None:
    world.settings(review="manual")
    world.live(**there(hello()))
    world.want(new(), gone())
    row = rows(world)["hello@en"]
    assert (row.action.value, notes(row)["renamed"]) == (
        "delete",
        "order has the same content and is not in use yet; `replaces: hello` there keeps senders until it is",
    )
    assert asked(world) == ASKED


def test_all_languages_of_the_new_name_come_first(world: World) -> None:
    world.settings(review="manual")
    for language in ("en", "ar"):
        world.live(**there(hello(Language=language)))
    world.want(new(), new(Language="ar"))
    assert [asked(world, f"order@{language}") for language in ("en", "ar")] == [ASKED] * 2
    world.apply()
    world.review("pass", "order")
    planned = rows(world, prune=True)
    assert [planned[f"hello@{language}"].reason for language in ("en", "ar")] == ["waiting"] * 2
    # What could never be sent keeps nobody.
    world.review("fail", language="ar")
    assert rows(world, prune=True)["hello@ar"].action.value == "delete"


@pytest.mark.parametrize("dropped", [False, True])
def test_no_language_goes_before_all_of_a_likely_new_name_is_in_use(world: World, dropped: bool) -> None:
    """Neither the one that was reworded in the same change nor the one that was dropped, paused or not."""
    world.settings(review="manual")
    for language in ("en", "ar"):
        world.live(**there(hello(Language=language)))
    world.want(new(), *(() if dropped else (new(Language="ar", Components=hello(LATER)["Components"]),)))
    planned = rows(world, prune=True)
    text = "order has the same content in en and is not in use in every language yet; an apply after that deletes this"
    assert planned["hello@ar"].notes[0].text.startswith(text)
    assert ("nothing takes the place of ar then" in planned["hello@ar"].notes[0].text) == dropped
    for _ in range(2):
        ended = world.apply(prune=True)
        assert (ended.exit_code, ends(ended)["template/hello@ar"]) == (ExitCode.OK, "blocked")
        world.clock.sleep(86_400)
    world.review("pass", "order", "en")
    if not dropped:
        assert {rows(world, prune=True)[f"hello@{each}"].reason for each in ("en", "ar")} == {"waiting"}
        world.review("fail", "order", "ar")
        assert {rows(world, prune=True)[f"hello@{each}"].reason for each in ("en", "ar")} == {"in use"}
        world.review("pass", "order", "ar")
    assert {rows(world, prune=True)[f"hello@{each}"].action.value for each in ("en", "ar")} == {"delete"}


def test_what_tells_of_a_new_name_need_not_be_in_use_itself(world: World) -> None:
    world.settings(review="manual")
    world.live(**there(hello()))
    world.live(**there(hello(Language="ar"), "fail"))
    world.want(new(Language="ar"))
    assert rows(world, prune=True)["hello@en"].reason == "waiting"


def test_nothing_is_pruned_beside_what_could_not_be_read(world: World) -> None:
    """It might be what tells that the name is another now."""
    for language in ("en", "ar"):
        world.live(**there(hello(Language=language)))

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == DETAIL and answer.get("Data", {}).get("Language") == "en":
            answer.clear()
            answer.update({"Code": "InvalidParameter.Odd", "Message": "not now", "RequestId": "REQUEST"})

    world.emulator.after = after
    world.want(new())
    planned = rows(world, prune=True)
    assert [planned[f"hello@{each}"].reason for each in ("en", "ar")] == ["unreadable"] * 2
    assert planned["hello@ar"].notes[0].text.startswith("what template/hello@en says could not be read")
    world.want(new(Language="id"))
    assert rows(world, prune=True)["hello@ar"].action.value == "delete"


def test_a_name_that_was_split_stays_until_all_of_it_is_in_use(world: World) -> None:
    world.settings(review="manual")
    for language in ("en", "ar"):
        world.live(**there(hello(Language=language)))
    world.want(new(), hello(Name="arabic", Language="ar"))
    world.apply(prune=True)
    world.review("pass", "order")
    text = "arabic has the same content in ar and is not in use in every language yet"
    assert rows(world, prune=True)["hello@en"].notes[0].text.startswith(text)
    world.review("pass", "arabic", "ar")
    assert {rows(world, prune=True)[f"hello@{each}"].action.value for each in ("en", "ar")} == {"delete"}


def test_a_flow_under_another_name_is_noticed_too(tmp_path: Any) -> None:
    flows = Flows(tmp_path)
    flows.flow("old", options={"publish": True})
    flows.settle()
    (flows.root / "flows/old.yaml").unlink()
    flows.flow("new", options={"publish": True})
    assert any("is this old under another name?" in note for note in flows.change("flow/new")["notes"])


def test_a_thousand_of_each_are_joined_and_not_compared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.live(**there(hello()))
    world.want(new())
    seen: list[PlanInput] = []
    plain = plan_command.plan_space
    monkeypatch.setattr(plan_command, "plan_space", lambda given: seen.append(given) or plain(given))
    world.plan()
    ((resource,), (old,)) = seen[0].wanted.values(), seen[0].listings["template"].live.values()
    asked: list[str] = []
    kind = seen[0].kinds["template"]

    def pair(wanted: Resource, live: Live) -> Pair:
        asked.append(live.key.name)
        return kind.content.pair(wanted, live)

    counting = kind._replace(content=kind.content._replace(pair=pair))
    names = [f"{number:04}" for number in range(1_000)]
    lives = {key: replace(old, key=key) for key in (old.key._replace(name=f"old_{name}") for name in names)}
    wanted = {key: replace(resource, key=key) for key in (old.key._replace(name=f"new_{name}") for name in names)}
    given = PlanInput("local", "id", wanted, {"template": Listing(lives)}, {"template": counting})
    text = "is this old_0000, old_0001 or old_0002 under another name? `replaces: old_0000` keeps senders"
    assert {note.text for key in wanted if (note := given.renames.note(key))} == {text}
    assert len(asked) <= 8 * len(names)
