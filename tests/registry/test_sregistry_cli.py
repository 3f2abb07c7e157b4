"""The local database of sregistry-cli, with the tables that the program creates."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.errors import ImageChanged, ImageNotFound, RegistryUnavailable
from jupyterlab_sregistry_globus.images.digest import Digests
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry import sregistry_cli
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.registry.sregistry_cli import SRegistryCliRegistry
from jupyterlab_sregistry_globus.store import foreign_database

from ..images.sifs import MadeSif, partition
from ..support.listings import images_of, read
from .tree.trees import WHEN, age

TABLES = """
CREATE TABLE collection (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(150), token VARCHAR(50), created_at DATETIME,
    UNIQUE (name)
);
CREATE TABLE container (
    id INTEGER NOT NULL PRIMARY KEY, created_at DATETIME, metrics TEXT NOT NULL,
    name VARCHAR(250) NOT NULL, tag VARCHAR(250) NOT NULL, image VARCHAR(250), url VARCHAR(500),
    uri VARCHAR(500), client VARCHAR(50) NOT NULL, version VARCHAR(250),
    collection_id INTEGER NOT NULL REFERENCES collection (id),
    CONSTRAINT _container_uc UNIQUE (collection_id, name, tag, client, version)
);
"""


class Store:
    """A folder like ~/.singularity."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "sregistry.db"
        folder.mkdir(parents=True)
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(TABLES)

    def add(self, collection, name, tag, file, client="hub", version=""):
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("INSERT OR IGNORE INTO collection (name) VALUES (?)", (collection,))
            connection.execute(
                "INSERT INTO container (metrics, name, tag, image, client, version, collection_id) "
                "SELECT '{}', ?, ?, ?, ?, ?, id FROM collection WHERE name = ?",
                (name, tag, file, client, version, collection),
            )

    def plant(self, collection, name, tag, content=b"an image", **rest):
        file = self.folder / "shub" / f"{name}:{tag}{rest.get('version', '')}.simg"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        self.add(collection, name, tag, str(file), **rest)
        age(self.folder)
        return file


@pytest.fixture
def store(home):
    return Store(home / ".singularity")


@pytest.fixture
def registry(store):
    return SRegistryCliRegistry("pulled", store.path)


def references(registry):
    return [image.reference for image in images_of(registry)]


def test_pulled_images_are_listed_and_found(store, registry):
    file = store.plant("vsoch", "hello-world", "latest")
    store.plant("library/default", "alpine", "3.19")
    images = {image.reference: image for image in images_of(registry)}
    assert [*images] == [
        "pulled://library/default/alpine:3.19",
        "pulled://vsoch/hello-world:latest",
    ]
    image = images["pulled://vsoch/hello-world:latest"]
    assert (image.size_bytes, image.modified_at) == (8, WHEN)
    assert registry.find(parse("vsoch/hello-world")) == image
    assert registry.storage(parse("vsoch/hello-world")).local_path == file
    with pytest.raises(ImageNotFound, match=r"Available tags: 3\.19"):
        registry.find(parse("library/default/alpine:3"))
    with pytest.raises(ImageNotFound):
        registry.find(parse("nobody/nothing:1"))


def test_of_several_rows_with_one_name_the_last_with_a_file_is_taken(store, registry):
    old = store.plant("vsoch", "hello", "latest", version="1")
    new = store.plant("vsoch", "hello", "latest", version="2")
    assert references(registry) == ["pulled://vsoch/hello:latest"]
    assert registry.storage(parse("vsoch/hello")).local_path == new
    new.unlink()
    assert registry.storage(parse("vsoch/hello")).local_path == old


def test_rows_without_a_local_file_are_left_out_and_reported(store, registry, tmp_path):
    store.add("vsoch", "remote", "latest", None)
    store.add("vsoch", "gone", "latest", str(store.folder / "gone.simg"))
    store.add("vsoch", "nul", "latest", "a\0b")
    (store.folder / "box").mkdir()
    store.add("vsoch", "box", "latest", str(store.folder / "box"))
    (tmp_path / "secret.sif").write_bytes(b"x")
    store.add("vsoch", "secret", "latest", str(tmp_path / "secret.sif"))
    (store.folder / "link.sif").symlink_to(tmp_path / "secret.sif")
    store.add("vsoch", "link", "latest", str(store.folder / "link.sif"))
    store.add("..", "up", "latest", str(store.plant("vsoch", "hello", "1")))
    images, summary = read(registry)
    assert [image.reference for image in images] == ["pulled://vsoch/hello:1"]
    assert summary.remark == (
        "Not listed: 3 images without a file on this machine; 1 unpacked image, which is a folder "
        "and cannot be sent; 2 files outside its folders; 1 name that is not valid in a reference."
    )
    with pytest.raises(ImageNotFound):
        registry.storage(parse("vsoch/secret:latest"))


def test_headers_are_read_and_known_digests_shown(store, home):
    file = store.plant("vsoch", "hello", "1", bytes(MadeSif([partition()], arch=b"04")))
    digests = Digests(home / "digests.sqlite3")
    registry = SRegistryCliRegistry("pulled", store.path, digests=digests)
    assert registry.read_header(parse("vsoch/hello")).arch == "arm64"
    assert registry.inspect(parse("vsoch/hello")).filesystem == "squashfs"
    digest = digests.compute(file)
    assert registry.find(parse("vsoch/hello")).digest == digest
    with pytest.raises(ImageChanged):
        registry.find(parse("vsoch/hello:1@sha256:" + "0" * 64))


def test_the_database_is_only_read_and_its_changes_are_noticed(store, registry):
    store.plant("vsoch", "hello", "1")
    before = store.path.read_bytes()
    _, summary = read(registry)
    assert store.path.read_bytes() == before
    assert registry.is_unchanged(summary.marker)
    store.add("vsoch", "more", "1", None)
    assert not registry.is_unchanged(summary.marker)


@pytest.mark.parametrize("content", [None, b"no database at all" * 100, b""])
def test_an_unreadable_database_is_reported(store, registry, content):
    store.path.unlink()
    if content is not None:
        store.path.write_bytes(content)
    with pytest.raises(RegistryUnavailable, match=r"sregistry\.db"):
        references(registry)
    assert store.path.exists() == (content is not None)


def change(store, *statements):
    # In a process of its own, whose memory is not this one's.
    program = (
        "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as connection:\n"
        "    for statement in sys.argv[2:]: connection.execute(statement)\n"
    )
    subprocess.run([sys.executable, "-c", program, store.path, *statements], check=True)


ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT i AS id, 'a' AS name, '1' AS tag, 'x' AS image, 1 AS collection_id FROM n"
)
LONG = 400_000_000
HOSTILE = {
    "view without end": ["DROP TABLE container", f"CREATE VIEW container AS {ENDLESS}"],
    "virtual table": [
        "DROP TABLE container",
        "CREATE VIRTUAL TABLE container USING fts5(name, tag, image, collection_id)",
    ],
    "computed column": [
        f"ALTER TABLE collection ADD COLUMN big TEXT AS (hex(zeroblob({LONG})))",
    ],
    "value of 400 MB": [f"UPDATE container SET name = CAST(zeroblob({LONG}) AS TEXT)"],
    "file name of 400 MB": [f"UPDATE container SET image = zeroblob({LONG})"],
    "table of another kind": ["ALTER TABLE container RENAME COLUMN tag TO label"],
    "more rows than can be joined in time": [
        "INSERT INTO container (metrics, name, tag, image, client, collection_id) "
        "SELECT '', 'a', i, 'x', 'b', 1 FROM (WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) SELECT i FROM n)",
        "ALTER TABLE collection RENAME TO old",
        "CREATE TABLE collection (id INTEGER, name TEXT)",
        "INSERT INTO collection SELECT 1, 'x' FROM container, old LIMIT 3000",
    ],
}


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_database_costs_neither_time_nor_memory(store, registry, statements, monkeypatch):
    monkeypatch.setattr(foreign_database, "DEADLINE_S", 1.0)
    monkeypatch.setattr(foreign_database, "BUSY_TIMEOUT_S", 0.5)
    store.plant("vsoch", "hello", "1")
    change(store, *statements)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun_at = time.monotonic()
    with pytest.raises(RegistryUnavailable, match=r"sregistry\.db"):
        references(registry)
    with pytest.raises((RegistryUnavailable, ImageNotFound)):
        registry.find(parse("vsoch/hello:1"))
    assert time.monotonic() - begun_at < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["named pipe", "folder"])
def test_a_database_that_is_not_a_file_is_not_opened(store, registry, make):
    store.path.unlink()
    make(store.path)
    with pytest.raises(RegistryUnavailable, match="regular file"):
        references(registry)


@pytest.mark.parametrize(
    "column", ["container.name", "container.tag", "collection.name", "container.image"]
)
@pytest.mark.parametrize("value", ["NULL", "''", "x'00ff'", "5", "'" + "n" * 5000 + "'"], ids=str)
def test_a_value_that_no_image_has_hides_no_other(store, registry, column, value):
    store.plant("vsoch", "hello", "1")
    store.add("other", "odd", "1", "nothing")
    table, _, name = column.partition(".")
    # The tables of other versions may lack our NOT NULL.
    change(
        store,
        f"CREATE TABLE copied AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE copied RENAME TO {table}",
        f"UPDATE {table} SET {name} = {value} WHERE rowid = 2",
    )
    assert references(registry) == ["pulled://vsoch/hello:1"]


def test_no_more_rows_are_read_than_fit(store, registry, monkeypatch):
    monkeypatch.setattr(sregistry_cli, "MAX_ROWS", 1)
    store.plant("vsoch", "a", "1")
    store.plant("vsoch", "b", "1")
    images, summary = read(registry)
    assert [image.reference for image in images] == ["pulled://vsoch/a:1"]
    assert "beyond" in summary.remark


def test_an_entry_with_only_a_name_is_enough(store, home):
    store.plant("vsoch", "hello", "1")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.sif").write_bytes(b"x")
    store.add("vsoch", "a", "1", str(elsewhere / "a.sif"))
    entry = {"name": "pulled", "kind": "sregistry-cli"}
    (plain,) = make_backends(SRegistryGlobus(registries=[entry]), None)
    assert references(plain) == ["pulled://vsoch/hello:1"]
    (wide,) = make_backends(SRegistryGlobus(registries=[entry | {"storage": str(elsewhere)}]), None)
    assert references(wide) == ["pulled://vsoch/a:1", "pulled://vsoch/hello:1"]
    (wrong,) = make_backends(
        SRegistryGlobus(registries=[entry | {"path": "$NO_SUCH/here.db"}]), None
    )
    assert isinstance(wrong, BrokenRegistry)
