"""Whether a URL inside an answer may be fetched. Pure: it reads names and resolves none.

An answer is data, and whoever can shape it could have this machine call its neighbours. So only one plain spelling is
let through, by a pattern of what is allowed instead of a parser that forgives: parsers differ, and the difference is
where the holes are. What the name stands for is checked apart, in `address`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from templatesync.model.errors import ServiceError
from templatesync.service.endpoint import is_loopback
from templatesync.service.secret import scrub

UNTRUSTED = "templatesync.UntrustedUrl"

# A signed address holds a token of several hundred characters.
_LONGEST = 4096
_SHOWN = 120

_LABEL = r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SERVICE = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+aliyuncs\.com", re.ASCII)

_ORIGIN = r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[1-9][0-9]{0,4}))?"
_ENDPOINT = re.compile(_ORIGIN, re.ASCII)
# After the host only what RFC 3986 allows, and always a path: `?`, `#` or `@` right after a name are never meant.
_URL = re.compile(rf"{_ORIGIN}/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?", re.ASCII)


class UntrustedUrlError(ServiceError):
    """An answer holds a URL that is not followed. Nothing was sent anywhere."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code=UNTRUSTED)


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be fetched. `local`: it leads back to the endpoint, which is on this machine."""

    url: str
    host: str
    port: int
    local: bool = False


def check_answer_url(url: str, endpoint: str) -> Target:
    """What a URL in an answer of `endpoint` leads to; raises UntrustedUrlError when it is not to be followed.

    Allowed are `https` on port 443 of hosts under aliyuncs.com, and, when the endpoint is on loopback, the endpoint's
    own scheme, host and port. An object store gives addresses with `http` too, for the same object: that is asked for
    over `https`.
    """
    match = _URL.fullmatch(url) if len(url) <= _LONGEST else None
    if match is None:
        raise UntrustedUrlError(f"the answer holds {shown(url)}, which is not spelled as a plain https URL")
    scheme, host, port = _parts(match)
    if scheme == "https" and port == 443 and _SERVICE.fullmatch(host):
        return Target(url, host, port)
    if scheme == "http" and match["port"] is None and _SERVICE.fullmatch(host):
        return Target(url.replace("http:", "https:", 1), host, 443)
    own = _ENDPOINT.fullmatch(endpoint)
    if own and is_loopback(_bare(own["host"])) and (scheme, host, port) == _parts(own):
        return Target(url, _bare(host), port, local=True)
    raise UntrustedUrlError(f"the answer leads to {shown(url)}, which is no https URL under aliyuncs.com")


def shown(url: str) -> str:
    """A URL fit for a message: cut, escaped, without password and without the query, which may hold a signature."""
    # Scrubbed before it is cut: half a password is not found.
    head, mark, _ = scrub(url).partition("?")
    text = head[:_SHOWN].encode("unicode_escape").decode("ascii")
    cut = mark or len(head) > _SHOWN
    return f"'{text}{'…' if cut else ''}'"


def _parts(match: re.Match[str]) -> tuple[str, str, int]:
    scheme = match["scheme"]
    return scheme, match["host"], int(match["port"] or (443 if scheme == "https" else 80))


def _bare(host: str) -> str:
    return host.removeprefix("[").removesuffix("]")
