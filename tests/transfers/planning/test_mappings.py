"""A plan asks this host's endpoints for the files that they are to send."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.errors import ConsentRequired, LoginRequired, ReloginNeeded
from jupyterlab_sregistry_globus.globus.hosts import listings
from jupyterlab_sregistry_globus.globus.scopes import data_access_scope
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.plans import Location, Plan, PlannedImage, PlanRequest
from jupyterlab_sregistry_globus.models.sources import FileSource
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ...images.sifs import MadeSif, partition
from ...support.connect import connect
from ..conftest import CLUSTER, Make, ended, until

MINE = names.MY_COMPUTER
LS = f"GET /v0.10/operation/endpoint/{CLUSTER}/ls"


@pytest.fixture
def image(contents: Path) -> Path:
    """An image in a folder that the cluster serves as /scratch."""
    file = contents / "a.sif"
    file.write_bytes(bytes(MadeSif([partition()])))
    return file


def sent(*paths: str, to: str = names.STANFORD_SHERLOCK_SCRATCH) -> PlanRequest:
    return PlanRequest(tuple(FileSource(path) for path in paths), Location(to))


def only(plan: Plan) -> PlannedImage:
    (image,) = plan.images
    return image


def blocking(plan: Plan) -> list[str]:
    return [
        warning.message
        for image in plan.images
        for warning in image.warnings
        if warning.severity == "blocking"
    ]


def test_a_file_leaves_by_the_sites_endpoint_under_its_path_there(
    cluster: Make, image: Path
) -> None:
    services = cluster()
    transfer = services.transfers.start(sent("a.sif"), origin="cli")
    done = until(services, transfer.id, ended)
    assert done.state == "succeeded"
    planned = done.tasks[0].images[0]
    assert (planned.route, planned.source_endpoint_id) == ("local", CLUSTER)
    assert planned.source_path == "/scratch/a.sif"


def test_a_wrong_path_there_blocks_before_anything_is_sent(
    cluster: Make, image: Path, contents: Path, sandbox: Sandbox
) -> None:
    wrong = {"path": str(contents), "endpoint": CLUSTER, "endpoint_path": "/scratch/ada"}
    services = cluster(host_endpoints=[wrong])
    (message,) = blocking(services.transfers.plan(sent("a.sif")))
    assert message.startswith(
        "The endpoint Alder cluster shows no such file at /scratch/ada/a.sif. "
    )
    assert message.endswith("Check SRegistryGlobus.host_endpoints.")
    with pytest.raises(Exception, match="shows no such file"):
        services.transfers.start(sent("a.sif"), origin="cli")
    assert not [one for one in sandbox.requests() if one.path.endswith("/transfer")]


def test_another_file_of_that_name_is_not_sent(
    cluster: Make, image: Path, contents: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.sif").write_bytes(b"x" * 10)
    sandbox.change_endpoint(CLUSTER, root=str(elsewhere))
    services = cluster()
    (message,) = blocking(services.transfers.plan(sent("a.sif")))
    assert "shows another file at /scratch/a.sif: it has 10 B, not" in message
    # The same size, at another time; two seconds are rounding.
    (elsewhere / "a.sif").write_bytes(image.read_bytes())
    at = image.stat().st_mtime
    for seconds, expected in ((1.5, 0), (-1.5, 0), (3.5, 1)):
        os.utime(elsewhere / "a.sif", (at + seconds, at + seconds))
        services = cluster()
        messages = blocking(services.transfers.plan(sent("a.sif")))
        assert len(messages) == expected, (seconds, messages)


def test_a_file_that_only_this_computer_has_says_so(
    cluster: Make, image: Path, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_TMPDIR", str(image.parent))
    (tmp_path / "other").mkdir()
    sandbox.change_endpoint(CLUSTER, root=str(tmp_path / "other"))
    (message,) = blocking(cluster().transfers.plan(sent("a.sif")))
    assert f"{image.parent} exists only on this computer (" in message


def test_a_check_that_fails_for_now_is_a_note(
    cluster: Make, image: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = cluster()
    sandbox.set_faults({"route": LS, "status": 503, "count": 9})
    plan = services.transfers.plan(sent("a.sif"))
    (note,) = [warning for warning in only(plan).warnings if warning.code == "not_checked"]
    assert note.severity == "note"
    assert note.message.startswith("Not checked on Alder cluster: ")
    assert plan.is_sendable
    assert only(plan).source_path == "/scratch/a.sif"


def test_a_check_that_takes_too_long_is_a_note_and_is_not_repeated(
    cluster: Make, image: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "TIMEOUT_S", 0.3)
    services = cluster()
    sandbox.set_faults({"route": LS, "delay_s": 4.0, "count": 9})
    for _ in range(2):  # the second time without the fault
        began = time.monotonic()
        plan = services.transfers.plan(sent("a.sif"))
        assert time.monotonic() - began < 3
        assert plan.is_sendable
        assert [one.code for one in only(plan).warnings].count("not_checked") == 1
        sandbox.set_faults()


def test_what_was_seen_is_kept_until_the_file_changes(
    cluster: Make, image: Path, contents: Path, sandbox: Sandbox
) -> None:
    (contents / "b.sif").write_bytes(image.read_bytes())
    services = cluster()

    def asked() -> int:
        return len([one for one in sandbox.requests() if f"{CLUSTER}/ls" in one.path])

    assert services.transfers.plan(sent("a.sif", "b.sif")).is_sendable
    assert asked() == 1  # one listing for both
    assert services.transfers.plan(sent("a.sif", "b.sif")).is_sendable
    assert asked() == 1
    image.write_bytes(image.read_bytes() + b"\0" * 4096)
    assert services.transfers.plan(sent("a.sif")).is_sendable
    assert asked() == 2


def test_the_closest_endpoint_that_is_ready_is_taken_and_the_plan_says_so(
    cluster: Make, image: Path, contents: Path, sandbox: Sandbox
) -> None:
    personal = str(sandbox.connect_personal_dir.parent)
    (contents / "deep").mkdir()
    (contents / "deep" / "b.sif").write_bytes(image.read_bytes())
    deep = {"path": f"{contents}/deep", "endpoint": CLUSTER, "endpoint_path": "/scratch/deep"}
    services = cluster(host_endpoints=[deep], connect_personal_dir=personal)
    planned = only(services.transfers.plan(sent("deep/b.sif")))
    assert planned.source_endpoint_id == CLUSTER
    assert "the closest of 2 that serve the file" in planned.reason
    assert [option.route for option in planned.routes].count("local") == 1
    # It is not in that folder: only Connect Personal serves it.
    assert only(services.transfers.plan(sent("a.sif"))).source_endpoint_id == MINE
    # Where the closest shows no such file, the next one does.
    sandbox.change_endpoint(CLUSTER, root=f"{contents}/deep")
    services = cluster(host_endpoints=[deep], connect_personal_dir=personal)
    planned = only(services.transfers.plan(sent("deep/b.sif")))
    assert planned.source_endpoint_id == MINE
    assert planned.source_path == f"{contents}/deep/b.sif"
    assert "shows no such file at /scratch/deep/b.sif" in planned.reason
    # Or where the closest is off.
    near = {"path": f"{contents}/deep", "endpoint": names.ADAS_LAPTOP_OFFLINE}
    services = cluster(host_endpoints=[near], connect_personal_dir=personal)
    planned = only(services.transfers.plan(sent("deep/b.sif")))
    assert planned.source_endpoint_id == MINE
    assert "is offline" in planned.reason


def test_a_variable_without_a_path_is_used_only_once_a_check_succeeded(
    program: Callable[..., Services],
    cluster: Make,
    image: Path,
    contents: Path,
    home: Path,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GLOBUS_LOCAL_ENDPOINT", CLUSTER)
    monkeypatch.setenv("HOME", str(contents))
    sandbox.change_endpoint(CLUSTER, home="/scratch")
    services = cluster(host_endpoints=[])
    planned = only(services.transfers.plan(sent("a.sif")))
    # As the endpoint writes its home.
    assert (planned.source_endpoint_id, planned.source_path) == (CLUSTER, "/scratch/a.sif")
    sandbox.change_endpoint(CLUSTER, home="/scratch/ada")
    (message,) = blocking(cluster(host_endpoints=[]).transfers.plan(sent("a.sif")))
    assert "shows no such file at /~/a.sif. " in message
    assert "Check GLOBUS_LOCAL_ENDPOINT." in message
    sandbox.set_faults({"route": LS, "status": 503, "count": 9})
    (message,) = blocking(cluster(host_endpoints=[]).transfers.plan(sent("a.sif")))
    assert message.startswith("GLOBUS_LOCAL_ENDPOINT does not say which folder Alder cluster")


def test_a_missing_consent_is_part_of_the_same_login(
    cluster: Make, image: Path, sandbox: Sandbox
) -> None:
    services = cluster(login=None)
    other = names.NERSC if hasattr(names, "NERSC") else names.STANFORD_OAK
    with pytest.raises(ReloginNeeded) as caught:
        services.transfers.plan(sent("a.sif", to=other))
    assert isinstance(caught.value, ConsentRequired)
    login = caught.value.action
    assert isinstance(login, LoginAction)
    assert data_access_scope(CLUSTER) in login.required_scopes
    connect(services, sandbox, login)
    assert only(services.transfers.plan(sent("a.sif"))).source_endpoint_id == CLUSTER


def test_the_sessions_of_source_and_destination_take_one_login(
    cluster: Make, image: Path, sandbox: Sandbox
) -> None:
    services = cluster()
    sandbox.advance_clock(12 * 24 * 3600)  # the cluster's sessions last 11 days
    with pytest.raises(LoginRequired) as caught:
        services.transfers.plan(sent("a.sif", to=names.CLINICAL_IMAGING))
    login = caught.value.action
    assert isinstance(login, LoginAction)
    connect(services, sandbox, login)
    assert only(services.transfers.plan(sent("a.sif"))).source_endpoint_id == CLUSTER
    requests = [one.path for one in sandbox.requests()]
    assert any(names.CLINICAL_IMAGING in path and path.endswith("/ls") for path in requests)


@pytest.mark.parametrize(("mode", "is_fine"), [(0o600, False), (0o644, True)])
def test_an_endpoint_that_acts_as_another_account_must_be_able_to_read_the_file(
    cluster: Make, image: Path, contents: Path, sandbox: Sandbox, mode: int, is_fine: bool
) -> None:
    contents.chmod(0o755)
    image.chmod(mode)
    sandbox.change_endpoint(CLUSTER, acts_as="svc")
    messages = blocking(cluster().transfers.plan(sent("a.sif")))
    expected = (
        "Alder cluster acts as another account and can't read this file. Choose another route or "
        "change its permissions."
    )
    assert messages == ([] if is_fine else [expected])
    # Nothing stays behind.
    assert os.listdir(contents) == ["a.sif"]  # noqa: PTH208


def test_a_private_file_is_sent_by_an_endpoint_of_this_account(
    cluster: Make, image: Path, contents: Path
) -> None:
    contents.chmod(0o755)
    image.chmod(0o600)
    assert blocking(cluster().transfers.plan(sent("a.sif"))) == []
    assert os.listdir(contents) == ["a.sif"]  # noqa: PTH208
