"""A registry's server as messages name it, and the translation of httpx's errors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from ...errors import (
    RegistryUnavailable,
    RegistryUnreachable,
    RequestStopped,
    SRegistryGlobusError,
    StorageUnreachable,
)
from ...models.actions import ConfigureAction
from ...net import trust
from ...net.addresses import place_of
from ...net.deadline import DeadlineExceeded, RequestCanceled
from ...net.environment import explained, faults
from ...units import human_bytes
from .refusals import unlogged, why_unreachable


class Server:
    """A registry's server.

    :param name: the registry's, for messages.
    :param url: http or https, without a password.
    :param timeout_s: for connecting, and for each wait for bytes.
    :param retries: how often a request that failed for a passing reason is repeated.
    :param ca_bundle: a file of certificates to trust beside the usual ones.
    :param redirect_hosts: hosts in private networks that the server may redirect to.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        timeout_s: float = 10.0,
        retries: int = 1,
        redirect_hosts: Iterable[str] = (),
        ca_bundle: str = "",
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.retries = retries
        self.ca_bundle = ca_bundle
        self.redirect_hosts = frozenset(host.strip("[]").lower() for host in redirect_hosts)

    def __str__(self) -> str:
        return f"The registry {self.name!r} at {self.url}"

    def unavailable(self, problem: str) -> RegistryUnavailable:
        """Make the error that says what the server did.

        :param problem: a predicate, with a full stop.
        """
        return RegistryUnavailable(f"{self} {problem} Try again later, or tell its administrator.")

    def unreadable(self) -> RegistryUnavailable:
        """Make the error for an answer of another form than a registry's."""
        return RegistryUnavailable(
            f"{self} sent an unreadable response. Check that this is the address of a registry of "
            "this kind."
        )

    def too_long(self, limit_bytes: int) -> RegistryUnavailable:
        """Make the error for an answer that exceeds its limit."""
        return self.unavailable(f"sent a response larger than {human_bytes(limit_bytes)}.")

    @contextlib.contextmanager
    def translating(self, respondent: Respondent | None = None) -> Iterator[None]:
        """Translate what httpx raises, and keep what it logs out of the logs.

        Both may contain signed addresses, so its errors are not chained either.

        :param respondent: None for the registry's own server.
        """
        respondent = respondent or Respondent(self)
        try:
            with unlogged():
                yield
        except SRegistryGlobusError:
            raise
        except DeadlineExceeded:
            raise respondent.failing("did not finish its response in time.") from None
        except RequestCanceled:
            raise RequestStopped(f"The request to {self.url} was canceled.") from None
        except Exception as error:
            raise self._translated(error, respondent) from None

    def _translated(self, error: Exception, respondent: Respondent) -> RegistryUnavailable:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return respondent.failing("did not respond in time.")
        if isinstance(error, httpx.ConnectError | httpx.ProxyError):
            return respondent.unreachable(why_unreachable(error), faults() or trust.advice(error))
        if isinstance(error, trust.BundleUnusable):
            return RegistryUnavailable(
                f"Cannot send requests to {self}. {error}",
                action=ConfigureAction(setting=trust.SETTING, help=str(error)),
            )
        if isinstance(error, httpx.DecodingError):
            return self.unreadable()
        if isinstance(error, httpx.HTTPError | httpx.StreamError) and not faults():
            return respondent.failing("closed the connection before its response was complete.")
        # Libraries raise many kinds of exceptions for wrong variables and absurd answers.
        return RegistryUnavailable(f"Cannot send requests to {self}. {explained(error)}")


class Respondent:
    """Who answers a request, as messages name it.

    :param is_file: whether a file is requested, so that another host is the registry's storage.
    :param host: where a redirect led to; empty for the registry's own server.
    """

    def __init__(self, server: Server, *, is_file: bool = False) -> None:
        self._server = server
        self._is_file = is_file
        self.host = ""

    def __str__(self) -> str:
        if not self.host:
            return str(self._server)
        if self._is_file:
            return f"The storage of the registry {self._server.name!r} at {self.host}"
        return f"The server {self.host}, to which the registry {self._server.name!r} refers,"

    @property
    def is_storage(self) -> bool:
        """Whether the registry answered, and its storage is asked now."""
        return self._is_file and bool(self.host)

    def unavailable(self, problem: str) -> RegistryUnavailable:
        """Make the error that says what it did, as ``Server.unavailable``."""
        return RegistryUnavailable(f"{self} {problem} Try again later, or tell its administrator.")

    def failing(self, problem: str) -> RegistryUnavailable:
        """Make the error for an answer that does not come; the next may."""
        kind = StorageUnreachable if self.is_storage else RegistryUnreachable
        return kind(f"{self} {problem} Try again later, or tell its administrator.")

    def unreachable(self, reason: str, advice: str) -> RegistryUnavailable:
        """Make the error for a connection that cannot be made."""
        if not self.is_storage:
            advice = advice or "Check its address and this machine's network."
            return RegistryUnreachable(f"{self} cannot be reached: {reason}. {advice}")
        if not advice:
            advice = "The registry itself answers. Tell its administrator."
            if place_of(self.host.rpartition(":")[0] or self.host) == "loopback":
                advice = (
                    "That is an address on this machine itself. The registry's administrator "
                    "must set MINIO_EXTERNAL_SERVER to a name that its users can reach."
                )
        return StorageUnreachable(f"{self} cannot be reached: {reason}. {advice}")
