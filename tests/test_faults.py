"""Faults of Globus through every face: each shows a message, and is gone when the fault is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import globus_sdk
import pytest

from jupyterlab_sregistry_globus import errors
from jupyterlab_sregistry_globus.cli.exits import exit_code
from jupyterlab_sregistry_globus.handlers.statuses import http_status
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from .sandbox.helpers import TRANSFER, USUAL, finished, folder_of, send
from .support.api import Api, Refused
from .support.faces import Faces

SCRATCH = names.STANFORD_SHERLOCK_SCRATCH
LS = "GET /v0.10/operation/endpoint/*/ls"
TIMEOUT_S = 1.5
SCOPE = (
    "urn:globus:auth:scope:transfer.api.globus.org:all"
    "[*https://auth.globus.org/scopes/x/data_access]"
)


@dataclass(frozen=True)
class Case:
    """A fault, and the error that it must become."""

    fault: dict[str, Any]
    error: type[errors.SRegistryGlobusError]
    action: dict[str, Any] | None = None


def refusal(status: int, code: str, **members: Any) -> dict[str, Any]:
    body = {"code": code, "message": "x", "request_id": "x", "resource": "/x", **members}
    return {"status": status, "body": body}


CASES = {
    "consent": Case(
        refusal(403, "ConsentRequired", required_scopes=[SCOPE]),
        errors.ConsentRequired,
        {"kind": "login", "required_scopes": [SCOPE]},
    ),
    "session": Case(
        refusal(
            502,
            "ExternalError.DirListingFailed.LoginFailed",
            authorization_parameters={"session_required_identities": [names.ADA]},
        ),
        errors.LoginRequired,
        {"kind": "login", "session_required_identities": [names.ADA], "prompt": "login"},
    ),
    "429": Case(
        {"status": 429, "headers": {"Retry-After": "7"}},
        errors.GlobusBusy,
        {"kind": "retry", "after_s": 7.0},
    ),
    "502": Case({"status": 502}, errors.GlobusUnavailable, {"kind": "retry"}),
    "503": Case(
        {"status": 503, "headers": {"Retry-After": "9"}},
        errors.GlobusUnavailable,
        {"kind": "retry", "after_s": 9.0},
    ),
    "endpoint": Case(refusal(502, "ExternalError.DirListingFailed.Other"), errors.EndpointFailed),
    "time-out": Case({"delay_s": 30.0}, errors.GlobusUnavailable, {"kind": "retry"}),
    "broken JSON": Case({"broken_json": True}, errors.GlobusUnavailable, {"kind": "retry"}),
    "half a body": Case({"half_body": True}, errors.GlobusUnavailable, {"kind": "retry"}),
    "dropped": Case({"drop": True}, errors.GlobusUnavailable, {"kind": "retry"}),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "upstream_timeout_s": TIMEOUT_S, "upstream_retries": 0}


@each_case
async def test_through_a_route(api: Api, connected: Any, sandbox: Sandbox, case: Case) -> None:
    sandbox.set_faults({"route": LS, **case.fault})
    with pytest.raises(Refused) as caught:
        await api.get("endpoints", SCRATCH, "folder")
    assert caught.value.status == http_status(case.error(""))
    assert caught.value.code == case.error.code
    assert caught.value.message
    assert caught.value.body["retryable"] is case.error.retryable
    action = caught.value.body["action"] or {}
    assert {name: action.get(name) for name in case.action or {}} == (case.action or {})
    sandbox.set_faults()
    assert (await api.get("endpoints", SCRATCH, "folder"))["entries"]


@each_case
def test_through_a_command(faces: Faces, sandbox: Sandbox, case: Case) -> None:
    line = f"ls {SCRATCH}:/ --json"
    sandbox.set_faults({"route": LS, **case.fault})
    refused = faces.run_cli(line)
    assert refused.code == exit_code(case.error(""))
    assert refused.out == ""
    assert refused.err.startswith("Error: ")
    assert "Traceback" not in refused.err
    sandbox.set_faults()
    done = faces.run_cli(line)
    assert (done.code, done.err) == (0, "")
    assert done.json["entries"]


@each_case
def test_through_a_magic(faces: Faces, sandbox: Sandbox, case: Case) -> None:
    sandbox.set_faults({"route": LS, **case.fault})
    with pytest.raises(case.error) as caught:
        faces.run_magic(f"%globus ls {SCRATCH}:/")
    assert type(caught.value) is case.error
    (shown,) = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown.startswith(f"{case.error.__name__}: {caught.value.message}")
    sandbox.set_faults()
    assert faces.run_magic(f"%globus ls {SCRATCH}:/").rows


# A fault on the second page of three.


async def test_a_page_that_fails_does_not_affect_the_others(
    api: Api, connected: Any, sandbox: Sandbox
) -> None:
    sandbox.set_faults(
        {"route": "GET /v0.10/endpoint_search", "query": {"offset": "1"}, "drop": True, "count": 1}
    )

    async def read_page(offset: int) -> dict[str, Any]:
        page: dict[str, Any] = await api.get("endpoints", scope="mine", offset=offset, limit=1)
        return page

    assert (await read_page(0))["endpoints"]
    with pytest.raises(Refused) as caught:
        await read_page(1)
    assert caught.value.code == "globus_unavailable"
    assert (await read_page(2))["endpoints"]
    assert (await read_page(1))["endpoints"]


def test_arrivals_are_reported_completely_or_not_at_all(
    ada: Services, sandbox: Sandbox, transfer: Callable[..., globus_sdk.TransferClient]
) -> None:
    """Globus lists them in pages; a page that fails must not look like the end of the list."""
    folder = folder_of(sandbox, "research-cloud-project-space") / "many"
    folder.mkdir()
    for number in range(250):
        (folder / f"{number}.sif").touch()
    client = transfer()
    task_id = send(
        client, (names.RESEARCH_CLOUD, "/many/"), (SCRATCH, "/many/"), item={"recursive": True}
    )
    finished(client, task_id)
    route = f"GET /v0.10/task/{task_id}/successful_transfers"
    sandbox.set_faults({"route": route, "skip": 1, "count": 1, "half_body": True})
    with pytest.raises(errors.GlobusUnavailable):
        ada.parts.tasks.arrived(task_id)
    assert len(ada.parts.tasks.arrived(task_id)) == 250


@pytest.fixture
def transfer(sandbox: Sandbox) -> Iterator[Callable[..., globus_sdk.TransferClient]]:
    tokens = sandbox.tokens(USUAL, identity=names.ADA)
    authorizer = globus_sdk.AccessTokenAuthorizer(tokens[TRANSFER]["access_token"])
    client = globus_sdk.TransferClient(authorizer=authorizer)
    yield lambda: client
    client.close()
