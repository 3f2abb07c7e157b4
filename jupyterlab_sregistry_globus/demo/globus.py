"""The demo's Globus: a sandbox that keeps its address from one start to the next."""

from __future__ import annotations

from collections.abc import Callable

from ..sandbox import Sandbox
from ..sandbox.server import DEMO_THROTTLE
from .folder import DemoFolder


def start_sandbox(folder: DemoFolder, tell: Callable[[str], None]) -> Sandbox:
    """Start the sandbox at its last address, so that the account is still connected.

    :param tell: shows text to the user.
    """
    last = folder.last_port()
    sandbox = _sandbox_at(folder, last)
    try:
        sandbox.start()
    except OSError:
        if not last:
            raise
        tell(
            f"Another program uses port {last}, which the simulated Globus had last time. It gets "
            "a new address, where you are not connected yet and earlier transfers are not listed."
        )
        sandbox = _sandbox_at(folder, 0)
        sandbox.start()
    folder.save_port(sandbox.port)
    return sandbox


def _sandbox_at(folder: DemoFolder, port: int) -> Sandbox:
    return Sandbox(
        folder.globus,
        port=port,
        registry_root=folder.registry,
        local_root=folder.notebooks,
        throttle_bytes_per_second=DEMO_THROTTLE,
    )
