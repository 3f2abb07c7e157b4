"""The user must log in to Globus."""

from __future__ import annotations

from ..models import actions
from .base import SRegistryGlobusError


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
