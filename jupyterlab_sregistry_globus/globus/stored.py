"""The content of the token file, read again only after the file changed."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StoreNotPrivate, StoreUnavailable
from ..models.accounts import Identity

if TYPE_CHECKING:
    from globus_sdk.token_storage import TokenStorageData

    from .storage import TokenFile

DAMAGED = "The stored Globus connection is damaged. Connect again."
OTHER_IDENTITY = "The stored Globus connection mixes two identities. Connect again."
UNREACHABLE = (
    "The stored Globus connection cannot be read. Its file is in use, or you do not have "
    "permission to open it."
)

# A file changed this recently may change again without a new time stamp.
RACY_S = 2.0

Stamp = tuple[int, int, int]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stored:
    """The content of the token file for one namespace.

    :param identities: first the one that logged in, then the linked ones.
    :param reason: why nothing is stored; empty if nothing ever was.
    """

    tokens: dict[str, TokenStorageData]
    identities: tuple[Identity, ...]
    reason: str

    @property
    def is_connected(self) -> bool:
        """Whether there are tokens, and an identity that they belong to."""
        return bool(self.tokens and self.identities)


NOTHING = Stored({}, (), "")


class StoredTokens:
    """One namespace of the token file. Answers from memory while the file has not changed.

    :param path: the SQLite file, mode 0600.
    :param namespace: service address and client id.
    """

    def __init__(self, path: Path, namespace: str) -> None:
        self._path = path
        self._namespace = namespace
        self._seen: tuple[Stamp, Stored] | None = None
        # Why the tokens are useless, if the file cannot be written.
        self._ended: tuple[Stamp, str] | None = None

    def read(self) -> Stored:
        """Return the content. A missing, damaged or foreign file counts as empty."""
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
            with self.open() as file:
                identities, reason = file.identities()
                tokens = file.get_token_data_by_resource_server()
            stored = _checked(Stored(tokens, identities, reason))
        except StoreNotPrivate as error:
            # Its content may be another account's. Not remembered: a chmod changes no time stamp.
            log.warning("the token store is not used: %s", error.message)
            return Stored({}, (), error.message)
        except StoreUnavailable as error:
            log.warning("the token store cannot be read: %s", error.message)
            if _is_passing(error.__cause__):
                return Stored({}, (), UNREACHABLE)
            stored = Stored({}, (), DAMAGED)
        except Exception as error:  # a foreign file can hold anything
            log.warning("the token store has unexpected content: %s", type(error).__name__)
            stored = Stored({}, (), DAMAGED)
        if abs(time.time() - status.st_mtime) > RACY_S:
            self._seen = (stamp, stored)
        return stored

    def end(self, reason: str) -> None:
        """Ignore the tokens until the file changes, because this program cannot write it."""
        self._ended = (_stamp(self._path.stat()), reason)

    @contextlib.contextmanager
    def open(self) -> Iterator[TokenFile]:
        """Open the file.

        :raises StoreUnavailable: it cannot be opened, read or written.
        """
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

    def set_aside(self) -> None:
        """Rename a damaged file, so that a new one can be made.

        :raises StoreUnavailable: the folder cannot be written.
        """
        aside = self._path.with_name(f"{self._path.name}.damaged-{int(time.time())}")
        try:
            self._path.replace(aside)
        except OSError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"Cannot store the Globus connection in {self._path} ({error}). "
            "Check that the folder is writable and the disk has room."
        )


def is_read_only(error: StoreUnavailable) -> bool:
    """Whether the file can be read, but not written."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.OperationalError) and "readonly" in str(cause)


def _is_passing(cause: BaseException | None) -> bool:
    """Whether the file may be readable later: locked, or without permission, but not damaged."""
    if isinstance(cause, sqlite3.OperationalError):
        return "no such" not in str(cause)
    return isinstance(cause, OSError)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _checked(stored: Stored) -> Stored:
    """Return the content, unless its tokens belong to another user than its identities."""
    known = {identity.id for identity in stored.identities}
    owners = {data.identity_id for data in stored.tokens.values() if data.identity_id}
    if known and owners - known:
        return Stored({}, (), OTHER_IDENTITY)
    return stored
