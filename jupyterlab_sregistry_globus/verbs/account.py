"""Who is connected, and disconnecting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..errors import NotConnected, ReloginNeeded
from ..models.accounts import Account, Identity
from ..models.actions import LoginAction
from ..services import Services
from .tables import Fact

# More than a consent, a session and a policy one after the other is asked of nobody.
MOST_LOGINS = 3

Answer = TypeVar("Answer")


def going_on(
    here: Services, act: Callable[[], Answer], ask_code: Callable[[str, str], str | None]
) -> Answer:
    """Do something; where Globus demands a login for it, log in for exactly that and go on.

    :param act: safe to repeat after a refusal.
    :param ask_code: gets why and the address to open; gives the code that Globus showed there, or
        None where nobody can type one, so that the refusal stands.
    """
    for _ in range(MOST_LOGINS):
        try:
            return act()
        except ReloginNeeded as error:
            wanted = error.action if isinstance(error.action, LoginAction) else None
            started = here.logins.begin_pasting(wanted)
            code = ask_code(error.message, started.authorize_url)
            if not code or not code.strip():
                raise
            here.logins.finish_with_code(started.login_id, code)
    return act()


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
    :raises SettingMissing: there is no client id.
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
    done = here.accounts.disconnect()
    words = f"Disconnected. To end the browser's session at Globus too, open {done.logout_url}"
    if not done.is_revoked:
        words += "\nGlobus could not be told; the tokens are forgotten here, and end there by themselves."
    return Fact(words, done)


def _name(one: Identity) -> str:
    address = f"<{one.username}>" if one.username else ""
    return " ".join(part for part in (one.name, address, one.organization) if part)
