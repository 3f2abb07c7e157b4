"""Leases on transfers and on files, by which the programs of one home share the work."""

from __future__ import annotations

import time

from ..store.database import Database
from ..store.leases import LEASE_S, LONGEST_S, Holder, is_free

THIS_HOST = ""


class Leases:
    """Takes, renews and returns leases.

    :param holder: this program, as leases name it.
    """

    def __init__(self, database: Database, holder: Holder) -> None:
        self._database = database
        self._holder = holder

    def exists(self) -> bool:
        """Tell whether anything was ever recorded in this home; opens nothing."""
        return self._database.exists()

    def claim(self, transfer_id: str, *, idle_s: float = 0.0) -> bool:
        """Take or renew the lease on a transfer: the program that holds it submits and follows it.

        :param idle_s: seconds until this program will next deal with the transfer.
        :returns: False while another running program holds it.
        """
        now = time.time()
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT lease_holder, lease_expires_at FROM transfers WHERE id = ?", (transfer_id,)
            ).fetchone()
            if row is None or not is_free(row[0], row[1], now=now, me=self._holder):
                return False
            connection.execute(
                "UPDATE transfers SET lease_holder = ?, lease_expires_at = ? WHERE id = ?",
                (str(self._holder), now + min(LEASE_S + idle_s, LONGEST_S), transfer_id),
            )
        return True

    def release(self, transfer_id: str) -> None:
        """Give a lease back, so that another program can take over at once."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE transfers SET lease_holder = NULL WHERE id = ? AND lease_holder = ?",
                (transfer_id, str(self._holder)),
            )

    def release_all(self) -> None:
        """Give every lease on a transfer back, because this program ends."""
        if not self.exists():
            return
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE transfers SET lease_holder = NULL WHERE lease_holder = ?",
                (str(self._holder),),
            )

    def claim_path(self, path: str, endpoint_id: str = THIS_HOST) -> bool:
        """Take or renew the lease on a file that is being written.

        :param endpoint_id: where the file is; ``THIS_HOST`` for this host's own disk.
        :returns: False while another running program holds it.
        """
        now = time.time()
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT lease_holder, lease_expires_at FROM claimed_paths "
                "WHERE endpoint_id = ? AND path = ?",
                (endpoint_id, path),
            ).fetchone()
            if row is not None and not is_free(row[0], row[1], now=now, me=self._holder):
                return False
            connection.execute(
                "INSERT OR REPLACE INTO claimed_paths VALUES (?, ?, ?, ?)",
                (endpoint_id, path, str(self._holder), now + LEASE_S),
            )
        return True

    def release_path(self, path: str, endpoint_id: str = THIS_HOST) -> None:
        """Give the lease on a file back, if this program has it."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM claimed_paths WHERE endpoint_id = ? AND path = ? AND lease_holder = ?",
                (endpoint_id, path, str(self._holder)),
            )
