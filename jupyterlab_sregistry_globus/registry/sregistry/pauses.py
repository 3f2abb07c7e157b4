"""Pauses after a limit was met."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from ...errors import ContainerBusy, RegistryBusy
from ..web.refusals import retry_after_s
from .answers import Name

# A limit lasts for hours, and transfers that wait for its end repeat their requests.
REST_S = 600.0
_MAX_RESTING = 1000


class Pauses:
    """Keeps requests from being repeated for a while after one of their kind met a limit."""

    def __init__(self) -> None:
        self._resting: dict[tuple[str, Name | None], tuple[float, RegistryBusy]] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """End all pauses."""
        with self._lock:
            self._resting.clear()

    @contextlib.contextmanager
    def around(self, kind: str, name: Name | None) -> Iterator[None]:
        """Make a request, unless one of its kind has just met a limit.

        A limit holds for all requests of a kind, unless it is the limit of one container.

        :raises RegistryBusy: the pause lasts.
        """
        with self._lock:
            for key in ((kind, None), (kind, name)):
                until, error = self._resting.get(key, (0.0, None))
                if error is not None and time.monotonic() < until:
                    raise type(error)(error.message, action=error.action)
        try:
            yield
        except RegistryBusy as error:
            pause_s = min(REST_S, retry_after_s(error))
            with self._lock:
                if len(self._resting) >= _MAX_RESTING:
                    self._resting.clear()
                of_one = isinstance(error, ContainerBusy)
                self._resting[kind, name if of_one else None] = (
                    time.monotonic() + pause_s,
                    error,
                )
            raise
