"""A registry's server as messages name it, and the translation of httpx's errors."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ...errors import RegistryUnavailable, RegistryUnreachable
from .refusals import unlogged, why_unreachable


class Server:
    """A registry's server.

    :param name: the registry's, for messages.
    :param url: http or https, without a password.
    :param timeout_s: for connecting, and for each wait for bytes.
    :param retries: how often a request that failed for a passing reason is repeated.
    """

    def __init__(self, name: str, url: str, *, timeout_s: float = 10.0, retries: int = 1) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self.retries = retries

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

    @contextlib.contextmanager
    def translating(self) -> Iterator[None]:
        """Translate what httpx raises, and keep what it logs out of the logs.

        Both may contain signed addresses, so its errors are not chained either.
        """
        import httpx

        try:
            with unlogged():
                yield
        except httpx.TimeoutException:
            raise self.unavailable("did not answer in time.") from None
        except httpx.ConnectError as error:
            raise RegistryUnreachable(
                f"{self} cannot be reached: {why_unreachable(error)}. Check its address and this "
                "computer's network."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise self.unavailable("broke off its answer.") from None
