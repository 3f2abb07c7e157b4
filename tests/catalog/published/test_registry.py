"""Users' servers read the published listing, and ask the registry only where they must."""

from __future__ import annotations

import os
import sqlite3
import time

import pytest

from jupyterlab_sregistry_globus.errors import ImageChanged, ImageNotFound
from jupyterlab_sregistry_globus.images.reference import parse

from ...support.webserver import Reply

ACCOUNT = {"username": "ada", "token": "adas-token"}


def test_nothing_is_asked_to_browse_search_and_find(publish, counting, user) -> None:
    publish()
    asked = len(counting.asked)
    services = user()
    overview = services.catalog.overview()
    (registry,) = overview.registries
    assert (registry.state, registry.images_count, registry.is_published) == ("ready", 20, True)
    assert time.time() - registry.listed_at < 60
    assert [(row.name, row.images_count) for row in overview.collections] == [("lab", 20)]
    found = services.catalog.images(text="ool1")
    assert (found.total, found.is_partial) == (11, False)
    assert services.catalog.images(collection="lab", offset=15).images[0].container == "tool5"
    _, image = services.catalog.find("lab/tool4")
    assert image.digest == f"sha256:{counting.digest('tool4')}"
    assert image.size_bytes == 1000
    assert services.catalog.inspect("lab/tool4:1").image == image
    services.catalog.refresh()
    assert len(counting.asked) == asked


def test_a_plan_finds_the_file_without_the_registry(publish, counting, user) -> None:
    publish()
    asked = len(counting.asked)
    backend, image = user().catalog.find("shub://lab/tool7:1")
    storage = backend.storage(parse(image.reference))
    assert storage.pattern_below_root == f"lab/tool7:sha256.{counting.digest('tool7')}"
    assert storage.may_lack_file
    assert (storage.download.size_bytes, storage.download.digest) == (1000, image.digest)
    assert len(counting.asked) == asked
    # Only now the bytes are wanted.
    with pytest.raises(ImageNotFound), storage.download.open():
        pass
    assert len(counting.asked) > asked


def test_what_is_not_listed_is_not_asked_for_without_an_account(publish, counting, user) -> None:
    publish()
    asked = len(counting.asked)
    services = user()
    with pytest.raises(ImageNotFound, match=r"listing is from 20\d\d-.*next one"):
        services.catalog.find("shub://lab/newer:1")
    with pytest.raises(ImageNotFound, match="Available tags: 1"):
        services.catalog.find("shub://lab/tool1:2")
    assert len(counting.asked) == asked
    counting.names.append("newer")
    _, image = user(**ACCOUNT).catalog.find("shub://lab/newer:1")
    assert image.container == "newer"


def test_private_images_are_listed_beside_the_published(publish, counting, user) -> None:
    publish()
    asked = len(counting.asked)
    services = user(**ACCOUNT, private=["vault/secret:1"])
    overview = services.catalog.overview(2.0)
    assert [row.name for row in overview.collections] == ["lab", "vault"]
    assert overview.registries[0].images_count == 21
    assert services.catalog.images(text="secret").total == 1
    assert services.catalog.images().total == 21
    assert len(counting.asked) == asked


def test_another_digest_is_refused(publish, counting, user) -> None:
    publish()
    with pytest.raises(ImageChanged, match="is now sha256"):
        user().catalog.find(f"shub://lab/tool1:1@sha256:{'0' * 64}")


def test_what_turned_out_wrong_is_asked_for(publish, counting, user) -> None:
    publish()
    counting.digests["tool2"] = "2" * 64
    services = user()
    _, image = services.catalog.find("shub://lab/tool2:1")
    assert image.digest != f"sha256:{'2' * 64}"
    services.catalog.forget(image.reference)
    _, image = services.catalog.find("shub://lab/tool2:1")
    assert image.digest == f"sha256:{'2' * 64}"


def test_a_new_file_is_noticed_at_once(publish, counting, user) -> None:
    publish()
    services = user()
    assert services.catalog.overview().registries[0].images_count == 20
    counting.names.append("newer")
    publish()
    assert services.catalog.images(text="newer").total == 1


def _damage(file) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:8192] + os.urandom(len(content) - 8192))


def _age(file) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 0")
    connection.close()


def _add_view(file) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE VIEW mine AS SELECT * FROM image")
    connection.close()


BREAKS = {
    "missing": (lambda file: file.unlink(), "it does not exist"),
    "empty": (lambda file: file.write_bytes(b""), "cannot be used: it is damaged"),
    "damaged": (_damage, "cannot be used: it"),
    "old": (_age, "an older version"),
    "with more": (_add_view, "what 'catalog publish' does not write"),
    "a pipe": (lambda file: (file.unlink(), os.mkfifo(file)), "not a regular file"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_file_that_cannot_be_used_falls_back(publish, counting, user, file, name) -> None:
    damage, reason = BREAKS[name]
    publish()
    damage(file)
    services = user()
    (registry,) = services.catalog.overview(5.0).registries
    assert reason in registry.message
    assert (registry.state, registry.is_published) == ("ready", False)
    assert registry.images_count == 20
    assert services.catalog.images(text="tool3").total == 1
    _, image = services.catalog.find("shub://lab/tool3:1")
    assert image.digest == f"sha256:{counting.digest('tool3')}"


def test_damage_that_only_a_query_meets_falls_back_too(publish, counting, user, file) -> None:
    publish()
    services = user()
    assert services.catalog.overview().registries[0].is_published
    # What is valid to SQLite, but not to us.
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE image SET digest = 'md5:1'")
    connection.close()
    assert services.catalog.images(text="tool3").total in (0, 1)
    (registry,) = services.catalog.overview(5.0).registries
    assert "it is damaged (a value of 'digest' is not valid)" in registry.message
    assert services.catalog.images(text="tool3").total == 1


def test_a_path_that_leaves_the_storage_is_damage(publish, counting, user, file) -> None:
    publish()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE storage SET pattern = '../../etc/*'")
    connection.close()
    backend, image = user().catalog.find("shub://lab/tool3:1")
    storage = backend.storage(parse(image.reference))
    assert storage.pattern_below_root == "lab/tool3:1@*.sif"


def test_another_registry_is_not_answered_from_the_file(publish, counting, user, file) -> None:
    publish()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE registry SET identity = 'other'")
    connection.close()
    (registry,) = user().catalog.overview(5.0).registries
    assert "no listing of this registry" in registry.message


def test_a_registry_down_shows_the_listing_all_the_same(publish, counting, user) -> None:
    publish()
    counting.answer = lambda asked: Reply(503, b"")
    services = user()
    assert services.catalog.refresh().registries[0].state == "ready"
    assert services.catalog.images(text="tool3").total == 1


def test_a_folder_cannot_name_a_listing(program, tmp_path) -> None:
    entry = {"name": "mine", "kind": "folder", "path": str(tmp_path), "listing": "/x"}
    (registry,) = program(registries=[entry]).catalog.overview(2.0).registries
    assert "'listing' is only for registries of the kinds" in registry.message
