"""WhatsApp Flows: what a flow is, how it gets there, and the rules of its JSON. Knows no client and no other kind."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Content, FileField, FileForm, Kind, Outputs, Policy, References, Remote, RuleSet
from templatesync.kinds.examining import Survey
from templatesync.kinds.flow import listing, policy, remote
from templatesync.kinds.flow.file import LAYOUT, unparse
from templatesync.kinds.flow.permissions import READS, WRITES
from templatesync.kinds.flow.rules import CHANGES, RULES
from templatesync.kinds.flow.view import ASSET, CONTENT, beside, flow
from templatesync.look.bubble import Appearance, Values
from templatesync.model.change import Note
from templatesync.model.json_value import Json
from templatesync.model.resource import Live

__all__ = ["KIND"]


def _outputs(live: Live) -> Mapping[str, Json]:
    return {"flow_id": live.ids.get("flow_id", "")}


def _look(content: Json, language: str, samples: Mapping[str, str], values: Values) -> Appearance:
    from templatesync.kinds.flow.look import look

    return look(content, values)


def _survey() -> Survey:
    from templatesync.kinds.flow.survey import SURVEY

    return SURVEY


KIND = Kind(
    name="flow",
    file=FileForm(
        schema="flow",
        identify=remote.identify,
        unparse=unparse,
        name_field="FlowName",
        files={ASSET: FileField(CONTENT, listing.LARGEST)},
        addresses=frozenset({"EndpointUri"}),
        layout=LAYOUT,
        likeness=policy.likeness,
    ),
    content=Content(
        policy.canonical,
        policy.current,
        policy.pair,
        policy.breaking,
        policy.visible,
        _look,
        again=policy.again,
        gist=policy.gist,
    ),
    policy=Policy(
        decide=policy.decide,
        deletable=policy.deletable,
        unread=policy.unclear,
        unknown=policy.unknown,
        settled=policy.settled,
        settles=policy.settles,
        words=policy.WORDS,
        deletion=Note("final", "a published flow is deprecated and stays so, a draft is deleted"),
        way_to_settle="a template can only open a published flow; `templatesync: {publish: true}` publishes it",
    ),
    remote=Remote(
        fetch=listing.fetch,
        read=listing.read,
        create=remote.create,
        update=remote.update,
        delete=remote.delete,
        detail=READS[0],
        reads=READS,
        writes=WRITES,
        survey=_survey,
    ),
    references=References(collection="flows", address="flow_id", summary=policy.summary),
    rules=RuleSet(RULES, flow, beside=beside, changes=CHANGES),
    outputs=Outputs(_outputs, code="flow_id", prefix="FLOW_"),
)
