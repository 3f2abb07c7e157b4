"""Where a registry's server may send us, and what we show there."""

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
    """The rules for one session.

    A server may send us to public addresses, and further in only where it is itself or where the
    entry of the registry says so: otherwise it could have us ask servers that it can't reach.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        # Where the registry's own server is; by its name until a connection tells.
        self._origin: Place | None = place_of(urlsplit(server.url).hostname or "")

    def check_own(self, peer: str | None) -> None:
        """Note where the registry's own server is.

        :param peer: its address; None behind a proxy, where only the name is known.
        """
        if peer is not None:
            self._origin = place_of(peer)

    def follow(self, url: str, location: str) -> str:
        """Return the address that a redirect leads to, without credentials in it.

        :param url: the address that answered.
        :raises RegistryUnavailable: it is invalid, or not one to be led to.
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
            raise self._server.unavailable(
                "redirects from https to http, which does not protect what is sent."
            )
        self.check_place(target.hostname or "", None)
        return target.geturl()

    def peer_check(self, url: str) -> CheckPeer:
        """Make the check of the address that a redirected request is connected to."""
        host = urlsplit(url).hostname or ""
        return lambda peer: self.check_place(host, peer)

    def check_place(self, host: str, peer: str | None) -> None:
        """Refuse places that the registry must not send us to.

        :param peer: the address of the host; None if it is not known, or behind a proxy.
        :raises RegistryUnavailable: with the setting that would allow it.
        """
        place = place_of(host if peer is None else peer)
        if host in self._server.redirect_hosts or may_lead(self._origin, place):
            return
        cause = (
            " If its storage is Minio, set MINIO_EXTERNAL_SERVER at the registry to a name that "
            "its users can reach."
            if place == "loopback"
            else ""
        )
        raise RegistryUnavailable(
            f"{self._server} redirects to {host}, which is a {place} address. If that is right, "
            f"add {host!r} to 'redirect_hosts' in its entry.{cause}",
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

    :param is_handed_on: the redirect leads to a signed address, which takes no credentials. One
        that only adds TLS is not such a redirect.
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
