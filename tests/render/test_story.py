"""The story of a plan: what is the same once, exceptions first, before and after as customers get them."""

from __future__ import annotations

import pytest
from support.emulated_project import World
from support.plan_scenarios import hello, own, there
from support.plan_values import changed, content, result, space

from templatesync.look.bubble import Bubble, Values
from templatesync.model.change import Action, Note, Plan, Refusal, Samples
from templatesync.model.digest import sha256
from templatesync.planning import document
from templatesync.planning.totals import plan_digest
from templatesync.render.story import drawn, sentence, story

BREAKS = (Note("variables", "variable name removed"),)


def bodies(change: object) -> list[str | None]:
    """The body before and after."""
    seen = drawn(change)  # type: ignore[arg-type]
    return [each.body.text if isinstance(each, Bubble) else None for each in seen]


def test_spaces_with_the_same_change_are_told_once_and_exceptions_first() -> None:
    spaces = [space(changed("a", Action.CREATE), name=f"brand{number:02}") for number in range(1, 40)]
    spaces.append(space(changed("a", Action.BLOCKED, reason="auditing"), name="brand40"))
    told = story(Plan(tuple(spaces)))
    (chapter,) = told.chapters
    assert [(each.change.action, len(each.spaces)) for each in chapter.tellings] == [
        (Action.BLOCKED, 1),
        (Action.CREATE, 39),
    ]


def test_languages_are_one_chapter_and_what_asks_for_a_person_comes_first() -> None:
    rows = [
        *(changed("a", Action.CREATE, "en"), changed("a", Action.CREATE, "id"), changed("b", Action.DELETE)),
        *(changed("c", Action.UPDATE, breaking=BREAKS), changed("d", Action.BLOCKED), changed("e", Action.NO_OP)),
    ]
    told = story(Plan((space(*rows),)))
    assert [chapter.name for chapter in told.chapters] == ["d", "c", "b", "a"]
    assert [each.change.key.language for each in told.chapters[-1].tellings] == ["en", "id"]


def test_other_content_elsewhere_is_told_apart() -> None:
    here = changed("a", after=content("one"), wanted_digest=sha256("one"))
    other = changed("a", after=content("two"), wanted_digest=sha256("two"))
    told = story(Plan((space(here, name="x"), space(other, name="y"), space(here, name="z"))))
    assert [each.spaces for each in told.tellings()] == [("y",), ("x", "z")]


def test_before_is_what_senders_use_now() -> None:
    old, new = content("old"), content("new")
    assert bodies(changed("a", before=old, after=new)) == ["old", "new"]
    assert bodies(changed("a", Action.DELETE, before=old)) == ["old", None]
    assert bodies(changed("a", Action.CREATE, after=new)) == [None, "new"]
    assert bodies(changed("a", Action.CREATE, after=new, predecessor=old, replaces="b")) == ["old", "new"]


def test_both_have_the_same_samples() -> None:
    row = changed("a", before=content("$(x)!"), after=content("$(x)?"), samples=Samples({"x": "Ann"}))
    assert bodies(row) == ["Ann!", "Ann?"]
    named = drawn(row, Values.NAMES).after
    assert isinstance(named, Bubble) and named.body.text == "$(x)?"


def test_media_are_those_that_the_file_names() -> None:
    card = {"CardComponents": [{"Type": "HEADER", "Format": "IMAGE", "Url": "sample"}]}
    carousel = {"Components": [{"Type": "BODY", "Text": "a"}, {"Type": "CAROUSEL", "Cards": [card, card]}]}
    after = drawn(changed("a", after=carousel, samples=Samples(media=("", "file:1.png", "file:2.png")))).after
    assert isinstance(after, Bubble)
    assert [each.media.source for each in after.cards if each.media] == ["file:1.png", "file:2.png"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "Nothing changes in production."),
        ([changed("a", Action.CREATE)], "1 template changes in production: 1 review starts."),
        (
            [
                *(changed("a", Action.CREATE, language) for language in ("en", "id", "es")),
                changed("b", before=content("b"), sendable_meanwhile="no", breaking=BREAKS),
                *(changed("c", Action.DELETE), changed("d", Action.BLOCKED), changed("d", Action.BLOCKED, "id")),
            ],
            "4 templates change in production: 4 reviews start, 1 cannot be sent meanwhile, 1 breaks senders, "
            "1 is deleted, 1 is blocked.",
        ),
    ],
)
def test_the_sentence(rows: list[object], said: str) -> None:
    assert sentence(story(Plan((space(*rows),))), "production") == said  # type: ignore[arg-type]


def test_the_sentence_says_what_is_unknown() -> None:
    unread = space(name="brand07", error=Refusal("Forbidden", "no"))
    told = story(Plan((space(changed("a")), unread)))
    assert sentence(told, "2 spaces") == ("1 template changes in 2 spaces: 1 review starts, 1 space could not be read.")
    assert told.digest == ""
    assert sentence(story(Plan((unread,))), "brand07") == "Nobody knows what changes in brand07: it could not be read."


# --- plan.json --------------------------------------------------------------------------------------------------------


def test_a_saved_plan_tells_the_same_story(world: World) -> None:
    world.live(**there(hello("Hello $(name), this is the old text of it.", Name="old")))
    world.want(own(hello(Name="new"), replaces="old"), hello(Name="other"))
    plan = world.plan().plan
    text = document.text(document.to_json(plan))
    again = document.parse(text.encode(), "plan.json")
    for one, other in zip(story(plan).tellings(), story(again).tellings(), strict=True):
        assert bodies(one.change) == bodies(other.change)
    (new,) = [each.change for each in story(again).tellings() if each.change.key.name == "new"]
    assert bodies(new)[0] == "Hello Ann, this is the old text of it."
    assert new.samples.variables == {"name": "Ann"}


def test_no_digest_covers_what_is_for_looking(world: World) -> None:
    world.want(hello())
    saved = document.to_json(world.plan().plan)
    row = saved["spaces"][0]["changes"][0]
    assert row.pop("samples") == {"variables": {"name": "Ann"}, "media": []}
    without = document.parse(document.text(saved).encode(), "plan.json")
    assert plan_digest(without) == saved["digest"]


def test_an_address_is_told_without_what_may_be_secret_in_it(world: World) -> None:
    image = {"Type": "HEADER", "Format": "IMAGE", "Url": "https://www.example.com/a.jpg?Signature=abc#x"}
    world.want(hello("Hello $(name), this is the text of it.", image))
    (row,) = world.plan().plan.spaces[0].changes
    assert row.samples.media == ("https://www.example.com/a.jpg",)


def test_results_have_no_link_unless_they_are_given_one() -> None:
    assert result(space()).link == ""
