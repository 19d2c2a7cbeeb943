"""Which versions senders need: those that they use, and those that lead them there."""

from __future__ import annotations

import pytest

from templatesync.sending.chain import Version, last_of_contract, needed_in, standings

OLD = {"en": Version("v1", "{name}")}
ADOPTED = {"en": Version("v2", "{customer}", adopt=True)}
REWORDED = {"en": Version("v3", "{customer}")}


@pytest.mark.parametrize(
    ("chain", "needed"),
    [
        ([OLD], {"v1"}),
        ([OLD, ADOPTED], {"v2"}),
        ([OLD, ADOPTED, REWORDED], {"v2", "v3"}),  # without v2, v3 is one that nobody has adopted
        ([ADOPTED, REWORDED], {"v3"}),
        ([OLD, ADOPTED, {"en": REWORDED["en"]._replace(adopt=True)}], {"v3"}),
        ([{**OLD, "ar": Version("v1", "{name}")}, {"en": Version("v2", "{name}")}], {"v1", "v2"}),
    ],
)
def test_what_leads_to_the_version_in_use_is_needed(chain: list[dict[str, Version]], needed: set[str]) -> None:
    names = ["v1", "v2", "v3"]
    assert {name for name in names if needed_in(chain, name)} == needed


def test_whoever_needs_it_is_named() -> None:
    chain = [{"en": Version("v1", "{name}"), "ar": Version("v1", "{name}")}, {"en": Version("v2", "{name}")}]
    assert {language: each.current.name for language, each in standings(chain).items()} == {"en": "v2", "ar": "v1"}
    assert (needed_in(chain, "v1"), needed_in(chain, "v2")) == (("ar",), ("en",))


def test_a_version_that_is_not_usable_takes_nobodys_place() -> None:
    other = Version("v2", "{name}")
    for usable in (True, False):
        chain = [OLD, {"en": other._replace(usable=usable)}]
        assert last_of_contract(chain, "v1", "en") is not usable
