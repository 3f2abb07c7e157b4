"""The record of transfers, written to disk before Globus hears of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from ..errors import NotConnected, TransferActive, TransferNotFound
from ..globus.messages import NOT_CONNECTED
from ..models.transfers import Transfer, TransferPage
from ..store.database import Database
from ..store.leases import LEASE_S, Holder
from .claims import check_paths
from .leased import Leases
from .rows import MIGRATIONS, clear, decoded, next_revision, remove, restore

_OWN = "namespace = ? AND identity_id = ?"

Change = Callable[[Transfer], Transfer]


class Outbox(Leases):
    """The transfers of the connected user, shared by every server and kernel of one home.

    :param path: the SQLite file.
    :param namespace: service address and client id, as for tokens.
    :param identity_id: returns whose transfers to use now; None while no account is connected.
    :param holder: this program, as leases name it.
    """

    def __init__(
        self,
        path: Path,
        namespace: str,
        identity_id: Callable[[], str | None],
        holder: Holder | None = None,
    ) -> None:
        super().__init__(Database(path, MIGRATIONS), holder or Holder())
        self._namespace = namespace
        self._identity_id = identity_id

    def store_id(self) -> str:
        """Return the random id of this record, which marks what belongs to it.

        :raises StoreUnavailable: the record cannot be read or made.
        """
        with self._database.reading() as connection:
            return str(connection.execute("SELECT id FROM store").fetchone()[0])

    def mark(self) -> tuple[int, int, int] | None:
        """Return a value that changes with the record; None if nothing was ever sent."""
        return self._database.mark()

    def add(self, transfer: Transfer) -> None:
        """Record a transfer, with its lease held by this program.

        :raises NotConnected: no account is connected, so it would belong to no one.
        :raises TransferConflict: another transfer writes to one of its paths.
        :raises StoreUnavailable: it cannot be written; then nothing may be submitted.
        """
        identity_id = self._identity_id()
        if identity_id is None:
            raise NotConnected(NOT_CONNECTED)
        with self._database.writing() as connection:
            rows = connection.execute(
                "SELECT document FROM transfers WHERE state IN ('written', 'active')"
            ).fetchall()
            # In the same transaction, so that of two servers only one gets a path.
            check_paths(transfer, [decoded(row) for row in rows])
            connection.execute(
                "INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    transfer.id,
                    self._namespace,
                    identity_id,
                    transfer.created_at,
                    transfer.state,
                    msgspec.json.encode(transfer),
                    next_revision(connection),
                    str(self._holder),
                    time.time() + LEASE_S,
                ),
            )

    def page(self, *, offset: int, limit: int) -> TransferPage:
        """Return a page of the connected user's transfers, newest first."""
        return self._page("", "LIMIT ? OFFSET ?", (limit, offset))

    def changed_since(self, revision: int) -> TransferPage:
        """Return the connected user's transfers that changed after a revision, newest first.

        If later removals are no longer remembered, the page is empty and its revision 0.
        """
        return self._page("AND revision > ?", "", (revision,), removed_since=revision)

    def read_all(self) -> list[Transfer]:
        """Return all of the connected user's transfers, newest first."""
        return self._rows("")

    def unfinished(self) -> list[Transfer]:
        """Return the connected user's transfers that have not ended, oldest first."""
        return self._rows("AND state IN ('written', 'active')")[::-1]

    def read_every_account(self) -> list[Transfer]:
        """Return every transfer of this home, whichever account sent it: they share its disk."""
        if not self.exists():
            return []
        with self._database.reading() as connection:
            rows = connection.execute("SELECT document FROM transfers").fetchall()
        return [decoded(row) for row in rows]

    def revisions(self) -> dict[str, tuple[int, bool]]:
        """Return by id the latest revision, and whether the transfer is unfinished.

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
        """Return one of the connected user's transfers.

        :raises TransferNotFound: no transfer has that id.
        """
        rows = self._rows("AND id = ?", transfer_id)
        if not rows:
            raise _not_found(transfer_id)
        return rows[0]

    def update(self, transfer_id: str, change: Change) -> Transfer:
        """Change a transfer; what other programs wrote in between is never lost.

        :param change: takes the transfer as recorded now and returns it as it should be.
        :raises TransferNotFound: no transfer has that id.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT document FROM transfers WHERE id = ? AND namespace = ?",
                (transfer_id, self._namespace),
            ).fetchone()
            if row is None:
                raise _not_found(transfer_id)
            before = decoded(row)
            after = change(before)
            if after != before:
                connection.execute(
                    "UPDATE transfers SET state = ?, document = ?, revision = ? WHERE id = ?",
                    (
                        after.state,
                        msgspec.json.encode(after),
                        next_revision(connection),
                        transfer_id,
                    ),
                )
        return after

    def clear(self, transfer_id: str) -> None:
        """Take a finished transfer off the record. Its receipt stays.

        :raises TransferActive: it has not ended.
        """
        if not self.get(transfer_id).is_finished:
            raise TransferActive("This transfer has not ended. Cancel it first.")
        with self._database.writing() as connection:
            clear(connection, "id = ?", (transfer_id,))

    def clear_finished(self) -> tuple[str, ...]:
        """Take every finished transfer of the connected user off the record; return their ids."""
        if not self.exists():
            return ()
        with self._database.writing() as connection:
            return clear(
                connection,
                f"{_OWN} AND state NOT IN ('written', 'active')",
                (self._namespace, self._identity_id()),
            )

    def clear_older(self, moment: float) -> None:
        """Take the finished transfers that began before a moment off the record, of every account.

        :param moment: POSIX seconds.
        """
        old = "state NOT IN ('written', 'active') AND created_at < ?"
        with self._database.reading() as connection:
            query = f"SELECT 1 FROM transfers WHERE {old} LIMIT 1"  # noqa: S608
            if connection.execute(query, (moment,)).fetchone() is None:
                return
        with self._database.writing() as connection:
            clear(connection, old, (moment,))

    def restore(self, transfer_ids: Iterable[str]) -> tuple[str, ...]:
        """Put cleared transfers of the connected user back; return the ids of those there were."""
        identity_id = self._identity_id()
        if identity_id is None or not self.exists():
            return ()
        own = (self._namespace, identity_id)
        with self._database.writing() as connection:
            return tuple(name for name in transfer_ids if restore(connection, name, own))

    def read_cleared(self) -> list[Transfer]:
        """Return the connected user's transfers that were cleared, newest first."""
        return self._rows("", table="cleared_transfers")

    def get_cleared(self, transfer_id: str) -> Transfer:
        """Return one of the connected user's transfers, even if it was cleared.

        :raises TransferNotFound: no transfer has that id.
        """
        for table in ("transfers", "cleared_transfers"):
            rows = self._rows("AND id = ?", transfer_id, table=table)
            if rows:
                return rows[0]
        raise _not_found(transfer_id)

    def discard(self, transfer_id: str) -> None:
        """Remove a transfer if nothing of it was submitted."""
        with self._database.writing() as connection:
            remove(connection, "id = ?", (transfer_id,))

    def _page(
        self, where: str, end: str, arguments: tuple[int, ...], *, removed_since: int | None = None
    ) -> TransferPage:
        own = (self._namespace, self._identity_id())
        if own[1] is None or not self.exists():
            return TransferPage((), 0, 0)
        # One read transaction, so that the revision is that of the rows.
        with self._database.reading() as connection:
            connection.execute("BEGIN")
            revision, complete_since = connection.execute(
                "SELECT revision, complete_since FROM store"
            ).fetchone()
            if removed_since is not None and 0 < removed_since < complete_since:
                return TransferPage((), 0, 0)
            total = connection.execute(
                f"SELECT count(*) FROM transfers WHERE {_OWN}",  # noqa: S608
                own,
            ).fetchone()[0]
            rows = connection.execute(
                f"SELECT document FROM transfers WHERE {_OWN} {where} "  # noqa: S608
                f"ORDER BY created_at DESC, id {end}",
                (*own, *arguments),
            ).fetchall()
            removed = connection.execute(
                f"SELECT id FROM removed_transfers WHERE {_OWN} AND revision > ?",  # noqa: S608
                (*own, revision if removed_since is None else removed_since),
            ).fetchall()
        return TransferPage(
            tuple(decoded(row) for row in rows), total, revision, tuple(row[0] for row in removed)
        )

    def _rows(self, where: str, *arguments: str, table: str = "transfers") -> list[Transfer]:
        identity_id = self._identity_id()
        if identity_id is None or not self.exists():
            return []
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT document FROM {table} WHERE {_OWN} {where} "  # noqa: S608
                "ORDER BY created_at DESC, id",
                (self._namespace, identity_id, *arguments),
            ).fetchall()
        return [decoded(row) for row in rows]


def _not_found(transfer_id: str) -> TransferNotFound:
    return TransferNotFound(f"There is no transfer {transfer_id!r}. It may have been removed.")
