"""The connected account, drawn."""

from __future__ import annotations

from ...errors import NotConnected
from ...models.accounts import Identity
from ...services import Services
from .tables import Fact


def draw_account(services: Services) -> Fact:
    """Return the connected account.

    :raises NotConnected: no account is connected; the message says why.
    :raises SettingMissing: no client id is set.
    :raises GlobusDisabled: an administrator has switched Globus off.
    """
    account = services.accounts.current()
    if account.identity is None:
        services.parts.clients.check_usable()
        raise NotConnected(
            account.reason
            or "Not connected. Connect in JupyterLab's sidebar, or use the command login."
        )
    return Fact(_name(account.identity), account)


def _name(identity: Identity) -> str:
    address = f"<{identity.username}>" if identity.username else ""
    return " ".join(part for part in (identity.name, address, identity.organization) if part)
