"""An administrator must set it up."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


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
