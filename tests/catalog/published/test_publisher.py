"""Publishing: what is in the file, and when it is not written."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import (
    BadRequest,
    RegistryUnavailable,
    SettingWrong,
    StoreUnavailable,
)

from ...support.countingregistry import SECRETS
from ...support.webserver import Reply


def test_the_file_has_the_public_images_and_no_secret(publish, counting, file) -> None:
    (listing,) = publish().registries
    assert (listing.registry, listing.images_count) == ("shub", 20)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    content = file.read_bytes()
    assert b"tool19" in content
    marks = (*SECRETS, "download", "pushSecret", "upload_id", "hidden", "private")
    assert [mark for mark in marks if mark.encode() in content] == []
    assert len(counting.asked) == 2


def test_the_facts_are_those_that_a_plan_needs(publish, counting, file) -> None:
    publish()
    with sqlite3.connect(file) as connection:
        rows = connection.execute(
            "SELECT container, size, digest, pattern, may_lack_file FROM image "
            "JOIN storage ON image_id = image.id WHERE container IN ('tool6', 'tool7') ORDER BY 1"
        ).fetchall()
    connection.close()
    six, seven = (counting.digest(name) for name in ("tool6", "tool7"))
    assert rows == [
        ("tool6", 1000, f"sha256:{six}", "lab/tool6:1@*.sif", 0),
        ("tool7", 1000, f"sha256:{seven}", f"lab/tool7:sha256.{seven}", 1),
    ]


def test_an_entry_with_credentials_needs_a_word(publish, counting, file) -> None:
    account = {"username": "ada", "token": "adas-token"}
    with pytest.raises(BadRequest, match=r"20 images can be read.*--as-public"):
        publish(**account)
    assert not file.exists()
    publish(**account, is_public=True)
    assert file.exists()
    sent = [asked.headers for asked in counting.requests]
    assert sent
    assert not any("authorization" in headers for headers in sent)


def test_a_stored_account_is_one_too(publish, counting, file, monkeypatch) -> None:
    for name, value in {"BASE": counting.url, "USERNAME": "ada", "TOKEN": "secret"}.items():
        monkeypatch.setenv(f"SREGISTRY_REGISTRY_{name}", value)
    with pytest.raises(BadRequest, match="--as-public"):
        publish()
    assert not any("authorization" in asked.headers for asked in counting.requests)


@pytest.mark.parametrize("content", [b"", b"my notes", b"SQLite format 3\0" + b"x" * 200])
def test_a_file_of_others_is_not_replaced(publish, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(BadRequest, match="not a published listing"):
        publish(is_forced=True)
    assert file.read_bytes() == content
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_another_database_is_not_replaced(publish, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()
    with pytest.raises(BadRequest, match="not a published listing"):
        publish()


def test_losing_more_than_half_needs_force(publish, counting, file) -> None:
    publish()
    before = file.read_bytes()
    del counting.names[9:]
    with pytest.raises(BadRequest, match=r"had 20 images.*has 9 now.*--force"):
        publish()
    assert file.read_bytes() == before
    assert publish(is_forced=True).registries[0].images_count == 9
    del counting.names[5:]
    assert publish().registries[0].images_count == 5


def test_a_registry_that_fails_leaves_the_old_file(publish, counting, file) -> None:
    publish()
    before = file.read_bytes()
    counting.answer = lambda asked: Reply(503, b"")
    with pytest.raises(RegistryUnavailable):
        publish()
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_names_are_published_if_the_server_tells_no_facts(publish, counting, file, user) -> None:
    answer = counting.answer
    counting.answer = lambda asked: (
        Reply(500, b"") if asked.path == "/api/containers/" else answer(asked)
    )
    assert publish().registries[0].images_count == 20
    asked = len(counting.asked)
    services = user()
    assert services.catalog.images(text="tool3").total == 1
    assert len(counting.asked) == asked
    # Only the registry knows the digest, so it is asked when that is needed.
    _, image = services.catalog.find("shub://lab/tool3:1")
    assert image.digest == f"sha256:{counting.digest('tool3')}"
    assert len(counting.asked) > asked


def test_a_folder_that_is_missing_is_named(publish, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"Cannot write .*/nowhere/listing"):
        publish(tmp_path / "nowhere" / "listing.sqlite3")


def test_folders_cannot_be_published(services, tmp_path: Path) -> None:
    with pytest.raises(SettingWrong, match="library, oci, or sregistry"):
        services.publisher.publish(tmp_path / "listing.sqlite3", interval_s=60)
