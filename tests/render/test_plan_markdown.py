"""A plan as a comment: the parts in their order, what it is about above the fold, and within what GitHub takes."""

from __future__ import annotations

import re

import pytest
from support.markdown_page import Page, problems
from support.plan_values import changed, content, result, space

from templatesync.model.change import Action, Note, Refusal, Samples
from templatesync.model.resource import Key
from templatesync.render.formats import FORMATS
from templatesync.render.plan_markdown import document
from templatesync.render.terminal import Style

CHINESE = "您好 $(name)，您的订单 $(order) 已经发货，请注意查收。" * 12
BREAKS = (Note("variables", "variable name removed"),)


def shown(*spaces: object, **more: object) -> str:
    return FORMATS["plan"]["markdown"](result(*spaces, **more), Style())  # type: ignore[arg-type]


def bubble(before: str, after: str, **more: object) -> list[str]:
    """The two cells of a change."""
    row = changed("a", before=content(before), after=content(after), **more)
    return re.findall(r"<td>(.*)</td>", shown(space(row)))


def test_the_parts_are_in_their_order() -> None:
    rows = [
        *(changed("a", before=content("old"), after=content("new")), changed("b", Action.DELETE, before=content("b"))),
        *(changed("c", Action.BLOCKED, reason="auditing"), changed("d", Action.UPDATE, breaking=BREAKS)),
    ]
    text = shown(space(*rows, refusals=(Refusal("mass-change", "too many"),)), link="https://ci.example/run/1")
    order = [
        "<!-- templatesync:plan production digest=",
        "## production · `cams-kei0000` · account `20393988393993`",
        "4 templates change in production:",
        "**Refused**",
        "**Deleted**",
        "**Breaks senders**",
        "**Blocked**",
        "| --- |",
        "<details>",
        "Digest: <code>",
        "https://ci.example/run/1",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert "<code>templates/b.yaml:3</code>" in text
    page = Page(text)
    assert page.count("details") == 4 and page.count("table") == 3 and "Before" in page.text
    assert problems(text, "https://ci.example/run/1") == []


def test_nothing_is_alarming_about_an_ordinary_change() -> None:
    assert "[!" not in shown(space(changed("a", Action.CREATE, after=content("new"))))


@pytest.mark.parametrize("name", ["p", "production", "x" * 64])
@pytest.mark.parametrize("rows", [1, 3_000])
def test_the_sentence_is_within_300_characters(name: str, rows: int) -> None:
    each = [
        changed(f"a{number}", before=content("a"), sendable_meanwhile="no", breaking=BREAKS) for number in range(rows)
    ]
    blocked = [changed(f"b{number}", Action.BLOCKED) for number in range(rows)]
    text = shown(space(*each, *blocked, name=name, emulator=True, cust_space_id="c" * 64, waba_id="9" * 32))
    first = text[:300]
    assert re.search(r"\n\n[0-9,]+ templates change( in [\w.…-]+)?: .* blocked\.\n", first + "\n")
    assert "EMULATOR" in first
    for whole in (name, "c" * 64, "9" * 32):
        assert whole in text


def test_the_number_of_many_spaces_is_said() -> None:
    spaces = [space(changed("a"), name=f"brand{number:02}", emulator=number == 1) for number in range(1, 41)]
    text = shown(*spaces)
    assert "\n## 40 spaces · 1 EMULATOR\n\n1 template changes in 40 spaces: 40 reviews start.\n" in text[:300]
    assert text.count("<details>") == 1 and "brand01, brand02" in text


def test_two_thousand_changes_in_chinese_fit() -> None:
    rows = [
        changed(f"shop_{number:04}", before=content(CHINESE), after=content(CHINESE.replace("注意", "及时")))
        for number in range(2_000)
    ]
    gone = [changed(f"gone_{number:04}", Action.DELETE, before=content(CHINESE)) for number in range(2_000)]
    written = document(result(space(*rows, *gone)))
    assert len(written.text) <= 60_000 and len(written.text.encode()) <= 240_000
    assert written.truncated and re.search(r"\n[0-9,]+ of 4,000 templates are shown; ", written.text)
    page = Page(written.text)
    assert page.count("details") == written.text.count("</details>") > 3
    assert written.text.rstrip().endswith("</code>")  # the digest is there


def test_what_is_least_important_is_left_out() -> None:
    rows = [changed(f"a{number:04}", Action.CREATE, after=content(CHINESE)) for number in range(500)]
    text = shown(space(*rows, changed("z", Action.BLOCKED, before=content("old"), after=content("new"))))
    assert text.index("<details><summary><b>z</b>") < text.index("<details><summary><b>a0000</b>")
    assert "<b>a0499</b>" not in text


def test_one_huge_change_leaves_room_for_others() -> None:
    card = {"CardComponents": [{"Type": "BODY", "Text": "*" * 1_000}]}
    huge = {"Components": [{"Type": "CAROUSEL", "Cards": [card] * 10}]}
    text = shown(space(changed("a", Action.BLOCKED, before=huge, after=huge), changed("b", after=content("new"))))
    assert len(text) < 60_000 and "<b>b</b>" in text


# --- the bubbles ------------------------------------------------------------------------------------------------------


def test_words_that_went_and_came_are_marked() -> None:
    before, after = bubble("Your parcel is here.", "Your order is here.")
    assert before == "<div>Your <del>parcel</del> is here.</div>"
    assert after == "<div>Your <ins>order</ins> is here.</div>"


def test_markup_is_drawn_and_a_change_of_it_shown() -> None:
    before, after = bubble("a *b* _c_", "a *b* _d_")
    assert before == "<div>a <b>b</b> <i><del>c</del></i></div>" or "<b>b</b>" in before
    assert "&#42;" not in before + after
    assert "<ins>&#42;</ins>" in bubble("a b", "a *b*")[1]


def test_what_nobody_sees_is_shown() -> None:
    before, after = bubble("a b", "a\u200b b")
    assert "&lt;U+200B&gt;" in after and "&lt;U+200B&gt;" not in before


def test_a_variable_that_became_another_with_the_same_sample_is_seen() -> None:
    _, after = bubble("Hello $(name)", "Hello $(who)", samples=Samples({"name": "Ann", "who": "Ann"}))
    assert "<ins><mark>&#36;&#8203;(who)</mark></ins>" in after
    same, _ = bubble("Hello $(name)!", "Hello $(name)?", samples=Samples({"name": "Ann"}))
    assert "<mark>Ann</mark>" in same


def test_the_fold_is_marked() -> None:
    _, after = bubble("short", " ".join(["word"] * 120))
    assert "a phone may fold here" in after and "words below" in after


def test_right_to_left_is_set() -> None:
    _, after = bubble("شكرا", "مرحبا")
    assert after.startswith('<div dir="rtl">')
    assert 'dir="rtl"' not in "".join(bubble("Hello", "Hallo"))


def test_a_change_of_no_text_is_told_beside_the_bubble() -> None:
    from templatesync.model.change import Difference

    row = changed("a", before=content("x"), after=content("x"), diff=(Difference("AllowSend", "replace", True, False),))
    assert "<code>AllowSend</code> true → false" in shown(space(row))


def test_where_a_sample_comes_from_is_no_difference() -> None:
    image = {"Type": "HEADER", "Format": "IMAGE"}
    old, new = content("Hello there"), content("Hello there")
    old["Components"].append(image)
    new["Components"].append({**image, "Url": "https://www.example.com/jar.jpg"})
    text = shown(space(changed("a", before=old, after=new)))
    assert "example.com" in text and "<ins>" not in text


def test_an_option_in_a_note_is_code() -> None:
    note = Note("breaking", "`--allow-breaking` lets it through, `and <b>")
    text = shown(space(changed("a", Action.BLOCKED, reason="breaking", notes=(note,))))
    assert text.count("<code>--allow-breaking</code> lets it through") == 2
    assert "<b>\n" not in text and "&#96;and" in text
    assert problems(text) == []


def test_what_only_a_person_may_say_is_an_input_of_the_workflow_too() -> None:
    told_back = Note("told_back", "it is told otherwise; `--resubmit template/a@en` sends it once more")
    rows = [changed("a", Action.BLOCKED, reason="told back differently", notes=(told_back,))]
    mass = Refusal("mass-change", "9 of 9 would be updated; `--allow-mass-change 9` lets it through")
    planned = result(space(*rows, refusals=(mass,), unmanaged=(Key("template", "stray", "en"),)))
    text = document(planned, workflow=True).text
    for option in (
        "`--allow-mass-change 9` lets so many changes through at once; in the workflow that applies, the input "
        "`allow-mass-change` = `9`",
        "`--resubmit template/a@en` sends it again; in the workflow that applies, the input `resubmit` = "
        "`template/a@en`",
        "`--prune` deletes what is live and in no file; in the workflow that applies, the input `prune`\n",
    ):
        assert f"- {option}" in text
    assert "in the workflow" not in document(planned).text
