"""globus-sdk clients, one for each thread, with tokens from the store."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..config import SRegistryGlobus
from ..errors import GlobusDisabled, SettingMissing
from .credentials import Credentials
from .messages import SETUP_HELP, SWITCHED_OFF
from .scopes import AUTH_SERVER, TRANSFER_SERVER

if TYPE_CHECKING:
    from globus_sdk import (
        AuthClient,
        AuthLoginClient,
        ConfidentialAppAuthClient,
        NativeAppAuthClient,
        TransferClient,
    )
    from globus_sdk.authorizers import GlobusAuthorizer
    from globus_sdk.transport import RequestsTransport, RetryConfig

    App = NativeAppAuthClient | ConfidentialAppAuthClient


class Clients:
    """Creates and keeps SDK clients. They are not thread-safe, so each thread has its own.

    :param settings: time-outs, retries, client id.
    :param credentials: where access tokens come from.
    """

    def __init__(self, settings: SRegistryGlobus, credentials: Credentials) -> None:
        self._settings = settings
        self._credentials = credentials
        self._of_thread = threading.local()
        self._transports: list[RequestsTransport] = []

    def close(self) -> None:
        """Close all connections, including those of threads that have ended."""
        while self._transports:
            self._transports.pop().close()

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
            client = self.new_app(self._transport())
            self._of_thread.app = client
        return client

    def new_app(self, transport: RequestsTransport | None = None) -> App:
        """Create a client for one login flow, which lives on it. Close it after use."""
        from globus_sdk import ConfidentialAppAuthClient, NativeAppAuthClient

        options: dict[str, Any] = {
            "transport": transport,
            "retry_config": self._retries(),
            "app_name": "jupyterlab-sregistry-globus",
        }
        settings = self._settings
        if settings.client_secret:
            client: App = ConfidentialAppAuthClient(
                settings.client_id, settings.client_secret, **options
            )
        else:
            client = NativeAppAuthClient(settings.client_id, **options)
        client.transport.http_timeout = settings.upstream_timeout_s
        return client

    def auth(self) -> AuthClient:
        """Return a client of Globus Auth that acts as the connected user."""
        from globus_sdk import AuthClient

        self.check_usable()
        client: AuthClient | None = getattr(self._of_thread, "auth", None)
        if client is None:
            client = AuthClient(
                authorizer=self._authorizer(AUTH_SERVER),
                transport=self._transport(),
                retry_config=self._retries(),
                app_name="jupyterlab-sregistry-globus",
            )
            self._of_thread.auth = client
        return client

    def transfer(self) -> TransferClient:
        """Return a client of Globus Transfer that acts as the connected user."""
        from globus_sdk import TransferClient

        self.check_usable()
        client: TransferClient | None = getattr(self._of_thread, "transfer", None)
        if client is None:
            client = TransferClient(
                authorizer=self._authorizer(TRANSFER_SERVER),
                transport=self._transport(),
                retry_config=self._retries(),
                app_name="jupyterlab-sregistry-globus",
            )
            self._of_thread.transfer = client
        return client

    def _authorizer(self, resource_server: str) -> GlobusAuthorizer:
        from .authorizer import CredentialsAuthorizer

        return CredentialsAuthorizer(self._credentials, resource_server, self.app)

    def _transport(self) -> RequestsTransport:
        from globus_sdk.transport import RequestsTransport

        transport = RequestsTransport(http_timeout=self._settings.upstream_timeout_s)
        self._transports.append(transport)
        return transport

    def _retries(self) -> RetryConfig:
        from globus_sdk.transport import RetryConfig

        return RetryConfig(max_retries=self._settings.upstream_retries, max_sleep=2)
