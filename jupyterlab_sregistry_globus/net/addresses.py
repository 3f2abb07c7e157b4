"""Whether an address is public, private or on this computer, to decide where redirects may lead."""

from __future__ import annotations

import ipaddress
import socket
from typing import Literal

Place = Literal["public", "private", "loopback", "link-local"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

# Where a server may redirect to, by its own place. A server on this computer may use the
# computer's address in a private network.
_REACH: dict[Place, frozenset[Place]] = {
    "public": frozenset({"public"}),
    "private": frozenset({"public", "private"}),
    "loopback": frozenset({"public", "private", "loopback"}),
    "link-local": frozenset({"public", "link-local"}),
}


def place_of(host: str) -> Place | None:
    """Return the place of an address or of ``localhost``; None for any other name."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return "loopback"
    try:
        return _place(ipaddress.ip_address(name.partition("%")[0]))
    except ValueError:
        pass
    try:
        # Resolvers also understand 127.1, 0x7f000001 and 2130706433.
        return _place(ipaddress.IPv4Address(socket.inet_aton(name)))
    except (OSError, ValueError):
        return None


def may_lead(origin: Place | None, target: Place | None) -> bool:
    """Check whether a server may redirect to a place. An unknown place counts as public."""
    return (target or "public") in _REACH[origin or "public"]


def _place(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Place:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _place(inner)
    if address.is_loopback or address.is_unspecified:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    return "public" if address.is_global and not address.is_multicast else "private"
