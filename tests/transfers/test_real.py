"""An image that Apptainer built, from a registry's folder to a destination."""

from __future__ import annotations

import hashlib
import lzma
import time
from pathlib import Path

from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.services import Services

from .conftest import asked

PACKED = Path(__file__).parents[1] / "images" / "data" / "busybox_amd64.sif.xz"


def test_a_real_image_in_a_collection_arrives_complete(
    registry_root: Path, ada: Services, sandbox: Sandbox
) -> None:
    image = lzma.decompress(PACKED.read_bytes())
    file = registry_root / "tools" / "busybox" / "1.36" / "busybox_amd64.sif"
    file.parent.mkdir(parents=True)
    file.write_bytes(image)
    transfer = ada.transfers.start(asked("images://tools/busybox:1.36"), origin="panel")
    planned = transfer.tasks[0].images[0]
    assert (planned.arch, planned.size_bytes) == ("amd64", len(image))
    end = time.monotonic() + 60
    while (done := ada.transfers.get(transfer.id)).state not in ("succeeded", "failed"):
        assert time.monotonic() < end, done
        ada.transfers.hurry()
        ada.transfers.step()
        time.sleep(0.02)
    assert done.tasks[0].arrivals[0].digest == "sha256:" + hashlib.sha256(image).hexdigest()
    arrived = list((sandbox.state / "endpoints").rglob("busybox_amd64.sif"))
    assert [one.read_bytes() for one in arrived] == [image]
