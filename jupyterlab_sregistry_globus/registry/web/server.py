"""A registry's server as messages name it, and the translation of httpx's errors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from ...errors import RegistryUnavailable, RegistryUnreachable, SRegistryGlobusError
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
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.retries = retries
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
            f"{self} sent an answer that cannot be read. Check that this is the address of such a "
            "registry."
        )

    def too_long(self, limit_bytes: int) -> RegistryUnavailable:
        """Make the error for an answer that exceeds its limit."""
        return self.unavailable(f"sent an answer of more than {human_bytes(limit_bytes)}.")

    @contextlib.contextmanager
    def translating(self) -> Iterator[None]:
        """Translate what httpx raises, and keep what it logs out of the logs.

        Both may contain signed addresses, so its errors are not chained either.
        """
        try:
            with unlogged():
                yield
        except SRegistryGlobusError:
            raise
        except DeadlineExceeded:
            raise self.unavailable("did not finish its answer in time.") from None
        except RequestCanceled:
            raise RegistryUnavailable(f"The request to {self.url} was canceled.") from None
        except Exception as error:
            raise self._translated(error) from None

    def _translated(self, error: Exception) -> RegistryUnavailable:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return self.unavailable("did not answer in time.")
        if isinstance(error, httpx.ConnectError | httpx.ProxyError):
            advice = faults() or "Check its address and this computer's network."
            return RegistryUnreachable(
                f"{self} cannot be reached: {why_unreachable(error)}. {advice}"
            )
        if isinstance(error, httpx.DecodingError):
            return self.unreadable()
        if isinstance(error, httpx.HTTPError | httpx.StreamError) and not faults():
            return self.unavailable("broke off its answer.")
        # Libraries raise many kinds of exceptions for wrong variables and absurd answers.
        return RegistryUnavailable(f"{self} cannot be asked. {explained(error)}")
