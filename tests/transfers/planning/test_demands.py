"""Logins that several endpoints demand are asked for together."""

from __future__ import annotations

import pytest

from jupyterlab_sregistry_globus.errors import (
    ConsentRequired,
    FolderNotFound,
    LoginRequired,
    ReloginNeeded,
)
from jupyterlab_sregistry_globus.models.actions import LoginAction
from jupyterlab_sregistry_globus.transfers.planning.demands import Demands


def collect(*errors: Exception) -> Demands:
    demands = Demands()
    for error in errors:
        with demands.collected():
            raise error
    return demands


def consent(scope: str) -> ConsentRequired:
    return ConsentRequired("Consent.", action=LoginAction(required_scopes=(scope,)))


def session(**demanded: object) -> LoginRequired:
    return LoginRequired("Fresh.", action=LoginAction(prompt="login", **demanded))  # type: ignore[arg-type]


def raised(demands: Demands) -> ReloginNeeded:
    with pytest.raises(ReloginNeeded) as caught:
        demands.check()
    return caught.value


def test_nothing_demanded_raises_nothing() -> None:
    Demands().check()


def test_consents_and_sessions_become_one_login() -> None:
    error = raised(collect(consent("a"), session(session_required_mfa=True), consent("b")))
    assert isinstance(error, LoginRequired)
    assert error.message == "Fresh."
    assert error.action == LoginAction(
        required_scopes=("a", "b"), session_required_mfa=True, prompt="login"
    )
    assert isinstance(raised(collect(consent("a"), consent("b"))), ConsentRequired)


def test_demands_that_no_identity_meets_are_asked_for_one_after_the_other() -> None:
    domain = session(session_required_single_domain=("hospital.example",))
    identity = session(session_required_identities=("ada",))
    assert raised(collect(identity, domain)) is identity
    other = session(session_required_single_domain=("uni.example",))
    assert raised(collect(domain, other)) is domain


def test_what_fails_after_a_demand_is_the_demand() -> None:
    with pytest.raises(ConsentRequired):
        collect(consent("a"), FolderNotFound("No folder."))
    with pytest.raises(FolderNotFound):
        collect(FolderNotFound("No folder."))
