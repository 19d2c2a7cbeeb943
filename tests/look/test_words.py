"""What differs by word: readable, complete, and in bounded time."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.counted_work import work_of
from support.eye import NOBODY_SEES, PASSES, seen, texts

from templatesync.look.cluster import clusters, cut
from templatesync.look.words import Run, changed, readable, tokens

WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "order",
                "is",
                " ",
                "  ",
                ",",
                ".",
                "\n",
                "$(name)",
                "${{ site }}",
                "您",
                "好",
                "ก",
                "ำ",
                "é",
                "e\u0301",
            )
        ]
    ),
    max_size=30,
).map("".join)

ANY = st.lists(st.integers(0, 0x10FFFF).map(chr), max_size=20).map("".join)


def told(before: str, after: str, *, for_people: bool = False) -> str:
    """The runs in one text: `[-removed-]` and `{+added+}`."""
    runs = changed(before, after)
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[run.op].format(run.text) for run in (readable(runs) if for_people else runs))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Ann, 3 days.", ["Hi", " ", "Ann", ",", " ", "3", " ", "days", "."]),
        ("don't can’t", ["don't", " ", "can’t"]),
        ("1,000.50 1, 2", ["1,000.50", " ", "1", ",", " ", "2"]),
        ("shop.example/x", ["shop.example", "/", "x"]),
        ("snake_case _it_ a__b", ["snake_case", " ", "_", "it", "_", " ", "a__b"]),
        ("*a*  b\n\n", ["*", "a", "*", " ", " ", "b", "\n", "\n"]),
        ("x$(first_name)y", ["x", "$(first_name)", "y"]),
        ("$(first-name) $( a) $()", ["$(first-name)", " ", "$", "(", " ", "a", ")", " ", "$", "(", ")"]),
        ("${{ site }}/${{flows.a}} ${{ a", ["${{ site }}", "/", "${{flows.a}}", " ", "$", "{", "{", " ", "a"]),
        ("a<U+200B>b <U+>", ["a", "<U+200B>", "b", " ", "<", "U", "+", ">"]),
        ("cafe\u0301 Zürich", ["cafe\u0301", " ", "Zürich"]),
        ("नमस्ते मित्र", ["नमस्ते", " ", "मित्र"]),
        ("مرحبا، می\u200cخواهم", ["مرحبا", "،", " ", "می\u200cخواهم"]),
        ("שלום צה״ל", ["שלום", " ", "צה״ל"]),
        ("한국어 안녕", ["한국어", " ", "안녕"]),
        # Scripts without blanks, by cluster: Han, Kana, Thai, Lao, Khmer, Burmese.
        ("您好ABC", ["您", "好", "ABC"]),
        ("ひらがなカー", ["ひ", "ら", "が", "な", "カ", "ー"]),
        ("か\u3099ｶﾞ", ["か\u3099", "ｶﾞ"]),
        ("𠮷野", ["𠮷", "野"]),
        ("น้ำที่", ["น้ำ", "ที่"]),
        ("ນ້ຳດີ", ["ນ້ຳ", "ດີ"]),
        ("ភាសាខ្មែរ", ["ភា", "សា", "ខ្មែ", "រ"]),
        ("မြန်မာ က္က", ["မြ", "န်", "မာ", " ", "က္က"]),
        # Emoji that are one for a person.
        ("👨‍👩‍👧👍🏽🇩🇪🇫🇷❤️1️⃣", ["👨‍👩‍👧", "👍🏽", "🇩🇪", "🇫🇷", "❤️", "1️⃣"]),
        ("a\u200bb\u202e", ["a", "\u200b", "b", "\u202e"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.one_of(WORDS, texts, ANY))
def test_tokens_and_clusters_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text
    assert "".join(clusters(text)) == text
    assert all(tokens(text)) and all(clusters(text))


@given(st.one_of(WORDS, texts), st.integers(0, 20))
def test_a_cut_is_the_longest_beginning_of_whole_clusters(text: str, length: int) -> None:
    beginnings = ["".join(list(clusters(text))[:count]) for count in range(len(list(clusters(text))) + 1)]
    assert cut(text, length) == max((each for each in beginnings if len(each) <= length), key=len)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "Hi Ann, your order is here",
            "Hi Bob, your parcel is here",
            "Hi [-Ann-]{+Bob+}, your [-order-]{+parcel+} is here",
        ),
        ("The cat", "The big cat", "The {+big +}cat"),
        ("The big cat", "The cat", "The [-big -]cat"),
        # Small things between two changes belong to them.
        ("1 day left", "2 days left", "[-1 day-]{+2 days+} left"),
        ("Hello there, friend", "Good bye, pal", "[-Hello there, friend-]{+Good bye, pal+}"),
        ("您的订单已经发货，请查收。", "您的包裹已送达，请查收。", "您的[-订单已经发货-]{+包裹已送达+}，请查收。"),
        ("It is red", "He is big", "[-It-]{+He+} is [-red-]{+big+}"),
        # Variables and ends of lines never do.
        ("Dear $(name) welcome", "Hello $(name) goodbye", "[-Dear-]{+Hello+} $(name) [-welcome-]{+goodbye+}"),
        ("alpha\nbeta", "gamma\ndelta", "[-alpha-]{+gamma+}\n[-beta-]{+delta+}"),
        ("Hi $(name)!", "Hi $(nmae)!", "Hi [-$(name)-]{+$(nmae)+}!"),
        ("a ${{ site }} b", "a ${{ shop }} b", "a [-${{ site }}-]{+${{ shop }}+} b"),
        ("one\n\ntwo", "one\n\nnew\n\ntwo", "one\n\n{+new\n\n+}two"),
        ("sale", "*sale*", "{+*+}sale{+*+}"),
        ("Pay now.", "Pay now!", "Pay now[-.-]{+!+}"),
        ("กรุณาชำระเงิน", "กรุณารับเงิน", "กรุณา[-ชำระ-]{+รับ+}เงิน"),
        ("a  b", "a b", "a [- -]b"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("same", "same", "same"),
        ("", "", ""),
    ],
)
def test_what_changed(before: str, after: str, expected: str) -> None:
    assert told(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b", "a  b", "a {+<U+0020>+}b"),
        ("a b", "a\nb", "a[-<U+0020>-]{+<U+000A>\n+}b"),
        ("a b", "a\u00a0b", "a[-<U+0020>-]{+<U+00A0>+}b"),
        ("a\n", "a", "a[-<U+000A>\n-]"),
        ("ab", "a\u200bb", "[-ab-]{+a<U+200B>b+}"),
        ("x\u202ey z", "x\u202ey q", "x<U+202E>y [-z-]{+q+}"),
        ("paypal", "p\u0430ypal", "[-paypal-]{+p<U+0430>ypal+}"),
        ("caf\u00e9", "cafe\u0301", "[-caf<U+00E9>-]{+cafe<U+0301>+}"),
        ("❤ you", "❤\ufe0f you", "[-❤-]{+❤<U+FE0F>+} you"),
        ("a <U+200B>", "b <U+200B>", "[-a-]{+b+} <U+003C>U+200B>"),
        # What does its work and is not the difference stays as it is.
        ("می\u200cخواهم", "می\u200cخواهیم", "[-می\u200cخواهم-]{+می\u200cخواهیم+}"),
        ("Family 👨‍👩‍👧", "Famille 👨‍👩‍👧 !", "[-Family-]{+Famille+} 👨‍👩‍👧{+ !+}"),
        ("Bonjour\u00a0! a", "Bonjour\u00a0! b", "Bonjour\u00a0! [-a-]{+b+}"),
    ],
)
def test_what_people_are_told(before: str, after: str, expected: str) -> None:
    assert told(before, after, for_people=True) == expected


@given(st.one_of(st.tuples(WORDS, WORDS), st.tuples(texts, texts)))
@example(("$(a)$(b)", "$(b)$(a)"))
def test_both_texts_are_in_the_runs(pair: tuple[str, str]) -> None:
    before, after = pair
    runs = changed(before, after)
    assert "".join(run.text for run in runs if run.op != "added") == before
    assert "".join(run.text for run in runs if run.op != "removed") == after
    assert all(run.text for run in runs)
    order = [run.op for run in runs]
    assert all(one != other and (one, other) != ("added", "removed") for one, other in pairwise(order))
    assert (order in ([], ["same"])) == (before == after)
    assert changed(before, before) == ((Run("same", before),) if before else ())


@given(st.one_of(st.tuples(texts, texts), st.tuples(texts, st.sampled_from([*NOBODY_SEES, *PASSES]), texts)))
def test_people_see_every_difference(parts: tuple[str, ...]) -> None:
    before, after = (parts[0], parts[1]) if len(parts) == 2 else (parts[0] + parts[2], "".join(parts))
    runs = readable(changed(before, after))
    assert [run.op for run in runs] == [run.op for run in changed(before, after)]
    for at, run in enumerate(runs):
        assert run.op == "same" or seen(run.text)
        if run.op == "removed" and at + 1 < len(runs) and runs[at + 1].op == "added":
            assert seen(run.text) != seen(runs[at + 1].text)


def _letters(rng: random.Random, first: int, count: int, size: int) -> str:
    return "".join(chr(first + rng.randrange(count)) for _ in range(size))


@pytest.mark.parametrize(
    "make",
    [
        lambda rng, size: (_letters(rng, 0x4E00, 3000, size), _letters(rng, 0x4E00, 3000, size)),
        lambda rng, size: (_letters(rng, 0x4E00, 5, size), _letters(rng, 0x4E00, 5, size)),
        lambda rng, size: ("".join(f"{rng.randrange(size)} " for _ in range(size // 5)),) * 2,
        lambda rng, size: ("a b " * (size // 4), "b a c " * (size // 6)),
        lambda rng, size: ("好" * size, "很好" * (size // 2)),
        lambda rng, size: (". " * (size // 2), "! " * (size // 2)),
    ],
    ids=["Chinese", "few characters", "equal", "in turn", "repeated", "no words"],
)
def test_two_texts_that_have_nothing_in_common_take_bounded_work(make) -> None:  # type: ignore[no-untyped-def]
    def work(size: int) -> int:
        before, after = make(random.Random(1), size)
        return work_of(lambda: readable(changed(before, after)))[0]

    # The search for what is common has its own bound; all else grows with the texts.
    assert work(8_000) < 2.2 * work(4_000) + 150_000


def test_changes_all_over_a_long_text_are_found_one_by_one() -> None:
    words = [f"word{at}" for at in range(2_000)]
    after = [word if at % 8 else f"other{at}" for at, word in enumerate(words)]
    runs = changed(" ".join(words), " ".join(after))
    assert [run.text for run in runs if run.op == "removed"] == [f"word{at}" for at in range(0, 2_000, 8)]
