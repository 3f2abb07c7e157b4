"""What is asked of a Singularity Registry Server to know its images: little, and never too old."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import ImageChanged, ImageNotFound, RegistryDenied
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.registry.sregistry import registry as sregistry

from ...support.webserver import Asked, Reply
from .helpers import LISTING, SEARCH, UPPER, UPPER_DETAIL, Make, detail
from .recorded import RecordedRegistry

ONE, TWO = ("sha256." + digit * 64 for digit in "12")


def row(**changes: Any) -> dict[str, Any]:
    """Return a row of a search."""
    body = detail(**changes)
    del body["image"]
    return body


def publish(played: RecordedRegistry, rows: list[dict[str, Any]]) -> None:
    """Have the server list these images, and find them, in place of the recorded ones."""
    listed: dict[str, list[dict[str, Any]]] = {}
    for image in rows:
        listed.setdefault(image["collection"], []).append(image)
    results = [{"name": name, "containers": images} for name, images in listed.items()]
    played.reply("/api/collections/", Reply(body={"count": len(results), "results": results}))
    for image in rows:
        place = f"{SEARCH}/{image['collection']}/name/{image['name']}"
        same = [other for other in rows if other["name"] == image["name"]]
        played.reply(place, Reply(body=same))


@pytest.mark.parametrize("name", ["tacos", "Tacos"])
def test_a_container_named_like_its_collection_is_asked_for_in_full(
    make: Make, played: RecordedRegistry, name: str
) -> None:
    played.reply(
        f"/api/container/{name}/{name}:latest",
        Reply(body=detail(collection=name, name=name, tag="latest")),
    )
    image = make().find(parse(f"{name}/{name}"))
    assert (image.collection, image.container, image.tag) == (name, name, "latest")
    assert f"/api/container/{name}:latest" not in played.registry.paths


def test_sixty_images_cost_one_listing_and_a_search_for_each_container(
    make: Make, played: RecordedRegistry
) -> None:
    rows = [
        row(collection="lab", name=f"tool-{number:02}", tag=tag)
        for number in range(30)
        for tag in ("1", "2")
    ]
    publish(played, rows)
    registry = make()
    for image in rows:
        reference = parse(f"lab/{image['name']}:{image['tag']}")
        assert registry.find(reference).digest is not None
        storage = registry.storage(reference)
        assert storage is not None
        assert storage.download is not None
        assert storage.download.size_bytes is None
    paths = played.registry.paths
    assert paths[0] == LISTING
    assert len(paths) == 31
    assert all(path.startswith(SEARCH) for path in paths[1:])


def test_sizes_of_library_pushes_are_measured_for_a_few_images_only(
    make: Make, played: RecordedRegistry
) -> None:
    mark = {"pushSecret": "x"}
    rows = [row(collection="lab", name="tool", tag=str(tag), metadata=mark) for tag in range(60)]
    publish(played, rows)
    registry = make()
    for image in rows:
        storage = registry.storage(parse(f"lab/tool:{image['tag']}"))
        assert storage is not None
        assert storage.download is not None
        assert storage.download.size_bytes is None
    views = [path for path in played.registry.paths if path.startswith("/v1/")]
    assert len(views) == 5


@pytest.mark.parametrize(
    ("name", "path"), [("genomics/samtools:1.20", f"{SEARCH}/genomics"), (UPPER, UPPER_DETAIL)]
)
def test_parallel_requests_for_one_image_are_one_request(
    make: Make, played: RecordedRegistry, name: str, path: str
) -> None:
    arrived, may_answer = threading.Event(), threading.Event()
    answer = played.registry.answer

    def slowly(asked: Asked) -> Reply:
        if asked.path.startswith(path):
            arrived.set()
            may_answer.wait(10)
        return answer(asked)

    played.registry.answer = slowly
    registry = make()
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(registry.find, parse(name)) for _ in range(6)]
        assert arrived.wait(10)
        may_answer.set()
        assert len({found.result().reference for found in waiting}) == 1
    assert sum(asked.startswith(path) for asked in played.registry.paths) == 1
    assert played.registry.paths.count(LISTING) <= 1


def test_a_private_image_that_the_search_finds_is_not_shown(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make()
    for name in ("secret-lab/vault:latest", "secret-lab/vault:v2"):
        with pytest.raises((RegistryDenied, ImageNotFound)):
            registry.find(parse(name))
    assert not any(path.startswith(f"{SEARCH}/secret-lab") for path in played.registry.paths)


def test_an_image_of_a_new_collection_is_found_before_the_next_listing(
    make: Make, played: RecordedRegistry
) -> None:
    registry = make()
    registry.find(parse("genomics/samtools:1.20"))
    body = detail(collection="new", name="tool", tag="1")
    played.reply("/api/container/new/tool:1", Reply(body=body))
    assert registry.find(parse("new/tool:1")).collection == "new"


def test_unfinished_pushes_are_no_tags(make: Make, played: RecordedRegistry) -> None:
    unfinished = "DUMMY-04824c17-0231-4921-abb8-3ceeb6bc59a4"
    publish(played, [row(tag="1.20"), row(tag=unfinished)])
    with pytest.raises(ImageNotFound) as caught:
        make().find(parse("genomics/samtools:2"))
    assert "Available tags: 1.20." in caught.value.message


@pytest.mark.parametrize("name", ["samtools", "Samtools"])
def test_a_new_push_is_found_as_soon_as_the_old_one_does_not_match(
    make: Make, played: RecordedRegistry, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def push(version: str) -> None:
        publish(played, [row(name=name, tag="1", version=version)])
        body = detail(name=name, tag="1", version=version)
        played.reply(f"/api/container/genomics/{name}:1", Reply(body=body))

    reference = parse(f"genomics/{name}:1")
    new = f"sha256:{TWO.removeprefix('sha256.')}"
    push(ONE)
    registry = make()
    registry.find(reference)
    push(TWO)
    assert registry.find(reference).digest != new
    # The user has the new image from elsewhere.
    monkeypatch.setattr(sregistry, "JUST_NOW_S", 0)
    assert registry.find(parse(f"genomics/{name}:1@{new}")).digest == new
    push(ONE)
    with pytest.raises(ImageChanged):
        registry.find(parse(f"genomics/{name}:1@sha256:{'3' * 64}"))
    # A transfer found other content than was expected.
    push(TWO)
    registry.forget(reference)
    assert registry.find(reference).digest == new


def test_a_wrong_reference_does_not_use_up_views(make: Make, played: RecordedRegistry) -> None:
    registry = make()
    for _ in range(5):
        with pytest.raises(ImageChanged):
            registry.find(parse(f"{UPPER}@sha256:{'0' * 64}"))
    assert played.registry.paths.count(UPPER_DETAIL) == 1


def test_the_md5_of_a_fresh_push_names_its_file(make: Make, played: RecordedRegistry) -> None:
    md5 = "b74397138c1009946ae08ce68e0d3dfa"
    publish(played, [row(tag="1", version=md5), row(tag="2", version=None)])
    registry = make()
    fresh, unknown = (registry.storage(parse(f"genomics/samtools:{tag}")) for tag in "12")
    assert fresh is not None
    assert unknown is not None
    assert fresh.pattern_below_root == f"genomics/samtools:1@{md5}.sif"
    assert unknown.pattern_below_root == "genomics/samtools:2@*.sif"
    assert not fresh.may_lack_file
    library = registry.storage(parse("containers-lib/gatk:4.5"))
    assert library is None or library.may_lack_file


@pytest.mark.parametrize(
    "name",
    ["c++:1.0+git~1", "caf\u00e9:\u00fc", "cafe\u0301:1", "a=b:1,2", "na\u00efve+1:\u65e5\u672c"],
)
def test_names_of_other_characters_are_asked_for(
    make: Make, played: RecordedRegistry, name: str
) -> None:
    container, _, tag = name.partition(":")
    played.reply(f"/api/container/lab/{name}", Reply(body=detail(
        collection="lab", name=container, tag=tag)))  # fmt: skip
    assert make().find(parse(f"lab/{name}")).container == container
    publish(played, [row(collection="lab", name=container, tag=tag)])
    registry = make()
    assert registry.find(parse(f"lab/{name}")).tag == tag
    assert played.registry.paths[-1].startswith(SEARCH)
