"""Message QR codes: a picture that opens a chat with a prepared message. All that the program knows of them is here."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Kind
from templatesync.kinds.qr_code import policy, remote
from templatesync.kinds.qr_code.probe import PROBES, READS, WRITES
from templatesync.kinds.qr_code.rules import RULES
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

__all__ = ["QR_CODE"]


def _canonical(resource: Resource) -> Json:
    return policy.canonical(resource.body)


def _deletable(live: Live) -> str:
    return ""


def _settled(live: Live) -> bool:
    return True


def _outputs(live: Live) -> Mapping[str, Json]:
    return {
        "qrdl_code": live.ids.get("qrdl_code", ""),
        "deep_link": live.facts.get("deep_link", ""),
        "picture": live.facts.get("picture", ""),
    }


def _picture(live: Live) -> str:
    return str(live.facts.get("picture", ""))


QR_CODE = Kind(
    name="qr_code",
    schema="qr_code",
    folder="qr_codes",
    localised=frozenset(),
    localised_maps=frozenset(),
    identify=remote.identify,
    canonical=_canonical,
    current=policy.current,
    pair=policy.pair,
    decide=policy.decide,
    deletable=_deletable,
    settled=_settled,
    fetch=remote.fetch,
    read=remote.read,
    create=remote.create,
    update=remote.update,
    delete=remote.delete,
    unparse=policy.unparse,
    breaking=policy.breaking,
    outputs=_outputs,
    reads=READS,
    writes=WRITES,
    probes=PROBES,
    picture=_picture,
    layout=policy.LAYOUT,
    rules=RULES,
    order=2,
    code="qrdl_code",
    protected=True,
    delete_note="printed: whoever scans a printed picture of it reaches nothing",
)
