"""How globus-sdk's requests are sent: each with a deadline for all of its tries."""

from __future__ import annotations

from globus_sdk import BaseClient
from globus_sdk.transport import (
    RetryCheckCollection,
    RetryCheckResult,
    RetryConfig,
    RetryContext,
)

from ..config import SRegistryGlobus
from ..net.requests import BoundedSession, DeadlineTimeout

# How much longer than one wait for bytes a request may take, from the name lookup to the end of the
# answer.
PATIENCE_FACTOR = 3
_MAX_SLEEP_S = 2


def retry_config(settings: SRegistryGlobus) -> RetryConfig:
    """Return how often a request is repeated: as set, but not after its deadline.

    A client adds the checks of globus-sdk to it, so each has its own.
    """
    checks = RetryCheckCollection()
    checks.register_check(_stop_after_deadline)
    return RetryConfig(max_retries=settings.upstream_retries, max_sleep=_MAX_SLEEP_S, checks=checks)


def bound(client: BaseClient, settings: SRegistryGlobus) -> None:
    """Bound every request of a new client, and every wait for bytes."""
    client.transport.http_timeout = settings.upstream_timeout_s
    client.transport.session.close()
    client.transport.session = BoundedSession(settings.upstream_timeout_s * PATIENCE_FACTOR)


def _stop_after_deadline(context: RetryContext) -> RetryCheckResult:
    if isinstance(context.exception, DeadlineTimeout):
        return RetryCheckResult.do_not_retry
    return RetryCheckResult.no_decision
