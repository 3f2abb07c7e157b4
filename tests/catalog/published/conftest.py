"""A published listing of a registry that counts what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.catalog.published.publisher import Publication
from jupyterlab_sregistry_globus.services import Services

from ...support.countingregistry import CountingRegistry

Publish = Callable[..., Publication]


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingRegistry]:
    for name in ("BASE", "USERNAME", "TOKEN"):
        monkeypatch.delenv(f"SREGISTRY_REGISTRY_{name}", raising=False)
    with CountingRegistry(20) as registry:
        yield registry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    folder.mkdir()
    return folder / "listing.sqlite3"


@pytest.fixture
def publish(
    counting: CountingRegistry, program: Callable[..., Services], tmp_path: Path, file: Path
) -> Publish:
    """Publishes as an administrator; keywords are those of the entry, or of ``publish``."""
    options = ("is_public", "is_forced", "interval_s")

    def publish(output: Path = file, **given: Any) -> Publication:
        entry = {name: value for name, value in given.items() if name not in options}
        changes = {name: value for name, value in given.items() if name in options}
        admin = program(registries=[counting.entry(**entry)], cache_dir=str(tmp_path / "admin"))
        return admin.publisher.publish(output, **{"interval_s": 3600.0, **changes})

    return publish


@pytest.fixture
def user(
    counting: CountingRegistry, program: Callable[..., Services], file: Path
) -> Callable[..., Services]:
    """Makes the services of a user whose entry names the file; keywords add to the entry."""

    def user(**entry: Any) -> Services:
        return program(registries=[counting.entry(listing=str(file), **entry)])

    return user
