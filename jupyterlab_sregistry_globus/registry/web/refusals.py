"""Makes our errors from what a registry's server refuses."""

from __future__ import annotations

import contextlib
import contextvars
import email.utils
import logging
import math
import socket
import ssl
import time
from collections.abc import Iterator, Mapping

from ...errors import (
    RegistryBusy,
    RegistryDenied,
    RegistryUnavailable,
    RegistryUnreachable,
    SRegistryGlobusError,
)
from ...models.actions import ConfigureAction, RetryAction

SETTING = "SRegistryGlobus.registries"
MAX_WAIT_S = 86400.0
SOON_S = 60.0
# For faults that a restart of the server ends.
BRIEFLY_S = 30.0

# At level DEBUG these log signed addresses.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")

# Requests are sent by threads of their own, which inherit it.
_depth: contextvars.ContextVar[int] = contextvars.ContextVar("depth", default=0)


# What a gateway answers when the server behind it does not.
_GATEWAY = frozenset({502, 503, 504})


def refusal(
    server: str, status: int, headers: Mapping[str, str], *, has_token: bool | None = None
) -> RegistryUnavailable:
    """Make the error for a status other than success, if the registry has no better one.

    :param server: the name of the server, to begin a sentence with.
    :param has_token: whether a token was sent; None if the registry takes other credentials.
    """
    if status == 429:
        return busy(server, headers)
    if status in (401, 403):
        return refused_credentials(server, has_token=has_token)
    if status in _GATEWAY:
        after_s = _wait_s(headers.get("retry-after", ""), BRIEFLY_S)
        return RegistryUnreachable(
            f"{server} is temporarily out of service (status {status}). Try again "
            f"{_when(after_s)}.",
            action=RetryAction(after_s=after_s),
        )
    if status >= 500:
        return RegistryUnavailable(
            f"{server} failed (status {status}). Try again later, or tell its administrator."
        )
    return RegistryUnavailable(
        f"{server} sent an unexpected response (status {status}). Check that this is the address "
        "of a registry of this kind."
    )


def busy(server: str, headers: Mapping[str, str], default_s: float = SOON_S) -> RegistryBusy:
    """Make the error for a server that limits requests.

    :param default_s: how long to wait if the server does not say.
    """
    after_s = _wait_s(headers.get("retry-after", ""), default_s)
    return RegistryBusy(
        f"{server} has reached its request limit. Try again {_when(after_s)}.",
        action=RetryAction(after_s=after_s),
    )


def refused_credentials(
    server: str, *, has_token: bool | None = None, place: str = "its entry"
) -> RegistryDenied:
    """Make the error for a server that requires credentials, or other ones.

    :param has_token: as for ``refusal``.
    :param place: where to write a token that is missing.
    """
    reasons = {
        None: "Check the credentials in its entry.",
        True: "It rejected the configured token. Check 'token' in its entry.",
        False: f"It requires a token, and none is configured. Write it into {place}.",
    }
    return RegistryDenied(
        f"{server} denied access. {reasons[has_token]}",
        action=ConfigureAction(
            setting=SETTING,
            help=(
                "Log in to the registry to find your token. Add it to the registry's entry in "
                "this setting."
            ),
        ),
    )


def retry_after_s(error: SRegistryGlobusError) -> float:
    """Return how long an error says to wait; 0 if it does not say."""
    return error.action.after_s if isinstance(error.action, RetryAction) else 0.0


def why_unreachable(error: BaseException) -> str:
    """Return why there is no connection, from the innermost cause of an error of httpx."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return "its TLS connection failed"
        if isinstance(cause, socket.gaierror):
            return "its host name was not found"
        if isinstance(cause, ConnectionRefusedError):
            return "nothing is listening at this address"
        cause = cause.__cause__ or cause.__context__
    return "the connection failed"


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Keep addresses and headers of this thread's requests out of every log."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_of_other_threads)  # adding it twice adds it once
    depth = _depth.get()
    _depth.set(depth + 1)
    try:
        yield
    finally:
        _depth.set(depth)


def _is_of_other_threads(record: logging.LogRecord) -> bool:
    return not _depth.get()


def _wait_s(text: str, default_s: float) -> float:
    try:
        wait_s = float(text)
    except ValueError:
        try:
            wait_s = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError, IndexError, OSError):
            wait_s = default_s
    # float() accepts "nan", which is not greater than zero.
    return min(wait_s, MAX_WAIT_S) if wait_s > 0 else default_s


def _when(seconds: float) -> str:
    if seconds < SOON_S:
        return "in a second" if seconds <= 1 else f"in {math.ceil(seconds)} seconds"
    if seconds == SOON_S:
        return "in a minute"
    hours = round(seconds / 3600)
    span = f"{hours} hours" if hours > 1 else f"{max(2, round(seconds / 60))} minutes"
    return f"in about {span}"
