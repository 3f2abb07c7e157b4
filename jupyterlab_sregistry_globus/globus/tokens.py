"""The token store: the rules for keeping, refreshing and forgetting tokens."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NotConnected, StoreUnavailable
from ..models.accounts import Identity
from .messages import APP_REFUSED, CONNECTION_ENDED, NOT_CONNECTED
from .stored import DAMAGED, Stored, StoredTokens, is_read_only

if TYPE_CHECKING:
    from globus_sdk import AuthLoginClient, OAuthTokenResponse
    from globus_sdk.token_storage import TokenStorageData

# The SDK's own margin: a token that ends within a minute counts as ended.
EXPIRY_MARGIN_S = 60
# How long another program may take from Globus's answer to writing it to the file.
CATCH_UP_S = 1.0


class TokenStore:
    """Tokens on disk, shared by every server, kernel and command of one user.

    A lock covers reading and refreshing a token, never a request that uses one.

    :param path: the SQLite file, mode 0600.
    :param namespace: service address and client id; nothing is ever read across namespaces.
    """

    def __init__(self, path: Path, namespace: str) -> None:
        self._stored = StoredTokens(path, namespace)
        self._lock = threading.Lock()

    def read(self) -> Stored:
        """Return what is stored. A missing, damaged or foreign file counts as empty."""
        return self._stored.read()

    def access_token(self, resource_server: str, auth: AuthLoginClient) -> str:
        """Return a token that is good for at least a minute, refreshed where needed.

        :param auth: a client of the calling thread, to refresh with.
        :raises NotConnected: no account is connected, or Globus rejects the refresh token.
        """
        data = self._data(resource_server)
        if data.expires_at_seconds > time.time() + EXPIRY_MARGIN_S:
            return data.access_token
        return self.refresh(resource_server, data.access_token, auth)

    def refresh(self, resource_server: str, stale: str, auth: AuthLoginClient) -> str:
        """Replace an access token that has ended, once for all threads that ask.

        :param stale: the access token that has ended.
        :raises NotConnected: as :meth:`access_token`.
        """
        with self._lock:
            data = self._data(resource_server)
            if data.access_token != stale:
                return data.access_token  # another thread or program was faster
            if data.refresh_token is None:
                self._end(data.refresh_token)
                raise NotConnected(CONNECTION_ENDED)
            fresh = self._request_fresh(data.refresh_token, resource_server, auth)
            if fresh is None and not self._was_replaced(resource_server, data.refresh_token):
                self._end(data.refresh_token)
                raise NotConnected(CONNECTION_ENDED)
            if fresh is not None and self._keep(resource_server, data.refresh_token, fresh):
                return fresh.access_token
        # A disconnect, another login or another program's refresh came first and wins.
        return self._data(resource_server).access_token

    def store_login(self, response: OAuthTokenResponse, identities: tuple[Identity, ...]) -> None:
        """Keep a new login in place of the old one.

        :raises StoreUnavailable: the file cannot be written.
        """
        from globus_sdk.token_storage import TokenStorageData

        tokens = {
            name: TokenStorageData.from_dict(
                {**_token_fields(data), "identity_id": identities[0].id}
            )
            for name, data in response.by_resource_server.items()
        }
        if self.read().reason == DAMAGED:
            self._stored.set_aside()
        with self._stored.open() as file:
            file.replace_all(tokens, identities)

    def forget(self, reason: str = "") -> dict[str, TokenStorageData]:
        """Remove the tokens, and return them for revoking.

        :raises StoreUnavailable: the file cannot be written.
        """
        stored = self.read()
        if stored.reason == DAMAGED:
            self._stored.set_aside()
        elif stored.tokens or stored.reason:
            with self._stored.open() as file:
                file.clear(reason)
        return stored.tokens

    def _request_fresh(
        self, refresh_token: str, resource_server: str, auth: AuthLoginClient
    ) -> TokenStorageData | None:
        """Return a fresh token, or None if Globus rejects the refresh token.

        :raises NotConnected: Globus rejects this server's secret. The stored tokens stay, because
            they are good again once the secret is right.
        """
        from globus_sdk import AuthAPIError
        from globus_sdk.token_storage import TokenStorageData

        try:
            response = auth.oauth2_refresh_token(refresh_token)
        except AuthAPIError as error:
            if error.http_status == 400:
                return None
            if error.http_status in (401, 403):
                raise NotConnected(APP_REFUSED) from error
            raise
        fields = _token_fields(response.by_resource_server[resource_server])
        fields["refresh_token"] = fields.get("refresh_token") or refresh_token
        identities = self.read().identities
        fields["identity_id"] = identities[0].id if identities else None
        return TokenStorageData.from_dict(fields)

    def _was_replaced(self, resource_server: str, refresh_token: str) -> bool:
        """Whether another program stores a newer refresh token, where each can be used once."""
        until = time.monotonic() + CATCH_UP_S
        while True:
            data = self.read().tokens.get(resource_server)
            if data is None or data.refresh_token != refresh_token:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.1)

    def _keep(self, resource_server: str, refresh_token: str, fresh: TokenStorageData) -> bool:
        """Store a fresh token; return False if the stored one is no longer what it came from.

        :raises NotConnected: the file is read-only, so that this and every later refresh would be
            lost when this program ends.
        """
        try:
            with self._stored.open() as file:
                return file.replace_if_current(resource_server, refresh_token, fresh)
        except StoreUnavailable as error:
            if not is_read_only(error):
                raise
            self._stored.end(error.message)
            raise NotConnected(error.message) from error

    def _end(self, refresh_token: str | None) -> None:
        """Forget a connection that Globus has ended."""
        try:
            with self._stored.open() as file:
                file.clear(CONNECTION_ENDED, only_if_refresh_token=refresh_token)
        except StoreUnavailable as error:
            if not is_read_only(error):
                raise
            self._stored.end(CONNECTION_ENDED)

    def _data(self, resource_server: str) -> TokenStorageData:
        stored = self.read()
        data = stored.tokens.get(resource_server)
        if data is None or not stored.identities:
            raise NotConnected(stored.reason or NOT_CONNECTED)
        return data


def _token_fields(document: Mapping[str, object]) -> dict[str, object]:
    return {
        name: document.get(name)
        for name in (
            "resource_server",
            "scope",
            "access_token",
            "refresh_token",
            "expires_at_seconds",
            "token_type",
        )
    }
