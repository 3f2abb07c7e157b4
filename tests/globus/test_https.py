"""Files of a collection over HTTPS: who may, what fails, and where the token goes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.globus.https import HttpsFiles
from jupyterlab_sregistry_globus.globus.httpsrequests import HttpsRequests
from jupyterlab_sregistry_globus.globus.scopes import https_scopes
from jupyterlab_sregistry_globus.models.actions import LoginAction, RetryAction
from jupyterlab_sregistry_globus.models.endpoints import Endpoint
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..support.connect import connect
from ..support.webserver import Reply, WebServer, taking_less_than

CLUSTER, SHARE = names.ALDER_CLUSTER, names.ALDER_SHARE
README, NEW = "/scratch/ada/README.txt", "/scratch/ada/new.part"
CONTENT = b"bytes of an image" * 1000
PUT, GET = "PUT /https/*", "GET /https/*"
DAY_S = 86400.0


def unheard(count: int) -> None:
    """Nobody wants to know how many bytes there are so far."""


def reach(services: Services) -> HttpsFiles:
    parts = services.parts
    return HttpsFiles(HttpsRequests(services.settings, parts.clients, parts.credentials))


@pytest.fixture
def files(services: Services, sandbox: Sandbox) -> HttpsFiles:
    """The files, for Ada, who may use the cluster over HTTPS."""
    scopes = https_scopes(CLUSTER, is_mapped=True)
    connect(services, sandbox, LoginAction(required_scopes=scopes))
    return reach(services)


@pytest.fixture
def cluster(files: HttpsFiles, services: Services) -> Endpoint:
    return services.endpoints.get(CLUSTER)


@pytest.fixture
def scratch(sandbox: Sandbox) -> Path:
    """What is /scratch on the cluster."""
    return sandbox.state / "endpoints" / "alder-cluster"


def asked(sandbox: Sandbox, method: str) -> list[str]:
    return [
        seen.path for seen in sandbox.requests() if seen.method == method and "/https/" in seen.path
    ]


def put(files: HttpsFiles, endpoint: Endpoint) -> None:
    files.upload(endpoint, NEW, [CONTENT[:5000], CONTENT[5000:]], len(CONTENT), unheard)


def test_a_file_is_written_read_back_and_deleted(
    files: HttpsFiles, cluster: Endpoint, scratch: Path
) -> None:
    counts: list[int] = []
    files.upload(cluster, NEW, [CONTENT[:5000], CONTENT[5000:]], len(CONTENT), counts.append)
    assert counts == [5000, len(CONTENT)]
    assert (scratch / "ada/new.part").read_bytes() == CONTENT
    digest = files.digest(cluster, NEW, unheard)
    assert digest == "sha256:" + hashlib.sha256(CONTENT).hexdigest()
    files.delete(cluster, NEW)
    files.delete(cluster, NEW)
    assert not (scratch / "ada/new.part").exists()


@pytest.mark.parametrize(("endpoint_id", "further"), [(CLUSTER, ["data_access"]), (SHARE, [])])
def test_the_consent_to_ask_for_is_the_collections_own(
    ada: Services,
    sandbox: Sandbox,
    endpoint_id: str,
    further: list[str],
) -> None:
    files, endpoint = reach(ada), ada.endpoints.get(endpoint_id)
    with pytest.raises(errors.ConsentRequired) as caught:
        files.check(endpoint)
    action = caught.value.action
    assert isinstance(action, LoginAction)
    scope = f"https://auth.globus.org/scopes/{endpoint_id}"
    assert list(action.required_scopes) == [f"{scope}/{name}" for name in ("https", *further)]
    connect(ada, sandbox, action)
    files.check(endpoint)


def test_without_an_account_a_consent_is_not_what_is_missing(
    files: HttpsFiles, cluster: Endpoint, services: Services
) -> None:
    services.account.disconnect()
    with pytest.raises(errors.NotConnected):
        files.check(cluster)


def test_disconnecting_revokes_the_collections_token(
    files: HttpsFiles, cluster: Endpoint, services: Services, sandbox: Sandbox
) -> None:
    token = services.parts.credentials.access_token(CLUSTER, services.parts.clients.app())
    headers = {"Authorization": f"Bearer {token}"}
    address = f"{cluster.https_server}{README}"
    assert httpx.get(address, headers=headers, trust_env=False).status_code == 200
    services.account.disconnect()
    headers["X-Requested-With"] = "XMLHttpRequest"
    assert httpx.get(address, headers=headers, trust_env=False).status_code == 401


def test_an_old_token_is_refreshed_before_the_request(
    files: HttpsFiles, cluster: Endpoint, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.advance_clock(3 * DAY_S)
    later = time.time() + 3 * DAY_S
    monkeypatch.setattr(time, "time", lambda: later)
    put(files, cluster)
    assert len(asked(sandbox, "PUT")) == 1


def test_a_refused_token_is_refreshed_once_and_a_read_repeated(
    files: HttpsFiles, cluster: Endpoint, sandbox: Sandbox
) -> None:
    sandbox.set_faults({"route": GET, "status": 401, "count": 1})
    files.digest(cluster, README, unheard)
    assert len(asked(sandbox, "GET")) == 2
    sandbox.set_faults({"route": GET, "status": 401})
    with pytest.raises(errors.LoginRequired) as caught:
        files.digest(cluster, README, unheard)
    assert isinstance(caught.value.action, LoginAction)
    assert len(asked(sandbox, "GET")) == 4


def test_a_file_is_never_put_twice(
    files: HttpsFiles, cluster: Endpoint, services: Services, sandbox: Sandbox
) -> None:
    credentials, app = services.parts.credentials, services.parts.clients.app()
    before = credentials.access_token(CLUSTER, app)
    sandbox.set_faults({"route": PUT, "status": 401, "count": 1})
    with pytest.raises(errors.LoginRequired):
        put(files, cluster)
    assert len(asked(sandbox, "PUT")) == 1
    assert credentials.access_token(CLUSTER, app) != before


HTML = "<h1>Too large</h1>"


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ({"status": 403}, errors.PermissionRefused, "another folder"),
        ({"status": 404}, errors.FolderNotFound, "no such"),
        ({"status": 413}, errors.NotSendable, "no room"),
        ({"status": 413, "html": HTML}, errors.NotSendable, "A proxy"),
        ({"status": 507}, errors.NotSendable, "no room"),
        ({"status": 403, "message": "Disk quota exceeded"}, errors.NotSendable, "quota"),
        ({"status": 403, "message": "x" * 9000}, errors.PermissionRefused, "another folder"),
        ({"status": 400, "message": "x" * 9000}, errors.GlobusRefused, "status 400"),
        ({"status": 504, "html": HTML}, errors.EndpointFailed, "A proxy"),
        ({"status": 503}, errors.EndpointFailed, "status 503"),
        ({"drop": True, "at_bytes": 3000}, errors.EndpointFailed, "broke off"),
        ({"drop": True, "vanish": True, "at_bytes": 3000}, errors.EndpointFailed, "broke off"),
        ({"drop": True, "after": True}, errors.EndpointFailed, "broke off"),
    ],
)
def test_a_refusal_says_whose_it_is_and_what_to_do(
    files: HttpsFiles,
    cluster: Endpoint,
    sandbox: Sandbox,
    fault: dict[str, Any],
    kind: type[errors.SRegistryGlobusError],
    said: str,
) -> None:
    sandbox.set_faults({"route": PUT, **fault})
    with pytest.raises(kind) as caught:
        put(files, cluster)
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert len(str(caught.value)) < 600
    assert len(asked(sandbox, "PUT")) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_says_when_to_come_back(
    files: HttpsFiles, cluster: Endpoint, sandbox: Sandbox, status: int
) -> None:
    sandbox.set_faults({"route": PUT, "status": status, "headers": {"Retry-After": "7"}})
    with pytest.raises(errors.EndpointFailed) as caught:
        put(files, cluster)
    assert caught.value.action == RetryAction(after_s=7.0)


@pytest.mark.parametrize(
    "demanded",
    [
        {"required_scopes": 5},
        {"required_scopes": None, "session_message": ["x"]},
        {"session_required_identities": {"a": 1}, "session_required_policies": 2},
        [],
        "x",
    ],
)
def test_a_malformed_demand_of_a_login_is_a_refusal_like_others(
    files: HttpsFiles, cluster: Endpoint, sandbox: Sandbox, demanded: Any
) -> None:
    body = {"code": "ConsentRequired", "authorization_parameters": demanded}
    sandbox.set_faults({"route": PUT, "status": 403, "body": body})
    with pytest.raises((errors.LoginRequired, errors.PermissionRefused)) as caught:
        put(files, cluster)
    msgspec.json.encode(caught.value.action)


def test_one_scope_as_text_is_one_scope(
    files: HttpsFiles, cluster: Endpoint, sandbox: Sandbox
) -> None:
    body = {"authorization_parameters": {"required_scopes": "a-scope"}}
    sandbox.set_faults({"route": PUT, "status": 403, "body": body})
    with pytest.raises(errors.ConsentRequired) as caught:
        put(files, cluster)
    assert isinstance(caught.value.action, LoginAction)
    assert caught.value.action.required_scopes == ("a-scope",)


def test_a_redirect_is_not_followed_so_the_token_stays_at_its_server(
    files: HttpsFiles, cluster: Endpoint
) -> None:
    with WebServer(lambda asked: Reply(200, b"stolen")) as elsewhere:
        moved = Reply(302, headers={"Location": f"{elsewhere.url}/x"})
        with WebServer(lambda asked: moved) as server:
            there = msgspec.structs.replace(cluster, https_server=server.url)
            with pytest.raises(errors.LoginRequired):
                files.digest(there, README, unheard)
            assert server.asked[0].headers["authorization"].startswith("Bearer ")
        assert elsewhere.asked == []


def test_a_refusal_without_an_end_is_not_read_to_its_end(
    files: HttpsFiles, cluster: Endpoint
) -> None:
    reply = Reply(400, b"x" * 50_000_000)
    with WebServer(lambda asked: reply) as server, taking_less_than(5):
        there = msgspec.structs.replace(cluster, https_server=server.url)
        with pytest.raises(errors.GlobusRefused):
            files.digest(there, README, unheard)


def test_a_wrong_proxy_or_bundle_names_the_setting(
    files: HttpsFiles,
    cluster: Endpoint,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://nowhere:1")
    with pytest.raises(errors.GlobusUnavailable) as caught:
        put(files, cluster)
    assert "HTTPS_PROXY" in str(caught.value)
    monkeypatch.delenv("HTTPS_PROXY")
    services.settings.ca_bundle = str(tmp_path / "missing.pem")
    with pytest.raises(errors.SettingWrong) as wrong:
        put(files, cluster)
    assert "missing.pem" in str(wrong.value)


def test_what_the_chunks_raise_is_passed_on(
    files: HttpsFiles, cluster: Endpoint, scratch: Path
) -> None:
    def chunks() -> Iterator[bytes]:
        yield CONTENT[:100]
        raise errors.TransferConflict("The file changed.")

    with pytest.raises(errors.TransferConflict):
        files.upload(cluster, NEW, chunks(), len(CONTENT), unheard)
