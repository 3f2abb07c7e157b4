"""Images in a folder of a Globus endpoint, as the sandbox serves it."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import (
    ImageNotFound,
    RegistryLocked,
    RegistryUnavailable,
)
from jupyterlab_sregistry_globus.images.reference import parse
from jupyterlab_sregistry_globus.models.actions import ConfigureAction, LoginAction
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest, Source
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
    """What an endpoint serves as /lab/."""
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
    """The registry and its images, once it has been listed."""
    registries = services.catalog.settle(30).registries
    (one,) = [registry for registry in registries if registry.name == "lab"]
    return one, services.catalog.images(registry="lab").images


def test_what_a_folder_of_this_host_holds_is_found_the_same_through_globus(registry, tree):
    expected = {image.reference: image for image in images_of(FolderRegistry("lab", tree))}
    found = {image.reference: image for image in images_of(registry)}
    assert found == expected
    assert len(found) == 12
    for reference in expected:
        wanted = FolderRegistry("lab", tree).storage(parse(reference)).path_below_root
        assert registry.storage(parse(reference)).path_below_root == wanted
    assert registry.served_by == ServedStorage(names.REGISTRY, "/lab/")


def test_sizes_and_times_are_those_that_globus_tells(registry):
    image = registry.find(parse("tacos/chips:latest"))
    assert (image.size_bytes, image.modified_at, image.digest) == (43, WHEN, None)


def test_a_missing_tag_means_latest_or_the_only_one_and_else_the_tags_are_told(registry, tree):
    assert registry.find(parse("tacos/avocados")).tag == "latest"
    assert registry.find(parse("tacos/nachos")).tag == "v2"
    with pytest.raises(ImageNotFound, match=r"Its tags are 1\.0\."):
        registry.find(parse("tacos/guacamole:9"))
    for nothing in ("tacos/no:1", "no/chips:latest", "tacos/%2Fchips:latest", "tacos/.x:1"):
        with pytest.raises(ImageNotFound):
            registry.find(parse(nothing))


def test_a_common_name_is_found_without_listing_its_folder(registry, sandbox):
    sandbox.clear_requests()
    registry.find(parse("lab/fq:0.9.1--h9ee0642_0"))
    assert ["filter" in one.query for one in sandbox.requests()] == [True]


def test_huge_folders_come_in_pages_and_huge_trees_end_somewhere(registry, monkeypatch, tree):
    expected = [image.reference for image in images_of(registry)]
    monkeypatch.setattr(endpointfolder, "PAGE_ENTRIES", 3)
    assert [image.reference for image in images_of(registry)] == expected
    monkeypatch.setattr(endpointfolder, "MAX_PAGES", 2)
    images, summary = read(registry)
    assert 0 < len(images) < len(expected)
    assert summary.remark.endswith("folders beyond the limit.")


def test_unpacked_images_and_links_to_folders_are_left_out_and_said_so(registry, tree):
    plant(tree, "tacos/box/.singularity.d/x", "tacos/box/a.sif", "tacos/root/usr/b.sif")
    (tree / "tacos/root/bin").mkdir()
    (tree / "tacos/root/etc").mkdir()
    (tree / "tacos/again").symlink_to(tree)
    age(tree)
    images, summary = read(registry)
    assert len(images) == 12
    assert summary.remark == (
        "Left out: 2 unpacked images, which are folders and cannot be sent; 1 link to a folder."
    )


def test_while_nobody_is_connected_it_says_so_and_the_others_are_there(program, settings, tree):
    services = program(registries=with_endpoint(settings))
    one, images = lab(services)
    assert (one.state, one.action, images) == ("failed", LoginAction(), ())
    assert services.catalog.overview().registries[0].state == "ready"
    assert services.catalog.find("demo/hello")[0].name == "images"
    with pytest.raises(ImageNotFound, match="Connect"):
        services.catalog.find("tacos/chips")
    with pytest.raises(RegistryLocked) as caught:
        services.catalog.find("lab://tacos/chips")
    assert isinstance(caught.value.action, LoginAction)


def test_a_login_lists_it_at_once_and_a_disconnect_hides_it(program, settings, tree, sandbox):
    told = []
    services = program(lambda kind, name: told.append(kind), registries=with_endpoint(settings))
    lab(services)
    connect(services, sandbox)
    one, images = lab(services)
    assert (one.state, one.action, len(images)) == ("ready", None, 12)
    assert told.count("catalog") >= 2
    services.accounts.disconnect()
    one, images = lab(services)
    assert (one.state, images) == ("failed", ())
    assert services.catalog.images(text="lab://chips").total == 0


def test_a_missing_consent_is_offered_and_its_grant_lists_it_at_once(program, settings, sandbox):
    oak = sandbox.state / "endpoints" / "stanford-oak-storage" / "oak" / "ada"
    services = program(registries=with_endpoint(settings, names.STANFORD_OAK, "/~/"))
    connect(services, sandbox)
    one, _ = lab(services)
    assert one.state == "failed"
    assert "consent" in one.message
    assert names.STANFORD_OAK in one.action.required_scopes[0]
    plant(oak, "tacos/chips.sif")
    connect(services, sandbox, one.action)
    one, images = lab(services)
    assert (one.state, [image.container for image in images]) == ("ready", ["chips"])


@pytest.mark.parametrize(
    ("endpoint_id", "path", "reason"),
    [
        (names.REGISTRY, "/nowhere/", "no such folder"),
        (names.ADAS_LAPTOP_OFFLINE, "/", "offline"),
        ("00000000-0000-4000-8000-000000000000", "/", "no such endpoint"),
    ],
)
def test_a_place_that_cannot_be_read_fails_with_its_reason(ada, endpoint_id, path, reason):
    registry = EndpointRegistry("lab", ada.endpoints, endpoint_id, path)
    with pytest.raises(RegistryUnavailable, match=reason):
        read(registry)
    with pytest.raises(RegistryUnavailable, match=reason):
        registry.find(parse("tacos/chips"))


def test_its_images_go_straight_from_there(program, settings, sandbox, tree):
    services = program(registries=with_endpoint(settings))
    connect(services, sandbox)
    plan = services.planner.plan(
        PlanRequest(
            sources=(Source(reference="lab://tacos/nachos:v2"),),
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
        ({"endpoint_id": "Stanford"}, "is not an id"),
    ],
)
def test_an_entry_that_lacks_something_says_what(services, settings, changes, problem):
    values = with_endpoint(settings)[-1] | changes
    services.settings.registries = [values]
    (broken,) = make_backends(services.settings, services.endpoints)
    assert isinstance(broken, BrokenRegistry)
    with pytest.raises(RegistryUnavailable, match=problem) as caught:
        read(broken)
    assert isinstance(caught.value.action, ConfigureAction)
    assert Entry(values, services.settings, services.endpoints).name == "lab"
