"""What goes wrong between us and a registry's server, in our words."""

from __future__ import annotations

import contextlib
import email.utils
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping

from ...errors import RegistryBusy, RegistryUnavailable
from ...models.actions import ConfigureAction, RetryAction

SETTING = "SRegistryGlobus.registries"
MAX_WAIT_S = 86400.0
SOON_S = 60.0

# Whoever logs these at the level DEBUG would have signed addresses in the log.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")

_asking = threading.local()


def refusal(server: str, status: int, headers: Mapping[str, str]) -> RegistryUnavailable:
    """What a status that is no success means, where a registry has no better word for it.

    :param server: who answered, to begin a sentence with.
    """
    if status == 429:
        return busy(server, headers)
    if status in (401, 403):
        return refused_credentials(server)
    if status >= 500:
        return RegistryUnavailable(
            f"{server} has a fault of its own (status {status}). Try again later, or tell its "
            "administrator."
        )
    return RegistryUnavailable(
        f"{server} gave an answer that is not expected (status {status}). Is this the address of "
        "such a registry?"
    )


def busy(server: str, headers: Mapping[str, str]) -> RegistryBusy:
    """The server wants to be asked less often."""
    after_s = _wait_s(headers.get("retry-after", ""))
    when = "in a minute" if after_s <= SOON_S else f"in about {_span(after_s)}"
    return RegistryBusy(
        f"{server} allows no more requests for now. Try again {when}.",
        action=RetryAction(after_s=after_s),
    )


def refused_credentials(server: str) -> RegistryUnavailable:
    """The server wants another token, or one at all."""
    return RegistryUnavailable(
        f"{server} does not let us in. See to the token that is set for it.",
        action=ConfigureAction(
            setting=SETTING,
            help="Whoever has an account at the registry finds its token there. It belongs into "
            "the registry's entry in this setting.",
        ),
    )


def why_unreachable(error: BaseException) -> str:
    """Why no connection came about, by what lies at the bottom of an error of httpx."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS as it should"
        if isinstance(cause, socket.gaierror):
            return "its name is not known"
        if isinstance(cause, ConnectionRefusedError):
            return "nothing listens there"
        cause = cause.__cause__ or cause.__context__
    return "no connection comes about"


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Keeps the addresses and headers of what this thread asks meanwhile out of every log."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_others)  # adding it twice adds it once
    depth = getattr(_asking, "depth", 0)
    _asking.depth = depth + 1
    try:
        yield
    finally:
        _asking.depth = depth


def _is_others(record: logging.LogRecord) -> bool:
    return not getattr(_asking, "depth", 0)


def _wait_s(text: str) -> float:
    try:
        wait_s = float(text)
    except ValueError:
        try:
            wait_s = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            wait_s = SOON_S
    # "nan" is a number to float(), and smaller than nothing.
    return min(wait_s, MAX_WAIT_S) if wait_s > 0 else SOON_S


def _span(seconds: float) -> str:
    hours = round(seconds / 3600)
    return f"{hours} hours" if hours > 1 else f"{max(2, round(seconds / 60))} minutes"
