"""The image that is staged, and what is on this machine and at the destination."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.transfers.staging import room

from ...support.webserver import Asked, Reply, WebServer, ranged

CONTENT = os.urandom(3_000_000)


DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()


HALF = 5 * 256 * 1024  # downloads come in such pieces


def staged(contents: Path) -> list[Path]:
    """Return the files in the staging folder."""
    files = (contents / room.FOLDER_NAME).rglob("*.*")
    return sorted(file for file in files if file.name != room.MARKER)


def arrived(sandbox: Sandbox) -> list[str]:
    """Return the digests of the images at the destination."""
    found = (sandbox.state / "endpoints").rglob("mole_1.sif")
    return ["sha256:" + hashlib.sha256(file.read_bytes()).hexdigest() for file in found]


def ranges(web: WebServer) -> list[str | None]:
    return [one.headers.get("range") for one in web.asked]


def cut_once(at: int) -> Callable[[Asked], Reply]:
    """Answers that break off the first time."""
    left = [at]

    def answer(wanted: Asked) -> Reply:
        reply = ranged(CONTENT, wanted)
        if left:
            return Reply(reply.status, reply.body, reply.headers, cut_after=left.pop())
        return reply

    return answer
