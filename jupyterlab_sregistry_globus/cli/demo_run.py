"""Runs the demo: the played Globus in this process, JupyterLab in one below it."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path
from types import FrameType

import click

from ..sandbox import Sandbox
from ..sandbox.server import DEMO_THROTTLE
from .demo_folder import DemoFolder

START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 15.0
_PR_SET_PDEATHSIG = 1


def run(root: Path, *, port: int, browser: bool | None, fresh: bool) -> int:
    """Run until Ctrl+C, a signal, or JupyterLab's own end; return the exit code."""
    folder = DemoFolder(root)
    try:
        folder.lay_out(fresh=fresh)
    except OSError as error:
        raise click.ClickException(str(error)) from None
    with (root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(
                f"A demo is running in {root} already. End it, or choose another --folder."
            ) from None
        sandbox = Sandbox(
            folder.globus,
            registry_root=folder.registry,
            local_root=folder.notebooks,
            throttle_bytes_per_second=DEMO_THROTTLE,
            # It writes into the folder that JupyterLab's kernels run in.
            is_private=True,
        )
        with sandbox:
            folder.configure(sandbox)
            return _run_lab(folder, sandbox, port=port, browser=browser)


def _run_lab(folder: DemoFolder, sandbox: Sandbox, *, port: int, browser: bool | None) -> int:
    ended = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    lab = subprocess.Popen(
        _command(folder, port),
        env=folder.environment(sandbox),
        stdin=subprocess.DEVNULL,
        # Apart from this terminal's signals: this process ends it, in order.
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )
    threading.Thread(target=_end_with, args=(lab, ended), daemon=True).start()
    try:
        address = _address(folder, lab, ended)
        if address is not None:
            _tell(folder, sandbox, address)
            if browser or (browser is None and _has_screen()):
                webbrowser.open(address)
            ended.wait()
    finally:
        _stop(lab)
    if lab.returncode in (0, -signal.SIGTERM):
        return 0
    click.echo(f"JupyterLab ended with {lab.returncode}.", err=True)
    return 1


def _command(folder: DemoFolder, port: int) -> list[str]:
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}"]
    command += [f"--ServerApp.root_dir={folder.notebooks}", "--ServerApp.log_level=WARN"]
    command.append("--ServerApp.port_retries=100")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def _address(
    folder: DemoFolder, lab: subprocess.Popen[bytes], ended: threading.Event
) -> str | None:
    """JupyterLab's address with its token, once it answers; None if it ended before."""
    info = folder.jupyter / "runtime" / f"jpserver-{lab.pid}.json"
    until = time.monotonic() + START_TIMEOUT_S
    while not ended.is_set():
        if info.exists():
            try:
                known = json.loads(info.read_text())
                return (
                    f"http://localhost:{known['port']}{known['base_url']}lab?token={known['token']}"
                )
            except (ValueError, KeyError):
                pass  # half written
        if time.monotonic() > until:
            raise click.ClickException(f"JupyterLab did not start within {START_TIMEOUT_S:.0f} s.")
        ended.wait(0.1)
    return None


def _tell(folder: DemoFolder, sandbox: Sandbox, address: str) -> None:
    click.echo(
        f"\nJupyterLab is open at\n\n    {address}\n\n"
        "In the left sidebar, click the icon with two arrows and connect; no account is needed.\n"
        f"Globus is played at {sandbox.url}; what you send arrives in\n\n"
        f"    {folder.globus / 'endpoints'}\n\nCtrl+C ends the demo.\n"
    )


def _has_screen() -> bool:
    return sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _die_with_parent() -> None:
    """Have the kernel end JupyterLab should this process be killed without a word."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_with(lab: subprocess.Popen[bytes], ended: threading.Event) -> None:
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
