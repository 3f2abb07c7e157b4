"""A real transfer, end to end: a small file, to a folder that is made for it."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...errors import SRegistryGlobusError
from ...globus.locations import read_location
from ...globus.removal import Removal
from ...models.actions import LoginAction
from ...models.plans import Location, PlanRequest, TransferOptions
from ...models.receipts import Receipt
from ...models.sources import FileSource
from ...models.transfers import Transfer
from ...services import Services
from .report import Check, fail, ok, warn

NAME = "transfer"
PREFIX = "sregistry-globus-doctor-"
FILE_NAME = "check.sqsh"
SIZE_BYTES = 64_000
TIMEOUT_S = 300.0
CANCEL_TIMEOUT_S = 20.0
REMOVE_TIMEOUT_S = 60.0

_PROOFS = {
    "globus": "Globus computed its checksum at the destination",
    "read_back": "it was read back and its checksum is right",
    "size": "its size is right",
    "name": "a file of its name is there",
}


def checks(services: Services, destination: str) -> Iterator[Check]:
    """Send a file of random bytes as a user would, and remove all traces of it.

    :param destination: ``ENDPOINT:PATH``, where a folder with a random name is made.
    """
    try:
        location = services.endpoints.resolve(*read_location(destination))
        parent = services.endpoints.folder(location, limit=1).path
        folder = Location(location.endpoint_id, f"{parent.rstrip('/')}/{_random_name()}")
        services.endpoints.create_folder(folder)
    except SRegistryGlobusError as error:
        yield fail(NAME, f"Cannot make a folder at {destination}: {error.message}", _fix(error))
        return
    try:
        yield _send(services, folder)
    finally:
        removed = _remove(services, folder)
    yield removed


def _send(services: Services, folder: Location) -> Check:
    begun = time.monotonic()
    try:
        with _own_file(services) as file:
            transfer = services.transfers.start(
                PlanRequest(
                    (FileSource(str(file)),),
                    folder,
                    TransferOptions(label="Check of the installation", sync="always"),
                ),
                origin="cli",
            )
            try:
                transfer = services.transfers.wait(transfer.id, TIMEOUT_S)
            finally:
                _end(services, transfer.id)
            receipt = services.transfers.receipt(transfer.id)
            expected = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    except SRegistryGlobusError as error:
        return fail(NAME, f"The test file cannot be sent: {error.message}", _fix(error))
    except TimeoutError:
        return fail(
            NAME,
            f"The test file has not arrived after {TIMEOUT_S:.0f} s. It was canceled.",
            "Look at the task in the Globus web app.",
        )
    except OSError as error:
        return fail(NAME, f"The test file cannot be written: {error.strerror}.", "Free disk space.")
    return _judge(transfer, receipt, expected, time.monotonic() - begun)


def _judge(transfer: Transfer, receipt: Receipt, expected: str, took_s: float) -> Check:
    (image,) = receipt.images
    if transfer.state != "succeeded" or not image.has_arrived:
        reasons = " ".join(transfer.reasons) or f"Its state is {transfer.state}."
        return fail(
            NAME, f"The test file did not arrive. {reasons}", "Do what the reason says, and retry."
        )
    if image.digest_computed not in (None, expected):
        return fail(
            NAME,
            f"The test file arrived with other content: {image.digest_computed}.",
            "Report this to the administrator of the endpoint.",
        )
    source = f" from {image.source_endpoint_name}" if image.source_endpoint_name else ""
    return ok(
        NAME,
        f"A test file went{source} to {receipt.destination_name} by the {image.route} route in "
        f"{took_s:.0f} s, and {_PROOFS[image.proof or 'name']}.",
    )


@contextmanager
def _own_file(services: Services) -> Iterator[Path]:
    """Provide a file of random bytes, if possible in a folder that an endpoint serves."""
    served = [folder.folder for folder in services.parts.hosts.folders()]
    writable = [folder for folder in served if folder.is_dir() and os.access(folder, os.W_OK)]
    parent = writable[0] if writable else Path(tempfile.gettempdir())
    folder = parent / _random_name()
    folder.mkdir()
    try:
        file = folder / FILE_NAME
        file.write_bytes(_content())
        yield file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _content() -> bytes:
    """Return random bytes behind the head of a SquashFS, since only images can be sent."""
    head = struct.pack("<4s16xH6xH10xQ48x", b"hsqs", 1, 4, SIZE_BYTES)
    return head + secrets.token_bytes(SIZE_BYTES - len(head))


def _end(services: Services, transfer_id: str) -> None:
    """Cancel the transfer if it still runs, and take it off the user's record."""
    with suppress(SRegistryGlobusError, TimeoutError):
        if not services.transfers.get(transfer_id).is_finished:
            services.transfers.cancel(transfer_id)
            services.transfers.wait(transfer_id, CANCEL_TIMEOUT_S)
        services.transfers.clear(transfer_id)


def _remove(services: Services, folder: Location) -> Check:
    name = "transfer cleanup"
    path = str(folder.path)
    try:
        is_gone = Removal(services.parts.clients).remove_folder(
            folder.endpoint_id, path, REMOVE_TIMEOUT_S
        )
    except SRegistryGlobusError as error:
        return warn(name, f"{path} could not be removed: {error.message}", f"Remove {path}.")
    if not is_gone:
        return warn(name, f"{path} is not removed yet.", f"Remove {path} if it stays.")
    return ok(name, "The test file and its folders are removed.")


def _fix(error: SRegistryGlobusError) -> str:
    if isinstance(error.action, LoginAction):
        return "Open that folder in JupyterLab, or run `ls` on it, and log in as it asks."
    return "Choose a folder that you can write to, or do what the message says."


def _random_name() -> str:
    return f"{PREFIX}{secrets.token_hex(6)}"
