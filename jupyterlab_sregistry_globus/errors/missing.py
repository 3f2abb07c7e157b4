"""It does not exist: check the name."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


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
