"""Invalid sends at the command line end with a message and an exit code, and leave nothing."""

from __future__ import annotations

from typing import Any

import pytest

from jupyterlab_sregistry_globus.sandbox.seed import names

from ..support.machine import Machine
from ..support.oddnames import ODD_NAMES

AVOCADOS = "tacos/avocados:latest"
SCRATCH = f"{names.STANFORD_SHERLOCK_SCRATCH}:/"

# Image, destination, exit code, and a part of the message.
BAD: list[tuple[str, str, int, str]] = [
    ("tacos/nope:latest", SCRATCH, 3, "tacos/nope"),
    ("tacos", SCRATCH, 2, "collection/container:tag"),
    (AVOCADOS, "00000000-0000-4000-8000-000000000000:/", 3, "endpoint"),
    (AVOCADOS, "nowhere at all:/", 3, "nowhere at all"),
    (AVOCADOS, f"{names.ADAS_LAPTOP_OFFLINE}:/", 6, "offline"),
    (AVOCADOS, f"{SCRATCH}missing/", 3, "folder"),
    ("./short.sif", SCRATCH, 1, "short.sif"),
    ("./missing.sif", SCRATCH, 3, "missing.sif"),
    *((f"./{odd}.sif", SCRATCH, 3, "no file") for odd in ODD_NAMES),
]


@pytest.fixture
def ready(machine: Machine, settings: dict[str, Any]) -> Machine:
    machine.configure(**settings)
    machine.log_in()
    return machine


def test_an_invalid_send_ends_with_a_message_and_leaves_nothing(ready: Machine) -> None:
    (ready.home / "short.sif").write_bytes(b"#!/usr/bin/env run-singularity\n" + b"\0" * 40)
    for image, destination, code, message in BAD:
        ended = ready.run("send", image, destination)
        case = (image, destination, ended)
        assert ended.code == code, case
        assert message in ended.text, case
        assert "Traceback" not in ended.text, case
    assert "/v0.10/transfer" not in {request.path for request in ready.sandbox.requests()}
    assert ready.run("transfers", "--json").json["transfers"] == []
