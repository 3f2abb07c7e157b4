"""Files that users and other programs own: read if they end, refused otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.store.regular import open_regular, read_small

from .test_files import plant_socket

# None of these may be waited for: each would hold a thread until the test's time limit.
ENDLESS: dict[str, Callable[[Path], object]] = {
    "named pipe": os.mkfifo,
    "folder": Path.mkdir,
    "socket": plant_socket,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "link to itself": lambda path: path.symlink_to(path),
    "link to a named pipe": lambda path: (
        os.mkfifo(f"{path}.pipe"),
        path.symlink_to(f"{path}.pipe"),
    ),
    "missing": lambda path: None,
}


@pytest.mark.parametrize("plant", ENDLESS.values(), ids=ENDLESS)
def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, plant: Callable[[Path], object]
) -> None:
    path = tmp_path / "file"
    plant(path)
    for read in (open_regular, read_small):
        with pytest.raises(OSError) as caught:
            read(path)
        assert caught.value.strerror


@pytest.mark.parametrize("name", ["a\0b", "a\udcffb", "x" * 300])
def test_an_impossible_name_is_an_ordinary_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError):
        open_regular(tmp_path / name)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to("file")
    assert read_small(tmp_path / "link") == b"content"


def test_only_a_small_file_is_read_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 11)
    assert read_small(tmp_path / "file", 11) == b"x" * 11
    with pytest.raises(OSError, match="longer than 10 bytes"):
        read_small(tmp_path / "file", 10)
