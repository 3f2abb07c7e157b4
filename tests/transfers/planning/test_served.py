"""A plan checks the files that an endpoint serves, with few requests."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import ConsentRequired
from jupyterlab_sregistry_globus.models.plans import Location
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services
from jupyterlab_sregistry_globus.transfers.planning import served

from ..conftest import Store, asked, codes

SALSA = "tacos/salsa/verde/salsa_verde.sif"


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


def listings(sandbox: Sandbox, endpoint_id: str = names.REGISTRY) -> int:
    """How often folders of an endpoint were listed."""
    return sum(f"endpoint/{endpoint_id}/ls" in one.path for one in sandbox.requests())


def test_a_size_unknown_to_the_registry_is_read_from_the_endpoint(
    ada: Services, store: Store, registry_root: Path
) -> None:
    image = store.add("tacos/salsa:verde", below=SALSA)
    plan = ada.transfers.plan(asked(image))
    size = (registry_root / SALSA).stat().st_size
    assert (plan.images[0].size_bytes, plan.total_bytes, plan.sizes_unknown) == (size, size, 0)
    assert codes(plan) == [[]]


def test_a_size_that_differs_from_the_registry_is_a_warning(ada: Services, store: Store) -> None:
    plan = ada.transfers.plan(asked(store.add("tacos/salsa:verde", below=SALSA, size_bytes=5)))
    assert codes(plan) == [["size_other"]]
    assert plan.is_sendable


def test_an_image_missing_from_the_endpoint_cannot_be_sent(ada: Services, store: Store) -> None:
    plan = ada.transfers.plan(
        asked(store.add("a/b:1", below="tacos/gone.sif"), store.add("a/b:2", below="gone/b.sif"))
    )
    assert codes(plan) == [["source_missing", "size_unknown"]] * 2
    assert not plan.is_sendable
    assert "has no file gone.sif in /tacos/" in plan.images[0].warnings[0].message


def test_an_unreadable_folder_says_whom_to_ask(
    ada: Services, store: Store, sandbox: Sandbox
) -> None:
    image = store.add("tacos/salsa:verde", below=SALSA)
    sandbox.set_faults(
        {
            "route": f"GET /v0.10/operation/endpoint/{names.REGISTRY}/ls",
            "status": 403,
            "code": "EndpointPermissionDenied",
        }
    )
    plan = ada.transfers.plan(asked(image))
    assert not plan.is_sendable
    (warning,) = [one for one in plan.images[0].warnings if one.severity == "blocking"]
    assert warning.code == "not_readable"
    assert "Ask its owner, carol@uni.example, for read access." in warning.message


def test_an_unreadable_image_takes_its_fallback_route(
    ada: Services, store: Store, contents: Path, registry_root: Path
) -> None:
    file = contents / "salsa.sif"
    file.write_bytes((registry_root / SALSA).read_bytes())
    plan = ada.transfers.plan(asked(store.add("a/b:1", below="gone/b.sif", local=str(file))))
    assert plan.is_sendable
    assert plan.images[0].route == "local"
    assert "has no file b.sif in /gone/" in plan.images[0].reason


def test_a_check_that_fails_temporarily_is_a_warning(
    ada: Services, store: Store, sandbox: Sandbox
) -> None:
    image = store.add("tacos/salsa:verde", below=SALSA)
    route = f"GET /v0.10/operation/endpoint/{names.REGISTRY}/ls"
    sandbox.set_faults({"route": route, "status": 503})
    plan = ada.transfers.plan(asked(image))
    assert plan.is_sendable
    assert codes(plan) == [["not_checked", "size_unknown"]]


def test_images_of_one_folder_take_one_request(
    ada: Services, store: Store, sandbox: Sandbox, registry_root: Path
) -> None:
    images = []
    for number in range(40):
        (registry_root / "tacos" / f"{number}.sif").write_bytes(b"x")
        images.append(store.add(f"tacos/{number}:1", below=f"tacos/{number}.sif"))
    sandbox.clear_requests()
    plan = ada.transfers.plan(asked(*images))
    assert plan.total_bytes == 40
    assert listings(sandbox) == 1


def test_of_very_many_folders_only_some_are_checked(
    ada: Services, store: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "MAX_FOLDERS", 3)
    images = [store.add(f"a/{n}:1", below=f"gone{n}/x{n}.sif") for n in range(5)]
    sandbox.clear_requests()
    plan = ada.transfers.plan(asked(*images))
    assert listings(sandbox) == 3
    assert sum("source_missing" in one for one in codes(plan)) == 3


def test_a_consent_that_the_source_requires_comes_before_listing_it(
    ada: Services, store: Store, settings: dict[str, Any], program: Any, sandbox: Sandbox
) -> None:
    settings["registries"][-1]["endpoint_id"] = names.STANFORD_OAK
    image = store.add("a/b:1", pattern="a/b:1@*.sif")
    with pytest.raises(ConsentRequired) as refused:
        program().transfers.plan(asked(image))
    assert names.STANFORD_OAK in str(refused.value.action)
    assert listings(sandbox, names.STANFORD_OAK) == 0


def push(root: Path, md5: str, content: bytes, *, at: float) -> str:
    """Write a file as a native push does, and return its digest."""
    file = root / "tacos" / f"mole:1@{md5}.sif"
    file.write_bytes(content)
    os.utime(file, (at, at))
    return "sha256:" + hashlib.sha256(content).hexdigest()


def test_a_partly_known_name_is_found_and_the_likelier_of_two_files_used(
    ada: Services, store: Store, registry_root: Path
) -> None:
    push(registry_root, "aaaa", b"the old one", at=1_000_000)
    digest = push(registry_root, "bbbb", b"the new one", at=2_000_000)
    image = store.add("tacos/mole:1", pattern="tacos/mole:1@*.sif", digest=digest)
    (planned,) = ada.transfers.plan(asked(image)).images
    assert planned.source_path == "/tacos/mole:1@bbbb.sif"
    assert planned.source_alternatives == ("/tacos/mole:1@aaaa.sif",)

    image = store.add("tacos/mole:1", pattern="tacos/mole:1@*.sif", size_bytes=11)
    plan = ada.transfers.plan(asked(image))
    assert codes(plan) == [["two_candidates"]]
    push(registry_root, "cccc", b"the newest, of another size", at=3_000_000)
    (planned,) = ada.transfers.plan(asked(image)).images
    assert planned.source_path == "/tacos/mole:1@bbbb.sif"


def test_very_many_names_in_one_folder_take_one_request(ada: Services, sandbox: Sandbox) -> None:
    wanted = {f"{'x' * 80}{number}" for number in range(1000)} | {"salsa"}
    folder = ada.endpoints.folder(Location(names.REGISTRY, "/tacos/"), names=wanted)
    assert [entry.name for entry in folder.entries] == ["salsa"]
    assert listings(sandbox) == 1


def test_folders_and_hidden_files_are_taken_for_what_they_are(
    ada: Services, store: Store, registry_root: Path
) -> None:
    """A folder is never the image, and a hidden file is one if its name says so."""
    (registry_root / "tacos" / "mole:1@aaaa.sif").mkdir()
    (registry_root / "tacos" / "pico.sif").mkdir()
    plan = ada.transfers.plan(
        asked(
            store.add("tacos/mole:1", pattern="tacos/mole:1@*.sif"),
            store.add("tacos/pico:1", below="tacos/pico.sif"),
        )
    )
    assert codes(plan) == [["source_missing", "size_unknown"]] * 2
    (registry_root / "tacos" / ".mole:1@bbbb.sif").write_bytes(b"hidden")
    push(registry_root, "cccc", b"in sight", at=1_000_000)
    (planned,) = ada.transfers.plan(asked("store://tacos/mole:1")).images
    assert (planned.source_path, planned.size_bytes) == ("/tacos/mole:1@cccc.sif", 8)
    hidden = store.add("tacos/old:1", below="tacos/.mole:1@bbbb.sif")
    (planned,) = ada.transfers.plan(asked(hidden)).images
    assert (planned.source_path, planned.size_bytes) == ("/tacos/.mole:1@bbbb.sif", 6)
    hidden = store.add("tacos/old:2", pattern="tacos/.mole:1@*.sif")
    (planned,) = ada.transfers.plan(asked(hidden)).images
    assert (planned.source_path, planned.size_bytes) == ("/tacos/.mole:1@bbbb.sif", 6)
