"""WhatsApp Flows: what a flow is, how it gets there, and the rules of its JSON."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import FileField, Kind
from templatesync.kinds.flow import policy, remote
from templatesync.kinds.flow.file import LAYOUT, unparse
from templatesync.kinds.flow.probe import PROBES, READS, WRITES
from templatesync.kinds.flow.rules import RULES
from templatesync.kinds.flow.view import (
    ASSET,
    CONTENT,
    contents,
    flow,
)
from templatesync.model.json_value import Json
from templatesync.model.resource import Live

__all__ = ["FLOW"]


def _outputs(live: Live) -> Mapping[str, Json]:
    return {"flow_id": live.ids.get("flow_id", "")}


FLOW = Kind(
    name="flow",
    schema="flow",
    folder="flows",
    localised=frozenset(),
    localised_maps=frozenset(),
    identify=remote.identify,
    canonical=policy.canonical,
    current=policy.current,
    pair=policy.pair,
    decide=policy.decide,
    deletable=policy.deletable,
    settled=policy.settled,
    fetch=remote.fetch,
    read=remote.read,
    create=remote.create,
    update=remote.update,
    delete=remote.delete,
    unparse=unparse,
    breaking=policy.breaking,
    outputs=_outputs,
    reads=READS,
    writes=WRITES,
    probes=PROBES,
    files={ASSET: FileField(CONTENT, remote.LARGEST)},
    name_field="FlowName",
    collection="flows",
    address="flow_id",
    summary=policy.summary,
    settles=policy.settles,
    unsettled_note="a template can only open a published flow; `templatesync: {publish: true}` publishes it",
    layout=LAYOUT,
    rules=RULES,
    view=flow,
    contents=contents,
    order=0,
    code="flow_id",
    delete_note="final: a published flow is deprecated and stays so, a draft is deleted",
)
