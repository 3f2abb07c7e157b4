"""Tasks that failed, and the attempts that replace them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..conftest import Store, asked, ended, until

SALSA = "tacos/salsa/verde/salsa_verde.sif"


@pytest.fixture
def ada(store: Store, ada: Services) -> Services:
    return ada


@pytest.fixture
def push(registry_root: Path, store: Store) -> Callable[..., str]:
    """Stores contents as native pushes of one image do, the right one first."""

    def make(name: str, *contents: bytes) -> str:
        digest = "sha256:" + hashlib.sha256(contents[0]).hexdigest()
        for content in contents:
            md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
            (registry_root / "tacos" / f"{name}:1@{md5}.sif").write_bytes(content)
        return store.add(f"tacos/{name}:1", pattern=f"tacos/{name}:1@*.sif", digest=digest)

    return make


def submitted(sandbox: Sandbox, transfer: Transfer) -> list[Any]:
    """The sandbox's own record of the tasks of a transfer, oldest first."""
    world = sandbox.services.world
    with world.change():
        found = [task for task in world.tasks.values() if task.label == transfer.label]
    return sorted(found, key=lambda task: task.request_time)


def test_without_sha256_at_an_endpoint_it_is_sent_again_without_digests(
    ada: Services, store: Store, sandbox: Sandbox, registry_root: Path
) -> None:
    content = (registry_root / SALSA).read_bytes()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    image = store.add("tacos/salsa:verde", below=SALSA, digest=digest)
    transfer = ada.transfers.start(asked(image, to=names.DEPARTMENT_NAS), origin="panel")
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded"
    (task,) = done.tasks
    (arrival,) = task.arrivals
    assert (arrival.digest, arrival.is_verified) == (None, None)
    assert "does not compute SHA-256" in arrival.note
    (before,) = task.attempts
    assert "does not compute SHA-256" in before.reason
    first, second = submitted(sandbox, done)
    assert (first.task_id, second.task_id) == (before.task_id, task.task_id)
    # Never two at once at the same paths.
    assert first.fatal_code == "CANCELED"
    assert first.completion_time <= second.request_time
    assert "external_checksum" not in second.request["DATA"][0]


def test_a_cancel_is_not_undone_by_another_attempt(
    ada: Services, store: Store, sandbox: Sandbox
) -> None:
    sandbox.change_setting("cancel_delay_s", 3600.0)
    image = store.add("tacos/salsa:verde", below=SALSA)
    transfer = ada.transfers.start(asked(image, to=names.DEPARTMENT_NAS), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].is_to_be_replaced)
    ada.transfers.cancel(transfer.id)
    sandbox.advance_clock(4000)
    done = until(ada, transfer.id, ended)
    assert done.state == "canceled"
    assert len(submitted(sandbox, done)) == 1


def test_if_one_file_is_not_the_image_the_other_candidate_is_tried(
    ada: Services, push: Callable[..., str], sandbox: Sandbox
) -> None:
    image, other = push("mole", b"right", b"a longer orphan"), push("pico", b"pico")
    transfer = ada.transfers.start(asked(image, other), origin="panel")
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded", done
    assert [one.is_verified for one in done.tasks[0].arrivals] == [True, True]
    assert "Trying another possible match" in done.tasks[0].attempts[0].reason
    files = {
        file.name: file.read_bytes() for file in (sandbox.state / "endpoints").rglob("*_1.sif")
    }
    assert sorted(files.values()) == [b"pico", b"right"], files


def test_if_no_candidate_is_the_image_it_fails_with_the_reason(
    ada: Services, push: Callable[..., str], store: Store, sandbox: Sandbox
) -> None:
    image = push("mole", b"one", b"two", b"three")
    store.add("tacos/mole:1", pattern="tacos/mole:1@*.sif", digest="sha256:" + "0" * 64)
    transfer = ada.transfers.start(asked(image), origin="panel")
    done = until(ada, transfer.id, ended)
    assert done.state == "failed"
    assert "checksum mismatch" in done.tasks[0].reason
    assert len(submitted(sandbox, done)) <= 5
    assert list((sandbox.state / "endpoints").rglob("*mole*")) == []


def test_a_task_that_succeeds_before_its_cancel_takes_hold_has_succeeded(
    ada: Services, store: Store, sandbox: Sandbox
) -> None:
    """The endpoint computes SHA-256 after all, while Globus is still to end the task."""
    sandbox.change_setting("cancel_delay_s", 3600.0)
    reference = store.add("tacos/salsa:verde", below=SALSA)
    transfer = ada.transfers.start(asked(reference, to=names.DEPARTMENT_NAS), origin="panel")
    until(ada, transfer.id, lambda now: now.tasks[0].is_to_be_replaced)
    sandbox.change_endpoint(names.DEPARTMENT_NAS, checksum_algorithms=["SHA256", "MD5"])
    done = until(ada, transfer.id, ended)
    assert (done.state, done.tasks[0].attempts) == ("succeeded", ())
    assert len(submitted(sandbox, done)) == 1
    (arrival,) = done.tasks[0].arrivals
    assert (arrival.digest is not None, arrival.note) == (True, "")


def test_of_two_images_only_the_one_that_did_not_arrive_is_sent_again(
    ada: Services, push: Callable[..., str], sandbox: Sandbox, store: Store
) -> None:
    fine, wrong = push("pico", b"pico"), push("mole", b"right", b"a longer orphan")
    # Likelier, and wrong: the size is that of the orphan.
    store.rows["tacos/mole:1"]["size_bytes"] = len(b"a longer orphan")
    wrong = store.add("tacos/mole:1", **store.rows["tacos/mole:1"])
    transfer = ada.transfers.start(asked(fine, wrong), origin="panel")
    done = until(ada, transfer.id, ended)
    assert done.state == "succeeded", done
    first, second = submitted(sandbox, done)
    assert [item["destination_path"][-10:] for item in first.request["DATA"]] == [
        "pico_1.sif",
        "mole_1.sif",
    ]
    assert [item["destination_path"][-10:] for item in second.request["DATA"]] == ["mole_1.sif"]
    assert second.request["DATA"][0]["source_path"] != first.request["DATA"][1]["source_path"]
    assert [arrival.is_verified for arrival in done.tasks[0].arrivals] == [True, True]


def test_a_task_that_failed_otherwise_is_not_sent_again(
    ada: Services, push: Callable[..., str], sandbox: Sandbox
) -> None:
    reference = push("mole", b"right", b"a longer orphan")
    sandbox.set_task_faults({"code": "PERMISSION_DENIED", "is_fatal": True, "count": 1})
    transfer = ada.transfers.start(asked(reference), origin="panel")
    done = until(ada, transfer.id, ended)
    assert (done.state, len(submitted(sandbox, done))) == ("failed", 1)


def test_a_task_that_was_canceled_at_globus_is_not_sent_again(
    ada: Services, push: Callable[..., str], sandbox: Sandbox
) -> None:
    """The user canceled it on Globus's own site."""
    reference = push("mole", b"right", b"a longer orphan")
    sandbox.set_task_faults({"code": "TIMEOUT"})
    transfer = ada.transfers.start(asked(reference), origin="panel")
    ada.parts.clients.transfer().cancel_task(transfer.tasks[0].task_id)
    done = until(ada, transfer.id, ended)
    assert (done.state, len(submitted(sandbox, done))) == ("canceled", 1)
