"""States in the words of everyone, and rejections explained."""

from __future__ import annotations

import pytest

from templatesync.kinds import KINDS
from templatesync.kinds.template.rejection import CAUSES, explained
from templatesync.kinds.template.rules import RULES


@pytest.mark.parametrize(
    ("kind", "state", "told"),
    [
        ("template", "pass", "approved (pass)"),
        ("template", "auditing", "in review (auditing)"),
        ("template", "unaudit", "in review (unaudit)"),
        ("template", "fail", "rejected (fail)"),
        ("template", "paused", "paused"),
        ("template", "disabled", "disabled"),
        ("template", "in_appeal", "in_appeal"),
        ("flow", "DRAFT", "draft"),
        ("flow", "PUBLISHED", "published"),
        ("flow", "DEPRECATED", "disabled (DEPRECATED)"),
    ],
)
def test_a_state_is_told_in_one_vocabulary(kind: str, state: str, told: str) -> None:
    assert KINDS[kind].policy.called(state) == told


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        ("INVALID_FORMAT", "var-syntax"),
        ("TAG_CONTENT_MISMATCH", "lang-matches-text"),
        ("ABUSIVE_CONTENT", "rej-threat"),
        ("PROMOTIONAL", "rej-utility-promo"),
        ("INCORRECT_CATEGORY", "rej-utility-promo"),
        ("SCAM", "rej-sensitive"),
        ("Variables can't be at the start or end of the template.", "var-not-lead"),
        ("This template has too many variables for its length.", "var-ratio"),
        ("Variable parameters may not be next to each other", "var-adjacent"),
    ],
)
def test_a_rejection_is_explained_and_names_the_rule(reason: str, rule: str) -> None:
    told = explained(reason)
    assert reason in told and rule in told and told.endswith("would have told")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "the service gives no reason"),
        ("NONE", "the service gives no reason (NONE)"),
        ("quite new", "the reason is: quite new"),
    ],
)
def test_what_nobody_knows_is_shown_as_it_is(reason: str, told: str) -> None:
    assert explained(reason) == told


def test_every_rule_that_is_named_is_one() -> None:
    assert {rule for cause in CAUSES for rule in cause.rules} <= {rule.id for rule in RULES}
