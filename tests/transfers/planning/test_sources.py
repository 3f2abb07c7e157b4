"""Where an image's bytes are, by which route they leave, and what its header says."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import BadRequest, ImageNotFound, PathNotAllowed
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import EndpointSource, FileSource, ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.planning.candidate import Candidate

from ...images.sifs import MadeSif, partition
from ..builders import digest
from ..conftest import Store, asked

ARCHES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


def sent(*sources: Any) -> PlanRequest:
    return PlanRequest(sources, Location(names.STANFORD_SHERLOCK_SCRATCH))


def test_an_image_built_for_another_machine_is_a_warning_and_for_this_one_is_none(
    ada: Services, contents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (contents / "a.sif").write_bytes(bytes(MadeSif([partition()])))
    for arch, machine in (*ARCHES.items(), ("ppc64le", "ppc64le")):
        monkeypatch.setattr(platform, "machine", lambda machine=machine: machine)
        (image,) = ada.transfers.plan(sent(FileSource("a.sif"))).images
        assert image.arch == "amd64"
        about = [w.message for w in image.warnings if w.code == "other_arch"]
        expected = [] if arch == "amd64" else [f"a.sif is built for amd64; this machine is {arch}."]
        assert about == expected


def test_what_is_no_image_is_blocked(ada: Services, contents: Path) -> None:
    (contents / "a.sif").write_bytes(b"These are my notes.")
    plan = ada.transfers.plan(sent(FileSource("a.sif")))
    (warning,) = plan.images[0].warnings
    assert (warning.code, warning.severity) == ("image_unreadable", "blocking")
    assert warning.message.startswith("a.sif: ")
    assert not plan.is_sendable


def test_a_local_file_leaves_by_this_hosts_endpoint(ada: Services, contents: Path) -> None:
    content = bytes(MadeSif([partition()]))
    (contents / "a.sif").write_bytes(content)
    (image,) = ada.transfers.plan(sent(FileSource("a.sif"))).images
    assert (image.route, image.name, image.size_bytes) == ("local", "a.sif", len(content))
    assert (image.source_endpoint_id, image.source_path) == (
        names.MY_COMPUTER,
        str(contents / "a.sif"),
    )
    assert [w.code for w in image.warnings if w.code != "other_arch"] == ["unsigned"]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (FileSource("gone.sif"), ImageNotFound),
        (FileSource("/etc/passwd"), PathNotAllowed),
        (ImageSource("images://tacos/avocados:nosuch"), ImageNotFound),
        (ImageSource("images://tacos/avocados", digest="sha256:ABC"), BadRequest),
        (FileSource("a.sif", digest="sha256:" + "A" * 64), BadRequest),
        (FileSource("a.sif", digest=digest("a") + "0"), BadRequest),
        (EndpointSource("", "/a.sif"), BadRequest),
        (EndpointSource(names.REGISTRY, "a.sif"), BadRequest),
        (EndpointSource(names.REGISTRY, "/a/"), BadRequest),
        (EndpointSource(names.REGISTRY, "/a/.."), BadRequest),
        (EndpointSource(names.REGISTRY, "/a/."), BadRequest),
        (EndpointSource(names.REGISTRY, "/a\0.sif"), BadRequest),
    ],
)
def test_what_cannot_be_located_is_refused(
    services: Services, source: Any, error: type[Exception]
) -> None:
    # A plan blocks an image that cannot be found; sending it is an error.
    with pytest.raises(error):
        services.transfers.check(sent(source))


def test_a_file_in_no_served_folder_says_what_to_add(
    ada: Services, contents: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    (contents / "a.sif").write_bytes(bytes(MadeSif([partition()])))
    served = sandbox.connect_personal_dir / "config-paths"
    served.write_text(f"{tmp_path}/elsewhere,0,1\n")
    (warning,) = [
        each
        for each in ada.transfers.plan(sent(FileSource("a.sif"))).images[0].warnings
        if each.severity == "blocking"
    ]
    assert warning.code == "path_not_served"
    assert f"or add the folder {str(contents)!r} to {served}" in warning.message


def test_without_an_endpoint_here_a_local_file_and_a_download_say_so(
    program: Any, store: Store, contents: Path, tmp_path: Path, ada: Services
) -> None:
    (contents / "a.sif").write_bytes(bytes(MadeSif([partition()])))
    download = store.add("tacos/mole:1", url="http://127.0.0.1:9/mole", size_bytes=5)
    lone = program(connect_personal_dir=str(tmp_path / "nowhere"))
    plan = lone.transfers.plan(sent(FileSource("a.sif"), ImageSource(download)))
    blocking = [
        [each for each in image.warnings if each.severity == "blocking"] for image in plan.images
    ]
    assert [[each.code for each in image] for image in blocking] == [
        ["path_not_served"],
        ["no_route"],
    ]
    assert (
        "Send it directly over HTTPS, to an endpoint that accepts that, or set up"
        in blocking[0][0].message
    )
    assert "can only be sent through this machine" in blocking[1][0].message


def test_an_image_that_nothing_can_reach_is_blocked(ada: Services, store: Store) -> None:
    plan = ada.transfers.plan(asked(store.add("tacos/mole:1")))
    (warning,) = [each for each in plan.images[0].warnings if each.severity == "blocking"]
    assert (warning.code, plan.is_sendable) == ("no_route", False)
    assert "endpoint_id" in warning.message


def test_a_download_states_size_and_digest_where_the_listing_does_not(
    ada: Services, store: Store
) -> None:
    reference = store.add("tacos/mole:1", url="http://127.0.0.1:9/mole", size_bytes=5)
    store.rows["tacos/mole:1"]["digest"] = digest("a")
    store.add("tacos/mole:1", **store.rows["tacos/mole:1"])
    (image,) = ada.transfers.plan(asked(reference)).images
    assert (image.route, image.size_bytes, image.digest) == ("staged", 5, digest("a"))
    assert image.source_path.endswith("/mole_1.sif")
    assert image.source_endpoint_id == names.MY_COMPUTER


def test_only_equal_content_has_an_equal_key() -> None:
    source, other = ImageSource("images://a/a:1"), ImageSource("images://a/b:1")
    known = Candidate(source, "a", None, "", digest=digest("a"))
    assert known.content_key == Candidate(source, "b", None, "", digest=digest("a")).content_key
    assert known.content_key != Candidate(other, "a", None, "", digest=digest("a")).content_key
    assert known.content_key != Candidate(source, "a", None, "", digest=digest("b")).content_key
    unknown = Candidate(source, "a", None, "")
    assert unknown.content_key == unknown.content_key
    assert unknown.content_key != Candidate(source, "a", None, "").content_key
