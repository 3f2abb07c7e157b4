"""What was asked to be sent, on disk before Globus hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from ..errors import NotConnected, TransferActive, TransferNotFound
from ..globus.messages import NOT_CONNECTED
from ..models.transfers import Transfer, TransferState
from ..store.database import Database
from ..store.leases import LEASE_S, LONGEST_S, Holder, is_free

_MIGRATIONS = (
    """
    CREATE TABLE transfers (
        id TEXT PRIMARY KEY,
        namespace TEXT NOT NULL,
        identity_id TEXT NOT NULL,
        created_at REAL NOT NULL,
        state TEXT NOT NULL,
        document BLOB NOT NULL,
        revision INTEGER NOT NULL,
        lease_holder TEXT,
        lease_expires_at REAL
    );
    CREATE INDEX transfers_of_an_identity ON transfers (namespace, identity_id, state);
    """,
    """
    CREATE TABLE staged_paths (
        path TEXT PRIMARY KEY,
        lease_holder TEXT,
        lease_expires_at REAL
    );
    """,
)
_UNFINISHED: tuple[TransferState, ...] = ("written", "active")

Change = Callable[[Transfer], Transfer]


class Outbox:
    """The transfers of the connected person, shared by every server and kernel of one home.

    :param path: the SQLite file.
    :param namespace: service address and client id, as for tokens.
    :param identity_id: tells whose sends are meant now; None while nobody is connected.
    :param holder: this program, as it stands in leases.
    """

    def __init__(
        self,
        path: Path,
        namespace: str,
        identity_id: Callable[[], str | None],
        holder: Holder | None = None,
    ) -> None:
        self._database = Database(path, _MIGRATIONS)
        self._namespace = namespace
        self._identity_id = identity_id
        self._holder = holder or Holder()

    def exists(self) -> bool:
        """Whether anything was ever sent from this home; opens nothing."""
        return self._database.exists()

    def add(self, transfer: Transfer) -> None:
        """Write a transfer down, with its lease held by this program.

        :raises NotConnected: nobody is connected, so it would be nobody's.
        :raises StoreUnavailable: it cannot be written; then nothing may be submitted.
        """
        identity_id = self._identity_id()
        if identity_id is None:
            raise NotConnected(NOT_CONNECTED)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)",
                (
                    transfer.id,
                    self._namespace,
                    identity_id,
                    transfer.created_at,
                    transfer.state,
                    msgspec.json.encode(transfer),
                    str(self._holder),
                    time.time() + LEASE_S,
                ),
            )

    def all(self) -> list[Transfer]:
        """The connected person's transfers, newest first."""
        return [transfer for transfer, _ in self._rows("")]

    def unfinished(self) -> list[Transfer]:
        """The transfers that are not at their end, oldest first."""
        return [s for s, _ in reversed(self._rows("AND state IN ('written', 'active')"))]

    def everybodys(self) -> list[Transfer]:
        """Every transfer of this home, whoever is connected: they share its disk."""
        if not self.exists():
            return []
        with self._database.reading() as connection:
            rows = connection.execute("SELECT document FROM transfers").fetchall()
        return [msgspec.json.decode(row["document"], type=Transfer) for row in rows]

    def revisions(self) -> dict[str, tuple[int, bool]]:
        """By id, a number that grows with each change, and whether the transfer is unfinished.

        Cheap, and needs no identity: it tells a poller whether there is anything to do.
        """
        if not self.exists():
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, revision, state IN ('written', 'active') FROM transfers "
                "WHERE namespace = ?",
                (self._namespace,),
            ).fetchall()
        return {row[0]: (row[1], bool(row[2])) for row in rows}

    def get(self, transfer_id: str) -> Transfer:
        """One transfer.

        :raises TransferNotFound: there is none of that id.
        """
        rows = self._rows("AND id = ?", transfer_id)
        if not rows:
            raise _not_found(transfer_id)
        return rows[0][0]

    def update(self, transfer_id: str, change: Change) -> Transfer:
        """Change a transfer; what others wrote in between is never lost.

        :param change: gets the transfer as it stands now and returns it as it should be.
        :raises TransferNotFound: there is none of that id.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT document FROM transfers WHERE id = ? AND namespace = ?",
                (transfer_id, self._namespace),
            ).fetchone()
            if row is None:
                raise _not_found(transfer_id)
            before = msgspec.json.decode(row["document"], type=Transfer)
            after = change(before)
            if after != before:
                connection.execute(
                    "UPDATE transfers SET state = ?, document = ?, revision = revision + 1 WHERE id = ?",
                    (after.state, msgspec.json.encode(after), transfer_id),
                )
        return after

    def claim(self, transfer_id: str, *, idle_s: float = 0.0) -> bool:
        """Take or renew the lease on a transfer: whoever holds it submits and follows.

        :param idle_s: how long it will be before this program has to do with the transfer again.
        :returns: False while another living program holds it.
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
        """Give a lease back, so that another program may go on at once."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE transfers SET lease_holder = NULL WHERE id = ? AND lease_holder = ?",
                (transfer_id, str(self._holder)),
            )

    def release_all(self) -> None:
        """Give every lease on a transfer back: this program ends."""
        if not self.exists():
            return
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE transfers SET lease_holder = NULL WHERE lease_holder = ?",
                (str(self._holder),),
            )

    def claim_path(self, path: str) -> bool:
        """Take or renew the lease on a file that is being downloaded.

        :returns: False while another living program holds it.
        """
        now = time.time()
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT lease_holder, lease_expires_at FROM staged_paths WHERE path = ?", (path,)
            ).fetchone()
            if row is not None and not is_free(row[0], row[1], now=now, me=self._holder):
                return False
            connection.execute(
                "INSERT OR REPLACE INTO staged_paths VALUES (?, ?, ?)",
                (path, str(self._holder), now + LEASE_S),
            )
        return True

    def release_path(self, path: str) -> None:
        """Give the lease on a file back, if this program has it."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM staged_paths WHERE path = ? AND lease_holder = ?",
                (path, str(self._holder)),
            )

    def forget(self, transfer_id: str, *, even_unfinished: bool = False) -> None:
        """Remove a finished transfer from the record.

        :raises TransferActive: it is not finished.
        """
        transfer = self.get(transfer_id)
        if transfer.state in _UNFINISHED and not even_unfinished:
            raise TransferActive("This transfer has not ended. Cancel it first.")
        with self._database.writing() as connection:
            connection.execute("DELETE FROM transfers WHERE id = ?", (transfer_id,))

    def forget_finished(self) -> None:
        """Remove every finished transfer of the connected person from the record."""
        if not self.exists():
            return
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM transfers WHERE namespace = ? AND identity_id = ? "
                "AND state NOT IN ('written', 'active')",
                (self._namespace, self._identity_id()),
            )

    def _rows(self, where: str, *arguments: str) -> list[tuple[Transfer, int]]:
        identity_id = self._identity_id()
        if identity_id is None or not self.exists():
            return []
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT document, revision FROM transfers WHERE namespace = ? AND identity_id = ? "  # noqa: S608
                f"{where} ORDER BY created_at DESC, id",
                (self._namespace, identity_id, *arguments),
            ).fetchall()
        return [
            (msgspec.json.decode(row["document"], type=Transfer), row["revision"]) for row in rows
        ]


def _not_found(transfer_id: str) -> TransferNotFound:
    return TransferNotFound(f"There is no transfer {transfer_id!r}; it may have been removed.")
