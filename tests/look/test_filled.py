"""Values in texts: where they are, and which ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.look.bubble import Values
from templatesync.look.filled import Filled, Slot, filled
from templatesync.look.values import put_in

TEXTS = st.lists(
    st.sampled_from(["$(a)", "$(bc)", "$(", ")", "$", "${{ a }}", "${{", "a", " ", "*", "\n", "你", "$(a-b)", "$()"])
).map("".join)
SAMPLES = st.dictionaries(st.sampled_from(["a", "bc"]), st.text(alphabet="xy *\n$()abc😀", max_size=8))


def test_values_are_where_their_variables_were() -> None:
    assert filled("Hi $(name), $(day)!", {"name": "Ann", "day": "Monday"}) == Filled(
        "Hi Ann, Monday!", (Slot(3, 6, "name"), Slot(8, 14, "day"))
    )


def test_a_variable_without_a_value_stays() -> None:
    assert filled("$(a)$(b)", {"b": ""}) == Filled("$(a)", (Slot(0, 4, "a"), Slot(4, 4, "b")))


@pytest.mark.parametrize("text", ["${{ site }}", "$(a b)", "$()", "$(a-b)", "$a", "{{1}}", "$ (a)", "$(a", ""])
def test_what_is_no_variable_of_the_platform_is_text(text: str) -> None:
    assert filled(text, {"a": "x", "site": "y", "": "z", "a-b": "w", "1": "v"}) == Filled(text)


def test_a_value_holds_no_variable() -> None:
    assert filled("$(a) $(b)", {"a": "$(b)", "b": "x"}) == Filled("$(b) x", (Slot(0, 4, "a"), Slot(5, 6, "b")))


@given(TEXTS, SAMPLES)
def test_slots_hold_the_values_and_the_rest_is_as_it_was(text: str, samples: dict[str, str]) -> None:
    text_filled, slots = filled(text, samples)
    assert [text_filled[slot.start : slot.end] for slot in slots] == [
        samples.get(slot.name, f"$({slot.name})") for slot in slots
    ]
    again, end = "", 0
    for slot in slots:
        assert end <= slot.start <= slot.end
        again += text_filled[end : slot.start] + f"$({slot.name})"
        end = slot.end
    assert again + text_filled[end:] == text


def test_samples_and_names() -> None:
    text = "Hi $(name), $(day)"
    assert put_in(text, {"name": "Ann", "day": ""}, Values.SAMPLES).text == "Hi Ann, {day}"
    assert put_in(text, {"name": "Ann", "day": ""}, Values.NAMES) == Filled(
        text, (Slot(3, 10, "name"), Slot(12, 18, "day"))
    )


@pytest.mark.parametrize(
    ("text", "samples", "limit", "expected"),
    [
        ("Hi $(name)!", {"name": "Ann"}, 12, "Hi Ann Ann!"),
        ("Hi $(name)!", {"name": "Ann"}, 10, "Hi Ann An!"),
        ("Hi $(name)!", {"name": "Ann"}, 11, "Hi Ann Ann!"),
        ("Hi $(name)!", {"name": "Annabel"}, 8, "Hi Anna!"),
        ("$(a)$(b)", {"a": "1", "b": "22"}, 8, "1 122 2"),
        ("$(a) $(a)", {"a": "x"}, 5, "x x"),
        ("$(day)", {}, 11, "day day day"),
        ("$(day)", {"day": " \n "}, 7, "day day"),
        ("$(a)", {"a": "b\n\nc"}, 7, "b c b c"),
        # Nothing is left, or nobody knows how much.
        ("too long $(a)", {"a": "x"}, 5, "too long x"),
        ("$(a)", {"a": "x"}, 0, "x"),
        ("no variable", {"a": "x"}, 100, "no variable"),
        # What is one character for a person is not cut in two.
        ("$(a)", {"a": "👨‍👩‍👧"}, 6, "👨‍👩‍👧"),
        ("$(a)", {"a": "x👨‍👩‍👧"}, 4, "x"),
    ],
)
def test_the_longest_values(text: str, samples: dict[str, str], limit: int, expected: str) -> None:
    assert put_in(text, samples, Values.LONGEST, limit).text == expected


@given(TEXTS, SAMPLES, st.integers(30, 200))
def test_the_longest_values_fit_and_leave_little(text: str, samples: dict[str, str], limit: int) -> None:
    rest = put_in(text, {"a": "x", "bc": "x"}, Values.SAMPLES).text
    found = put_in(text, samples, Values.LONGEST, limit)
    room = limit - (len(rest) - len(found.slots))
    if found.slots and room >= len(found.slots):
        assert len(found.text) <= limit
        # Two characters for a blank and what would be cut in two, one for what cannot be shared.
        assert len(found.text) >= limit - 3 * len(found.slots)
