"""globus-sdk's SQLite token file, extended for several programs that share it."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import msgspec
from globus_sdk.token_storage import SQLiteTokenStorage, TokenStorageData

from ..models.accounts import Identity
from ..store.database import BUSY_TIMEOUT_S
from ..store.files import check_database

_ACCOUNT_TABLE = """
    CREATE TABLE IF NOT EXISTS sregistry_globus_account (
        namespace TEXT PRIMARY KEY,
        identities_json TEXT NOT NULL,
        reason TEXT NOT NULL,
        changed_at REAL NOT NULL
    )
"""


class TokenFile(SQLiteTokenStorage):
    """An open token file. Used by one thread, closed after use.

    Has the SDK's table, and one of ours: each namespace's identities, or why it has no identities.

    :raises StoreNotPrivate: the file or its folder is not this account's alone.
    :raises sqlite3.Error: the file is damaged, locked for too long, or not writable.
    """

    def __init__(self, path: Path, namespace: str) -> None:
        # The SDK creates a missing file with mode 0600, but uses an existing one as it is.
        check_database(path)
        parameters = {"timeout": BUSY_TIMEOUT_S}
        try:
            super().__init__(path, namespace=namespace, connect_params=parameters)
        except sqlite3.OperationalError:
            # Another program may have created the file at the same moment. Now it exists.
            super().__init__(path, namespace=namespace, connect_params=parameters)

    def identities(self) -> tuple[tuple[Identity, ...], str]:
        """Return the identities, first the one that logged in, and why there are no others."""
        try:
            row = self._connection.execute(
                "SELECT identities_json, reason FROM sregistry_globus_account WHERE namespace = ?",
                (self.namespace,),
            ).fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            row = None
        if row is None:
            return (), ""
        return msgspec.json.decode(row[0], type=tuple[Identity, ...]), row[1]

    def replace_all(
        self, tokens: dict[str, TokenStorageData], identities: tuple[Identity, ...]
    ) -> None:
        """Store a login in place of the former one, in one transaction."""
        self._begin()
        self._delete_tokens()
        self._write_tokens(tokens)
        self._write_account(identities, "")
        self._connection.commit()

    def replace_if_current(
        self, resource_server: str, refresh_token: str | None, fresh: TokenStorageData
    ) -> bool:
        """Store a refreshed token if the refresh token it came from is still stored.

        :returns: False if a disconnect or another login came first; then nothing is stored.
        """
        self._begin()
        current = self.get_token_data(resource_server)
        is_current = current is not None and current.refresh_token == refresh_token
        if is_current:
            self._write_tokens({resource_server: fresh})
        self._connection.commit()
        return is_current

    def clear(self, reason: str, *, only_if_refresh_token: str | None = None) -> bool:
        """Delete the tokens of this namespace, and store the reason.

        :param only_if_refresh_token: delete only if this refresh token is still stored.
        :returns: False if it is not.
        """
        self._begin()
        if only_if_refresh_token is not None and not any(
            data.refresh_token == only_if_refresh_token
            for data in self.get_token_data_by_resource_server().values()
        ):
            self._connection.commit()
            return False
        self._delete_tokens()
        self._write_account((), reason)
        self._connection.commit()
        return True

    def _begin(self) -> None:
        self._connection.execute(_ACCOUNT_TABLE)
        self._connection.commit()
        self._connection.execute("BEGIN IMMEDIATE")

    def _delete_tokens(self) -> None:
        # Without this, a freed page would keep the token's bytes.
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.execute("DELETE FROM token_storage WHERE namespace = ?", (self.namespace,))

    def _write_tokens(self, tokens: dict[str, TokenStorageData]) -> None:
        self._connection.executemany(
            "REPLACE INTO token_storage(namespace, resource_server, token_data_json) "
            "VALUES (?, ?, ?)",
            [(self.namespace, name, json.dumps(data.to_dict())) for name, data in tokens.items()],
        )

    def _write_account(self, identities: tuple[Identity, ...], reason: str) -> None:
        self._connection.execute(
            "REPLACE INTO sregistry_globus_account VALUES (?, ?, ?, ?)",
            (self.namespace, msgspec.json.encode(identities).decode(), reason, time.time()),
        )
