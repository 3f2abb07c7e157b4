"""The source of tokens: the app's own identity, a login in this server, or the hub's login."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from ..config import SRegistryGlobus
from ..errors import NotConnected
from ..models.accounts import Identity
from .hub import HubTokens
from .messages import APP_REFUSED, CONNECTION_ENDED
from .scopes import BASE_SCOPES, TRANSFER_SERVER
from .stored import NOTHING, Stored
from .tokens import EXPIRY_MARGIN_S, TokenStore

if TYPE_CHECKING:
    from globus_sdk import AuthLoginClient

HUB_ENDED = (
    "The Globus login of your hub session has ended. Connect your account, or log in to the hub "
    "again and restart your server."
)
Source = Literal["login", "hub", "service"]


class Credentials:
    """Returns access tokens from the first source that is available.

    The sources: the app's own identity, if an administrator chose it; a login that the user made in
    this server; the login that the hub passed on. A login made here comes before the hub's, because
    it may have consents that the hub's lacks.

    :param store: the logins made here.
    :param hub: the tokens that a hub passed on; None outside a hub.
    :param on_end: called when a request shows that the connection has ended, from any thread.
    """

    def __init__(
        self,
        settings: SRegistryGlobus,
        store: TokenStore,
        hub: HubTokens | None = None,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._hub = hub
        self._on_end = on_end
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        self._own: dict[str, tuple[str, float]] = {}

    @property
    def source(self) -> Source:
        """The current source of tokens."""
        if self._settings.is_service:
            return "service"
        return "hub" if self._uses_hub() else "login"

    def read(self) -> Stored:
        """Return who is connected, without a request to Globus."""
        if not self._settings.enabled or not self._settings.client_id:
            return NOTHING
        if self._settings.is_service:
            return Stored({}, (_service_identity(self._settings.client_id),), "")
        if self._uses_hub() and self._hub is not None:
            return Stored({}, (self._hub.identity,), "")
        stored = self._store.read()
        if not stored.is_connected and self._hub is not None and not stored.reason:
            return Stored({}, (), HUB_ENDED)
        return stored

    @property
    def is_connected(self) -> bool:
        """Whether an account is connected."""
        return bool(self.read().identities)

    def identity_id(self) -> str | None:
        """Return the connected identity's id, or None."""
        stored = self.read()
        return stored.identities[0].id if stored.identities else None

    def username(self) -> str:
        """Return the connected identity's user name; empty if no account is connected."""
        stored = self.read()
        return stored.identities[0].username if stored.identities else ""

    def access_token(self, resource_server: str, app: AuthLoginClient) -> str:
        """Return a token that should be good for at least a minute.

        :param app: a client of the calling thread, to fetch or refresh with.
        :raises NotConnected: no account is connected, or the connection has ended.
        """
        with self._reporting_the_end():
            return self._access_token(resource_server, app)

    def _access_token(self, resource_server: str, app: AuthLoginClient) -> str:
        if self._settings.is_service:
            return self._service_token(resource_server, app)
        if self._uses_hub() and self._hub is not None:
            token = self._hub.access_tokens.get(resource_server)
            if token is None:
                raise NotConnected("The hub's login does not cover this. Connect your account.")
            return token
        return self._store.access_token(resource_server, app)

    def refresh(self, resource_server: str, stale: str, app: AuthLoginClient) -> str:
        """Return a token to replace one that Globus no longer accepts.

        :raises NotConnected: there is no other token.
        """
        with self._reporting_the_end():
            return self._refresh(resource_server, stale, app)

    @contextlib.contextmanager
    def _reporting_the_end(self) -> Iterator[None]:
        was_connected = self.is_connected
        try:
            yield
        except NotConnected:
            if was_connected and not self.is_connected:
                self._on_end()
            raise

    def _refresh(self, resource_server: str, stale: str, app: AuthLoginClient) -> str:
        if self._settings.is_service:
            with self._lock:
                if self._own.get(resource_server, ("", 0.0))[0] == stale:
                    del self._own[resource_server]
            return self._service_token(resource_server, app)
        if self._uses_hub():
            self._refused.add(stale)
            raise NotConnected(HUB_ENDED)
        return self._store.refresh(resource_server, stale, app)

    def _uses_hub(self) -> bool:
        if self._hub is None or self._store.read().is_connected:
            return False
        token = self._hub.access_tokens.get(TRANSFER_SERVER)
        return token is not None and token not in self._refused

    def _service_token(self, resource_server: str, app: AuthLoginClient) -> str:
        from globus_sdk import AuthAPIError, ConfidentialAppAuthClient

        if not isinstance(app, ConfidentialAppAuthClient):
            raise NotConnected(
                "The app's own identity requires a secret. Set SRegistryGlobus.client_secret."
            )
        with self._lock:
            token, expires_at = self._own.get(resource_server, ("", 0.0))
            if expires_at > time.time() + EXPIRY_MARGIN_S:
                return token
            try:
                answer = app.oauth2_client_credentials_tokens(requested_scopes=list(BASE_SCOPES))
            except AuthAPIError as error:
                if error.http_status in (400, 401, 403):
                    raise NotConnected(APP_REFUSED) from error
                raise
            for name, data in answer.by_resource_server.items():
                self._own[name] = (data["access_token"], float(data["expires_at_seconds"]))
            if resource_server not in self._own:
                raise NotConnected(CONNECTION_ENDED)
            return self._own[resource_server][0]


def _service_identity(client_id: str) -> Identity:
    username = f"{client_id}@clients.auth.globus.org"
    return Identity(client_id, username, name="This server's own identity")
