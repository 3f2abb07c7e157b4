"""What a plan says of a destination and of several images at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    BadRequest,
    ConsentRequired,
    EndpointNotUsable,
    EndpointOffline,
    NotSendable,
    PermissionRefused,
)
from jupyterlab_sregistry_globus.images.digest import Digests
from jupyterlab_sregistry_globus.models.plans import Location, Plan, PlanRequest, TransferOptions
from jupyterlab_sregistry_globus.models.sources import EndpointSource, FileSource, ImageSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...support.connect import connect
from ..conftest import asked, codes

SALSA = "images://tacos/salsa:verde"
AVOCADOS = "images://tacos/avocados:latest"
FOLDER = "/incoming/"


@pytest.fixture
def folder(sandbox: Sandbox) -> Path:
    """The destination's folder ``FOLDER`` on disk."""
    (root,) = (sandbox.state / "endpoints").glob("stanford-sherlock-scratch*")
    made = root / "incoming"
    made.mkdir()
    return Path(made)


def to_folder(*sources: Any, path: str = FOLDER, **options: Any) -> PlanRequest:
    place = Location(names.STANFORD_SHERLOCK_SCRATCH, path)
    return PlanRequest(tuple(sources), place, TransferOptions(**options))


def warnings_of(plan: Plan, number: int = 0) -> list[tuple[str, str]]:
    """Return code and severity of an image's warnings, without those about the image itself."""
    return [
        (warning.code, warning.severity)
        for warning in plan.images[number].warnings
        if warning.code not in ("other_arch", "unsigned")
    ]


@pytest.mark.parametrize("count", [0, 1001])
def test_a_plan_has_between_1_and_1000_images(ada: Services, sandbox: Sandbox, count: int) -> None:
    sandbox.clear_requests()
    with pytest.raises(BadRequest, match="between 1 and 1000"):
        ada.transfers.plan(asked(*[SALSA] * count))
    assert sandbox.requests() == []


def test_a_plan_may_have_1000_images(ada: Services, registry_root: Path) -> None:
    """Each by its path, because of equal names none could be sent."""
    sources = [EndpointSource(names.REGISTRY, f"/tacos/{number}.sif") for number in range(1000)]
    plan = ada.transfers.plan(to_folder(*sources, path="/"))
    assert (len(plan.images), plan.is_sendable) == (1000, False)
    assert {image.name for image in plan.images} == {f"{number}.sif" for number in range(1000)}


def test_two_images_of_one_file_name_are_blocked_and_a_third_is_not(
    ada: Services, contents: Path, registry_root: Path, folder: Path
) -> None:
    """The second would replace the first, whatever their content."""
    image = registry_root / "demo/hello/latest/hello_latest.sif"
    for place in ("a", "b"):
        (contents / place).mkdir()
        shutil.copy(image, contents / place / "same.sif")
    request = to_folder(FileSource("a/same.sif"), ImageSource(SALSA), FileSource("b/same.sif"))
    plan = ada.transfers.plan(request)
    assert not plan.is_sendable
    assert [("same_name", "blocking") in warnings_of(plan, n) for n in range(3)] == [
        True,
        False,
        True,
    ]
    with pytest.raises(NotSendable, match=r"would be named same\.sif"):
        ada.transfers.start(request, origin="panel")
    assert ada.transfers.page().total == 0


def test_nothing_is_said_of_a_name_that_is_free(ada: Services, folder: Path) -> None:
    (folder / "another.sif").touch()
    assert warnings_of(ada.transfers.plan(to_folder(ImageSource(SALSA)))) == []


OUTCOMES = {
    "checksum": "it will be replaced if its content differs.",
    "size": "it will be replaced if its size differs.",
    "mtime": "it will be replaced if it is older.",
    "exists": "it will be kept, and the image will not be sent.",
    "always": "it will be replaced.",
}


@pytest.mark.parametrize("is_other", [False, True])
def test_an_existing_file_is_announced_with_what_will_become_of_it(
    ada: Services, folder: Path, registry_root: Path, is_other: bool
) -> None:
    content = (registry_root / "tacos/salsa/verde/salsa_verde.sif").read_bytes()
    (folder / "salsa_verde.sif").write_bytes(b"x" * 1500 if is_other else b"x" * len(content))
    # Of the same size it may be the same file: then a note is enough.
    code, severity = ("exists_other", "warning") if is_other else ("exists", "note")
    for sync, outcome in OUTCOMES.items():
        plan = ada.transfers.plan(to_folder(ImageSource(SALSA), sync=sync))
        assert warnings_of(plan) == [(code, severity)]
        message = plan.images[0].warnings[-1].message
        assert message.startswith("A file salsa_verde.sif already exists (")
        assert message.endswith(outcome)
        assert not is_other or "(1.5 kB)" in message
        assert plan.is_sendable


def test_an_existing_file_of_an_image_of_unknown_size_is_a_note(
    ada: Services, folder: Path, sandbox: Sandbox
) -> None:
    (folder / "gone.sif").write_bytes(b"x")
    sandbox.set_faults({"route": f"GET */{names.REGISTRY}/ls", "status": 503})
    plan = ada.transfers.plan(to_folder(EndpointSource(names.REGISTRY, "/tacos/gone.sif")))
    assert codes(plan)[0][-3:] == ["not_checked", "size_unknown", "exists"]
    assert (plan.total_bytes, plan.sizes_unknown) == (0, 1)


def test_a_folder_of_the_images_name_blocks_it(ada: Services, folder: Path) -> None:
    (folder / "salsa_verde.sif").mkdir()
    for sync in OUTCOMES:
        request = to_folder(ImageSource(SALSA), ImageSource(AVOCADOS), sync=sync)
        plan = ada.transfers.plan(request)
        assert warnings_of(plan) == [("exists_folder", "blocking")]
        assert warnings_of(plan, 1) == []
        assert not plan.is_sendable


def test_an_image_is_never_sent_onto_itself(ada: Services, folder: Path) -> None:
    """Globus would truncate the file that it reads."""
    (folder / "a.sif").write_bytes(b"x")
    source = EndpointSource(names.STANFORD_SHERLOCK_SCRATCH, f"{FOLDER}a.sif")
    plan = ada.transfers.plan(to_folder(source))
    assert ("same_file", "blocking") in warnings_of(plan)
    assert not plan.is_sendable
    # The same path elsewhere, and another path on the same endpoint, are other files.
    (folder.parent / "a.sif").write_bytes(b"y")
    other = EndpointSource(names.STANFORD_SHERLOCK_SCRATCH, "/a.sif")
    assert ("same_file", "blocking") not in warnings_of(ada.transfers.plan(to_folder(other)))
    assert ada.transfers.plan(to_folder(other)).is_sendable


def test_a_plan_adds_up_what_is_to_be_moved(ada: Services, registry_root: Path) -> None:
    plan = ada.transfers.plan(asked(SALSA, AVOCADOS))
    sizes = [
        (registry_root / "tacos/salsa/verde/salsa_verde.sif").stat().st_size,
        (registry_root / "tacos/avocados/latest/avocados_latest.sif").stat().st_size,
    ]
    assert [image.size_bytes for image in plan.images] == sizes
    assert (plan.total_bytes, plan.sizes_unknown) == (sum(sizes), 0)
    assert plan.destination_name == "Stanford Sherlock scratch"
    assert plan.images[0].destination_path == f"{plan.destination.path}salsa_verde.sif"


def test_without_a_path_the_endpoints_default_folder_is_used(
    ada: Services, sandbox: Sandbox, folder: Path
) -> None:
    sandbox.change_endpoint(names.STANFORD_SHERLOCK_SCRATCH, default_directory=FOLDER)
    assert ada.transfers.plan(asked(SALSA)).destination.path == FOLDER


def test_a_known_digest_is_in_the_plan(
    ada: Services, contents: Path, registry_root: Path, settings: dict[str, Any]
) -> None:
    image = registry_root / "tacos/salsa/verde/salsa_verde.sif"
    (contents / "local.sif").write_bytes(image.read_bytes())
    request = to_folder(ImageSource(SALSA), FileSource("local.sif"), path="/")
    assert [each.digest for each in ada.transfers.plan(request).images] == [None, None]
    cache = Digests(Path(settings["cache_dir"]) / "digests.sqlite3")
    for file in (image, contents / "local.sif"):
        os.utime(file, (1_000_000, 1_000_000))
    known = [cache.compute(image), cache.compute(contents / "local.sif")]
    assert [each.digest for each in ada.transfers.plan(request).images] == known
    # What the user saw earlier counts only where nothing newer is known.
    seen = "sha256:" + "1" * 64
    sources = (ImageSource(SALSA, digest=seen), ImageSource(AVOCADOS, digest=seen))
    plan = ada.transfers.plan(to_folder(*sources, path="/"))
    assert [each.digest for each in plan.images] == [known[0], seen]


def test_a_local_image_cannot_leave_while_the_hosts_endpoint_is_offline(
    ada: Services, contents: Path, sandbox: Sandbox, registry_root: Path
) -> None:
    shutil.copy(registry_root / "demo/hello/latest/hello_latest.sif", contents / "hello.sif")
    request = to_folder(FileSource("hello.sif"), path="/")
    assert ada.transfers.plan(request).is_sendable
    sandbox.change_endpoint(names.MY_COMPUTER, gcp_connected=False)
    assert not ada.transfers.plan(request).is_sendable
    with pytest.raises(EndpointOffline, match="is offline"):
        ada.transfers.check(request)
    # What needs nothing of this machine can still be sent.
    assert ada.transfers.plan(to_folder(ImageSource(SALSA), path="/")).is_sendable


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"gcp_connected": False}, EndpointOffline),
        ({"gcp_paused": True}, EndpointOffline),
    ],
)
def test_a_destination_that_is_off_is_refused(
    ada: Services, sandbox: Sandbox, members: dict[str, Any], error: type[Exception]
) -> None:
    sandbox.change_endpoint(names.MY_COMPUTER, **members)
    with pytest.raises(error):
        ada.transfers.plan(asked(SALSA, to=names.MY_COMPUTER))


def test_a_destination_that_holds_no_files_is_refused(ada: Services) -> None:
    with pytest.raises(EndpointNotUsable, match="cannot receive files"):
        ada.transfers.plan(asked(SALSA, to=names.STANFORD_SHERLOCK_ENDPOINT))


def test_a_read_only_folder_of_this_machine_is_refused(
    ada: Services, sandbox: Sandbox, contents: Path
) -> None:
    request = PlanRequest((ImageSource(SALSA),), Location(names.MY_COMPUTER, f"{contents}/"))
    assert ada.transfers.plan(request).is_sendable
    (sandbox.connect_personal_dir / "config-paths").write_text(f"{contents},0,0\n")
    with pytest.raises(PermissionRefused, match="is read-only, as set in"):
        ada.transfers.plan(request)


def test_one_login_covers_every_consent_of_a_plan(
    program: Callable[..., Services], sandbox: Sandbox
) -> None:
    services = program()
    connect(services, sandbox)
    source = EndpointSource(names.STANFORD_OAK, "/a.sif")
    with pytest.raises(ConsentRequired) as refused:
        services.transfers.plan(
            PlanRequest((source, source), Location(names.STANFORD_SHERLOCK_SCRATCH))
        )
    action = refused.value.action
    assert len([scope for scope in action.required_scopes if names.STANFORD_OAK in scope]) == 1  # type: ignore[union-attr]
