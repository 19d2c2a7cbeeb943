"""The rules that a JSON Schema checks without naming one of a kind. Data; checks nothing."""

from __future__ import annotations

from templatesync.kinds.rule import Rule
from templatesync.model.finding import Severity

_JSON_SCHEMA = "templatesync: schemas/*.schema.json"


def _rule(id_: str, summary: str, *, fixed: bool = True) -> Rule:
    return Rule(id_, summary, Severity.ERROR, _JSON_SCHEMA, fixed=fixed)


# What a schema says without naming a rule of its own. The rules it names by `x-rule` belong to the kinds.
SCHEMA_RULES: tuple[Rule, ...] = (
    _rule("kind-known", "`kind` names a kind of resource that this release knows."),
    _rule(
        "unknown-field",
        "A field is one that the API documents.",
        fixed=False,
    ),
    _rule("unknown-key", "A key in lower case is one of templatesync's own."),
    _rule("required-field", "A field that cannot be left out is there."),
    _rule(
        "wrong-type",
        "A value is of the type that the API wants.",
    ),
    _rule("wrong-value", "A value is one of those that are allowed.", fixed=False),
    _rule("wrong-length", "A text or list is neither empty nor too long.", fixed=False),
    _rule("project-include", "`include` names files inside the project."),
    _rule("project-refused", "The project file names no endpoint, credential, proxy or program."),
    _rule("project-region", "A region is written like ap-southeast-1."),
    _rule("project-isv-code", "The ISV code comes from a variable whose name starts with TEMPLATESYNC_ISV_."),
    _rule("project-vars", "The name of a space variable can be written in ${{ }}."),
)
