"""Origins of web pages: scheme, host and port, read strictly and written anew."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_PORTS = {"http": 80, "https": 443}
# Only what browsers and Python read alike. A backslash ends the host for a browser, an @ begins it.
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_.-]+))"
    r"(?::(?P<port>[0-9]{1,5}))?(?=[/?#]|\Z)",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Origin:
    """Where a web page comes from.

    :param scheme: ``http`` or ``https``.
    :param host: lowercase; an IPv6 address is without brackets.
    :param port: None for the scheme's own.
    """

    scheme: str
    host: str
    port: int | None

    @property
    def netloc(self) -> str:
        """Host and port, as an address has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine, under one of its usual names."""
        return self.host in LOOPBACK_HOSTS

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def read_origin(address: str) -> Origin:
    """Return the origin of a page.

    :raises ValueError: it is not the address of a web page, or browsers could read it otherwise.
    """
    match = _ORIGIN.match(address)
    if match is None:
        raise ValueError("not the address of a web page")
    scheme = match["scheme"].lower()
    host = str(ipaddress.IPv6Address(match["ipv6"])) if match["ipv6"] else match["name"].lower()
    port = None if match["port"] is None else int(match["port"])
    if port is not None and not 0 < port < 65536:
        raise ValueError("not a port")
    return Origin(scheme, host, None if port == _PORTS[scheme] else port)
