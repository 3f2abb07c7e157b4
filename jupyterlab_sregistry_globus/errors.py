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
        TransferFinished · TransferActive · TransferConflict
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

Branches without a ``code`` are only caught. HTTP statuses (handlers/statuses.py) and exit codes
(cli/exits.py) are looked up along the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from .models import actions
from .models.actions import Action


class SRegistryGlobusError(Exception):
    """The root of our errors.

    :param message: what happened, then what to do; fit to show to the user.
    :param action: what a face should offer; None for the default action of the class.
    """

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False
    default_action: ClassVar[Action | None] = None

    def __init_subclass__(
        cls, *, code: str | None = None, retryable: bool | None = None, action: Action | None = None
    ) -> None:
        """Set what the class differs in from its parent."""
        super().__init_subclass__()
        cls.code = cls.code if code is None else code
        cls.retryable = cls.retryable if retryable is None else retryable
        cls.default_action = cls.default_action if action is None else action

    def __init__(self, message: str, *, action: Action | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.action = action if action is not None else self.default_action

    @classmethod
    def look_up(cls, table: Mapping[type[Any], int]) -> int:
        """Return the table's value for this class, or for its nearest ancestor in the table."""
        return next(table[kind] for kind in cls.__mro__ if kind in table)


class NotFound(SRegistryGlobusError):
    """It does not exist."""


class EndpointNotFound(NotFound, code="endpoint_not_found", action=actions.ChooseEndpointAction()):
    """No endpoint has this id or name, or it was deleted."""


class FolderNotFound(NotFound, code="folder_not_found", action=actions.ChooseFolderAction()):
    """The endpoint has no such folder."""


class BookmarkNotFound(NotFound, code="bookmark_not_found"):
    """The user has no such bookmark."""


class RegistryNotFound(NotFound, code="registry_not_found"):
    """No registry of this name is configured."""


class ImageNotFound(NotFound, code="image_not_found"):
    """The registry, or the disk, has no such image."""


class TransferNotFound(NotFound, code="transfer_not_found"):
    """The outbox has no such transfer."""


class Invalid(SRegistryGlobusError):
    """The request, or the file that it names, is malformed."""


class BadRequest(Invalid, code="bad_request"):
    """The request makes no sense; the message says what would."""


class ReferenceMalformed(Invalid, code="reference_malformed"):
    """The text is not an image reference."""


class LabelMalformed(Invalid, code="label_malformed"):
    """Globus would reject the label."""


class AnswerMissing(Invalid, code="answer_missing"):
    """Setup requires an answer, or another one. A face looks up how to give it by its name."""

    def __init__(self, message: str, *, answer: str) -> None:
        super().__init__(message)
        self.answer = answer


class EndpointAmbiguous(Invalid, code="endpoint_ambiguous", action=actions.ChooseEndpointAction()):
    """Several endpoints have this name."""


class ImageUnreadable(Invalid, code="image_unreadable"):
    """The file is not an image, is truncated, or its header contradicts its content."""


class Conflict(SRegistryGlobusError):
    """The current state does not allow it."""


class EndpointNotUsable(
    Conflict, code="endpoint_not_usable", action=actions.ChooseEndpointAction()
):
    """This kind of endpoint cannot hold files."""


class FolderExists(Conflict, code="folder_exists", action=actions.ChooseFolderAction()):
    """The folder to create already exists."""


class ImageChanged(Conflict, code="image_changed"):
    """The image is not the one that the user saw."""


class NotSendable(Conflict, code="not_sendable"):
    """The plan has a blocking warning."""


class TransferFinished(Conflict, code="transfer_finished"):
    """The transfer has ended, so it can be neither canceled nor changed."""


class TransferActive(Conflict, code="transfer_active"):
    """The transfer has not ended, so it can be neither retried nor removed."""


class TransferConflict(
    Conflict, code="transfer_conflict", retryable=True, action=actions.RetryAction(after_s=60)
):
    """Globus is still working on another task with the same paths."""


class LoginNeeded(SRegistryGlobusError):
    """The user must log in to Globus; the action describes the login."""


class NotConnected(LoginNeeded, code="not_connected", action=actions.LoginAction()):
    """No usable Globus tokens are stored."""


class LoginFailed(LoginNeeded, code="login_failed", action=actions.LoginAction()):
    """A login ended without tokens."""


class ReloginNeeded(LoginNeeded):
    """The user is connected, but Globus requires another login; the action describes it."""


class ConsentRequired(ReloginNeeded, code="consent_required"):
    """Globus requires the user's consent to more scopes, which the action lists."""


class LoginRequired(ReloginNeeded, code="login_required"):
    """Globus requires a fresh or a different login; the action has the session parameters."""


class NotConfigured(SRegistryGlobusError):
    """An administrator has not set it up."""


class SettingMissing(NotConfigured, code="not_configured"):
    """A required setting is missing or wrong.

    :param setting: the setting's full name.
    :param help: how to set it.
    """

    def __init__(self, message: str, *, setting: str, help: str) -> None:
        super().__init__(message, action=actions.ConfigureAction(setting=setting, help=help))


class SettingWrong(NotConfigured, code="setting_wrong"):
    """A setting, a configuration file or an environment variable cannot be used as it is."""


class GlobusDisabled(NotConfigured, code="globus_disabled"):
    """The administrator has switched Globus off."""


class SubscriptionMissing(NotConfigured, code="subscription_missing"):
    """The request requires an endpoint that is under a Globus subscription."""


class PathNotServed(NotConfigured, code="path_not_served"):
    """No Globus endpoint serves this local file."""


class MappingWrong(NotConfigured, code="mapping_wrong"):
    """A host endpoint does not show a file where the settings say it is."""


class ExtraMissing(NotConfigured, code="extra_missing"):
    """The request requires a package that is not installed."""


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


class Refused(SRegistryGlobusError):
    """It is not permitted."""


class PermissionRefused(Refused, code="permission_refused", action=actions.ChooseFolderAction()):
    """The endpoint does not permit the user to do this."""


class PathNotAllowed(Refused, code="path_not_allowed"):
    """The local path is outside the folders that this server may read."""


class GlobusRefused(Refused, code="globus_refused"):
    """Globus refused for a reason that no other class describes."""


class TransferFailed(SRegistryGlobusError, code="transfer_failed"):
    """A transfer that a command waited for has failed."""
