"""Deadlines for globus-sdk's requests, each for all tries together."""

from __future__ import annotations

import math
import random
from typing import Any

import requests
from globus_sdk import BaseClient
from globus_sdk.transport import (
    RetryCheckCollection,
    RetryCheckResult,
    RetryConfig,
    RetryContext,
)

from ..config import SRegistryGlobus
from ..net.requests import BoundedSession, DeadlineTimeout, remaining_s, within

# How much longer than one wait for bytes a request may take, from the name lookup to the end of the
# answer.
PATIENCE_FACTOR = 3
_MAX_SLEEP_S = 2


def retry_config(settings: SRegistryGlobus) -> RetryConfig:
    """Make the retry settings of one client, which adds globus-sdk's own checks to them.

    Requests are repeated as often as set, but not after their deadline.
    """
    checks = RetryCheckCollection()
    checks.register_check(_stop_after_deadline)
    return RetryConfig(
        max_retries=settings.upstream_retries,
        max_sleep=_MAX_SLEEP_S,
        backoff=_pause_s,
        checks=checks,
    )


def bound(client: BaseClient, settings: SRegistryGlobus) -> None:
    """Limit the time of every request of a new client, and of every wait for bytes."""
    seconds = settings.upstream_timeout_s * PATIENCE_FACTOR
    transport = client.transport
    transport.http_timeout = settings.upstream_timeout_s
    transport.session.close()
    transport.session = BoundedSession(seconds, settings.ca_bundle)
    send = transport.request

    def request(*arguments: Any, **options: Any) -> requests.Response:
        with within(seconds):
            return send(*arguments, **options)

    # A transport of another class would not be closed with its client.
    transport.request = request  # type: ignore[method-assign]


def _stop_after_deadline(context: RetryContext) -> RetryCheckResult:
    if isinstance(context.exception, DeadlineTimeout):
        return RetryCheckResult.do_not_retry
    return RetryCheckResult.no_decision


def _pause_s(context: RetryContext) -> float:
    """Wait as Globus asked, or longer each time, but not beyond the deadline."""
    pause_s = context.backoff
    if pause_s is None or not math.isfinite(pause_s):
        pause_s = random.uniform(0.25, 0.75) * 2**context.attempt  # noqa: S311
    return max(0.0, min(pause_s, remaining_s()))
