"""Credentials of the role that an ECS instance has, from its metadata service. Only used when asked for."""

from __future__ import annotations

from urllib.parse import quote

from templatesync.model.errors import DeniedError, UnreachableError
from templatesync.service.credentials.base import Credentials
from templatesync.service.credentials.role import decode, parse_credentials
from templatesync.service.http import ExchangeError, Network, Reply, Timeouts

_BASE = "http://100.100.100.200/latest"
_ROLES = f"{_BASE}/meta-data/ram/security-credentials/"
_TOKEN_SECONDS = "21600"  # noqa: S105 - a duration
# Link-local: it answers at once or it is not there.
METADATA_TIMEOUTS = Timeouts(connect=1.0, read=2.0, total=5.0)


def instance_credentials(role: str, network: Network, *, hardened: bool = False) -> Credentials:
    """The present credentials of the instance's role; `role` "" asks for its name.

    `hardened`: never without a session token, whose absence makes the old protocol open to forged requests.
    """
    headers: dict[str, str] = {}
    ttl = {"x-aliyun-ecs-metadata-token-ttl-seconds": _TOKEN_SECONDS}
    session = _ask(network, "PUT", f"{_BASE}/api/token", ttl)
    if session.status == 200 and session.body:
        headers = {"x-aliyun-ecs-metadata-token": session.body.decode("ascii", "replace")}
    elif hardened:
        raise DeniedError(f"the metadata service gives no session token (HTTP {session.status})")
    name = role or _text(_ask(network, "GET", _ROLES, headers), "the role of this instance")
    reply = _ask(network, "GET", _ROLES + quote(name, safe=""), headers)
    data = decode(_text(reply, f"the credentials of role {name!r}").encode())
    if data.get("Code") != "Success":
        raise DeniedError(f"the metadata service has no credentials of role {name!r}")
    return parse_credentials(data, "the answer of the metadata service")


def _ask(network: Network, method: str, url: str, headers: dict[str, str]) -> Reply:
    try:
        return network.exchange(method, url, headers)
    except ExchangeError as error:
        raise UnreachableError(f"the ECS metadata service does not answer: {error}") from None


def _text(reply: Reply, what: str) -> str:
    if reply.status != 200:
        raise DeniedError(f"the metadata service does not tell {what} (HTTP {reply.status})")
    return reply.body.decode("utf-8", "replace").strip()
