"""The token store: the one owner of the rules for keeping, refreshing and forgetting tokens."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NotConnected, StoreUnavailable
from ..models.accounts import Identity

if TYPE_CHECKING:
    from globus_sdk import AuthLoginClient, OAuthTokenResponse
    from globus_sdk.token_storage import TokenStorageData

    from .storage import TokenFile

# The SDK's own margin: a token that ends within a minute is treated as ended.
EXPIRY_MARGIN_S = 60

ENDED = "Globus says that this connection has ended. Connect again."
APP_REFUSED = (
    "Globus does not accept the client id and secret of this server. Tell its administrator."
)
DAMAGED = "The stored connection could not be read. Connect again."
OTHER_IDENTITY = "The stored connection is of another identity than it says. Connect again."
UNREACHABLE = (
    "The stored connection cannot be read just now: its file is in use, or may not be opened."
)

# A file changed this lately may change again without its time stamp telling.
RACY_S = 2.0
# For so long another program's answer from Globus may be on its way to the file.
CATCH_UP_S = 1.0

Stamp = tuple[int, int, int]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """What the token file holds for one namespace."""

    tokens: dict[str, TokenStorageData]
    identities: tuple[Identity, ...]
    reason: str

    @property
    def is_connected(self) -> bool:
        return bool(self.tokens and self.identities)


NOTHING = Stored({}, (), "")


class TokenStore:
    """Tokens on disk, shared by every server, kernel and command of one user.

    Reads are answered from memory while the file has not changed. A lock covers reading and
    refreshing a token, never a request that uses one.

    :param path: the SQLite file, mode 0600.
    :param namespace: service address and client id; nothing is ever read across namespaces.
    """

    def __init__(self, path: Path, namespace: str) -> None:
        self._path = path
        self._namespace = namespace
        self._lock = threading.Lock()
        self._seen: tuple[Stamp, Stored] | None = None
        # Why what the file holds is of no use, where the file itself can't be told.
        self._ended: tuple[Stamp, str] | None = None

    def read(self) -> Stored:
        """What is stored; a missing, damaged or foreign file counts as nothing, with the reason."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return NOTHING
        except OSError as error:
            log.warning("the token store cannot be reached: %s", error)
            return Stored({}, (), UNREACHABLE)
        stamp = _stamp(status)
        ended = self._ended
        if ended is not None and ended[0] == stamp:
            return Stored({}, (), ended[1])
        seen = self._seen
        if seen is not None and seen[0] == stamp:
            return seen[1]
        try:
            with self._file() as file:
                identities, reason = file.identities()
                stored = _of_one(
                    Stored(file.get_token_data_by_resource_server(), identities, reason)
                )
        except StoreUnavailable as error:
            log.warning("the token store cannot be read: %s", error.message)
            if _is_passing(error.__cause__):
                return Stored({}, (), UNREACHABLE)
            stored = Stored({}, (), DAMAGED)
        except Exception as error:  # a foreign file can hold anything
            log.warning("the token store holds what we did not write: %s", type(error).__name__)
            stored = Stored({}, (), DAMAGED)
        if abs(time.time() - status.st_mtime) > RACY_S:
            self._seen = (stamp, stored)
        return stored

    def access_token(self, resource_server: str, auth: AuthLoginClient) -> str:
        """A token that is good for at least a minute, refreshed where needed.

        :param auth: a client of the calling thread, to refresh with.
        :raises NotConnected: nobody is connected, or Globus no longer honours the refresh token.
        """
        data = self._data(resource_server)
        if data.expires_at_seconds > time.time() + EXPIRY_MARGIN_S:
            return data.access_token
        return self.refresh(resource_server, data.access_token, auth)

    def refresh(self, resource_server: str, stale: str, auth: AuthLoginClient) -> str:
        """Replace an access token that has ended, once however many threads ask.

        :param stale: the access token that is no longer good.
        :raises NotConnected: as :meth:`access_token`.
        """
        with self._lock:
            data = self._data(resource_server)
            if data.access_token != stale:
                return data.access_token  # another thread or program was faster
            if data.refresh_token is None:
                self._forget(ENDED, data.refresh_token)
                raise NotConnected(ENDED)
            fresh = self._ask_fresh(data.refresh_token, resource_server, auth)
            if fresh is None and not self._was_replaced(resource_server, data.refresh_token):
                self._forget(ENDED, data.refresh_token)
                raise NotConnected(ENDED)
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
            self._set_aside()
        with self._file() as file:
            file.replace_all(tokens, identities)

    def forget(self, reason: str = "") -> dict[str, TokenStorageData]:
        """Remove the tokens and return what was there, for revoking."""
        stored = self.read()
        if stored.reason == DAMAGED:
            self._set_aside()
        elif stored.tokens or stored.reason:
            with self._file() as file:
                file.clear(reason)
        return stored.tokens

    def _ask_fresh(
        self, refresh_token: str, resource_server: str, auth: AuthLoginClient
    ) -> TokenStorageData | None:
        """A fresh token; None if Globus no longer honours the refresh token.

        :raises NotConnected: it is this server that Globus does not know, which says nothing of
            the person: with the right secret, what is stored is good as before.
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
        """Whether another program has a newer refresh token, where Globus gives each out once."""
        until = time.monotonic() + CATCH_UP_S
        while True:
            data = self.read().tokens.get(resource_server)
            if data is None or data.refresh_token != refresh_token:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.1)

    def _keep(self, resource_server: str, refresh_token: str, fresh: TokenStorageData) -> bool:
        """Store a fresh token; False if it came too late.

        A store that may only be read ends the connection with the reason: whatever is refreshed
        would be lost with this program, and so would be what others refresh.
        """
        try:
            with self._file() as file:
                return file.replace_if_current(resource_server, refresh_token, fresh)
        except StoreUnavailable as error:
            if not _is_read_only(error.__cause__):
                raise
            self._end(error.message)
            raise NotConnected(error.message) from error

    def _forget(self, reason: str, refresh_token: str | None) -> None:
        try:
            with self._file() as file:
                file.clear(reason, only_if_refresh_token=refresh_token)
        except StoreUnavailable as error:
            if not _is_read_only(error.__cause__):
                raise
            self._end(reason)

    def _end(self, reason: str) -> None:
        self._ended = (_stamp(self._path.stat()), reason)

    def _data(self, resource_server: str) -> TokenStorageData:
        stored = self.read()
        data = stored.tokens.get(resource_server)
        if data is None or not stored.identities:
            raise NotConnected(stored.reason or "Not connected to Globus. Connect your account.")
        return data

    @contextlib.contextmanager
    def _file(self) -> Iterator[TokenFile]:
        from .storage import TokenFile

        try:
            file = TokenFile(self._path, self._namespace)
        except (OSError, sqlite3.Error) as error:
            raise self._unavailable(error) from error
        try:
            yield file
        except sqlite3.Error as error:
            raise self._unavailable(error) from error
        finally:
            file.close()

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"The Globus connection cannot be kept in {self._path} ({error}). "
            "Check that the folder is writable and the disk has room."
        )

    def _set_aside(self) -> None:
        try:
            self._path.replace(
                self._path.with_name(f"{self._path.name}.damaged-{int(time.time())}")
            )
        except OSError as error:
            raise self._unavailable(error) from error


def _is_passing(cause: BaseException | None) -> bool:
    """Whether the file may be read later: it is locked or may not be opened, but not damaged."""
    if isinstance(cause, sqlite3.OperationalError):
        return "no such" not in str(cause)
    return isinstance(cause, OSError)


def _is_read_only(cause: BaseException | None) -> bool:
    return isinstance(cause, sqlite3.OperationalError) and "readonly" in str(cause)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _of_one(stored: Stored) -> Stored:
    """What is stored, unless its tokens are of somebody else than its identities."""
    known = {one.id for one in stored.identities}
    owners = {data.identity_id for data in stored.tokens.values() if data.identity_id}
    if known and owners - known:
        return Stored({}, (), OTHER_IDENTITY)
    return stored


def _token_fields(data: dict[str, object]) -> dict[str, object]:
    return {
        name: data.get(name)
        for name in (
            "resource_server",
            "scope",
            "access_token",
            "refresh_token",
            "expires_at_seconds",
            "token_type",
        )
    }
