"""New versions and the programs that send: who stays where, and which version may go."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from support.emulated_project import World, ends
from support.kind_specimens import Specimen, actions, named, want
from support.plan_scenarios import TEXT, hello, own, there
from support.two_versions import REMOVED, RENAMED, V1, V1_AR, dead, notes, rows, v2

from templatesync.commands import status as status_command
from templatesync.model.change import Action
from templatesync.model.resource import Key, Resource
from templatesync.project.chains import chains
from templatesync.render.json_ import status as status_json
from templatesync.render.plan import text as plan_text
from templatesync.render.plan_markdown import plan as plan_markdown
from templatesync.render.status import text as status_text
from templatesync.render.status_markdown import status as status_markdown
from templatesync.render.terminal import Style
from templatesync.schema.loading import schema_dir


def status(world: World) -> status_command.StatusResult:
    return status_command.status(world.root, (), False, world.connection, content=True)


def stays(world: World) -> dict[str, tuple[str, ...]]:
    (space,) = status(world).spaces
    return {row.key.removeprefix("template/"): row.stays for row in space.rows if row.stays}


def test_nothing_switches_before_adopt_and_everybody_is_told(world: World) -> None:
    world.live(**there(V1))
    world.want(V1, v2())
    new = rows(world)["hello_v2@en"]
    assert (new.action, new.breaking) == (Action.CREATE, ())
    assert notes(new)["senders_stay"] == (
        "it asks for something else than hello: variable name removed, variable customer added; "
        "senders stay with hello until its file says `adopt: true`"
    )
    assert ends(world.apply()) == {"template/hello_v2@en": "done"}
    world.review("pass", "hello_v2")
    said = (
        "senders stay with hello, not hello_v2: it asks them for something else; once they are ready, say "
        "`adopt: true` in the newer file"
    )
    planned = rows(world)
    assert {key: (row.action, notes(row).get("senders_stay")) for key, row in planned.items()} == {
        "hello@en": (Action.NO_OP, said),
        "hello_v2@en": (Action.NO_OP, said),
    }
    assert stays(world) == {"hello@en": (said,), "hello_v2@en": (said,)}
    world.want(V1, v2(adopt=True))
    assert stays(world) == {}
    way = "once no program is left that is written for {name}: `templatesync finish hello --allow-breaking`"
    step = {"next_step": f"hello_v2 is in use in every language; {way}"}
    assert [notes(row) for row in rows(world).values()] == [{}, step]


def test_the_old_version_goes_after_adopt_and_only_when_its_tombstone_gives_its_programs_up(world: World) -> None:
    world.live(**there(V1))
    world.live(**there(v2()))
    world.want(dead(), v2())
    row = rows(world)["hello@en"]
    assert (row.action, row.reason) == (Action.BLOCKED, "in use")
    assert "hello_v2 asks them for something else" in row.notes[0].text
    # What breaks is said, and still nobody has changed to the new one.
    world.want(dead(breaks=REMOVED), v2())
    assert rows(world)["hello@en"].reason == "in use"
    world.want(dead(), v2(adopt=True))
    row = rows(world)["hello@en"]
    assert (row.action, row.reason, row.notes[0].code) == (Action.BLOCKED, "breaking", "breaking")
    assert row.notes[0].text == (
        "programs that are written for {name} could send nothing any more; if that is meant, say "
        "`breaks: [breaking-language-removed]` in its tombstone"
    )
    assert ends(world.apply()) == {"template/hello@en": "blocked"}
    assert ends(world.apply(allow_breaking=True)) == {"template/hello@en": "blocked"}
    world.want(dead(breaks=REMOVED), v2(adopt=True))
    assert "breaks_stale" not in notes(rows(world)["hello@en"])
    assert ends(world.apply()) == {"template/hello@en": "done"}


def test_adopt_in_the_change_that_creates_it_is_told_and_never_blocked(world: World) -> None:
    world.live(**there(V1))
    world.want(V1, v2(adopt=True))
    row = rows(world)["hello_v2@en"]
    assert row.action is Action.CREATE
    assert [note.code for note in row.breaking] == ["breaking-variable-removed", "breaking-variable-added"]
    assert "before anybody can deploy them" in notes(row)["adopt_at_once"]
    assert world.plan().plan.spaces[0].changes[1].breaking == row.breaking
    assert ends(world.apply()) == {"template/hello_v2@en": "done"}


def test_a_version_is_compared_with_what_senders_use_and_not_with_the_one_before_it(world: World) -> None:
    world.live(**there(V1))
    world.live(**there(v2()))
    world.want(V1, v2(), v2(TEXT + " Soon.", "hello_v3", "hello_v2"))
    row = rows(world)["hello_v3@en"]
    assert (row.breaking, set(notes(row))) == ((), {"replaces"})
    assert row.predecessor is not None and "$(name)" in json.dumps(row.predecessor)


def test_a_language_that_the_new_version_lacks_stays_where_it_is(world: World) -> None:
    for body in (V1, V1_AR, v2(TEXT)):
        world.live(**there(body))
    world.want(V1, V1_AR, v2(TEXT))
    lacks = "senders of ar stay with hello, for hello_v2 does not have it"
    assert stays(world) == {"hello_v2@en": (lacks,)}
    world.want(dead(), dead(language="ar"), v2(TEXT))
    planned = rows(world)
    assert [planned[key].reason for key in ("hello@ar", "hello@en")] == ["in use"] * 2
    assert planned["hello@en"].notes[0].text == (
        "senders of ar use it: no newer version has that language; if they are to go without, say "
        "`breaks: [breaking-language-removed]` in its tombstone"
    )
    # One language goes for itself, where the rest of the version stays.
    world.want(dead(), V1_AR, v2(TEXT))
    assert {key: row.action for key, row in rows(world).items() if key != "hello_v2@en"} == {
        "hello@ar": Action.NO_OP,
        "hello@en": Action.DELETE,
    }
    world.want(dead(), dead(language="ar", breaks=REMOVED), v2(TEXT))
    assert ends(world.apply()) == {"template/hello@ar": "done", "template/hello@en": "done"}


def test_a_pin_keeps_senders_and_the_version_that_it_names(world: World) -> None:
    for body in (V1, V1_AR, v2()):
        world.live(**there(body))
    world.want(own(V1, pinned=True), V1_AR, v2(adopt=True))
    assert stays(world)["hello_v2@en"][0] == "senders stay with hello, not hello_v2: hello is pinned"
    world.want(own(V1, pinned=True), dead(language="ar", breaks=REMOVED), v2(adopt=True))
    row = rows(world)["hello@ar"]
    assert (row.reason, row.notes[0].code) == ("protected", "pinned")
    # The pin brings them back, so what they have left may go.
    world.want(own(V1, pinned=True), dead("hello_v2", breaks=REMOVED, replaces="hello"))
    assert ends(world.apply()) == {"template/hello_v2@en": "done"}


def test_the_newest_version_does_not_go_while_senders_use_it(world: World) -> None:
    for body in (V1, v2(TEXT)):
        world.live(**there(body))
    world.want(V1, dead("hello_v2", replaces="hello"))
    row = rows(world)["hello_v2@en"]
    assert (row.reason, "there is no newer version" in row.notes[0].text) == ("in use", True)


@named
def test_the_newest_version_of_what_nobody_sends_just_goes(world: World, specimen: Specimen) -> None:
    """A flow, which only a newer version that is to come would keep, and a template that can be edited."""
    specimen.put(world, "one", "two")
    want(world, specimen.file(), specimen.gone("two").own(state="absent", replaces=specimen.file().name))
    assert actions(world)[specimen.gone("two").key] == "delete"


def test_a_version_that_leads_senders_on_does_not_go_before_the_newer_one_is_adopted(world: World) -> None:
    """The newest asks for what the adopted one did; alone with the first one it would have to be adopted itself."""
    newest = v2(RENAMED, "hello_v3", "hello_v2")
    for body in (V1, v2(), newest):
        world.live(**there(body))
    world.want(V1, dead("hello_v2", replaces="hello", adopt=True), newest)
    row = rows(world)["hello_v2@en"]
    assert (row.reason, "it leads them to hello_v3" in row.notes[0].text) == ("in use", True)
    world.want(V1, dead("hello_v2", replaces="hello", adopt=True), v2(RENAMED, "hello_v3", "hello_v2", adopt=True))
    assert ends(world.apply())["template/hello_v2@en"] == "done"


def test_two_versions_of_one_contract_do_not_go_on_the_word_of_each_other(world: World) -> None:
    third = v2(RENAMED, "hello_v3", "hello_v2", adopt=True)
    for body in (V1, v2(TEXT), third):
        world.live(**there(body))
    world.want(dead(), dead("hello_v2", replaces="hello"), third)
    planned = rows(world)
    assert [planned[key].reason for key in ("hello@en", "hello_v2@en")] == ["breaking"] * 2
    world.want(dead(), v2(TEXT), third)
    assert ends(world.apply()) == {"template/hello@en": "done"}


def test_prune_cannot_say_what_it_breaks(world: World) -> None:
    for body in (V1, v2()):
        world.live(**there(body))
    world.want(v2(adopt=True))
    row = rows(world, prune=True)["hello@en"]
    assert row.reason == "breaking"
    assert "delete it by a tombstone that says `breaks: [breaking-language-removed]`" in row.notes[0].text
    assert ends(world.apply(prune=True, allow_breaking=True)) == {"template/hello@en": "blocked"}


@pytest.mark.parametrize(("protect", "action"), [("hello", Action.DELETE), ("other", Action.BLOCKED)])
def test_what_prune_leaves_alone_serves_the_programs_of_its_contract(
    world: World, protect: str, action: Action
) -> None:
    world.project(policy={"protect": [protect]})
    for body in (V1, v2(TEXT), v2(name="hello_v3")):
        world.live(**there(body))
    world.want(dead("hello_v2", replaces="hello"), v2(name="hello_v3", replaces="hello_v2", adopt=True))
    assert rows(world, prune=True)["hello_v2@en"].action is action


def test_nothing_is_concluded_from_a_version_that_could_not_be_read(world: World) -> None:
    for body in (V1, v2(TEXT)):
        world.live(**there(body))

    def after(operation: str, answer: dict[str, Any]) -> None:
        if operation == "GetChatappTemplateDetail" and answer["Data"]["Name"] == "hello_v2":
            answer.clear()
            answer.update({"Code": "InvalidParameter.Odd", "Message": "not now", "RequestId": "REQUEST"})

    world.emulator.after = after
    world.want(dead(), v2(TEXT))
    row = rows(world)["hello@en"]
    assert (row.action, row.reason) == (Action.BLOCKED, "unreadable")
    assert "what template/hello_v2@en asks of senders could not be read" in row.notes[0].text
    assert stays(world) == {}
    # A third one, too, is compared with nothing that nobody knows.
    world.want(V1, v2(TEXT), v2(RENAMED, "hello_v3", "hello_v2"))
    assert "unread" in notes(rows(world)["hello_v3@en"])


def test_a_target_alone_is_held_to_its_whole_chain(world: World) -> None:
    for body in (V1, v2(TEXT)):
        world.live(**there(body))
    world.want(dead(), v2(TEXT))
    assert {key: row.action for key, row in rows(world, targets=("template/hello@en",)).items()} == {
        "hello@en": Action.DELETE
    }
    assert ends(world.apply(targets=("template/hello",))) == {"template/hello@en": "done"}


def test_a_rejected_version_goes_without_a_word(world: World) -> None:
    third = v2(RENAMED, "hello_v3", "hello_v2")
    for body, state in ((V1, "pass"), (v2("Hello $(customer), it is there."), "fail")):
        world.live(**there(body, state))
    world.want(V1, dead("hello_v2", replaces="hello"), third)
    assert rows(world)["hello_v2@en"].action is Action.DELETE


def test_forty_languages_are_one_line(world: World) -> None:
    languages = ["en", "id", "de", "fr", "es", "it", "nl", "pl", "ru", "tr", "uk", "vi", "th", "sv", "da", "fi", "el"]
    for language in languages:
        world.live(**there(V1 | {"Language": language}))
        world.live(**there(v2() | {"Language": language}))
    plain, new = dict(V1), v2()
    del plain["Language"], new["Language"]
    world.want(plain | {"Languages": languages}, new | {"Languages": languages})
    result = status(world)
    planned = world.plan()
    assert " ".join(plan_text(planned, Style()).split()).count("senders stay with hello, not hello_v2") == 2
    assert plan_markdown(planned, Style()).count("senders stay with hello, not hello_v2") == 2
    shown = status_text(result, Style())
    assert " ".join(shown.split()).count("senders stay with hello, not hello_v2") == 2
    assert status_markdown(result, Style()).count("senders stay with hello") == 1
    document = json.loads(status_json(result, Style()))
    jsonschema.validate(document, json.loads((schema_dir() / "status.schema.json").read_text()))
    assert all(len(row["stays"]) == 1 for row in document["spaces"][0]["resources"])


def test_a_long_chain_is_told_in_a_few_sentences(world: World) -> None:
    words = [f"Hello $(name_{number}), it is on its way to you." for number in range(50)]
    bodies = [
        hello(each, Name=f"hello_{number:02}", Example={f"name_{number}": "Ann"}) for number, each in enumerate(words)
    ]
    versions = [bodies[0]] + [own(body, replaces=bodies[number]["Name"]) for number, body in enumerate(bodies[1:])]
    for body in versions:
        world.live(**there(body))
    world.want(*versions[1:])  # the root has no file
    told = stays(world)
    assert len(told) == 49
    assert {len(each) for each in told.values()} == {1}
    world.want(*versions)
    assert stays(world)["hello_00@en"][-1] == "nor do they use 46 newer versions before hello_47"


def test_a_tombstone_keeps_its_place_and_makes_no_circle() -> None:
    def resource(name: str, replaces: str, absent: bool) -> Resource:
        key = Key("template", name, "en")
        made = Resource(key, {})
        return Resource(key, {}, made.options._replace(replaces=replaces, absent=absent))

    def names(*resources: Resource) -> list[tuple[str, ...]]:
        return [each.names for each in chains({each.key: each for each in resources})]

    middle = [resource("a", "", False), resource("b", "a", True), resource("c", "b", False)]
    assert names(*middle) == [("a", "b", "c")]
    assert names(resource("a", "b", True), resource("b", "a", False)) == [("a", "b")]
    assert names(resource("a", "a", True)) == []
    # Several that replace the same one stand in a row, what files want last.
    alive, given_up = resource("d", "a", False), [resource(name, "a", True) for name in "bc"]
    (chain,) = names(resource("a", "", False), alive, *given_up)
    assert (chain[0], chain[-1], sorted(chain)) == ("a", "d", ["a", "b", "c", "d"])
    assert [sorted(each) for each in names(*given_up)] == [["a", "b", "c"]]


def test_what_is_in_use_goes_once_an_older_version_is_pinned(world: World) -> None:
    """Nobody need take back a version by saying that it breaks senders."""
    for body in (V1, v2(TEXT)):
        world.live(**there(body))
    given_up = dead("hello_v2", replaces="hello")
    world.want(V1, given_up)
    row = rows(world)["hello_v2@en"]
    assert row.reason == "in use" and "`pinned: true` in the file of hello brings them back" in row.notes[0].text
    world.want(own(V1, pinned=True), given_up)
    row = rows(world)["hello_v2@en"]
    assert (row.action, row.breaking) == (Action.DELETE, ())
