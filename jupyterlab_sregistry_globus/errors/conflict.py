"""The current state does not allow it: change the state, or choose another."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


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


class UploadsActive(Conflict, code="uploads_active"):
    """Uploads have not ended, and the user has not said what should become of them."""


class TransferConflict(
    Conflict, code="transfer_conflict", retryable=True, action=actions.RetryAction(after_s=60)
):
    """Globus is still working on another task with the same paths."""
