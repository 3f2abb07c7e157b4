"""All our errors, a tree by what the user can do about them. Catch any level.

    SRegistryGlobusError
      NotFound            it does not exist: check the name
        EndpointNotFound · FolderNotFound · BookmarkNotFound
        RegistryNotFound · ImageNotFound · TransferNotFound
      Invalid             the request or the file is malformed: change it
        BadRequest · ReferenceMalformed · LabelMalformed
        AnswerMissing · EndpointAmbiguous · ImageUnreadable
      Conflict            the current state does not allow it: change the state, or choose another
        EndpointNotUsable · FolderExists · ImageChanged · NotSendable
        TransferFinished · TransferActive · TransferConflict · UploadsActive
      LoginNeeded         log in to Globus
        NotConnected · LoginFailed
        ReloginNeeded     connected, but Globus requires another login
          ConsentRequired · LoginRequired
      NotConfigured       an administrator must set it up
        SettingMissing · SettingWrong · GlobusDisabled
        SubscriptionMissing · PathNotServed · MappingWrong · ExtraMissing
      Unavailable         it does not work now: wait, and try again
        GlobusUnavailable
          GlobusBusy
        RegistryUnavailable
          RegistryLocked · RegistryDenied · RegistryUnreachable · StorageUnreachable
          RequestStopped · RegistryBusy
            ContainerBusy
        EndpointOffline · EndpointFailed
        StoreUnavailable
          StoreNotPrivate
      Refused             not permitted
        PermissionRefused · PathNotAllowed · GlobusRefused
      TransferFailed      the outcome of a transfer that a command waited for

Each branch has a module. Branches without a ``code`` are only caught. HTTP statuses
(handlers/statuses.py) and exit codes (cli/exits.py) are looked up along the tree.
"""

from __future__ import annotations

from .base import SRegistryGlobusError, TransferFailed
from .conflict import (
    Conflict,
    EndpointNotUsable,
    FolderExists,
    ImageChanged,
    NotSendable,
    TransferActive,
    TransferConflict,
    TransferFinished,
    UploadsActive,
)
from .invalid import (
    AnswerMissing,
    BadRequest,
    EndpointAmbiguous,
    ImageUnreadable,
    Invalid,
    LabelMalformed,
    ReferenceMalformed,
)
from .login import (
    ConsentRequired,
    LoginFailed,
    LoginNeeded,
    LoginRequired,
    NotConnected,
    ReloginNeeded,
)
from .missing import (
    BookmarkNotFound,
    EndpointNotFound,
    FolderNotFound,
    ImageNotFound,
    NotFound,
    RegistryNotFound,
    TransferNotFound,
)
from .refused import GlobusRefused, PathNotAllowed, PermissionRefused, Refused
from .setup import (
    ExtraMissing,
    GlobusDisabled,
    MappingWrong,
    NotConfigured,
    PathNotServed,
    SettingMissing,
    SettingWrong,
    SubscriptionMissing,
)
from .unavailable import (
    ContainerBusy,
    EndpointFailed,
    EndpointOffline,
    GlobusBusy,
    GlobusUnavailable,
    RegistryBusy,
    RegistryDenied,
    RegistryLocked,
    RegistryUnavailable,
    RegistryUnreachable,
    RequestStopped,
    StorageUnreachable,
    StoreNotPrivate,
    StoreUnavailable,
    Unavailable,
)

__all__ = [
    "AnswerMissing",
    "BadRequest",
    "BookmarkNotFound",
    "Conflict",
    "ConsentRequired",
    "ContainerBusy",
    "EndpointAmbiguous",
    "EndpointFailed",
    "EndpointNotFound",
    "EndpointNotUsable",
    "EndpointOffline",
    "ExtraMissing",
    "FolderExists",
    "FolderNotFound",
    "GlobusBusy",
    "GlobusDisabled",
    "GlobusRefused",
    "GlobusUnavailable",
    "ImageChanged",
    "ImageNotFound",
    "ImageUnreadable",
    "Invalid",
    "LabelMalformed",
    "LoginFailed",
    "LoginNeeded",
    "LoginRequired",
    "MappingWrong",
    "NotConfigured",
    "NotConnected",
    "NotFound",
    "NotSendable",
    "PathNotAllowed",
    "PathNotServed",
    "PermissionRefused",
    "ReferenceMalformed",
    "Refused",
    "RegistryBusy",
    "RegistryDenied",
    "RegistryLocked",
    "RegistryNotFound",
    "RegistryUnavailable",
    "RegistryUnreachable",
    "ReloginNeeded",
    "RequestStopped",
    "SRegistryGlobusError",
    "SettingMissing",
    "SettingWrong",
    "StorageUnreachable",
    "StoreNotPrivate",
    "StoreUnavailable",
    "SubscriptionMissing",
    "TransferActive",
    "TransferConflict",
    "TransferFailed",
    "TransferFinished",
    "TransferNotFound",
    "Unavailable",
    "UploadsActive",
]
