"""globus-sdk clients, one for each thread, with tokens from the store."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from ..config import SRegistryGlobus
from ..errors import GlobusDisabled, GlobusUnavailable, SettingMissing
from ..net.environment import explained
from .credentials import Credentials
from .messages import SETUP_HELP, SWITCHED_OFF
from .scopes import AUTH_SERVER, TRANSFER_SERVER

if TYPE_CHECKING:
    from globus_sdk import (
        AuthClient,
        AuthLoginClient,
        BaseClient,
        ConfidentialAppAuthClient,
        NativeAppAuthClient,
        TransferClient,
    )
    from globus_sdk.authorizers import GlobusAuthorizer

    App = NativeAppAuthClient | ConfidentialAppAuthClient

Client = TypeVar("Client", bound="BaseClient")


class Clients:
    """Creates and keeps SDK clients. They are not thread-safe, so each thread has its own.

    :param settings: time-outs, retries, client id.
    :param credentials: where access tokens come from.
    """

    def __init__(self, settings: SRegistryGlobus, credentials: Credentials) -> None:
        self._settings = settings
        self._credentials = credentials
        self._of_thread = threading.local()
        self._clients: list[BaseClient] = []

    def close(self) -> None:
        """Close all connections, including those of threads that have ended."""
        while self._clients:
            self._clients.pop().close()

    def check_usable(self) -> None:
        """Raise an error if Globus is switched off or no app is registered.

        :raises GlobusDisabled: an administrator switched it off.
        :raises SettingMissing: no client id is set.
        """
        if not self._settings.enabled:
            raise GlobusDisabled(SWITCHED_OFF)
        if not self._settings.client_id:
            raise SettingMissing(
                "Globus is not set up on this server.",
                setting="SRegistryGlobus.client_id",
                help=SETUP_HELP,
            )

    def app(self) -> AuthLoginClient:
        """Return a client of Globus Auth that acts as the app."""
        self.check_usable()
        client: AuthLoginClient | None = getattr(self._of_thread, "app", None)
        if client is None:
            client = self._of_thread.app = self._kept(self.new_app())
        return client

    def new_app(self) -> App:
        """Create a client for one login flow, which lives on it. Close it after use."""
        from globus_sdk import ConfidentialAppAuthClient, NativeAppAuthClient

        client_id, secret = self._settings.client_id, self._settings.client_secret
        if secret:
            return self._new(ConfidentialAppAuthClient, client_id, secret)
        return self._new(NativeAppAuthClient, client_id)

    def new_auth(self, access_token: str | None = None) -> AuthClient:
        """Create a client of Globus Auth. Close it after use.

        :param access_token: None sends requests without a token.
        """
        from globus_sdk import AccessTokenAuthorizer, AuthClient

        authorizer = AccessTokenAuthorizer(access_token) if access_token else None
        return self._new(AuthClient, authorizer=authorizer)

    def new_transfer(self) -> TransferClient:
        """Create a client of Globus Transfer that sends no token. Close it after use."""
        from globus_sdk import TransferClient

        return self._new(TransferClient)

    def auth(self) -> AuthClient:
        """Return a client of Globus Auth that acts as the connected user."""
        from globus_sdk import AuthClient

        self.check_usable()
        client: AuthClient | None = getattr(self._of_thread, "auth", None)
        if client is None:
            client = self._new(AuthClient, authorizer=self._authorizer(AUTH_SERVER))
            self._of_thread.auth = self._kept(client)
        return client

    def transfer(self) -> TransferClient:
        """Return a client of Globus Transfer that acts as the connected user."""
        from globus_sdk import TransferClient

        self.check_usable()
        client: TransferClient | None = getattr(self._of_thread, "transfer", None)
        if client is None:
            client = self._new(TransferClient, authorizer=self._authorizer(TRANSFER_SERVER))
            self._of_thread.transfer = self._kept(client)
        return client

    def _authorizer(self, resource_server: str) -> GlobusAuthorizer:
        from .authorizer import CredentialsAuthorizer

        return CredentialsAuthorizer(self._credentials, resource_server, self.app)

    def _kept(self, client: Client) -> Client:
        self._clients.append(client)
        return client

    def _new(self, kind: type[Client], *arguments: Any, **options: Any) -> Client:
        """Create a client with deadlines, and with our errors for wrong environment variables.

        :raises GlobusUnavailable: environment variables are wrong.
        """
        from .transport import bound, retry_config

        try:
            client = kind(
                *arguments,
                retry_config=retry_config(self._settings),
                app_name="jupyterlab-sregistry-globus",
                **options,
            )
        except Exception as error:  # globus-sdk reads several variables
            raise GlobusUnavailable(explained(error)) from error
        bound(client, self._settings)
        return client
