"""Which HTTP status each of our errors becomes. One table; a test finds missing rows."""

from __future__ import annotations

from .. import errors

STATUS_BY_ERROR: dict[type[errors.SRegistryGlobusError], int] = {
    errors.SRegistryGlobusError: 500,
    errors.BadRequest: 400,
    errors.ReferenceMalformed: 400,
    errors.LabelMalformed: 400,
    errors.NotConfigured: 409,
    errors.GlobusDisabled: 403,
    # Not 401: that status means "no Jupyter login" to the browser and to proxies.
    errors.NotConnected: 403,
    errors.ConsentRequired: 403,
    errors.LoginRequired: 403,
    errors.LoginFailed: 400,
    errors.EndpointNotFound: 404,
    errors.EndpointAmbiguous: 409,
    errors.EndpointOffline: 409,
    errors.EndpointNotUsable: 409,
    errors.EndpointFailed: 502,
    errors.FolderNotFound: 404,
    errors.FolderExists: 409,
    errors.PermissionRefused: 403,
    errors.SubscriptionMissing: 403,
    errors.BookmarkNotFound: 404,
    errors.RegistryNotFound: 404,
    errors.RegistryUnavailable: 503,
    errors.RegistryUnreachable: 503,
    errors.RegistryBusy: 503,
    errors.RegistryLocked: 403,
    errors.ImageNotFound: 404,
    errors.ImageUnreadable: 422,
    errors.ImageChanged: 409,
    errors.PathNotAllowed: 403,
    errors.PathNotServed: 409,
    errors.NotSendable: 409,
    errors.SendNotFound: 404,
    errors.SendFinished: 409,
    errors.SendActive: 409,
    errors.SendFailed: 500,
    errors.TransferConflict: 409,
    errors.GlobusUnavailable: 503,
    errors.GlobusBusy: 503,
    errors.GlobusRefused: 502,
    errors.StoreUnavailable: 507,
}
