"""Runs the demo: the sandbox in this process, JupyterLab in a child process."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from ..sandbox import Sandbox
from .folder import DemoFolder
from .globus import start_sandbox

START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 15.0
_PR_SET_PDEATHSIG = 1


class DemoFailed(Exception):
    """The demo cannot run. The message says why, and what to do."""


def run_demo(
    root: Path, *, port: int, browser: bool | None, fresh: bool, tell: Callable[[str], None]
) -> None:
    """Run the demo until Ctrl+C, a signal, or the end of JupyterLab.

    :param root: the demo's folder, made if missing.
    :param port: the first port that JupyterLab tries.
    :param browser: whether to open a browser; None opens one if there is a screen.
    :param fresh: delete what an earlier demo left in the folder.
    :param tell: shows text to the user.
    :raises DemoFailed: the folder cannot be used, or JupyterLab does not run.
    """
    folder = DemoFolder(root)
    try:
        folder.lay_out(fresh=fresh)
    except OSError as error:
        raise DemoFailed(str(error)) from error
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoFailed(
                f"A demo is already running in {root}. Stop it, or choose another folder."
            ) from None
        with start_sandbox(folder, tell) as sandbox:
            folder.configure(sandbox)
            _run_lab(folder, sandbox, port=port or _free_port(), browser=browser, tell=tell)


def _free_port() -> int:
    """Return a port that no program uses: Jupyter servers below 2.20 do not say which they took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _run_lab(
    folder: DemoFolder,
    sandbox: Sandbox,
    *,
    port: int,
    browser: bool | None,
    tell: Callable[[str], None],
) -> None:
    ended = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    lab = subprocess.Popen(
        _command(folder, port),
        env=folder.environment(sandbox),
        stdin=subprocess.DEVNULL,
        # Out of reach of this terminal's signals, because this process stops it in order.
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )
    threading.Thread(target=_watch, args=(lab, ended), daemon=True).start()
    try:
        address = _wait_for_address(folder, lab, ended)
        if address is not None:
            tell(_greeting(folder, sandbox, address))
            if browser or (browser is None and _has_screen()):
                webbrowser.open(address)
            ended.wait()
    finally:
        _stop(lab)
    if lab.returncode not in (0, -signal.SIGTERM):
        raise DemoFailed(f"JupyterLab exited with code {lab.returncode}.")


def _command(folder: DemoFolder, port: int) -> list[str]:
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}"]
    command += [f"--ServerApp.root_dir={folder.notebooks}", "--ServerApp.log_level=WARN"]
    command.append("--ServerApp.port_retries=100")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _wait_for_address(
    folder: DemoFolder, lab: subprocess.Popen[bytes], ended: threading.Event
) -> str | None:
    """Return JupyterLab's address with its token, or None if JupyterLab has ended."""
    info = folder.jupyter / "runtime" / f"jpserver-{lab.pid}.json"
    deadline = time.monotonic() + START_TIMEOUT_S
    while not ended.is_set():
        if info.exists():
            try:
                server = json.loads(info.read_text())
                origin = f"http://localhost:{server['port']}"
                return f"{origin}{server['base_url']}lab?token={server['token']}"
            except (ValueError, KeyError):
                pass  # half written
        if time.monotonic() > deadline:
            raise DemoFailed(f"JupyterLab did not start within {START_TIMEOUT_S:.0f} s.")
        ended.wait(0.1)
    return None


def _greeting(folder: DemoFolder, sandbox: Sandbox, address: str) -> str:
    return (
        f"\nJupyterLab is running at\n\n    {address}\n\n"
        "Click the icon with two arrows in the left sidebar, then Connect. No account is needed:\n"
        f"a simulated Globus on this machine (the sandbox) at {sandbox.url}\n"
        "replaces Globus. Images that you send arrive in\n\n"
        f"    {folder.globus / 'endpoints'}\n\nPress Ctrl+C to stop the demo.\n"
    )


def _has_screen() -> bool:
    return sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _die_with_parent() -> None:
    """Have the kernel stop JupyterLab if this process is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _watch(lab: subprocess.Popen[bytes], ended: threading.Event) -> None:
    lab.wait()
    ended.set()


def _stop(lab: subprocess.Popen[bytes]) -> None:
    if lab.poll() is None:
        lab.terminate()
        try:
            lab.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            lab.kill()
            lab.wait()
