"""A plan as a page: before and after side by side, what must not be missed above it, and nothing to obey."""

from __future__ import annotations

from dataclasses import replace

from support.emulated_project import World
from support.page_reader import PageReader, read
from support.plan_scenarios import LATER, TEXT, gone, hello, there

from templatesync.model.change import Plan, Refusal, SpacePlan
from templatesync.planning.totals import plan_digest
from templatesync.render.formats import FORMATS
from templatesync.render.terminal import Style


def drawn(world: World, **options: object) -> PageReader:
    return read(FORMATS["plan"]["html"](world.plan(**options), Style()))  # type: ignore[arg-type]


def versions(page: PageReader) -> list[str]:
    return [each.text for each in page.of_class("version")]


def plain(text: str) -> str:
    """The words of a text up to its first variable."""
    return text.partition("$(")[0].strip()


def test_an_update_shows_both_sides(world: World) -> None:
    world.live(**there(hello(TEXT), "fail"))
    world.want(hello(LATER))
    before, after = versions(drawn(world))
    assert plain(TEXT) in before
    assert plain(LATER) in after
    assert "Update, starts a review" in after


def test_a_creation_has_nothing_before_it_and_a_deletion_nothing_after(world: World) -> None:
    world.want(hello())
    before, after = versions(drawn(world))
    assert "Nothing." in before
    assert plain(TEXT) in after
    world.live(**there(hello(TEXT), "fail"))
    world.want(hello(Name="other"), gone("hello"))
    deleted = versions(drawn(world))[:2]
    assert plain(TEXT) in deleted[0]
    assert "Nothing: it is deleted." in deleted[1]


def test_a_new_version_is_laid_beside_what_senders_use_now(world: World) -> None:
    world.live(**there(hello(TEXT), "pass"))
    world.want(hello(TEXT), {**hello(LATER, Name="hello_v2"), "templatesync": {"replaces": "hello"}})
    before, after = versions(drawn(world))
    assert plain(TEXT) in before
    assert "replaces hello" in after


def test_why_something_is_blocked_stands_beside_it(world: World) -> None:
    world.live(**there(hello(TEXT), "auditing"))
    world.want(hello(LATER))
    page = drawn(world)
    assert "After, if it were let through" in versions(page)[1]
    assert "Blocked" in versions(page)[1]
    assert [each.attributes["class"] for each in page.named("li") if "warning" in each.attributes.get("class", "")]


def test_the_digest_is_that_of_the_plan_and_nothing_differs_by_itself(world: World) -> None:
    world.want(hello())
    result = world.plan()
    first = FORMATS["plan"]["html"](result, Style())
    assert plan_digest(result.plan) in first
    assert first == FORMATS["plan"]["html"](world.plan(), Style())


def test_what_could_not_be_read_and_what_is_refused_is_said_above(world: World) -> None:
    world.want(hello())
    result = world.plan()
    broken = SpacePlan("other", "cams-2", error=Refusal("NoPermission", "nobody may read this"))
    (space,) = result.plan.spaces
    refused = space._replace(refusals=(Refusal("waba-review", "the account is PENDING"),))
    page = read(FORMATS["plan"]["html"](replace(result, plan=Plan((refused, broken))), Style()))
    (head,) = page.named("header")
    assert "other could not be read: nobody may read this (NoPermission)." in head.text
    assert "Apply stops at local: the account is PENDING (waba-review)." in head.text
    assert "No digest" in head.text


def test_without_a_change_it_says_so(world: World) -> None:
    world.live(**there(hello(), "pass"))
    world.want(hello())
    page = drawn(world)
    assert "Nothing changes in local." in page.named("header")[0].text
    assert versions(page) == []


def test_what_is_noted_is_a_sentence_without_the_word_for_programs(world: World) -> None:
    world.live(**there(hello(TEXT), "auditing"))
    world.want(hello(LATER))
    places = [each.text for each in drawn(world).of_class("where")]
    assert places and not any("·" in place for place in places)
