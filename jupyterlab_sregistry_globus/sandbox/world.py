"""The sandbox's whole state, in memory and on disk."""

from __future__ import annotations

import os
import secrets
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from .auth.model import (
    Client,
    Code,
    Consent,
    Identity,
    Policy,
    ScopeRecord,
    Session,
    Token,
    Transaction,
)
from .clock import Clock
from .state_folder import STATE_FILE
from .storage import Storage, Table
from .timers.model import Timer
from .transfer.model import AccessRule, Bookmark, Endpoint, Task, TaskFault


class Setting(msgspec.Struct):
    """A number or text that outlives a restart."""

    value: float | str | bool | None


class World:
    """Tables and a lock.

    Read and change rows only while holding `change()`. Each `put` is on disk when the outermost
    `change()` ends, so an answer sent after it survives a killed process.

    :param folder: the folder of state.sqlite. It exists.
    :param roots: further folders that endpoints may serve.
    """

    def __init__(self, folder: Path, roots: Iterable[Path] = ()) -> None:
        self.folder = folder
        self._roots = [os.path.realpath(root) for root in (folder, *roots)]
        self._storage = Storage(folder / STATE_FILE)
        self._lock = threading.RLock()
        self._depth = 0
        self.wakened = threading.Event()

        storage = self._storage
        self.settings = Table(storage, "settings", Setting)
        self.identities = Table(storage, "identities", Identity)
        self.clients = Table(storage, "clients", Client)
        self.scopes = Table(storage, "scopes", ScopeRecord)
        self.policies = Table(storage, "policies", Policy)
        self.sessions = Table(storage, "sessions", Session)
        self.consents = Table(storage, "consents", Consent)
        self.codes = Table(storage, "codes", Code)
        self.tokens = Table(storage, "tokens", Token)
        self.transactions = Table(storage, "transactions", Transaction)
        self.endpoints = Table(storage, "endpoints", Endpoint)
        self.rules = Table(storage, "rules", AccessRule)
        self.bookmarks = Table(storage, "bookmarks", Bookmark)
        self.submissions = Table(storage, "submissions", Setting)
        self.tasks = Table(storage, "tasks", Task)
        self.task_faults = Table(storage, "task_faults", TaskFault)
        self.timers = Table(storage, "timers", Timer)
        self.clock = Clock(float(self.setting("clock_offset_s", 0.0) or 0.0))

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock.

        Rows that were put are on disk when the outermost block ends, also if it ends with an error.
        """
        with self._lock:
            if self._depth == 0:
                self._storage.begin()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._storage.commit()

    def may_serve(self, local: Path | str) -> bool:
        """Whether endpoints may use a file or folder of this disk, once links are resolved."""
        real = os.path.realpath(local)
        return any(real == root or real.startswith(f"{root.rstrip('/')}/") for root in self._roots)

    def wake(self) -> None:
        """Make the background work run now instead of at its next round."""
        self.wakened.set()

    def setting(self, name: str, default: float | str | bool | None) -> float | str | bool | None:
        row = self.settings.get(name)
        return default if row is None else row.value

    def set_setting(self, name: str, value: float | str | bool | None) -> None:
        self.settings.put(name, Setting(value))

    def next_number(self, name: str) -> int:
        """Return 1, 2, 3… for each name, never the same twice."""
        number = int(float(self.setting(name, 0) or 0)) + 1
        self.set_setting(name, number)
        return number

    def advance_clock(self, seconds: float) -> None:
        with self.change():
            self.clock.advance(seconds)
            self.set_setting("clock_offset_s", self.clock.offset_s)
        self.wake()

    def clear(self) -> None:
        """Delete everything, including the clock's offset."""
        with self.change():
            for table in vars(self).values():
                if isinstance(table, Table):
                    table.clear()
            self.clock.offset_s = 0.0

    def close(self) -> None:
        with self._lock:
            self._storage.close()


def new_uuid() -> str:
    return str(uuid.uuid4())


def new_secret(bytes_: int = 32) -> str:
    return secrets.token_urlsafe(bytes_)
