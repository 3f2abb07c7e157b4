"""Leases: which program works on a row, if several servers and kernels share one home."""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

LEASE_S = 30.0
# No lease lasts longer. If one seems to, the clock that wrote it is ahead of this one.
LONGEST_S = 300.0


def _host() -> str:
    """Return the host and the container, within which process ids are unique."""
    host = socket.gethostname()
    with contextlib.suppress(OSError):
        host += f"/{Path('/proc/self/ns/pid').stat().st_ino}"
    return host


@dataclass(frozen=True)
class Holder:
    """A running program, as a lease names it: host, process, and an id of this start."""

    host: str = field(default_factory=_host)
    pid: int = field(default_factory=os.getpid)
    start: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}:{self.start}"


def is_free(
    holder: str | None,
    expires_at: float | None,
    *,
    now: float,
    me: Holder,
    is_alive: Callable[[int], bool] | None = None,
) -> bool:
    """Whether ``me`` may take a lease.

    It may if the lease has no holder, is its own, or has expired, or if the holder was a process on
    this host that has ended. A holder on another host keeps the lease until it expires, but no
    longer than ``LONGEST_S``.
    """
    if not holder or holder == str(me) or expires_at is None:
        return True
    if not now < expires_at <= now + LONGEST_S:
        return True
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != me.host:
        return False
    return not (is_alive or process_is_alive)(int(rest)) if rest.isdigit() else True


def process_is_alive(pid: int) -> bool:
    """Whether a process with this id exists on this host."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
