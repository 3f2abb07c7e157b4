"""The demo keeps its connection and its transfers from one start to the next."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.demo.folder import DemoFolder
from jupyterlab_sregistry_globus.demo.globus import start_sandbox


@pytest.fixture
def folder(tmp_path: Path) -> DemoFolder:
    folder = DemoFolder(tmp_path / "demo")
    folder.lay_out(fresh=False)
    return folder


def test_a_second_start_has_the_address_of_the_first(folder: DemoFolder) -> None:
    told: list[str] = []
    with start_sandbox(folder, told.append) as sandbox:
        url = sandbox.url
    with start_sandbox(folder, told.append) as sandbox:
        assert sandbox.url == url
    assert told == []


def test_if_another_program_has_the_port_the_user_is_told(folder: DemoFolder) -> None:
    told: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        folder.save_port(other.getsockname()[1])
        with start_sandbox(folder, told.append) as sandbox:
            assert sandbox.port != other.getsockname()[1]
            assert folder.last_port() == sandbox.port
    assert len(told) == 1
    assert "not connected" in told[0]


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "70000"])
def test_a_damaged_port_file_counts_for_nothing(folder: DemoFolder, text: str) -> None:
    (folder.root / "sandbox-port").write_text(text)
    assert folder.last_port() == 0


def test_a_fresh_start_forgets_the_address(folder: DemoFolder) -> None:
    folder.save_port(12345)
    folder.lay_out(fresh=True)
    assert folder.last_port() == 0
