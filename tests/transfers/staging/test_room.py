"""What is removed from a folder that images are staged in: only folders with our own mark."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.staging import room

from ...support.connect import connect
from ...support.webserver import Reply, WebServer
from ..conftest import Store, asked, ended, until

CONTENT = b"x" * 20_000


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer(lambda wanted: Reply(200, CONTENT)) as server:
        yield server


@pytest.fixture
def image(store: Store, web: WebServer) -> str:
    digest = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
    return store.add("tacos/mole:1", url=f"{web.url}/mole", size_bytes=len(CONTENT), digest=digest)


@pytest.fixture
def shared(contents: Path) -> Path:
    """A folder that has held other things before it was named as staging_dir."""
    folder = contents / "scratch"
    for name in ("results", "0123456789abcdef"):
        (folder / name).mkdir(parents=True)
        (folder / name / "paper.csv").write_text("years of work")
    return folder


def test_a_staging_folder_that_holds_other_folders_keeps_them(
    image: str, shared: Path, program: Callable[..., Services], sandbox: Sandbox
) -> None:
    services = program(staging_dir=str(shared))
    connect(services, sandbox)
    transfer = services.transfers.start(asked(image), origin="panel")
    assert until(services, transfer.id, ended).state == "succeeded"
    services.transfers.step()
    assert (shared / "results" / "paper.csv").read_text() == "years of work"
    assert (shared / "0123456789abcdef" / "paper.csv").exists()
    (own,) = shared.glob(f"{room.FOLDER_NAME}-*")
    assert list(own.iterdir()) == [], "what was staged is removed"


def test_a_folder_without_our_mark_stays_even_where_we_stage(
    image: str, shared: Path, program: Callable[..., Services], sandbox: Sandbox
) -> None:
    services = program(staging_dir=str(shared))
    connect(services, sandbox)
    path = Path(services.transfers.plan(asked(image)).images[0].source_path)
    stranger = path.parent.parent / "fedcba9876543210"
    stranger.mkdir(parents=True)
    (stranger / "thesis.tex").touch()
    transfer = services.transfers.start(asked(image), origin="panel")
    until(services, transfer.id, ended)
    services.transfers.step()
    assert [file.name for file in path.parent.parent.rglob("*")] == [stranger.name, "thesis.tex"]


def test_a_server_with_another_store_keeps_its_downloads(
    image: str, shared: Path, program: Callable[..., Services], sandbox: Sandbox, tmp_path: Path
) -> None:
    """Two servers of one account stage in the same folder, each with a record of its own."""
    one = program(staging_dir=str(shared))
    other = program(staging_dir=str(shared), store_dir=str(tmp_path / "other store"))
    for services in (one, other):
        connect(services, sandbox)
    kept = Path(other.transfers.plan(asked(image)).images[0].source_path)
    assert kept != Path(one.transfers.plan(asked(image)).images[0].source_path)
    kept.parent.mkdir(parents=True)
    (kept.parent / room.MARKER).write_text(other.parts.outbox.store_id())
    kept.touch()
    transfer = one.transfers.start(asked(image), origin="panel")
    until(one, transfer.id, ended)
    one.transfers.step()
    assert kept.exists()


def test_a_folder_of_other_files_is_never_taken_for_ours(
    image: str, shared: Path, program: Callable[..., Services], sandbox: Sandbox
) -> None:
    services = program(staging_dir=str(shared))
    connect(services, sandbox)
    path = Path(services.transfers.plan(asked(image)).images[0].source_path)
    path.parent.mkdir(parents=True)
    (path.parent / "thesis.tex").touch()
    transfer = services.transfers.start(asked(image), origin="panel")
    done = until(services, transfer.id, ended)
    assert "files from other programs" in done.tasks[0].reason
    services.transfers.step()
    assert (path.parent / "thesis.tex").exists()
