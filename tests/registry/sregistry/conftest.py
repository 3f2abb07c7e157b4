"""A Singularity Registry Server that replays recorded answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.registry.base import RegistryBackend

from .helpers import Make, backend
from .recorded import TOKENS, RecordedRegistry


@pytest.fixture
def played() -> Iterator[RecordedRegistry]:
    with RecordedRegistry() as played:
        yield played


@pytest.fixture
def make(played: RecordedRegistry, home: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    for name in ("BASE", "USERNAME", "TOKEN"):
        monkeypatch.delenv(f"SREGISTRY_REGISTRY_{name}", raising=False)

    def make(user: str | None = None, **entry: Any) -> RegistryBackend:
        if user is not None:
            entry = {"username": user, "token": TOKENS.get(user, "wrong"), **entry}
        return backend({"url": played.url, **entry})

    return make
