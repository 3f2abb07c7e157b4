"""A large file up and down, while the sandbox's memory stays as it is."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from ..helpers import wait_for

MIB = 1 << 20
# What the sandbox may take beyond the memory of a small file.
ADDED_MIB = 24


@pytest.fixture
def sandbox_process(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The address and the process id of a sandbox of its own."""
    command = [sys.executable, "-m", "jupyterlab_sregistry_globus.cli.sandbox"]
    with subprocess.Popen(
        [*command, "--state", str(tmp_path / "state"), "--print-env"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines: dict[str, str] = {}
        for line in process.stdout:
            name, _, value = line.removeprefix("export ").strip().partition("=")
            lines[name] = value
            if name == "no_proxy":
                break
        try:
            yield lines["GLOBUS_SDK_SERVICE_URL_TRANSFER"], process.pid
        finally:
            process.terminate()


def peak_mib(process_id: int) -> float:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no peak")


def sparse(path: Path, size: int) -> Path:
    """Write a file that is empty but for its ends."""
    with path.open("wb") as file:
        file.write(b"begin")
        file.seek(size - 3)
        file.write(b"end")
    return path


def digest(pieces: Iterator[bytes]) -> str:
    running = hashlib.sha256()
    for piece in pieces:
        running.update(piece)
    return running.hexdigest()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    "size",
    [192 * MIB, pytest.param(2048 * MIB, marks=[pytest.mark.long, pytest.mark.timeout(600)])],
)
def test_memory_does_not_grow_with_the_file(
    sandbox_process: tuple[str, int], tmp_path: Path, size: int
) -> None:
    address, process_id = sandbox_process
    scope = f"https://auth.globus.org/scopes/{names.ALDER_SHARE}/https"
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        minted = client.post("/_sandbox/tokens", json={"scopes": scope}).json()
        client.headers["Authorization"] = f"Bearer {minted[names.ALDER_SHARE]['access_token']}"
        path = f"/https/{names.ALDER_SHARE}/large"
        assert client.put(path, content=b"small").status_code == 200
        assert client.get(path).content == b"small"
        before = peak_mib(process_id)

        source = sparse(tmp_path / "source", size)
        with source.open("rb") as file:
            sent = client.put(path, content=file, headers={"Content-Length": str(size)})
        assert sent.status_code == 200
        with source.open("rb") as file:
            expected = digest(iter(lambda: file.read(MIB), b""))
        with client.stream("GET", path) as answer:
            assert answer.headers["Content-Length"] == str(size)
            assert digest(answer.iter_raw(MIB)) == expected
        added = peak_mib(process_id) - before
    assert added < ADDED_MIB
    arrived = tmp_path / "state/endpoints/alder-cluster/lab/shared/large"
    wait_for(lambda: arrived.stat().st_size == size)
    os.truncate(arrived, 0)
