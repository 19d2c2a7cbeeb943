"""Values in texts, and where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templatesync.look.filled import Filled, Slot, filled

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
