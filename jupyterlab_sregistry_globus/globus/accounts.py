"""The connected account: who it is, connecting another, and disconnecting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..config import SRegistryGlobus
from ..errors import (
    BadRequest,
    LoginFailed,
    NotConnected,
    SRegistryGlobusError,
    StoreUnavailable,
)
from ..models.accounts import Account, Disconnected, Identity
from .clients import Clients
from .credentials import Credentials
from .login import Logins
from .messages import NOT_CONNECTED, SETUP_HELP, SWITCHED_OFF
from .refusals import translated
from .scopes import AUTH_SERVER, TRANSFER_SERVER
from .tokens import TokenStore

if TYPE_CHECKING:
    from globus_sdk import OAuthTokenResponse
    from globus_sdk.token_storage import TokenStorageData


class Accounts:
    """Reads, replaces and forgets the connected account.

    :param on_change: called after a login or a disconnect, from any thread.

    ``logins`` has the flows that connect another account.
    """

    def __init__(
        self,
        settings: SRegistryGlobus,
        tokens: TokenStore,
        credentials: Credentials,
        clients: Clients,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._tokens = tokens
        self._credentials = credentials
        self._clients = clients
        self._on_change = on_change
        self.logins = Logins(settings, clients, self.connect, on_change)

    def current(self) -> Account:
        """Return the account as the store knows it, without a request to Globus."""
        is_sandbox = self._settings.is_sandbox
        if not self._settings.enabled:
            return Account("disabled", reason=SWITCHED_OFF)
        if not self._settings.client_id:
            return Account("not_configured", reason=SETUP_HELP, is_sandbox=is_sandbox)
        stored = self._credentials.read()
        if not stored.identities:
            return Account("disconnected", reason=stored.reason, is_sandbox=is_sandbox)
        return Account(
            "connected",
            identity=stored.identities[0],
            is_sandbox=is_sandbox,
            linked=stored.identities[1:],
            source=self._credentials.source,
        )

    def require(self) -> Account:
        """Return the connected account.

        :raises NotConnected: no account is connected; the message says why.
        :raises SettingMissing: no client id is set.
        :raises GlobusDisabled: an administrator has switched Globus off.
        """
        account = self.current()
        if account.identity is None:
            self._clients.check_usable()
            raise NotConnected(account.reason or NOT_CONNECTED)
        return account

    def connect(self, response: OAuthTokenResponse) -> None:
        """Store the tokens of a new login in place of the former ones.

        :raises LoginFailed: Globus granted too little.
        :raises StoreUnavailable: the tokens cannot be written.
        """
        granted = response.by_resource_server
        if AUTH_SERVER not in granted or TRANSFER_SERVER not in granted:
            raise LoginFailed(
                "Globus granted fewer permissions than this app requires. Connect again."
            )
        identities = self._identities(granted[AUTH_SERVER]["access_token"])
        former = self._tokens.read()
        self._tokens.store_login(response, identities)
        if former.identities and former.identities[0].id != identities[0].id:
            # Another identity's tokens, which no later disconnect could revoke.
            self._revoke(former.tokens)

    def disconnect(self) -> Disconnected:
        """Forget the stored tokens, then have Globus revoke them.

        :raises BadRequest: the server acts as itself.
        :raises StoreUnavailable: the tokens could not be removed; they are revoked all the same.
        """
        if self._credentials.source == "service":
            raise BadRequest(
                "This server acts as itself, so no user can disconnect it. Ask its administrator."
            )
        known, failure = self._tokens.read().tokens, None
        try:
            known = self._tokens.forget()
        except StoreUnavailable as error:
            failure = error
        self._on_change()
        is_revoked = self._revoke(known)
        if failure is not None:
            raise failure
        query = urlencode({"client": self._settings.client_id, "redirect_name": "JupyterLab"})
        logout_url = f"{self._settings.auth_url.rstrip('/')}/v2/web/logout?{query}"
        return Disconnected(logout_url, is_revoked)

    def _revoke(self, tokens: Mapping[str, TokenStorageData]) -> bool:
        """Have Globus revoke tokens; return whether it revoked all of them."""
        is_revoked = True
        for data in tokens.values():
            for token in filter(None, (data.refresh_token, data.access_token)):
                try:
                    with translated():
                        self._clients.app().oauth2_revoke_token(token)
                except SRegistryGlobusError as error:
                    is_revoked = False
                    if error.retryable:
                        return False  # out of reach, and each of the others would wait as long
        return is_revoked

    def _identities(self, access_token: str) -> tuple[Identity, ...]:
        """Ask Globus whose token it is; return that identity first, then the linked ones."""
        with translated(), self._clients.new_auth(access_token) as client:
            info = client.userinfo()
            own = _identity(info.data)
        linked = [_identity(document) for document in info.get("identity_set") or []]
        return (own, *(identity for identity in linked if identity.id != own.id))


def _identity(document: Mapping[str, object]) -> Identity:
    return Identity(
        id=str(document["sub"]),
        username=str(document.get("preferred_username") or document.get("username") or ""),
        name=str(document.get("name") or ""),
        email=str(document.get("email") or ""),
        organization=str(
            document.get("identity_provider_display_name") or document.get("organization") or ""
        ),
    )
