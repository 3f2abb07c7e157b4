"""Every error we raise, by what the user can do about it.

A class names a fact; its ``code`` is the word that programs see. Faces map classes to an HTTP
status (handlers/statuses.py) and to an exit code (cli/exits.py), in one table each.
"""

from __future__ import annotations

from typing import ClassVar

from .models.actions import (
    Action,
    ChooseEndpointAction,
    ChooseFolderAction,
    ConfigureAction,
    LoginAction,
    RetryAction,
)


class SRegistryGlobusError(Exception):
    """The root of our errors.

    :param message: plain words, fit to show, ending in what to do where that is known.
    :param action: what a face should offer; None takes the class's own.
    """

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False
    default_action: ClassVar[Action | None] = None

    def __init__(self, message: str, *, action: Action | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.action = action if action is not None else self.default_action


# What was asked is malformed: ask differently.


class BadRequest(SRegistryGlobusError):
    """The request itself makes no sense; the message says what would."""

    code = "bad_request"


class ReferenceMalformed(BadRequest):
    """A text is no image reference."""

    code = "reference_malformed"


class LabelMalformed(BadRequest):
    """Globus would refuse the label."""

    code = "label_malformed"


# Nobody is connected, or not far enough: log in or configure.


class NotConfigured(SRegistryGlobusError):
    """No Globus client id is set."""

    code = "not_configured"

    def __init__(self, message: str, *, setting: str, help: str) -> None:
        super().__init__(message, action=ConfigureAction(setting=setting, help=help))


class GlobusDisabled(SRegistryGlobusError):
    """The administrator has switched Globus off."""

    code = "globus_disabled"


class NotConnected(SRegistryGlobusError):
    """No usable Globus tokens are stored."""

    code = "not_connected"
    default_action = LoginAction()


class ConsentRequired(SRegistryGlobusError):
    """Globus wants the person to grant the app more; the action carries which scopes."""

    code = "consent_required"


class LoginRequired(SRegistryGlobusError):
    """Globus wants a fresh or another login; the action carries the session parameters."""

    code = "login_required"


class LoginFailed(SRegistryGlobusError):
    """A login ended without tokens."""

    code = "login_failed"
    default_action = LoginAction()


# The endpoint or folder will not do: choose another.


class EndpointNotFound(SRegistryGlobusError):
    """No such endpoint, or it was deleted."""

    code = "endpoint_not_found"
    default_action = ChooseEndpointAction()


class EndpointAmbiguous(SRegistryGlobusError):
    """A name fits several endpoints."""

    code = "endpoint_ambiguous"
    default_action = ChooseEndpointAction()


class EndpointOffline(SRegistryGlobusError):
    """A Globus Connect Personal that is not running, or is paused."""

    code = "endpoint_offline"
    retryable = True
    default_action = ChooseEndpointAction()


class EndpointNotUsable(SRegistryGlobusError):
    """Files cannot live on this kind of endpoint."""

    code = "endpoint_not_usable"
    default_action = ChooseEndpointAction()


class EndpointFailed(SRegistryGlobusError):
    """The endpoint itself failed to do what Globus asked of it."""

    code = "endpoint_failed"
    retryable = True


class FolderNotFound(SRegistryGlobusError):
    """No such folder on the endpoint."""

    code = "folder_not_found"
    default_action = ChooseFolderAction()


class FolderExists(SRegistryGlobusError):
    """The folder to create is there already."""

    code = "folder_exists"
    default_action = ChooseFolderAction()


class PermissionRefused(SRegistryGlobusError):
    """The endpoint does not let this person do that."""

    code = "permission_refused"
    default_action = ChooseFolderAction()


class SubscriptionMissing(SRegistryGlobusError):
    """The endpoint is under no Globus subscription, which what was asked needs."""

    code = "subscription_missing"


class BookmarkNotFound(SRegistryGlobusError):
    """No such bookmark."""

    code = "bookmark_not_found"


# The image will not do.


class RegistryNotFound(SRegistryGlobusError):
    """No registry of that name is configured."""

    code = "registry_not_found"


class RegistryUnavailable(SRegistryGlobusError):
    """A registry did not answer, or not in a way we can read."""

    code = "registry_unavailable"
    retryable = True
    default_action: ClassVar[Action | None] = RetryAction(after_s=30)


class RegistryLocked(RegistryUnavailable):
    """A registry that only a login opens; the action carries what to log in with."""

    code = "registry_locked"
    retryable = False
    default_action = LoginAction()


class RegistryUnreachable(RegistryUnavailable):
    """No connection to a registry comes about, so it was asked nothing."""

    code = "registry_unreachable"


class RegistryBusy(RegistryUnavailable):
    """A registry asked us to slow down."""

    code = "registry_busy"


class ImageNotFound(SRegistryGlobusError):
    """The registry, or the disk, has no such image."""

    code = "image_not_found"


class ImageUnreadable(SRegistryGlobusError):
    """A file is no image, or is cut short, or lies about itself."""

    code = "image_unreadable"


class ImageChanged(SRegistryGlobusError):
    """What was seen is no longer what would be sent."""

    code = "image_changed"


class PathNotAllowed(SRegistryGlobusError):
    """A local path outside the folders that this server may read."""

    code = "path_not_allowed"


class PathNotServed(SRegistryGlobusError):
    """A local file that lies under no Globus endpoint."""

    code = "path_not_served"


# The send.


class NotSendable(SRegistryGlobusError):
    """The plan has a blocking warning."""

    code = "not_sendable"


class SendNotFound(SRegistryGlobusError):
    """No such send in the outbox."""

    code = "send_not_found"


class SendFinished(SRegistryGlobusError):
    """The send has ended, so it can be neither canceled nor changed."""

    code = "send_finished"


class SendActive(SRegistryGlobusError):
    """The send has not ended, so it can be neither repeated nor removed."""

    code = "send_active"


class SendFailed(SRegistryGlobusError):
    """A send that was waited for ended without arriving."""

    code = "send_failed"


class TransferConflict(SRegistryGlobusError):
    """Globus is still busy with a transfer of the very same paths."""

    code = "transfer_conflict"
    retryable = True
    default_action = RetryAction(after_s=60)


class ExtraMissing(SRegistryGlobusError):
    """What was asked for needs a package that is not installed."""

    code = "extra_missing"


# Something out of reach: wait, or call the administrator.


class GlobusUnavailable(SRegistryGlobusError):
    """Globus did not answer, in time or at all."""

    code = "globus_unavailable"
    retryable = True
    default_action = RetryAction(after_s=10)


class GlobusBusy(GlobusUnavailable):
    """Globus asked us to slow down."""

    code = "globus_busy"


class GlobusRefused(SRegistryGlobusError):
    """Globus refused for a reason we have no better word for."""

    code = "globus_refused"


class StoreUnavailable(SRegistryGlobusError):
    """Our own files cannot be read or written: disk full, read-only, locked for too long."""

    code = "store_unavailable"
    retryable = True
