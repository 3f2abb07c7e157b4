"""The HTTP status of each error: a row for each branch of the tree, and for what differs."""

from __future__ import annotations

from .. import errors

STATUS_BY_ERROR: dict[type[errors.SRegistryGlobusError], int] = {
    errors.SRegistryGlobusError: 500,
    errors.NotFound: 404,
    errors.Invalid: 400,
    errors.EndpointAmbiguous: 409,
    errors.ImageUnreadable: 422,
    errors.Conflict: 409,
    # Not 401: browsers and proxies take that as a missing Jupyter login.
    errors.LoginNeeded: 403,
    errors.LoginFailed: 400,
    errors.NotConfigured: 409,
    errors.GlobusDisabled: 403,
    errors.SubscriptionMissing: 403,
    errors.ExtraMissing: 501,
    errors.Unavailable: 503,
    errors.RegistryLocked: 403,
    errors.RegistryDenied: 403,
    errors.EndpointOffline: 409,
    errors.EndpointFailed: 502,
    errors.StoreUnavailable: 507,
    errors.Refused: 403,
    errors.GlobusRefused: 502,
}


def http_status(error: errors.SRegistryGlobusError) -> int:
    """Return the HTTP status of an error."""
    return error.look_up(STATUS_BY_ERROR)
