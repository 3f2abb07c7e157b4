"""With which exit code each of our errors ends a command. One table; a test finds missing rows.

0 done, 1 failed, 2 used wrongly, 3 not found, 4 a login or consent is missing, 5 not set up,
6 out of reach just now.
"""

from __future__ import annotations

from .. import errors

EXIT_CODE_BY_ERROR: dict[type[errors.SRegistryGlobusError], int] = {
    errors.SRegistryGlobusError: 1,
    errors.BadRequest: 2,
    errors.ReferenceMalformed: 2,
    errors.LabelMalformed: 2,
    errors.NotConfigured: 5,
    errors.GlobusDisabled: 5,
    errors.NotConnected: 4,
    errors.ConsentRequired: 4,
    errors.LoginRequired: 4,
    errors.LoginFailed: 4,
    errors.EndpointNotFound: 3,
    errors.EndpointAmbiguous: 2,
    errors.EndpointOffline: 6,
    errors.EndpointNotUsable: 1,
    errors.EndpointFailed: 6,
    errors.FolderNotFound: 3,
    errors.FolderExists: 1,
    errors.PermissionRefused: 1,
    errors.SubscriptionMissing: 5,
    errors.BookmarkNotFound: 3,
    errors.RegistryNotFound: 3,
    errors.RegistryUnavailable: 6,
    errors.RegistryUnreachable: 6,
    errors.RegistryBusy: 6,
    errors.RegistryLocked: 4,
    errors.ImageNotFound: 3,
    errors.ImageUnreadable: 1,
    errors.ImageChanged: 1,
    errors.PathNotAllowed: 1,
    errors.PathNotServed: 5,
    errors.NotSendable: 1,
    errors.SendNotFound: 3,
    errors.SendFinished: 1,
    errors.SendActive: 1,
    errors.SendFailed: 1,
    errors.TransferConflict: 6,
    errors.ExtraMissing: 5,
    errors.GlobusUnavailable: 6,
    errors.GlobusBusy: 6,
    errors.GlobusRefused: 1,
    errors.StoreUnavailable: 1,
}


def exit_code(error: errors.SRegistryGlobusError) -> int:
    """The exit code of an error."""
    return EXIT_CODE_BY_ERROR[type(error)]
