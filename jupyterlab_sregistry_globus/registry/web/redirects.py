"""Rules for redirects by a registry's server: where they may lead, and what is sent there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urljoin, urlsplit

from ...errors import RegistryUnavailable
from ...models.actions import ConfigureAction
from ...net.addresses import Place, may_lead, place_of
from .refusals import SETTING
from .server import Server

CheckPeer = Callable[[str | None], None]

_PORT_BY_SCHEME = {"http": 80, "https": 443}
_HARMLESS_HEADERS = frozenset({"accept", "range"})
_MAX_URL_CHARACTERS = 16 * 1024
_MAX_HOST_CHARACTERS = 253


class Redirects:
    """The rules in one session.

    A server may redirect to public addresses. Private ones are allowed only if its own address is
    one, or if the registry's entry lists the host. Otherwise a server could make us send
    requests to machines that it cannot reach itself.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        # The place of the registry's own server. Known from its name until there is a connection.
        self._origin: Place | None = place_of(urlsplit(server.url).hostname or "")

    def check_own(self, peer: str | None) -> None:
        """Record the place of the registry's own server.

        :param peer: its address; None behind a proxy, which only gets the name.
        """
        if peer is not None:
            self._origin = place_of(peer)

    def follow(self, url: str, location: str) -> str:
        """Return the address of a redirect, without a name and password in it.

        :param url: the address that answered.
        :raises RegistryUnavailable: it is invalid, or not allowed.
        """
        try:
            target = urlsplit(urljoin(url, location))
            target = target._replace(netloc=_netloc(target), fragment="")
            is_secure = urlsplit(url).scheme == "https"
        except ValueError:
            raise self._invalid() from None
        if target.scheme not in _PORT_BY_SCHEME or len(target.geturl()) > _MAX_URL_CHARACTERS:
            raise self._invalid()
        if is_secure and target.scheme != "https":
            raise self._server.unavailable("redirects from https to http, which is not secure.")
        self.check_place(target.hostname or "", None)
        return target.geturl()

    def peer_check(self, url: str) -> CheckPeer:
        """Make a check for the address that a redirected request connects to."""
        host = urlsplit(url).hostname or ""
        return lambda peer: self.check_place(host, peer)

    def check_place(self, host: str, peer: str | None) -> None:
        """Refuse a place that the registry must not redirect to.

        :param peer: the address of the host; None if it is unknown, or behind a proxy.
        :raises RegistryUnavailable: the action names the setting that would allow it.
        """
        place = place_of(host if peer is None else peer)
        if host in self._server.redirect_hosts or may_lead(self._origin, place):
            return
        cause = (
            " If its storage is MinIO, set MINIO_EXTERNAL_SERVER at the registry to a name that "
            "its users can reach."
            if place == "loopback"
            else ""
        )
        raise RegistryUnavailable(
            f"{self._server} redirects to {host}, which is a {place} address. If that is "
            f"expected, add {host!r} to 'redirect_hosts' in its entry.{cause}",
            action=ConfigureAction(
                setting=SETTING,
                help="'redirect_hosts' in the registry's entry lists the hosts in private networks "
                "that the registry may redirect to, such as its object store.",
            ),
        )

    def _invalid(self) -> RegistryUnavailable:
        return self._server.unavailable("redirects to an invalid address.")


def allowed_headers(
    url: str, target: str, headers: Mapping[str, str], *, is_handed_on: bool
) -> dict[str, str]:
    """Return the headers that may be sent to the address of a redirect.

    :param is_handed_on: redirects lead to a signed address, which accepts no credentials, unless
        they only add TLS.
    """
    may_keep = is_tls_upgrade(url, target) if is_handed_on else may_receive(url, target)
    return {
        name: value
        for name, value in headers.items()
        if may_keep or name.lower() in _HARMLESS_HEADERS
    }


def may_receive(url: str, target: str) -> bool:
    """Check whether credentials for one address may be sent to another.

    They may if it is the same server, or the same with TLS.
    """
    parts, target_parts = urlsplit(url), urlsplit(target)
    if parts.scheme == target_parts.scheme:
        return _place(parts) == _place(target_parts)
    return (_place(parts), _place(target_parts)) == ((parts.hostname, 80), (parts.hostname, 443))


def is_tls_upgrade(url: str, target: str) -> bool:
    """Check whether the target is the same address with https in place of http."""
    parts, target_parts = urlsplit(url), urlsplit(target)
    is_same = (parts.path, parts.query) == (target_parts.path, target_parts.query)
    return parts.scheme != target_parts.scheme and is_same and may_receive(url, target)


def _place(parts: SplitResult) -> tuple[str | None, int | None]:
    return parts.hostname, parts.port or _PORT_BY_SCHEME.get(parts.scheme)


def _netloc(parts: SplitResult) -> str:
    """Return host and port alone, rebuilt from what was parsed.

    :raises ValueError: there is no valid host or port.
    """
    host = parts.hostname or ""
    # The encoding also limits the length of a name's parts.
    host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    if not 0 < len(host) <= _MAX_HOST_CHARACTERS or "\\" in parts.netloc or parts.port == 0:
        raise ValueError
    return host if parts.port is None else f"{host}:{parts.port}"
