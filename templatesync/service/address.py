"""Which addresses a name of an answer may stand for. Knows no URL's path and no request.

A name under a trusted domain can still be made to point at this machine, at its neighbours, or at the metadata service
of the cloud it runs in. All addresses of a name are looked up once and must be public; those very ones are connected
to, so that a second look-up cannot bring another.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import TypeAlias

from templatesync.service.trusted_url import Target, UntrustedUrlError, shown

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""All addresses of a host, for a port. Raises OSError."""

_UNICAST = ipaddress.IPv6Network("2000::/3")
_6TO4 = ipaddress.IPv6Network("2002::/16")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> tuple[str, ...]:
    """What the system knows. Its time-outs are the system's own. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def trusted_addresses(target: Target, resolver: Resolver) -> tuple[str, ...]:
    """The addresses to connect to, in the resolver's order. Raises UntrustedUrlError if any is wrong, and OSError."""
    found = tuple(resolver(target.host, target.port))
    if not found:
        raise OSError("the name has no address")
    trusted = _is_loopback if target.local else is_public
    for address in found:
        if not trusted(address):
            where = "leaves this machine" if target.local else "is not on the public network"
            raise UntrustedUrlError(f"the answer leads to {shown(target.url)}, whose address {address[:50]} {where}")
    return found


def is_public(address: str) -> bool:
    """Whether an address is one of the public network, whatever form it is wrapped in."""
    ip = _unwrapped(address)
    if ip is None or ip.is_multicast:
        return False
    # `is_private` would let Alibaba Cloud's metadata service through: 100.100.100.200 is neither private nor global.
    return ip.is_global and (ip.version == 4 or ip in _UNICAST)


def _is_loopback(address: str) -> bool:
    ip = _unwrapped(address)
    return ip is not None and ip.is_loopback


def _unwrapped(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that packets end at: some forms of version 6 carry one of version 4."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if ip.version == 4:
        return ip
    if ip in _6TO4:
        return ip.sixtofour
    # Networks without version 4 reach it so; the name servers there make these addresses.
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped or ip
