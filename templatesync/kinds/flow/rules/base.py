"""What the modules of rules about flows share: the decorator that makes rules, and the sources to name. Pure.

A rule is a function under `@rule(id, severity, source, summary)`, in the module of its subject; nothing else lists it.
It is given a Flow (see `view.py`) and yields hits. Beside it belong a page in `pages/`, and files that keep and that
break the rule in `tests/flow_rules/ID/`.

Severity follows the source: what Meta refuses is an error, what only others report is a warning, advice is info.
Alibaba Cloud publishes no rules of its own for Flow JSON: it hands it on to Meta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from templatesync.kinds.flow.view import FlowView
from templatesync.kinds.rule import Hit, Rule
from templatesync.kinds.rule import rule as rule_of
from templatesync.model.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_META = "https://developers.facebook.com/docs/whatsapp/flows"
META = f"Meta: Flow JSON ({_META}/reference/flowjson)"
META_COMPONENTS = f"Meta: Flow JSON components ({_META}/reference/components)"
META_CHANGES = f"Meta: Flows changelog ({_META}/changelogs)"
OTHERS = "reports of other WhatsApp providers and libraries; no page of Alibaba Cloud or Meta that we know says so"
READERS = "templatesync: what those who read an address see of it; no page of Alibaba Cloud or Meta says so"

KIND = "flow"

FlowCheck: TypeAlias = Callable[[FlowView], Iterator[Hit]]


def rule(id_: str, severity: Severity, source: str, summary: str) -> Callable[[FlowCheck], Rule]:
    """Makes a rule of a function from one flow to hits. A flow whose JSON is missing, or is none, has no screens."""
    return rule_of(KIND, id_, severity, source, summary)
