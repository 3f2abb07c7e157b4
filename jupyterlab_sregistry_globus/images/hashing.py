"""Digests computed in the background, with progress and cancellation."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SRegistryGlobusError
from ..models.images import DigestState
from .digest import CHUNK_BYTES, Digests


@dataclass
class _Job:
    size_bytes: int
    is_canceled: threading.Event = field(default_factory=threading.Event)
    bytes_done: int = 0
    problem: str = ""


class Hasher:
    """Computes digests of one file at a time, because parallel reads slow a disk down.

    :param pool: where digests are computed.
    """

    def __init__(self, digests: Digests, pool: Executor) -> None:
        self._digests = digests
        self._pool = pool
        self._jobs: dict[Path, _Job] = {}
        self._is_working = False
        self._lock = threading.Lock()

    def state(self, path: Path) -> DigestState:
        """Return the state of a file's digest. Starts nothing."""
        known = self._digests.known(path)
        if known is not None:
            return DigestState("known", known)
        with self._lock:
            job = self._jobs.get(path)
        if job is None:
            return DigestState("unknown")
        if job.problem:
            return DigestState("failed", message=job.problem)
        return DigestState("computing", bytes_done=job.bytes_done, bytes_total=job.size_bytes)

    def start(self, path: Path) -> DigestState:
        """Start to compute the digest of a file, and return at once.

        :raises OSError: there is no such file.
        """
        size_bytes = path.stat().st_size
        if self._digests.known(path) is None:
            with self._lock:
                job = self._jobs.get(path)
                if job is None or job.problem:
                    self._jobs[path] = _Job(size_bytes)
                if not self._is_working:
                    self._is_working = True
                    self._pool.submit(self._work)
        return self.state(path)

    def cancel(self, path: Path) -> DigestState:
        """Cancel the digest of a file."""
        with self._lock:
            job = self._jobs.pop(path, None)
        if job is not None:
            job.is_canceled.set()
        return self.state(path)

    def close(self) -> None:
        """Cancel all digests."""
        with self._lock:
            jobs = [*self._jobs.values()]
            self._jobs.clear()
        for job in jobs:
            job.is_canceled.set()

    def _work(self) -> None:
        while (entry := self._next()) is not None:
            path, job = entry
            problem = self._compute(path, job)
            with self._lock:
                job.problem = problem
                if not problem and self._jobs.get(path) is job:
                    del self._jobs[path]

    def _next(self) -> tuple[Path, _Job] | None:
        with self._lock:
            for path, job in self._jobs.items():
                if not job.problem:
                    return path, job
            self._is_working = False
            return None

    def _compute(self, path: Path, job: _Job) -> str:
        """Return why the digest was not computed; empty if it was, or if it was canceled."""

        def is_canceled() -> bool:
            job.bytes_done = min(job.bytes_done + CHUNK_BYTES, job.size_bytes)
            return job.is_canceled.is_set()

        try:
            self._digests.compute(path, is_canceled)
        except CancelledError:
            return ""
        except SRegistryGlobusError as error:
            return error.message
        if self._digests.known(path) is None:
            return "The file was written a moment ago. Try again in a few seconds."
        return ""
