"""SQLite files: private, with whole transactions, migrations and clear refusals."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import StoreUnavailable
from jupyterlab_sregistry_globus.store import database
from jupyterlab_sregistry_globus.store.database import Database

NOTES = "CREATE TABLE notes (text TEXT);"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "below" / "store" / "notes.db"


def texts(store: Database) -> list[str]:
    with store.reading() as connection:
        return [row["text"] for row in connection.execute("SELECT text FROM notes ORDER BY text")]


def add(store: Database, text: str) -> None:
    with store.writing() as connection:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))


def test_creating_a_database_object_opens_nothing(file: Path) -> None:
    assert Database(file, [NOTES]).exists() is False
    assert not file.parent.exists()


def test_only_the_owner_can_read_the_file(file: Path) -> None:
    add(Database(file, [NOTES]), "a")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_it_works_on_a_network_file_system(file: Path) -> None:
    store = Database(file, [NOTES])
    with store.writing() as connection:
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    assert mode == "delete"
    assert [path.name for path in file.parent.iterdir()] == ["notes.db"]


def test_a_transaction_that_fails_leaves_nothing(file: Path) -> None:
    store = Database(file, [NOTES])
    add(store, "a")
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        connection.execute("INSERT INTO notes VALUES ('b')")
        raise ZeroDivisionError
    assert texts(store) == ["a"]


def test_an_older_file_is_migrated(file: Path) -> None:
    add(Database(file, [NOTES]), "old")
    more = """
    ALTER TABLE notes ADD COLUMN tag TEXT;
    UPDATE notes SET tag = 'a;b';
    """
    newer = Database(file, [NOTES, more])
    with newer.reading() as connection:
        rows = connection.execute("SELECT text, tag FROM notes").fetchall()
    assert [tuple(row) for row in rows] == [("old", "a;b")]


def test_a_migration_that_fails_changes_nothing(file: Path) -> None:
    add(Database(file, [NOTES]), "old")
    wrong = "ALTER TABLE notes ADD COLUMN tag TEXT; INSERT INTO nowhere VALUES (1);"
    with pytest.raises(StoreUnavailable):
        texts(Database(file, [NOTES, wrong]))
    assert texts(Database(file, [NOTES])) == ["old"]


def test_a_newer_file_says_to_upgrade(file: Path) -> None:
    add(Database(file, [NOTES, "CREATE TABLE more (a);"]), "a")
    with pytest.raises(StoreUnavailable) as caught:
        texts(Database(file, [NOTES]))
    assert "newer version" in caught.value.message


def test_many_threads_can_create_the_file_at_once(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add(Database(file, [NOTES]), f"{n:02d}"), range(16)))
    assert texts(Database(file, [NOTES])) == [f"{n:02d}" for n in range(16)]


def test_many_writers_lose_nothing(file: Path) -> None:
    store = Database(file, ["CREATE TABLE counts (n INTEGER); INSERT INTO counts VALUES (0);"])

    def count(_: int) -> None:
        with store.writing() as connection:
            n = connection.execute("SELECT n FROM counts").fetchone()[0]
            connection.execute("UPDATE counts SET n = ?", (n + 1,))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(60)))
    with store.reading() as connection:
        assert connection.execute("SELECT n FROM counts").fetchone()[0] == 60


@pytest.mark.parametrize("content", [b"These are my notes.\n" * 200, b"SQLite format 3\0" * 100])
def test_a_file_that_is_not_a_database_is_refused_and_left_alone(
    file: Path, content: bytes
) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with pytest.raises(StoreUnavailable) as caught:
        texts(Database(file, [NOTES]))
    assert str(file) in caught.value.message
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_created_is_refused(file: Path) -> None:
    file.parent.parent.mkdir()
    file.parent.write_text("I am a file.")
    with pytest.raises(StoreUnavailable):
        add(Database(file, [NOTES]), "a")


def test_a_lock_held_too_long_is_an_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    store = Database(file, [NOTES])
    add(store, "a")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert texts(store) == ["a"]
        with pytest.raises(StoreUnavailable) as caught:
            add(store, "b")
        assert caught.value.retryable
        other.execute("ROLLBACK")
    add(store, "b")


def test_a_removed_file_is_created_again(file: Path) -> None:
    store = Database(file, [NOTES])
    add(store, "a")
    file.unlink()
    add(store, "b")
    assert texts(store) == ["b"]
