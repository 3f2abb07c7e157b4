"""A file is replaced as a whole, with its permissions, or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import StoreUnavailable
from jupyterlab_sregistry_globus.store.atomic_file import WORLD_READABLE, write_atomically


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_private_and_its_folder_is_created(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write_atomically(path, "text")
    assert path.read_text() == "text"
    assert mode_of(path) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o640, WORLD_READABLE])
def test_the_file_gets_the_given_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o666)
    write_atomically(path, "new", mode)
    assert (path.read_text(), mode_of(path)) == ("new", mode)


def test_the_target_of_a_link_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    with pytest.raises(StoreUnavailable, match="Cannot write"):
        write_atomically(path, "new")
    assert list(tmp_path.iterdir()) == [path]
    assert path.is_dir()
