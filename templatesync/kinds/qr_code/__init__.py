"""Message QR codes: a picture that opens a chat with a prepared message. Knows no client, no other kind."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Content, FileForm, Kind, Outputs, Policy, Remote, RuleSet
from templatesync.kinds.examining import Survey
from templatesync.kinds.qr_code import identity, listing, policy, remote
from templatesync.kinds.qr_code.look import LINK, look
from templatesync.kinds.qr_code.permissions import READS, WRITES
from templatesync.kinds.qr_code.rules import CHANGES, RULES
from templatesync.model.change import Note
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

__all__ = ["KIND"]


def _canonical(resource: Resource) -> Json:
    return policy.canonical(resource.body)


def _shown(live: Live) -> Json:
    return {**(live.body or {}), LINK: live.facts.get("deep_link", "")}


def _outputs(live: Live) -> Mapping[str, Json]:
    return {
        "qrdl_code": live.ids.get("qrdl_code", ""),
        "deep_link": live.facts.get("deep_link", ""),
        "picture": live.facts.get("picture", ""),
    }


def _picture(live: Live) -> str:
    return str(live.facts.get("picture", ""))


def _survey() -> Survey:
    from templatesync.kinds.qr_code.survey import SURVEY

    return SURVEY


KIND = Kind(
    name="qr_code",
    file=FileForm(
        schema="qr_code",
        identify=identity.identify,
        unparse=policy.unparse,
        layout=policy.LAYOUT,
        likeness=identity.likeness,
    ),
    content=Content(_canonical, policy.current, policy.pair, policy.breaking, policy.visible, look, shown=_shown),
    policy=Policy(
        decide=policy.decide,
        order=2,
        protected=True,
        deletion=Note("printed", "whoever scans a printed picture of it reaches nothing"),
    ),
    remote=Remote(
        fetch=listing.fetch,
        read=listing.read,
        create=remote.create,
        update=remote.update,
        delete=remote.delete,
        reads=READS,
        writes=WRITES,
        survey=_survey,
    ),
    rules=RuleSet(RULES, changes=CHANGES),
    outputs=Outputs(_outputs, code="qrdl_code", prefix="QR_", picture=_picture),
)
