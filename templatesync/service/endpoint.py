"""Where signed requests may go. Pure: it reads names and resolves none.

An endpoint never comes from a project file, which anybody may change who opens a pull request. This is the second
fence, for flags, environment and the user's own settings: a typing slip must not send a signed request to a stranger.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from templatesync.model.errors import UsageError
from templatesync.service.api import api

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+(-[0-9]+)?")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*")
_SERVICE_DOMAIN = ".aliyuncs.com"


def check_region(region: str) -> str:
    """The region itself; raises UsageError when it cannot be one, for a region becomes part of a host name."""
    if not _REGION.fullmatch(region):
        raise UsageError(f"{region!r} is not a region; one looks like ap-southeast-1")
    return region


def regional_endpoint(region: str) -> str:
    """The URL that serves a region."""
    return "https://" + api().endpoint(check_region(region))


def check_endpoint(url: str, insecure: bool = False) -> str:
    """The endpoint as `scheme://host[:port]`; raises UsageError when requests must not go there.

    Allowed are `https` hosts under aliyuncs.com and `http` on loopback; `insecure` allows any other http(s) host.
    """
    # urlsplit drops line breaks and tabs, and reads `\` unlike a browser: such a URL is never meant.
    if any(not 32 < ord(char) < 127 or char == "\\" for char in url):
        raise UsageError(f"the endpoint {url!r} holds characters that no URL of an endpoint has")
    parts, port = _split(url)
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in ("https", "http") or not _is_host(host):
        raise UsageError(f"the endpoint {url!r} is not a URL such as https://{api().endpoint('ap-southeast-1')}")
    if "@" in parts.netloc:
        raise UsageError("an endpoint carries no user name or password")
    if parts.path not in ("", "/") or parts.query or parts.fragment or url.endswith(("?", "#")):
        raise UsageError(f"the endpoint {url!r} must end after the host: the service has one path, /")
    service = parts.scheme == "https" and host.endswith(_SERVICE_DOMAIN) and port in (None, 443)
    if not (service or (parts.scheme == "http" and is_loopback(host)) or insecure):
        raise UsageError(
            f"the endpoint {url!r} is neither an https host under aliyuncs.com nor http on loopback",
            hint="--insecure-endpoint sends signed requests there all the same",
        )
    default = 443 if parts.scheme == "https" else 80
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in (None, default) else f":{port}")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, whatever a resolver says: `localhost` or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        raise UsageError(f"the endpoint {url!r} is not a URL") from None


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return False
        return True
    return bool(_HOST.fullmatch(host))
