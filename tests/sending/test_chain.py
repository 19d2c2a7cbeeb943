"""Which version senders use, and which versions they need: that one, and those that lead them there."""

from __future__ import annotations

import pytest

from templatesync.sending.chain import Version, Why, last_of_contract, needed_in, newest_usable, standings

OLD = {"en": Version("v1", "{name}")}
ADOPTED = {"en": Version("v2", "{customer}", adopt=True)}
REWORDED = {"en": Version("v3", "{customer}")}

SAME = {"en": Version("v2", "{name}")}
OTHER = {"en": Version("v2", "{customer}")}


def but(version: dict[str, Version], **options: bool) -> dict[str, Version]:
    """The same version, otherwise in some respect."""
    return {language: each._replace(**options) for language, each in version.items()}


@pytest.mark.parametrize(
    ("chain", "current", "why"),
    [
        ([OLD, SAME], "v2", []),
        ([OLD, but(SAME, settled=False)], "v1", [Why.UNSETTLED]),
        ([OLD, {**SAME, "ar": Version("v2", "{name}", settled=False)}], "v1", [Why.UNSETTLED]),
        ([OLD, OTHER], "v1", [Why.CONTRACT]),
        ([OLD, ADOPTED], "v2", []),
        ([OLD, but(ADOPTED, settled=False)], "v1", [Why.UNSETTLED]),
        ([but(OLD, live=False), OTHER], "v2", []),  # nobody sends what is not there
        ([but(OLD, live=False), but(OTHER, settled=False)], "v1", [Why.UNSETTLED]),
        ([but(OLD, pinned=True), SAME], "v1", [Why.PINNED]),
        ([but(OLD, pinned=True), ADOPTED, REWORDED], "v1", [Why.PINNED, Why.PINNED]),
        ([OLD, but(OTHER, pinned=True)], "v2", []),
        ([OLD, but(OTHER, pinned=True, settled=False)], "v1", [Why.UNSETTLED]),  # a pin is no approval
        ([OLD, {"en": OTHER["en"]._replace(pinned=True), "ar": Version("v2", settled=False)}], "v2", []),
        ([OLD, {"ar": Version("v2", "{name}")}], "v1", [Why.LACKS]),
        ([OLD, {}, REWORDED], "v1", [Why.CONTRACT]),
    ],
)
def test_where_senders_are_and_what_keeps_them_there(
    chain: list[dict[str, Version]], current: str, why: list[Why]
) -> None:
    standing = standings(chain)["en"]
    assert (standing.current.name, [each.why for each in standing.newer]) == (current, why)


@pytest.mark.parametrize(
    ("chain", "sent"),
    [
        ([OLD, SAME], {"{name}": "v2"}),
        ([OLD, but(SAME, usable=False)], {"{name}": "v1"}),
        ([but(OLD, pinned=True), SAME], {"{name}": "v1"}),
        ([OLD, but(SAME, pinned=True)], {"{name}": "v2"}),
        ([but(OLD, pinned=True, usable=False), SAME], {"{name}": "v2"}),  # better a newer one than none
        ([but(OLD, pinned=True), ADOPTED, REWORDED], {"{name}": "v1", "{customer}": "v3"}),
    ],
)
def test_what_a_program_of_each_contract_sends(chain: list[dict[str, Version]], sent: dict[str, str]) -> None:
    assert {digest: each.name for digest, each in newest_usable(chain, "en").items()} == sent


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
