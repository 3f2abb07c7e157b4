"""How long to wait before a failed download is tried again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ...errors import RegistryBusy, SRegistryGlobusError
from ...models.actions import RetryAction

# Registries count downloads, for everyone together: a download that keeps failing must become rare.
PATIENCE = 10
LONGEST_S = 86_400.0


@dataclass(frozen=True)
class RetryPace:
    """Pauses that double from ``least_s`` up to ``most_s``, and after many failures to more.

    :param least_s: the pause after the first failure.
    """

    least_s: float
    most_s: float

    def pause_s(self, failures: int, error: SRegistryGlobusError) -> float:
        """Return how long to wait.

        :param failures: how often the download failed in a row.
        """
        if failures > PATIENCE:
            pause_s = self.most_s * 15
        else:
            pause_s = min(self.least_s * 2 ** (failures - 1), self.most_s)
        if isinstance(error, RegistryBusy) and isinstance(error.action, RetryAction):
            # The registry says when it allows more requests; the next time, it may be wrong.
            pause_s = max(pause_s, error.action.after_s * min(failures, PATIENCE))
        return min(pause_s, LONGEST_S)


def is_too_early(retry_at: float | None) -> bool:
    """Tell whether a retry is due later. A time too far away is of a clock that was wrong."""
    return retry_at is not None and time.time() < retry_at <= time.time() + LONGEST_S
