"""Images in a folder of a Globus endpoint in the sandbox."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    RegistryLocked,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import ConfigureAction, LoginAction
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.registry.base import BrokenRegistry, ServedStorage
from jupyterlab_sregistry_globus.registry.entry import Entry
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.registry.tree import endpointfolder
from jupyterlab_sregistry_globus.registry.tree.endpoint import EndpointRegistry
from jupyterlab_sregistry_globus.registry.tree.folder import FolderRegistry
from jupyterlab_sregistry_globus.sandbox.seed import names

from ...support.connect import connect
from ...support.listings import images_of, read
from .trees import WHEN, age, plant

MD5 = "0123456789abcdef0123456789abcdef"
LAYOUTS = (
    "tacos/avocados/latest/avocados.sif",
    "quay.io/biocontainers/samtools/1.21--h1/quay.io-biocontainers-samtools-1.21--h1.sif",
    "tacos/guacamole_1.0.sif",
    "tacos/salsa-2.0.simg",
    "tacos/pico:3.1.img",
    "tacos/chips.sif",
    f"tacos/nachos:v2@{MD5}.sif",
    "fq:0.9.1--h9ee0642_0",
    "alone.sif",
    f"library/{MD5}",
    "tacos/two.sif",
    "tacos/two_latest.sif",
    "tacos/comma,and #1.sif",
    "tacos/readme.txt",
    ".hidden/a.sif",
)


@pytest.fixture
def tree(registry_root):
    """The folder that an endpoint serves as /lab/."""
    return plant(registry_root / "lab", *LAYOUTS)


@pytest.fixture
def registry(ada, tree):
    return EndpointRegistry("lab", ada.endpoints, names.REGISTRY, "/lab/")


def with_endpoint(settings, endpoint_id=names.REGISTRY, path="/lab/"):
    entry = {
        "name": "lab",
        "kind": "endpoint",
        "endpoint_id": endpoint_id,
        "endpoint_path": path,
    }
    return [*settings["registries"], entry]


def lab(services):
    """Return the registry and its images after it was listed."""
    registries = services.catalog.settle(30).registries
    (registry,) = [registry for registry in registries if registry.name == "lab"]
    return registry, services.catalog.images(registry="lab").images


def test_a_folder_has_the_same_images_locally_and_through_globus(registry, tree):
    expected = {image.reference: image for image in images_of(FolderRegistry("lab", tree))}
    images = {image.reference: image for image in images_of(registry)}
    assert images == expected
    assert len(images) == 13
    for reference in expected:
        path = FolderRegistry("lab", tree).storage(parse(reference)).path_below_root
        assert registry.storage(parse(reference)).path_below_root == path
    assert registry.served_by == ServedStorage(names.REGISTRY, "/lab/")


def test_sizes_and_times_come_from_globus(registry):
    image = registry.find(parse("tacos/chips:latest"))
    assert (image.size_bytes, image.modified_at, image.digest) == (43, WHEN, None)


def test_a_missing_tag_means_latest_or_the_only_tag_or_else_the_tags_are_shown(registry, tree):
    assert registry.find(parse("tacos/avocados")).tag == "latest"
    assert registry.find(parse("tacos/nachos")).tag == "v2"
    with pytest.raises(ImageNotFound, match=r"Available tags: 1\.0\."):
        registry.find(parse("tacos/guacamole:9"))
    for nothing in ("tacos/no:1", "no/chips:latest", "tacos/%2Fchips:latest", "tacos/.x:1"):
        with pytest.raises(ImageNotFound):
            registry.find(parse(nothing))


def test_a_common_name_is_found_without_listing_its_folder(registry, sandbox):
    sandbox.clear_requests()
    registry.find(parse("lab/fq:0.9.1--h9ee0642_0"))
    assert ["filter" in request.query for request in sandbox.requests()] == [True]


def test_huge_folders_come_in_pages_and_huge_trees_have_a_limit(registry, monkeypatch, tree):
    expected = [image.reference for image in images_of(registry)]
    monkeypatch.setattr(endpointfolder, "PAGE_ENTRIES", 3)
    assert [image.reference for image in images_of(registry)] == expected
    monkeypatch.setattr(endpointfolder, "MAX_PAGES", 2)
    images, summary = read(registry)
    assert 0 < len(images) < len(expected)
    assert summary.remark.endswith("folders beyond the limit.")


def test_unpacked_images_and_links_to_folders_are_left_out_and_reported(registry, tree):
    plant(tree, "tacos/box/.singularity.d/x", "tacos/box/a.sif", "tacos/root/usr/b.sif")
    (tree / "tacos/root/bin").mkdir()
    (tree / "tacos/root/etc").mkdir()
    (tree / "tacos/again").symlink_to(tree)
    age(tree)
    images, summary = read(registry)
    assert len(images) == 13
    assert summary.remark == (
        "Not listed: 2 unpacked images, which are folders and cannot be sent; 1 link to a folder."
    )


def test_without_a_connection_it_asks_for_a_login_and_hides_no_other(program, settings, tree):
    services = program(registries=with_endpoint(settings))
    listed, images = lab(services)
    assert (listed.state, listed.action, images) == ("failed", LoginAction(), ())
    assert services.catalog.overview().registries[0].state == "ready"
    assert services.catalog.find("demo/hello")[0].name == "images"
    with pytest.raises(ImageNotFound, match="Connect"):
        services.catalog.find("tacos/chips")
    with pytest.raises(RegistryLocked) as caught:
        services.catalog.find("lab://tacos/chips")
    assert isinstance(caught.value.action, LoginAction)


def test_a_login_lists_it_at_once_and_a_disconnect_hides_it(program, settings, tree, sandbox):
    changes = []
    services = program(lambda kind, name: changes.append(kind), registries=with_endpoint(settings))
    lab(services)
    connect(services, sandbox)
    listed, images = lab(services)
    assert (listed.state, listed.action, len(images)) == ("ready", None, 13)
    assert changes.count("catalog") >= 2
    services.account.disconnect()
    listed, images = lab(services)
    assert (listed.state, images) == ("failed", ())
    assert services.catalog.images(text="lab://chips").total == 0


def test_a_missing_consent_is_offered_and_granting_it_lists_the_images(program, settings, sandbox):
    oak = sandbox.state / "endpoints" / "stanford-oak-storage" / "oak" / "ada"
    services = program(registries=with_endpoint(settings, names.STANFORD_OAK, "/~/"))
    connect(services, sandbox)
    listed, _ = lab(services)
    assert listed.state == "failed"
    assert "consent" in listed.message
    assert names.STANFORD_OAK in listed.action.required_scopes[0]
    plant(oak, "tacos/chips.sif")
    connect(services, sandbox, listed.action)
    listed, images = lab(services)
    assert (listed.state, [image.container for image in images]) == ("ready", ["chips"])


@pytest.mark.parametrize(
    ("endpoint_id", "path", "reason"),
    [
        (names.REGISTRY, "/nowhere/", "no such folder"),
        (names.ADAS_LAPTOP_OFFLINE, "/", "offline"),
        ("00000000-0000-4000-8000-000000000000", "/", "does not exist"),
    ],
)
def test_an_unreadable_folder_fails_with_the_reason(ada, endpoint_id, path, reason):
    registry = EndpointRegistry("lab", ada.endpoints, endpoint_id, path)
    with pytest.raises(RegistryUnavailable, match=reason):
        read(registry)
    with pytest.raises(RegistryUnavailable, match=reason):
        registry.find(parse("tacos/chips"))


def test_its_images_are_sent_directly_from_the_endpoint(program, settings, sandbox, tree):
    services = program(registries=with_endpoint(settings))
    connect(services, sandbox)
    plan = services.transfers.plan(
        PlanRequest(
            sources=(ImageSource("lab://tacos/nachos:v2"),),
            destination=Location(names.STANFORD_SHERLOCK_SCRATCH, None),
        )
    )
    (image,) = plan.images
    assert (image.route, image.source_endpoint_id) == ("served", names.REGISTRY)
    assert image.source_path == f"/lab/tacos/nachos:v2@{MD5}.sif"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"endpoint_path": ""}, "'endpoint_path'"),
        ({"endpoint_path": "lab"}, "absolute"),
        ({"endpoint_id": "Stanford"}, "is not a valid id"),
    ],
)
def test_an_incomplete_entry_says_what_is_missing(services, settings, changes, problem):
    values = with_endpoint(settings)[-1] | changes
    services.settings.registries = [values]
    (broken,) = make_backends(services.settings, services.endpoints)
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=problem) as caught:
        read(broken)
    assert isinstance(caught.value.action, ConfigureAction)
    assert Entry(values, services.settings, services.endpoints).name == "lab"
