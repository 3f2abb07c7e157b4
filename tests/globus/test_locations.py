"""Places on endpoints as users type or paste them, and folders in both spellings of an accent."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest, EndpointNotFound, FolderNotFound
from jupyterlab_sregistry_globus.globus.locations import read_location
from jupyterlab_sregistry_globus.models.endpoints import NewBookmark
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import EndpointSource
from jupyterlab_sregistry_globus.sandbox.seed import names

ID = "1f3a1b3c-0000-4000-8000-0123456789ab"
APP = "https://app.globus.org/file-manager"
NFC, NFD = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my-cluster:/scratch/images/", ("my-cluster", "/scratch/images/")),
        ("my-cluster", ("my-cluster", None)),
        ("a:b:/c:d", ("a:b", "/c:d")),
        ("my-cluster:~/images", ("my-cluster", "/~/images")),
        (ID, (ID, None)),
        (f"{ID}:", (ID, None)),
        (f"{ID}:/a", (ID, "/a")),
        (f"{ID}:images", (ID, "images")),
        (f"{ID.upper()}:images/new", (ID.upper(), "images/new")),
        (f"{ID}:C:/Users/ada", (ID, "/C/Users/ada")),
        (f"{ID}:c:\\Users\\ada\\", (ID, "/C/Users/ada/")),
        ("my laptop:C:/Users/ada", ("my laptop", "/C/Users/ada")),
        (f"{APP}?origin_id={ID}&origin_path=%2Fscratch%2Fa%20b%2F", (ID, "/scratch/a b/")),
        (f"{APP}?origin_id={ID}", (ID, None)),
        (f"{APP}?origin_id={ID}&origin_path=%2F~%2F&two_pane=true", (ID, "/~/")),
        (f"{APP}?destination_id={ID}&destination_path=~/x", (ID, "/~/x")),
        (f"{APP}/collections/{ID}/overview", (ID, None)),
        (f"globus://{ID}/scratch/a%20b", (ID, "/scratch/a b")),
    ],
)
def test_a_place_is_read_in_each_way_to_write_it(text, expected):
    assert read_location(f" {text} ") == expected


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("C:\\Users\\ada", "ENDPOINT:/C/Users/ada"),
        (APP, "copy the address"),
        (f"{APP}?origin_id=nothing", "copy the address"),
        ("https://[", "copy the address"),
        ("", "ENDPOINT:/PATH"),
    ],
)
def test_what_names_no_endpoint_is_said_with_what_to_type(text, advice):
    with pytest.raises(BadRequest) as caught:
        read_location(text)
    assert advice in caught.value.message


def test_a_relative_path_starts_at_home_or_at_the_bookmark(ada):
    endpoint = ada.endpoints.get(names.STANFORD_SHERLOCK_SCRATCH)
    resolve = ada.endpoints.resolve
    assert resolve(endpoint.id, "images") == Location(endpoint.id, "/~/images")
    assert resolve(f"{endpoint.display_name}:images", None) == Location(endpoint.id, "/~/images")
    ada.endpoints.create_bookmark(NewBookmark("mine", endpoint.id, "/images/"))
    assert resolve("mine:new", None) == Location(endpoint.id, "/images/new")
    with pytest.raises(EndpointNotFound, match=r"write ENDPOINT:/C/Users/ada\."):
        resolve("C", "/Users/ada")
    with pytest.raises(EndpointNotFound):
        resolve("nowhere:images", None)


def test_an_id_or_an_address_of_the_web_app_finds_the_endpoint(ada):
    wanted = names.STANFORD_SHERLOCK_SCRATCH
    for text in (wanted, f"{APP}?origin_id={wanted}&origin_path=%2F"):
        assert [endpoint.id for endpoint in ada.endpoints.search(text).endpoints] == [wanted]
    assert ada.endpoints.search(ID).endpoints == ()


@pytest.mark.parametrize(("stored", "typed"), [(NFC, NFD), (NFD, NFC)])
def test_folders_and_files_are_found_in_both_spellings(ada, registry_root, stored, typed):
    folder = registry_root / stored / "plain" / stored
    folder.mkdir(parents=True)
    (folder / f"{stored}.sif").write_bytes(b"x")
    path = f"/{typed}/plain/{typed}/"
    listed = ada.endpoints.folder(Location(names.REGISTRY, path))
    assert [entry.name for entry in listed.entries] == [f"{stored}.sif"]
    assert listed.path == f"/{stored}/plain/{stored}/"
    source = EndpointSource(names.REGISTRY, f"{path}{typed}.sif")
    destination = Location(names.STANFORD_SHERLOCK_SCRATCH, None)
    (image,) = ada.transfers.plan(PlanRequest((source,), destination)).images
    assert image.source_path == f"/{stored}/plain/{stored}/{stored}.sif"
    with pytest.raises(FolderNotFound):
        ada.endpoints.folder(Location(names.REGISTRY, f"/{typed}/caf\u00e8/"))
