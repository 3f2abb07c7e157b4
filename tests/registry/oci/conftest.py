"""A small OCI registry with a few images, for every test of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .helpers import REAL
from .ocihub import OciHub


@pytest.fixture
def hub(home: object) -> Iterator[OciHub]:
    with OciHub() as hub:
        hub.push("lab/tools/samtools", "1.21", b"x" * 300_000)
        hub.push("lab/tools/samtools", "latest", REAL)
        hub.push("solo", "v1", b"solo")
        yield hub
