"""Each demand of Globus, at each step, becomes one login, after which the step succeeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyterlab_sregistry_globus.errors import (
    ConsentRequired,
    LoginRequired,
    NotConnected,
    SRegistryGlobusError,
)
from jupyterlab_sregistry_globus.globus.demands import FRESH_LOGIN, merged
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.models.plans import Location, PlanRequest
from jupyterlab_sregistry_globus.models.sources import ImageSource
from jupyterlab_sregistry_globus.models.tasks import GlobusTask
from jupyterlab_sregistry_globus.models.transfers import Transfer
from jupyterlab_sregistry_globus.sandbox import Sandbox
from jupyterlab_sregistry_globus.sandbox.seed import names
from jupyterlab_sregistry_globus.services import Services

from ..sandbox.helpers import wait_for
from ..support.connect import connect

TRANSFER_ALL = "urn:globus:auth:scope:transfer.api.globus.org:all"
IMAGE = ImageSource("demo/hello:latest")
HALF_AN_HOUR_S = 31 * 60


def data_access(endpoint_id: str) -> str:
    return f"{TRANSFER_ALL}[*https://auth.globus.org/scopes/{endpoint_id}/data_access]"


def request(endpoint_id: str) -> PlanRequest:
    return PlanRequest((IMAGE,), Location(endpoint_id, None))


STEPS: dict[str, Callable[[Services, str], Any]] = {
    "browse": lambda services, endpoint_id: services.endpoints.folder(Location(endpoint_id)),
    "make a folder": lambda services, endpoint_id: services.endpoints.create_folder(
        Location(endpoint_id, "/~/made")
    ),
    "plan": lambda services, endpoint_id: services.transfers.plan(request(endpoint_id)),
    "send": lambda services, endpoint_id: services.transfers.start(
        request(endpoint_id), origin="panel"
    ),
}
# Each endpoint, and what it demands of the login.
DEMANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "consent": (
        names.STANFORD_OAK,
        {"required_scopes": (data_access(names.STANFORD_OAK),)},
    ),
    "fresh session": (
        names.CLINICAL_IMAGING,
        {"session_required_identities": (names.ADA,), "prompt": "login"},
    ),
    "policy": (
        names.POLICY_CONSORTIUM,
        {"session_required_policies": (names.HOSPITAL_POLICY,), "prompt": "login"},
    ),
    "domain": (
        names.HOSPITAL_PATHOLOGY,
        {"session_required_single_domain": ("hospital.example",), "prompt": "login"},
    ),
}


def demanded(act: Callable[[], Any]) -> LoginAction:
    """Return the login that the refusal describes."""
    with pytest.raises((ConsentRequired, LoginRequired, NotConnected)) as caught:
        act()
    assert isinstance(caught.value.action, LoginAction)
    return caught.value.action


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("demand", DEMANDS)
def test_a_demand_becomes_one_login_and_the_step_succeeds(
    ada: Services, sandbox: Sandbox, step: str, demand: str
) -> None:
    endpoint_id, expected = DEMANDS[demand]
    sandbox.advance_clock(HALF_AN_HOUR_S)
    action = demanded(lambda: STEPS[step](ada, endpoint_id))
    for name in ("required_scopes", *(n for n in LoginAction.__struct_fields__ if "required" in n)):
        assert getattr(action, name) == expected.get(name, type(getattr(action, name))()), name
    assert action.prompt == expected.get("prompt")
    assert ada.transfers.page().total == 0, "a refused action leaves no trace"
    connect(ada, sandbox, action)
    # A login with any of her identities is hers, so her transfers stay hers.
    assert ada.parts.credentials.identity_id() == names.ADA
    STEPS[step](ada, endpoint_id)


def test_a_search_after_all_consents_were_rescinded_offers_a_login(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.rescind_consents()
    action = demanded(lambda: ada.endpoints.search("stanford"))
    connect(ada, sandbox, action)
    assert ada.endpoints.search("stanford").endpoints


@pytest.mark.parametrize("status", [403, 502])
def test_a_demand_at_the_submission_becomes_one_login_too(
    ada: Services, sandbox: Sandbox, status: int
) -> None:
    parameters = {"session_required_identities": [names.ADA], "session_message": "Once more"}
    body = {
        "code": "ExternalError.DirListingFailed.LoginFailed",
        "message": "Command Failed: Error (login)",
        "request_id": "x",
        "resource": "/transfer",
        "authorization_parameters": parameters,
    }
    fault = {"route": "POST /v0.10/transfer", "status": status, "body": body, "count": 1}
    sandbox.set_faults(fault)
    scratch = names.STANFORD_SHERLOCK_SCRATCH
    action = demanded(lambda: STEPS["send"](ada, scratch))
    assert action.session_required_identities == (names.ADA,)
    assert action.session_message == "Once more"
    assert action.prompt == "login"
    connect(ada, sandbox, action)
    STEPS["send"](ada, scratch)


# A task that has stopped


def looked_at(
    services: Services, transfer: Transfer, condition: Callable[[GlobusTask], Any]
) -> GlobusTask:
    """Return the transfer's task, polled until it is as expected."""

    def task() -> GlobusTask | None:
        services.transfers.refresh(transfer.id)
        (result,) = services.transfers.get(transfer.id).tasks
        return result if condition(result) else None

    result: GlobusTask = wait_for(task)
    return result


def test_an_inactive_task_describes_the_login_and_continues_after_it(
    ada: Services, sandbox: Sandbox
) -> None:
    connect(ada, sandbox, FRESH_LOGIN)
    sandbox.set_task_faults({"code": "AUTH", "inactive": True, "until_login": True})
    transfer = ada.transfers.start(request(names.CLINICAL_IMAGING), origin="panel")
    sandbox.advance_clock(HALF_AN_HOUR_S)
    task = looked_at(ada, transfer, lambda task: task.login)
    assert task.is_stuck
    assert task.reason
    assert task.login is not None
    assert task.login.session_required_identities == (names.ADA,)
    connect(ada, sandbox, task.login)
    task = looked_at(ada, transfer, lambda task: task.state == "succeeded")
    assert (task.login, task.reason) == (None, "")


def test_a_stopped_task_whose_endpoints_demand_nothing_requires_a_fresh_login(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "AUTH", "until_login": True})
    transfer = ada.transfers.start(request(names.STANFORD_SHERLOCK_SCRATCH), origin="panel")
    task = looked_at(ada, transfer, lambda task: task.login)
    assert task.login == FRESH_LOGIN
    connect(ada, sandbox, task.login)
    looked_at(ada, transfer, lambda task: task.state == "succeeded")


def test_a_login_makes_the_poller_poll_at_once(
    ada: Services, program: Callable[..., Services], sandbox: Sandbox
) -> None:
    services = program(poll_min_s=3600.0, poll_max_s=3600.0)
    sandbox.set_task_faults({"code": "AUTH", "inactive": True, "until_login": True})
    transfer = services.transfers.start(request(names.STANFORD_SHERLOCK_SCRATCH), origin="panel")
    looked_at(services, transfer, lambda task: task.login)

    def polls() -> int:
        sandbox.clear_requests()
        services.transfers.step()
        return sum("/task/" in request.path for request in sandbox.requests())

    polls()
    assert polls() == 0, "an hour must pass first"
    connect(services, sandbox, FRESH_LOGIN)
    assert polls() > 0


def test_a_task_paused_by_an_administrator_says_why_and_requires_no_login(
    ada: Services, sandbox: Sandbox
) -> None:
    transfer = ada.transfers.start(request(names.PAUSED_BY_ADMINISTRATOR), origin="panel")
    task = looked_at(ada, transfer, lambda task: task.is_stuck)
    assert "tape robot" in task.reason
    assert task.login is None
    assert task.state == "active"


def test_a_task_that_waits_for_something_else_requires_no_login(
    ada: Services, sandbox: Sandbox
) -> None:
    sandbox.set_task_faults({"code": "ENDPOINT_TOO_BUSY"})
    transfer = ada.transfers.start(request(names.STANFORD_SHERLOCK_SCRATCH), origin="panel")
    task = looked_at(ada, transfer, lambda task: task.is_stuck)
    assert task.login is None


def test_several_demands_are_one_login() -> None:
    first = LoginAction(required_scopes=("a", "b"), session_message="First")
    second = LoginAction(required_scopes=("b",), session_required_policies=("p",), prompt="login")
    assert merged([first, second]) == LoginAction(
        required_scopes=("a", "b"),
        session_required_policies=("p",),
        session_message="First",
        prompt="login",
    )


# Which scopes may be requested


def test_data_access_is_requested_only_for_endpoints_that_have_it(
    ada: Services, sandbox: Sandbox
) -> None:
    """For a high-assurance, guest or Connect Personal endpoint, it would fail the whole login."""
    sandbox.advance_clock(HALF_AN_HOUR_S)
    requested: dict[str, set[str]] = {}
    kinds: set[tuple[str, bool]] = set()
    for name, endpoint_id in vars(names).items():
        if not str(endpoint_id).startswith("e9d"):
            continue
        requested[name] = set()
        try:
            endpoint = ada.endpoints.get(endpoint_id)
            kinds.add((endpoint.entity_type, endpoint.is_high_assurance))
            requested[name] |= set(endpoint.required_scopes)
            ada.endpoints.folder(Location(endpoint_id))
        except SRegistryGlobusError as error:
            requested[name] |= set(getattr(error.action, "required_scopes", ()))
    assert {name for name, scopes in requested.items() if scopes} == {
        "STANFORD_OAK",
        "NATIONAL_CENTER",
        "ALDER_CLUSTER",
    }
    assert {
        ("GCP_mapped_collection", False),
        ("GCP_guest_collection", False),
        ("GCSv5_mapped_collection", True),
        ("GCSv5_mapped_collection", False),
        ("GCSv5_guest_collection", False),
    } <= kinds
    # Globus Auth takes all of them in one login.
    connect(ada, sandbox, LoginAction(required_scopes=tuple(set().union(*requested.values()))))
