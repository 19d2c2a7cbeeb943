"""The language of workflow files: what GitHub's documentation says of it, and what GitHub refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support.pipeline.evaluation import Scope
from support.pipeline.expressions import ExpressionError
from support.pipeline.workflow import WorkflowError, read, read_action

CONTEXTS: dict[str, Any] = {
    "github": {"ref": "refs/heads/main", "event": {"labels": [{"name": "a"}, {"name": "b"}], "n": 3, "no": None}},
    "steps": {"a-b": {"outputs": {"digest": "00", "empty": ""}}},
    "inputs": {"prune": False},
    "env": {"A": "1"},
}


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("github.ref == 'REFS/heads/main'", True),
        ("github['ref']", "refs/heads/main"),
        ("github.event.n >= 3 && github.event.n < 4", True),
        ("github.event.nothing.below", None),
        ("github.event.nothing == ''", True),
        ("github.event.no == 0", True),
        ("'0' == 0", True),
        ("'' || 'else'", "else"),
        ("'0' && 'text' || 'else'", "text"),
        ("!inputs.prune && !github.event.no", True),
        ("contains(github.event.labels.*.name, 'B')", True),
        ("contains('abc', 'D')", False),
        ("join(github.event.labels.*.name, '-')", "a-b"),
        ("startsWith(github.ref, 'refs/HEADS/') && endsWith(github.ref, 'main')", True),
        ("format('{0} {{1}} {1}', 'it''s', 2)", "it's {1} 2"),
        ("fromJSON('{\"a\": [1, 2]}').a[1]", 2),
        ("toJSON(github.event.n)", "3"),
        ("steps.a-b.outputs.digest == 0", True),
        ("(1 == 1) == true", True),
        ("0x1f", 31),
        ("'a' < 'B'", True),
        ("'x' < 1", False),
    ],
)
def test_an_expression_is_worth(text: str, worth: Any) -> None:
    assert Scope(CONTEXTS).value(f"${{{{ {text} }}}}") == worth


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a ${{ github.event.n }} b ${{ inputs.prune }}${{ github.event.no }}", "a 3 b false"),
        ("${{ '}}' }}", "}}"),
        ("${{ github.event }}", "Object"),
        (7, "7"),
        (True, "true"),
    ],
)
def test_a_text_with_expressions(written: Any, text: str) -> None:
    assert Scope(CONTEXTS).text(written) == text


@pytest.mark.parametrize(
    "text",
    [
        "nobody.knows",
        "unknown()",
        "contains('a')",
        'github.ref == "a"',
        "github.",
        "'a",
        "1 +  1",
        "(1",
        "github.ref 'a'",
        "secrets.KEY",
        "fromJSON('{')",
        "",
    ],
)
def test_what_github_refuses(text: str) -> None:
    with pytest.raises(ExpressionError):
        Scope(CONTEXTS).value(f"${{{{ {text} }}}}")


@pytest.mark.parametrize(
    ("condition", "after", "holds"),
    [
        (None, "success", True),
        (None, "failure", False),
        ("always()", "failure", True),
        ("failure()", "failure", True),
        ("failure()", "success", False),
        ("!cancelled()", "failure", True),
        ("!cancelled()", "cancelled", False),
        ("inputs.prune == false", "failure", False),
        ("always() && inputs.prune", "success", False),
        ("${{ github.event.n }}", "success", True),
        ("success() || failure()", "cancelled", False),
        ("'always()' != ''", "failure", False),
        (None, "skipped", False),
        ("!failure()", "skipped", True),
    ],
)
def test_a_condition_after_what_ended_so(condition: Any, after: str, holds: bool) -> None:
    scope = Scope(CONTEXTS, failed=after == "failure", cancelled=after == "cancelled", skipped=after == "skipped")
    assert scope.holds(condition) == holds


def test_a_condition_that_is_a_text_and_so_always_true_is_refused() -> None:
    with pytest.raises(ExpressionError, match="always true"):
        Scope(CONTEXTS).holds("${{ inputs.prune }} == true")


GOOD = """\
on: {workflow_dispatch: {inputs: {digest: {type: string}}}}
jobs:
  one:
    runs-on: ubuntu-latest
    outputs: {a: "${{ steps.s.outputs.a }}"}
    steps: [{id: s, run: "true", env: {D: "${{ inputs.digest }}"}}]
  two:
    needs: one
    if: needs.one.outputs.a
    runs-on: ubuntu-latest
    steps: [{run: "true"}]
"""


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("jobs:", "job:", "there is no key 'job'"),
        ("runs-on: ubuntu-latest\n    out", "run-on: ubuntu-latest\n    out", "`runs-on` is missing"),
        ("needs.one.outputs.a", "needs.one.outputs.b", "there is no needs.one.outputs.b"),
        ("needs.one.outputs.a", "needs.two.outputs.a", "there is no needs.two"),
        ("needs: one", "needs: three", "needs three, which is no job"),
        ("steps.s.outputs", "steps.t.outputs", "there is no steps.t"),
        ("inputs.digest", "inputs.digests", "there is no inputs.digests"),
        ("if: needs.one.outputs.a", "if: env.A", "the context 'env' is not there"),
        ("if: needs.one.outputs.a", "if: secrets.A == ''", "the context 'secrets' is not there"),
        ('run: "true"}]', 'run: "true", uses: a/b@c}]', "one of `run` and `uses`"),
        ("workflow_dispatch:", "workflow_dispatched:", "no event 'workflow_dispatched'"),
        ("needs: one", "needs: one\n    permissions: {content: read}", "no key 'content'"),
        ("needs: one", "needs: one\n    permissions: {id-token: read}", "cannot be 'read'"),
        ("on: {", "on: {schedule: [{cron: daily}], ", "no cron"),
    ],
)
def test_a_workflow_that_github_would_refuse(right: str, wrong: str, told: str) -> None:
    assert read("it.yml", GOOD).jobs
    assert right in GOOD
    with pytest.raises(WorkflowError, match=told):
        read("it.yml", GOOD.replace(right, wrong, 1))


ACTION = """\
name: it
description: it
inputs: {a: {description: a}}
outputs: {o: {description: o, value: "${{ steps.s.outputs.x }}"}}
runs: {using: composite, steps: [{id: s, shell: bash, run: "true", env: {A: "${{ inputs.a }}"}}]}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("shell: bash, ", "", "`shell` is missing"),
        ("inputs.a", "inputs.b", "there is no inputs.b"),
        ("inputs.a", "secrets.A", "the context 'secrets' is not there"),
        ("steps.s", "steps.t", "there is no steps.t"),
        ("description: it\n", "", "`description` is missing"),
    ],
)
def test_an_action_that_github_would_refuse(right: str, wrong: str, told: str) -> None:
    assert read_action("action.yml", ACTION)
    with pytest.raises(WorkflowError, match=told):
        read_action("action.yml", ACTION.replace(right, wrong, 1))
