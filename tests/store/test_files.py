"""Files and folders of ours: made private, and never trusted because they exist."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import StoreNotPrivate, StoreUnavailable
from jupyterlab_sregistry_globus.store.database import Database
from jupyterlab_sregistry_globus.store.files import (
    check_file,
    make_folder,
    open_file,
    prepare_database,
)

OTHER_ACCOUNT = 12345
NOTES = "CREATE TABLE notes (text TEXT);"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def plant_link(path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_bytes(b"precious")
    path.symlink_to(victim)


def plant_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("made through the link"))


def plant_socket(path: Path) -> None:
    # A socket's path has about 100 bytes at most, so it is bound from its own folder.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with closing(socket.socket(socket.AF_UNIX)) as planted:
            planted.bind(path.name)
    finally:
        os.chdir(before)


def plant_foreign(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    path.write_bytes(b"")
    path.chmod(0o600)
    os.chown(path, OTHER_ACCOUNT, OTHER_ACCOUNT)


def plant_writable(path: Path) -> None:
    path.write_bytes(b"")
    path.chmod(0o666)


def plant_writable_by_group(path: Path) -> None:
    path.write_bytes(b"")
    path.chmod(0o660)


PLANTED: dict[str, Callable[[Path], None]] = {
    "link": plant_link,
    "dangling link": plant_dangling_link,
    "named pipe": os.mkfifo,
    "socket": plant_socket,
    "folder": Path.mkdir,
    "another account's": plant_foreign,
    "writable by all": plant_writable,
    "writable by a group": plant_writable_by_group,
}
each_planted = pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ours"
    make_folder(made)
    return made


def test_missing_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)
    assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_folder_that_others_may_only_read_is_used_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize("wrong", [0o777, 0o775, 0o770, 0o757, 0o702])
def test_a_folder_that_others_can_write_to_is_refused(folder: Path, wrong: int) -> None:
    folder.chmod(wrong)
    with pytest.raises(StoreNotPrivate, match="chmod go-w") as caught:
        make_folder(folder)
    assert str(folder) in caught.value.message
    assert mode(folder) == wrong


def test_a_shared_folder_with_the_sticky_bit_is_accepted(folder: Path) -> None:
    folder.chmod(0o1777)
    make_folder(folder)


def test_a_folder_of_another_account_is_refused(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(folder, OTHER_ACCOUNT, OTHER_ACCOUNT)
    with pytest.raises(StoreNotPrivate, match="another account"):
        make_folder(folder)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreUnavailable, match="file"):
        make_folder(tmp_path / "file")
    with pytest.raises(StoreUnavailable, match="link"):
        make_folder(tmp_path / "link")
    with pytest.raises(StoreUnavailable, match="file"):
        make_folder(tmp_path / "file" / "below")


def test_a_new_file_is_its_owners_alone_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        open_file(folder / "new").close()
        prepare_database(folder / "new.db")
    finally:
        os.umask(before)
    assert mode(folder / "new") == mode(folder / "new.db") == 0o600


def test_an_existing_file_keeps_its_content(folder: Path) -> None:
    (folder / "old").write_bytes(b"kept")
    with open_file(folder / "old") as file:
        assert file.read() == b"kept"


def test_a_file_that_others_can_read_is_closed_to_them(folder: Path) -> None:
    for name in ("opened", "checked"):
        (folder / name).touch()
        (folder / name).chmod(0o644)
    open_file(folder / "opened").close()
    assert check_file(folder / "checked") is True
    assert mode(folder / "opened") == mode(folder / "checked") == 0o600


def test_a_missing_file_passes_the_check(folder: Path) -> None:
    assert check_file(folder / "missing") is False
    assert not (folder / "missing").exists()


@each_planted
def test_no_planted_file_is_opened(folder: Path, plant: Callable[[Path], None]) -> None:
    path = folder / "file"
    plant(path)
    before = path.lstat()
    with pytest.raises(StoreNotPrivate) as caught:
        open_file(path)
    assert str(path) in caught.value.message
    with pytest.raises(StoreNotPrivate):
        check_file(path)
    assert path.lstat() == before
    assert {path.name for path in folder.iterdir()} <= {"file", "victim"}


@each_planted
@pytest.mark.parametrize("name", ["notes.db", "notes.db-journal", "notes.db-wal"])
def test_no_planted_database_or_journal_is_used(
    folder: Path, plant: Callable[[Path], None], name: str
) -> None:
    database = Database(folder / "notes.db", [NOTES])
    plant(folder / name)
    with pytest.raises(StoreNotPrivate, match=name), database.writing():
        raise AssertionError("it was opened")
    victim = folder / "victim"
    assert not victim.exists() or victim.read_bytes() == b"precious"


def test_a_database_in_a_folder_that_others_can_write_to_is_not_used(folder: Path) -> None:
    database = Database(folder / "notes.db", [NOTES])
    with database.writing() as connection:
        connection.execute("INSERT INTO notes VALUES ('a')")
    folder.chmod(0o777)
    with pytest.raises(StoreNotPrivate, match="chmod go-w"), database.reading():
        raise AssertionError("it was opened")


def test_a_database_that_others_could_read_is_closed_to_them(folder: Path) -> None:
    path = folder / "notes.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(NOTES)
        connection.execute("PRAGMA user_version = 1")
    path.chmod(0o644)
    with Database(path, [NOTES]).reading() as connection:
        assert mode(path) == 0o600
        assert connection.execute("SELECT count(*) FROM notes").fetchone()[0] == 0
