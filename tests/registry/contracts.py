"""One registry of each kind, all with the same images, for the tests of every kind.

For a new kind, add a function to ``CASES`` that makes a ``Case``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pytest

from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.registry.base import RegistryBackend
from jupyterlab_sregistry_globus.registry.factory import make_backends
from jupyterlab_sregistry_globus.sandbox.seed import names as seeded

from ..support.webserver import Reply
from .library.libraryhub import LibraryHub
from .oci.ocihub import OciHub
from .sregistry.recorded import CONTENT, NATIVE, RecordedRegistry
from .test_sregistry_cli import Store

SIF = (Path(__file__).parents[1] / "images" / "data" / "one-group.sif").read_bytes()
OTHER = b"another image, of other bytes"


@dataclass
class Case:
    """A registry called ``reg``.

    :param make: makes the registry again, like a program at its start.
    :param known: an image with the content, in a container with a tag ``latest``.
    :param only: a container with one tag other than ``latest``.
    :param break_it: makes the registry unavailable.
    :param fill: adds this number of images to the collection ``many``. None if that would take too
        many requests.
    """

    make: Callable[[], RegistryBackend]
    known: str
    content: bytes
    only: str
    break_it: Callable[[], None]
    fill: Callable[[int], None] | None

    @cached_property
    def backend(self) -> RegistryBackend:
        return self.make()

    @property
    def container(self) -> str:
        return self.known.rpartition(":")[0]


def make(request: pytest.FixtureRequest, **entry: object) -> RegistryBackend:
    settings = SRegistryGlobus(
        registries=[{"name": "reg", **entry}],
        cache_dir=str(request.getfixturevalue("tmp_path") / "contract-cache"),
        upstream_timeout_s=5,
        upstream_retries=0,
    )
    needs_globus = entry["kind"] == "endpoint"
    endpoints = request.getfixturevalue("ada").endpoints if needs_globus else None
    (backend,) = make_backends(settings, endpoints)
    return backend


def many(count: int) -> Iterator[tuple[str, str]]:
    """Yield names and tags, a hundred tags for each name."""
    for number in range(count):
        yield f"tool{number // 100:04}", f"v{number % 100}"


def plant(root: Path) -> None:
    """Create the images of ``Case`` as files."""
    files = {"tools/known_1.0.sif": SIF, "tools/known_latest.sif": OTHER, "tools/only_2.0.sif": SIF}
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def fill(root: Path) -> Callable[[int], None]:
    def filled(count: int) -> None:
        (root / "many").mkdir()
        for name, tag in many(count):
            (root / "many" / f"{name}_{tag}.sif").touch()

    return filled


@contextmanager
def folder(request: pytest.FixtureRequest) -> Iterator[Case]:
    root = request.getfixturevalue("tmp_path") / "contract"
    plant(root)
    backend = partial(make, request, kind="folder", path=str(root))
    yield Case(
        backend, "tools/known:1.0", SIF, "tools/only", lambda: shutil.rmtree(root), fill(root)
    )


@contextmanager
def endpoint(request: pytest.FixtureRequest) -> Iterator[Case]:
    root = request.getfixturevalue("registry_root") / "lab"
    plant(root)
    backend = partial(
        make, request, kind="endpoint", endpoint_id=seeded.REGISTRY, endpoint_path="/lab/"
    )
    yield Case(
        backend, "tools/known:1.0", SIF, "tools/only", lambda: shutil.rmtree(root), fill(root)
    )


@contextmanager
def sregistry_cli(request: pytest.FixtureRequest) -> Iterator[Case]:
    store = Store(request.getfixturevalue("home") / ".singularity")
    store.plant("tools", "known", "1.0", SIF)
    store.plant("tools", "known", "latest", OTHER)
    store.plant("tools", "only", "2.0", SIF)
    backend = partial(make, request, kind="sregistry-cli")
    yield Case(backend, "tools/known:1.0", SIF, "tools/only", store.path.unlink, None)


@contextmanager
def oci(request: pytest.FixtureRequest) -> Iterator[Case]:
    request.getfixturevalue("home")
    with OciHub() as hub:
        hub.push("tools/known", "1.0", SIF)
        hub.push("tools/known", "latest", OTHER)
        hub.push("tools/only", "2.0", SIF)
        backend = partial(
            make, request, kind="oci", url=hub.url, repositories=["tools/known", "tools/only"]
        )

        def break_it() -> None:
            hub.answer = lambda asked: Reply(500)

        yield Case(backend, "tools/known:1.0", SIF, "tools/only", break_it, None)


@contextmanager
def library(request: pytest.FixtureRequest) -> Iterator[Case]:
    with LibraryHub() as hub:
        hub.push("lab/tools/known", "1.0", SIF)
        hub.push("lab/tools/known", "latest", OTHER)
        hub.push("lab/tools/only", "2.0", SIF)
        backend = partial(make, request, kind="library", url=hub.url, collections=["lab"])

        def break_it() -> None:
            hub.answer = lambda asked: Reply(500)

        def filled(count: int) -> None:
            for name, tag in many(count):
                hub.push(f"lab/many/{name}", tag, OTHER)

        yield Case(backend, "lab/tools/known:1.0", SIF, "lab/tools/only", break_it, filled)


@contextmanager
def sregistry(request: pytest.FixtureRequest) -> Iterator[Case]:
    request.getfixturevalue("home")
    with RecordedRegistry() as played:
        backend = partial(
            make,
            request,
            kind="sregistry",
            url=played.url,
            username="bob",
            token="bobs-token",
            private=["secret-lab/vault:latest"],
        )

        def break_it() -> None:
            played.reply("/", Reply(500))

        def filled(count: int) -> None:
            rows = [{"name": name, "tag": tag} for name, tag in many(count)]
            page = {"count": 1, "results": [{"name": "many", "containers": rows}]}
            played.reply("/api/collections/", Reply(body=page))

        yield Case(
            backend, "genomics/samtools:1.20", CONTENT[NATIVE], "genomics/bwa", break_it, filled
        )


CASES = {
    "endpoint": endpoint,
    "folder": folder,
    "library": library,
    "oci": oci,
    "sregistry": sregistry,
    "sregistry-cli": sregistry_cli,
}
