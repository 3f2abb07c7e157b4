"""Who is connected, and disconnecting."""

from __future__ import annotations

from ..errors import NotConnected
from ..models.accounts import Account, Identity
from ..services import Services
from .tables import Fact


def whoami(here: Services) -> Fact:
    """Who is connected.

    :raises NotConnected: nobody is.
    """
    account = connected_account(here)
    assert account.identity is not None  # noqa: S101 - connected_account has checked it
    return Fact(_name(account.identity), account)


def connected_account(here: Services) -> Account:
    """The account, if somebody is connected.

    :raises NotConnected: nobody is; the message says why.
    :raises NotConfigured: there is no client id.
    :raises GlobusDisabled: an administrator switched Globus off.
    """
    account = here.account()
    if account.identity is None:
        here.clients.check_usable()
        raise NotConnected(
            account.reason or "Not connected. Connect in JupyterLab's sidebar, or log in here."
        )
    return account


def logout(here: Services) -> Fact:
    """Disconnect: have the tokens revoked, and forget them."""
    done = here.logins.disconnect()
    words = f"Disconnected. To end the browser's session at Globus too, open {done.logout_url}"
    if not done.is_revoked:
        words += "\nGlobus could not be told; the tokens are forgotten here, and end there by themselves."
    return Fact(words, done)


def _name(one: Identity) -> str:
    address = f"<{one.username}>" if one.username else ""
    return " ".join(part for part in (one.name, address, one.organization) if part)
