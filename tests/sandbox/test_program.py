"""The sandbox as a program that is killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import globus_sdk
import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names

from .helpers import TRANSFER, USUAL, finished, refused, send, wait_for

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH


@pytest.fixture
def port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "jupyterlab_sregistry_globus.cli.sandbox", *arguments]


@contextmanager
def running(state: Path, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    arguments = command("--port", str(port), "--state", str(state), *options)
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"Globus sandbox at {address(state, port)}\n", process.stderr
        yield process
    finally:
        process.kill()
        process.communicate()


def address(state: Path, port: int) -> str:
    return f"http://127.0.0.1:{port}/{(state / 'secret').read_text()}/"


def client_at(url: str, secret: str, monkeypatch: pytest.MonkeyPatch) -> globus_sdk.TransferClient:
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_TRANSFER", url)
    monkeypatch.setenv("GLOBUS_SDK_SERVICE_URL_AUTH", url)
    client = globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(secret))
    client.retry_config.max_retries = 0
    return client


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(tmp_path: Path, port: int, number: signal.Signals) -> None:
    with running(tmp_path, port) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")


def test_a_port_in_use_is_a_plain_error(tmp_path: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        arguments = command("--port", str(port), "--state", str(tmp_path))
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert f"Cannot listen on port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_print_env_prints_lines_for_a_shell(tmp_path: Path, port: int) -> None:
    arguments = command("--port", str(port), "--state", str(tmp_path), "--print-env")
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=True)
    shell = subprocess.run(
        ["/bin/sh", "-c", f"{done.stdout}\nenv"], capture_output=True, text=True, check=True
    )
    for service in ("AUTH", "TRANSFER", "TIMER", "APP"):
        expected = f"GLOBUS_SDK_SERVICE_URL_{service}={address(tmp_path, port)}\n"
        assert expected in shell.stdout
    assert "NO_PROXY=127.0.0.1,localhost\n" in shell.stdout


def test_it_listens_only_on_loopback(tmp_path: Path, port: int) -> None:
    with running(tmp_path, port):
        listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        suffix = f":{port:04X} "
        addresses = {line.split()[1] for line in listening.splitlines() if suffix in line}
        assert f"0100007F:{port:04X}" in addresses
        assert all(address.startswith("0100007F:") for address in addresses)


def test_everything_survives_a_kill(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = tmp_path / "registry"
    registry.mkdir()
    content = os.urandom(600_000)
    (registry / "big.sif").write_bytes(content)
    state = tmp_path / "state"
    with Sandbox(state, registry_root=registry) as library:
        documents = library.tokens(USUAL)[TRANSFER]
        library.advance_clock(1000)
    options = ("--registry", str(registry), "--throttle", "200000")
    with running(state, port, *options) as process:
        client = client_at(address(state, port), documents["access_token"], monkeypatch)
        data = globus_sdk.TransferData(names.REGISTRY, SCRATCH)
        data.add_item("/big.sif", "/images/big.sif", checksum_algorithm="SHA256")
        unused = client.get_submission_id()["value"]
        bookmark = client.create_bookmark(
            {"name": "kept", "endpoint_id": SCRATCH, "path": "/images/"}
        )["id"]
        task_id = client.submit_transfer(data)["task_id"]
        wait_for(lambda: client.get_task(task_id)["bytes_transferred"] > 0)
        process.send_signal(signal.SIGKILL)
        process.wait()
        client.close()
    with running(state, port, *options):
        client = client_at(address(state, port), documents["access_token"], monkeypatch)
        assert client.submit_transfer(data).data["code"] == "Duplicate"
        assert finished(client, task_id)["status"] == "SUCCEEDED"
        arrived = state / "endpoints/stanford-sherlock-scratch/images"
        assert (arrived / "big.sif").read_bytes() == content
        assert [path.name for path in arrived.iterdir()] == ["big.sif"]
        codes = [event["code"] for event in client.task_event_list(task_id)]
        assert codes.count("STARTED") == 1
        assert client.get_bookmark(bookmark)["name"] == "kept"
        again = globus_sdk.TransferData(names.REGISTRY, SCRATCH, submission_id=unused)
        again.add_item("/big.sif", "/images/again.sif")
        assert client.submit_transfer(again)["code"] == "Accepted"
        auth = globus_sdk.NativeAppAuthClient(names.NATIVE_APP)
        assert auth.oauth2_refresh_token(documents["refresh_token"])["access_token"]
        auth.close()
        client.close()


def test_an_answer_before_a_kill_stays_true(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the sandbox answered must be true after a kill at any moment."""
    state = tmp_path / "state"
    with Sandbox(state) as library:
        secret = library.tokens(USUAL)[TRANSFER]["access_token"]
    created: list[str] = []
    for _ in range(4):
        with running(state, port) as process:
            client = client_at(address(state, port), secret, monkeypatch)
            for name in created:
                assert client.get_bookmark(name)["id"] == name
            for number in range(20):
                body = {"endpoint_id": SCRATCH, "path": "/", "name": f"{len(created)}-{number}"}
                created.append(client.create_bookmark(body)["id"])
            process.send_signal(signal.SIGKILL)
            process.wait()
            client.close()
    assert len(created) == 80


def test_a_library_can_be_stopped_and_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Sandbox(tmp_path)
    library.start()
    port = library.port
    secret = library.tokens(USUAL)[TRANSFER]["access_token"]
    library.stop()
    library.stop()
    with pytest.raises(RuntimeError):
        library.requests()
    library.start()
    assert library.port == port
    client = client_at(library.url, secret, monkeypatch)
    assert client.get_endpoint(names.REGISTRY)["id"] == names.REGISTRY
    client.close()
    library.stop()


def test_given_folders_are_served_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, local = tmp_path / "registry", tmp_path / "local"
    for folder in (registry, local):
        folder.mkdir()
        (folder / "mine.sif").write_text("mine")
    with Sandbox(tmp_path / "state", registry_root=registry, local_root=local) as library:
        secret = library.tokens(USUAL)[TRANSFER]["access_token"]
        client = client_at(library.url, secret, monkeypatch)
        assert [row["name"] for row in client.operation_ls(names.REGISTRY)] == ["mine.sif"]
        task = send(client, (names.REGISTRY, "/mine.sif"), (names.MY_COMPUTER, f"{local}/came.sif"))
        assert finished(client, task)["status"] == "SUCCEEDED"
        library.reset()
        assert refused(client.task_list)[0] == 401
        client.close()
    assert {path.name for path in local.iterdir()} == {"mine.sif", "came.sif"}
    assert (registry / "mine.sif").exists()
