"""It is not permitted."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


class Refused(SRegistryGlobusError):
    """It is not permitted."""


class PermissionRefused(Refused, code="permission_refused", action=actions.ChooseFolderAction()):
    """The endpoint does not permit the user to do this."""


class PathNotAllowed(Refused, code="path_not_allowed"):
    """The local path is outside the folders that this server may read."""


class GlobusRefused(Refused, code="globus_refused"):
    """Globus refused for a reason that no other class describes."""
