"""Fixtures for every test: a home, the sandbox, a registry with a few images, each face."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_sregistry_globus.cli import session as cli_session
from jupyterlab_sregistry_globus.config import SRegistryGlobus
from jupyterlab_sregistry_globus.demo.samples import write_samples
from jupyterlab_sregistry_globus.images.localfiles import LocalFiles
from jupyterlab_sregistry_globus.magics import session as magic_session
from jupyterlab_sregistry_globus.net.pools import Pools
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services, make_services
from jupyterlab_sregistry_globus.store.leases import Holder

from .support.api import Api
from .support.connect import connect
from .support.events import Events
from .support.faces import Ended, Faces
from .support.person import Person
from .support.secrets import BROWSERS, TRAIL, SecretsPlugin

pytest_plugins = ["pytest_jupyter.jupyter_server"]


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SecretsPlugin())


CLIENT_ID = names.NATIVE_APP
LINKED_FROM_BYTES = 3_000_000


@pytest.fixture(scope="session")
def sample_images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample registry, written once. Never change it: ask for ``registry_root``."""
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for this test only."""
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("SREGISTRY_GLOBUS_CLIENT_ID", raising=False)
    return folder


@pytest.fixture
def registry_root(tmp_path: Path, sample_images: Path) -> Path:
    """A registry for this test only, with all but the largest sample image.

    Those above ``LINKED_FROM_BYTES`` are links to the samples, which costs a test nothing: replace
    or remove them, but never write into one, nor change its mode or times.
    """
    folder = tmp_path / "registry"
    for file in sample_images.rglob("*.sif"):
        size_bytes = file.stat().st_size
        if size_bytes < 30_000_000:
            target = folder / file.relative_to(sample_images)
            target.parent.mkdir(parents=True)
            if size_bytes < LINKED_FROM_BYTES:
                shutil.copyfile(file, target)
            else:
                target.hardlink_to(file)
    return folder


@pytest.fixture
def contents(tmp_path: Path) -> Path:
    """The Jupyter server's root, which is also what Connect Personal serves."""
    folder = tmp_path / "contents"
    folder.mkdir()
    return folder


@pytest.fixture
def sandbox(
    tmp_path: Path,
    home: Path,
    registry_root: Path,
    contents: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Sandbox]:
    """A simulated Globus, used by globus-sdk in this process and its children."""
    played = Sandbox(
        tmp_path / "globus", registry_root=registry_root, local_root=contents, roots=[tmp_path]
    )
    with played:
        for name, value in played.environment().items():
            monkeypatch.setenv(name, value)
        yield played


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path, registry_root: Path) -> dict[str, Any]:
    """The settings that use the sandbox and the test's registry."""
    return {
        "client_id": CLIENT_ID,
        "connect_personal_dir": str(sandbox.connect_personal_dir.parent),
        "store_dir": str(tmp_path / "store"),
        "cache_dir": str(tmp_path / "cache"),
        "poll_min_s": 0.1,
        "upstream_timeout_s": 5.0,
        "registries": [
            {
                "name": "images",
                "kind": "folder",
                "path": str(registry_root),
                "endpoint_id": names.REGISTRY,
                "endpoint_path": "/",
            }
        ],
    }


@pytest.fixture
def jp_nbconvert_templates() -> None:
    """None: pytest-jupyter would copy nbconvert's hundred files for each server."""


@pytest.fixture
def jp_root_dir(contents: Path) -> Path:
    return contents


@pytest.fixture
def jp_server_config(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyterlab_sregistry_globus": True},
            "allow_unauthenticated_access": False,
        },
        "SRegistryGlobus": settings,
    }


@pytest.fixture
def server_url(
    jp_serverapp: Any, http_server_client: Any, jp_http_port: int, jp_base_url: str
) -> str:
    """The address, with its base_url, at which a Jupyter server listens."""
    return f"http://127.0.0.1:{jp_http_port}{jp_base_url}"


@pytest.fixture
def api(
    server_url: str,
    jp_serverapp: Any,
    jp_asyncio_loop: asyncio.AbstractEventLoop,
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Api]:
    """The REST routes, as the front end uses them, of a server that has started.

    At the end, no answer and no log line may hold a token or code that the sandbox gave out.
    """
    # The fixtures of pytest-jupyter stop short of this.
    jp_asyncio_loop.run_until_complete(jp_serverapp.extension_manager.start_all_extensions())
    client = Api(server_url, str(jp_serverapp.identity_provider.token), sandbox)
    yield client
    records = [one for one in caplog.get_records("call") if not one.name.startswith(BROWSERS)]
    logged = [record.getMessage() for record in records]
    assert TRAIL.secrets_in([*client.answers, *logged]) == []


@pytest.fixture
def events(
    api: Api, jp_ws_fetch: Callable[..., Any], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Events]:
    """The events that an open tab receives."""
    stream = Events(jp_asyncio_loop.run_until_complete(jp_ws_fetch("api", "events", "subscribe")))
    yield stream
    stream.close()


@pytest.fixture
def person() -> Iterator[Person]:
    """A user with a browser."""
    somebody = Person()
    yield somebody
    somebody.close()


@pytest.fixture
def connected(
    api: Api, person: Person, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> dict[str, Any]:
    """Ada's account, connected through the login page."""

    async def connect() -> dict[str, Any]:
        request = {"page_url": "http://localhost:8888/lab", "method": "code"}
        started = await api.post("logins", body=request)
        body = {"login_id": started["login_id"], "code": person.code(started["authorize_url"])}
        account: dict[str, Any] = await api.post("logins", "code", body=body)
        return account

    return jp_asyncio_loop.run_until_complete(connect())


@pytest.fixture
def program(settings: dict[str, Any], contents: Path) -> Iterator[Callable[..., Services]]:
    """Make the services of one more program on the same home; keywords change its settings."""
    made: list[Services] = []
    pools = Pools(4)

    def make(
        on_change: Callable[[str, str], None] = _ignore,
        holder: Holder | None = None,
        **changes: Any,
    ) -> Services:
        services = make_services(
            SRegistryGlobus(**{**settings, **changes}),
            files=LocalFiles(contents, [contents]),
            pools=pools,
            on_change=on_change,
            holder=holder,
        )
        made.append(services)
        return services

    yield make
    for services in made:
        services.close()
    pools.close(wait=True)


def _ignore(kind: str, name: str) -> None:
    """Ignore a change."""


@pytest.fixture
def services(program: Callable[..., Services]) -> Services:
    """The services without a server; no account is connected."""
    return program()


@pytest.fixture
def ada(services: Services, sandbox: Sandbox) -> Services:
    """The services, with Ada connected."""
    connect(services, sandbox)
    return services


@pytest.fixture
def faced(
    ada: Services, settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Commands and magics read the test's settings; Ada is connected."""
    folder = tmp_path / "config"
    folder.mkdir()
    file = folder / "jupyter_sregistry_globus_config.json"
    file.write_text(json.dumps({"SRegistryGlobus": settings}))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    for one in (cli_session, magic_session):
        one.services.cache_clear()
    magic_session.suggestions.cache_clear()
    yield
    for one in (cli_session, magic_session):
        if one.services.cache_info().currsize:
            one.services().close()
        one.services.cache_clear()


@pytest.fixture
def faces(
    faced: None,
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> Faces:
    """The terminal and the notebook; Ada is connected."""
    return Faces(request.node, sandbox, monkeypatch)


@pytest.fixture
def run_cli(faces: Faces) -> Callable[..., Ended]:
    """Runs a line in a terminal."""
    return faces.run_cli


@pytest.fixture
def run_magic(faces: Faces) -> Callable[..., Any]:
    """Runs a magic in a notebook, and returns its value."""
    return faces.run_magic
