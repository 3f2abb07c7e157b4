"""globus-sdk's SQLite token file, with what several programs on one file need beside it."""

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
    """One open token file. Used by one thread, closed after use.

    Beside the SDK's table it has one of ours: who is connected in each namespace, or why nobody is.

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
            # Two programs may have made the file at the same moment: now it is there for both.
            super().__init__(path, namespace=namespace, connect_params=parameters)

    def identities(self) -> tuple[tuple[Identity, ...], str]:
        """Who is connected, first the identity that logged in; and why nobody is, in words."""
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
        """Store a fresh login in place of whatever was there, in one transaction."""
        self._begin()
        self._delete_tokens()
        self._write_tokens(tokens)
        self._write_account(identities, "")
        self._connection.commit()

    def replace_if_current(
        self, resource_server: str, refresh_token: str | None, fresh: TokenStorageData
    ) -> bool:
        """Store a refreshed token, unless the one it came from is no longer the stored one.

        :returns: False if a disconnect or another login came first; nothing is stored then.
        """
        self._begin()
        current = self.get_token_data(resource_server)
        is_current = current is not None and current.refresh_token == refresh_token
        if is_current:
            self._write_tokens({resource_server: fresh})
        self._connection.commit()
        return is_current

    def clear(self, reason: str, *, only_if_refresh_token: str | None = None) -> bool:
        """Forget the tokens of this namespace and note why.

        :param only_if_refresh_token: do so only while this refresh token is among the stored ones.
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
        # A freed page would keep the token's bytes otherwise.
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
