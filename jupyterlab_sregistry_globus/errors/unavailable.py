"""It does not work now: wait, and try again."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


class Unavailable(SRegistryGlobusError):
    """It does not work now, but may later."""


class GlobusUnavailable(
    Unavailable, code="globus_unavailable", retryable=True, action=actions.RetryAction(after_s=10)
):
    """Globus did not answer, or not in time."""


class GlobusBusy(GlobusUnavailable, code="globus_busy"):
    """Globus asked us to slow down."""


class RegistryUnavailable(
    Unavailable, code="registry_unavailable", retryable=True, action=actions.RetryAction(after_s=30)
):
    """A registry did not answer, or its answer cannot be read."""


class RegistryLocked(
    RegistryUnavailable, code="registry_locked", retryable=False, action=actions.LoginAction()
):
    """A registry requires a login. Not a LoginNeeded, because searches continue without it."""


class RegistryDenied(RegistryUnavailable, code="registry_denied", retryable=False):
    """A registry requires a token, or rejects the configured one. Searches continue without it."""


class RegistryUnreachable(RegistryUnavailable, code="registry_unreachable"):
    """A registry does not answer: no connection, only its gateway, or a connection that breaks."""


class StorageUnreachable(RegistryUnavailable, code="storage_unreachable"):
    """A registry answers, but the storage of its files does not."""


class RegistryBusy(RegistryUnavailable, code="registry_busy"):
    """A registry asked us to slow down."""


class ContainerBusy(RegistryBusy, code="container_busy"):
    """The downloads of one container or collection have reached a limit; others have not."""


class RequestStopped(RegistryUnavailable, code="request_stopped"):
    """A request was canceled on this side, so its end says nothing about the registry."""


class EndpointOffline(
    Unavailable, code="endpoint_offline", retryable=True, action=actions.ChooseEndpointAction()
):
    """Globus Connect Personal is not running, or is paused."""


class EndpointFailed(Unavailable, code="endpoint_failed", retryable=True):
    """The endpoint failed to do what Globus asked."""


class StoreUnavailable(Unavailable, code="store_unavailable", retryable=True):
    """Our own files cannot be read or written: disk full, read-only, or locked for too long."""


class StoreNotPrivate(StoreUnavailable, code="store_not_private", retryable=False):
    """One of our files or folders is a link, or belongs to, or is open to, another account."""
