"""Reading a published file: from a copy if it is on a network file system, and opened once more."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.catalog.published.copies import LocalCopies
from jupyterlab_sregistry_globus.catalog.published.file import ListingUnusable, PublishedFile

QUERY = "SELECT count(*) FROM image"


@pytest.fixture
def copies(tmp_path: Path) -> LocalCopies:
    return LocalCopies(tmp_path / "cache" / "listings")


def count(file: PublishedFile) -> int:
    with file.reading() as rows:
        return rows(QUERY, ())[0][0]


def test_a_file_elsewhere_is_copied_once_for_each_version(
    publish, counting, file, copies, tmp_path
) -> None:
    publish()
    remote = PublishedFile(file, copies, lambda path: True)
    assert (count(remote), count(remote)) == (20, 20)
    (copy,) = (tmp_path / "cache" / "listings").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    inode = copy.stat().st_ino
    assert count(remote) == 20
    assert copy.stat().st_ino == inode
    counting.names.append("newer")
    publish()
    assert count(remote) == 21
    (copy,) = (tmp_path / "cache" / "listings").iterdir()
    assert copy.stat().st_ino != inode


def test_a_file_on_this_host_is_not_copied(publish, file, copies, tmp_path) -> None:
    publish()
    assert count(PublishedFile(file, copies)) == 20
    assert not (tmp_path / "cache" / "listings").exists()


def test_without_room_for_a_copy_the_file_itself_is_read(publish, file, tmp_path) -> None:
    publish()
    (tmp_path / "occupied").write_text("")
    copies = LocalCopies(tmp_path / "occupied")
    assert count(PublishedFile(file, copies, lambda path: True)) == 20


def test_one_failure_is_forgiven_and_two_are_not(publish, file, copies) -> None:
    publish()
    published = PublishedFile(file, copies)
    with published.reading() as rows:
        about = rows("SELECT identity FROM registry", ())[0][0]
    for _ in range(2):
        with pytest.raises(ListingUnusable), published.reading() as rows:
            rows("SELECT nonsense FROM image", ())
        assert count(published) == 20
        published.about(about)
    for _ in range(2):
        with pytest.raises(ListingUnusable), published.reading() as rows:
            rows("SELECT nonsense FROM image", ())
    with pytest.raises(ListingUnusable, match="damaged"):
        published.about(about)


def test_nothing_can_be_written_through_it(publish, file, copies) -> None:
    publish()
    before = file.read_bytes()
    with (
        pytest.raises(ListingUnusable, match="readonly"),
        PublishedFile(file, copies).reading() as rows,
    ):
        rows("DELETE FROM image", ())
    assert file.read_bytes() == before
