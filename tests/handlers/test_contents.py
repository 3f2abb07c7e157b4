"""Which file on disk a path of Jupyter's contents API means."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from jupyter_server.services.contents.manager import ContentsManager

from jupyterlab_sregistry_globus.errors import ImageNotFound, PathNotAllowed
from jupyterlab_sregistry_globus.handlers.contents import ContentsFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of the contents manager; the server's own root has a file of the same path."""
    for name in ("server", "manager"):
        (tmp_path / name / "my images").mkdir(parents=True)
        (tmp_path / name / "my images" / "a.sif").write_text(name)
    return tmp_path / "manager"


def test_a_file_is_found_below_the_root_of_the_contents_manager(root: Path) -> None:
    files = ContentsFiles(AsyncFileContentsManager(root_dir=str(root)), [])
    assert files.resolve("my images/a.sif").read_text() == "manager"


def test_a_file_on_another_drive_is_refused_and_never_taken_for_one_of_this_server(
    root: Path,
) -> None:
    files = ContentsFiles(AsyncFileContentsManager(root_dir=str(root)), [])
    with pytest.raises(ImageNotFound, match="other drives cannot be sent"):
        files.resolve("S3:my images/a.sif")


def test_a_colon_in_a_file_name_is_no_drive(root: Path) -> None:
    (root / "mole:1.sif").write_text("mole")
    files = ContentsFiles(AsyncFileContentsManager(root_dir=str(root)), [])
    assert files.resolve("mole:1.sif").read_text() == "mole"


def test_a_contents_manager_without_files_on_disk_offers_none_and_says_why(root: Path) -> None:
    files = ContentsFiles(ContentsManager(root_dir=str(root)), [])
    with pytest.raises(PathNotAllowed, match="does not keep its files on disk"):
        files.resolve("my images/a.sif")
    assert "does not keep its files on disk" in files.refusal


def test_a_contents_manager_with_files_on_disk_refuses_none_in_general(root: Path) -> None:
    assert ContentsFiles(AsyncFileContentsManager(root_dir=str(root)), []).refusal == ""


@pytest.mark.parametrize("path", ["../server/my images/a.sif", "/etc/passwd"])
def test_a_path_out_of_the_root_is_refused(root: Path, path: str) -> None:
    files = ContentsFiles(AsyncFileContentsManager(root_dir=str(root)), [])
    with pytest.raises(PathNotAllowed, match="allowed_roots"):
        files.resolve(path)


def test_an_allowed_root_is_reached_by_an_absolute_path(root: Path) -> None:
    files = ContentsFiles(AsyncFileContentsManager(root_dir=str(root)), [root.parent / "server"])
    path = str(root.parent / "server" / "my images" / "a.sif")
    assert files.resolve(path).read_text() == "server"
