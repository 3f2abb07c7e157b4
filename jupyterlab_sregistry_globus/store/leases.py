"""Who works on a row, when several servers and kernels share one home."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

LEASE_S = 30.0


@dataclass(frozen=True)
class Holder:
    """One running program, as written into a lease: host, process, and a mark of this start."""

    host: str = field(default_factory=socket.gethostname)
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

    True if it has none, has mine, has run out, or its holder was a process of this host that has
    ended; a holder on another host is believed until the lease runs out.
    """
    if not holder or holder == str(me) or expires_at is None or expires_at <= now:
        return True
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != me.host:
        return False
    return not (is_alive or process_is_alive)(int(rest)) if rest.isdigit() else True


def process_is_alive(pid: int) -> bool:
    """Whether a process of this host with that id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
