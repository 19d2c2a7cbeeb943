"""Message templates: everything that the program knows about them is in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Kind, Pair
from templatesync.kinds.template import (
    canonical,
    contract,
    policy,
    probe,
    remote,
    sample,
)
from templatesync.kinds.template.contents import contents
from templatesync.kinds.template.file import LAYOUT, unparse
from templatesync.kinds.template.fix import FIXES
from templatesync.kinds.template.rules import RULES
from templatesync.kinds.template.starter import STARTER
from templatesync.kinds.template.view import view
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

__all__ = ["TEMPLATE"]


def _canonical(resource: Resource) -> Json:
    return canonical.canonical(resource.body)


def _current(live: Live) -> Json:
    return canonical.current(live.body or {})


def _pair(resource: Resource, live: Live) -> Pair:
    content = canonical.canonical(resource.body)
    return Pair(content, *canonical.compared(content, resource.body, live.body or {}))


def _outputs(live: Live) -> Mapping[str, Json]:
    return {
        "template_code": live.ids.get("template_code", ""),
        "variables": list(contract.variables(_current(live))),
    }


TEMPLATE = Kind(
    name="template",
    schema="template",
    folder="templates",
    localised=frozenset({"Text", "Caption", "FileName", "AutofillText", "Url", "CouponCode"}),
    localised_maps=frozenset({"Example"}),
    identify=remote.identify,
    canonical=_canonical,
    current=_current,
    pair=_pair,
    decide=policy.decide,
    deletable=policy.deletable,
    settled=policy.settled,
    fetch=remote.fetch,
    read=remote.read,
    create=remote.create,
    update=remote.update,
    delete=remote.delete,
    unparse=unparse,
    breaking=contract.breaking,
    outputs=_outputs,
    reads=probe.READS,
    writes=probe.WRITES,
    probes=probe.PROBES,
    media=sample.named,
    fingerprint=remote.fingerprint,
    name_field="Name",
    references={"FlowId": "flow"},
    layout=LAYOUT,
    rules=RULES,
    view=view,
    contents=contents,
    fixes=FIXES,
    order=1,
    pending=policy.PENDING,
    rejected=policy.REJECTED,
    drifts=frozenset({policy.CATEGORY_DRIFT}),
    code="template_code",
    starter=STARTER,
    # Meta's template-management page: the name of a deleted approved template.
    delete_note="name_blocked: the platform lets nobody use the deleted name again for 30 days",
)
